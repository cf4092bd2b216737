//! Writes journals for tests, as a runner would.

use std::{cell::Cell, collections::BTreeMap};

use reports::{
    Cause, Ended, Entry, Event, Evidence, Host, InstrumentInfo, JournalWriter, Measurement, Observation,
    Origin, Outcome, RunStarted, Verdict,
};
use serde_json::{Value, json};

/// The events of one scenario, numbered and stamped.
pub struct Scribe<'a> {
    writer: &'a JournalWriter,
    scenario: u32,
    seq: Cell<u32>,
    observations: Cell<u32>,
    at_ns: Cell<u64>,
}

/// Writes the run's head.
pub fn head(writer: &JournalWriter, head: &RunStarted) {
    let detail = BTreeMap::from([("hostname".to_owned(), "bench-7".to_owned())]);
    let origin = Origin {
        revision: Some("0123456789abcdef0123456789abcdef01234567".to_owned()),
        program_sha256: Some("89".repeat(32)),
        host: "bench-7".to_owned(),
        operator: "night".to_owned(),
        arguments: vec!["run".to_owned(), "--seed".to_owned(), "7".to_owned()],
        by_hand: false,
    };
    let utc = Some("2026-11-30T22:15:04.250Z".to_owned());
    let host = Host { wall_ms: 0, utc, origin: Some(Box::new(origin)), detail };
    let event = Event::RunStarted(Box::new(head.clone()));
    writer.append(&Entry { scenario: None, seq: 0, event, host }).unwrap();
}

/// Writes the run's end.
pub fn end(writer: &JournalWriter, outcome: Outcome) {
    finish(writer, outcome, Ended::AllRun);
}

/// Writes the run's end, and why it ended.
pub fn finish(writer: &JournalWriter, outcome: Outcome, ended: Ended) {
    let host = Host { wall_ms: 1840, utc: Some("2026-11-30T22:15:06.090Z".to_owned()), ..Host::default() };
    let event = Event::RunFinished { outcome, ended };
    writer.append(&Entry { scenario: None, seq: 1, event, host }).unwrap();
}

impl<'a> Scribe<'a> {
    /// Begins the scenario at this place of the plan.
    pub fn begin(writer: &'a JournalWriter, scenario: u32) -> Self {
        let scribe =
            Self { writer, scenario, seq: Cell::new(0), observations: Cell::new(0), at_ns: Cell::new(0) };
        let instrument = |name: &str, driver: &str, model: &str| InstrumentInfo {
            name: name.to_owned(),
            driver: driver.to_owned(),
            identity: BTreeMap::from([("model".to_owned(), model.to_owned())]),
        };
        scribe.append(Event::ScenarioStarted {
            attempt: 1,
            seed: 4096 + u64::from(scenario),
            instruments: vec![
                instrument("display-camera", "simulated", "rendered scene, 1280 x 720, 30 frames/s"),
                instrument("board", "serial", "nRF51822, emulated"),
                instrument("phone", "link", "reference app 1.4"),
            ],
            again: None,
        });
        scribe
    }

    /// Lets bench time go by.
    pub fn wait_ms(&self, ms: u64) {
        self.at_ns.set(self.at_ns.get() + ms * 1_000_000);
    }

    /// A step with what happens in it.
    pub fn step(&self, step: u32, outcome: Outcome, reason: Option<&str>, inside: impl FnOnce(&Self)) {
        self.append(Event::StepStarted { step, at_ns: self.at_ns.get() });
        inside(self);
        self.wait_ms(120);
        let reason = reason.map(str::to_owned);
        self.append(Event::StepFinished { step, at_ns: self.at_ns.get(), outcome, reason });
    }

    /// Steps that pass and observe a screen.
    pub fn walk(&self, steps: std::ops::Range<u32>) {
        for step in steps {
            self.step(step, Outcome::Pass, None, |s| {
                s.wait_ms(430);
                s.observe("phone", "screen", json!({"title": "MitID", "step": step}), None);
            });
        }
    }

    /// An observation; its number.
    pub fn observe(&self, instrument: &str, quantity: &str, value: Value, evidence: Option<Evidence>) -> u32 {
        let id = self.observations.replace(self.observations.get() + 1);
        self.append(Event::Observed(Observation {
            id,
            at_ns: self.at_ns.get(),
            uncertainty_ns: 16_700_000,
            instrument: instrument.to_owned(),
            quantity: quantity.to_owned(),
            value,
            evidence,
            sealed: None,
        }));
        id
    }

    /// A verdict.
    pub fn judge(
        &self,
        step: u32,
        clause: &str,
        outcome: Outcome,
        reason: &str,
        observations: &[u32],
        measurements: Vec<Measurement>,
    ) {
        self.append(Event::Judged(Verdict {
            clause: clause.to_owned(),
            step,
            outcome,
            cause: (outcome == Outcome::Inconclusive).then_some(Cause::NotObserved),
            reason: reason.to_owned(),
            observations: observations.to_vec(),
            measurements,
            check: json!({"check": "sample", "digits": 6}),
            drivers: vec!["camera/simulated".to_owned(), "serial".to_owned()],
            probe_attached: false,
            test_commands: true,
        }));
    }

    /// Ends the scenario.
    pub fn finish(self, outcome: Outcome) {
        self.append(Event::ScenarioFinished { at_ns: self.at_ns.get(), outcome });
    }

    /// Appends an event of this scenario.
    pub fn append(&self, event: Event) {
        let seq = self.seq.replace(self.seq.get() + 1);
        let host = Host { wall_ms: u64::from(self.scenario * 300 + seq * 7), ..Host::default() };
        self.writer.append(&Entry { scenario: Some(self.scenario), seq, event, host }).unwrap();
    }
}
