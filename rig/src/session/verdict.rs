//! Judging: the oracle's answer becomes a verdict once every instrument has proved that it could see.

use std::collections::BTreeSet;

use reports::{Outcome, Verdict};

use super::{Session, StepError, StepResult};
use crate::{
    oracle::{self, Check, Context},
    recorder::Handles,
    suite::ClauseAtStake,
};

impl Session {
    /// Judges `check` on what was `seen` for the clause of this step (or, where it names none, the clause it
    /// would break). Before the verdict stands, every instrument of the scenario has to prove that it
    /// could have seen: a bench that cannot see neither clears nor blames the product. A step on the way that goes
    /// well makes no verdict.
    pub(crate) fn judge(&mut self, check: impl Into<Check>, seen: impl Into<Handles>) -> StepResult {
        let check = check.into();
        self.recording.seal_key_of(&check, &self.bench.keys, self.now())?;
        let handles = self.recording.with_pauses(seen.into());
        let seen = self.recording.observations(handles.numbers());
        let seen: Vec<_> = seen.iter().collect();
        let judged = oracle::judge(&check, &seen, &Context { keys: &self.bench.keys });
        if self.recording.is_asking {
            return Err(StepError::Verdict(judged.outcome, judged.reason));
        }
        // Where the lab's words decide nothing, they lead on all the same.
        let unsaid = judged.outcome == Outcome::Inconclusive && check.leaves_to_the_guide();
        if self.planned.step.clause.is_none() && (judged.outcome == Outcome::Pass || unsaid) {
            return Ok(());
        }
        self.check_instruments()?;
        let Some(ClauseAtStake { clause, reported }) = self.planned.step.at_stake.clone() else {
            return Err(StepError::Internal("a step after the last judging step judged something".into()));
        };
        let verdict = Verdict {
            clause,
            step: self.planned.step.index,
            outcome: judged.outcome,
            cause: judged.cause,
            reason: judged.reason.clone(),
            observations: handles.numbers().to_vec(),
            measurements: judged.measurements,
            check: check.to_value(),
            drivers: self.drivers_of(&seen),
            probe_attached: self.instruments.devices.iter().any(|device| device.probe.is_some()),
            test_commands: self.memory.test_commands,
        };
        self.recording.judged(verdict)?;
        match judged.outcome {
            Outcome::Pass => Ok(()),
            Outcome::Inconclusive if unsaid => Ok(()),
            _ if reported => Err(StepError::Verdict(Outcome::Pass, judged.reason)),
            outcome => Err(StepError::Verdict(outcome, judged.reason)),
        }
    }

    /// The positive control of every instrument that the scenario holds.
    fn check_instruments(&mut self) -> StepResult {
        self.instruments.clock.utc()?;
        for device in 0..self.instruments.devices.len() {
            self.instruments.devices[device].each_instrument(|instrument| instrument.check())?;
            self.check_view(device)?;
            if let Some(back) = self.instruments.devices[device].back.clone() {
                self.check_control(&back)?;
            }
        }
        for phone in 0..self.instruments.phones.len() {
            self.phone(phone).check()?;
            if self.instruments.phones[phone].view.is_some() {
                self.check_phone_view(phone)?;
            }
        }
        Ok(self.instruments.each_shared(|instrument| instrument.check())?)
    }

    /// The drivers of the instruments that made `observations`, and those that have stood in for them.
    fn drivers_of(&self, observations: &[&reports::Observation]) -> Vec<String> {
        let instruments: BTreeSet<_> = observations.iter().map(|one| one.instrument.as_str()).collect();
        let named = instruments.iter().filter_map(|name| self.bench.driver_of(name)).map(str::to_owned);
        let phones = self.instruments.phones.iter().filter(|phone| instruments.contains(phone.phone.name()));
        let mut names: Vec<_> = named.chain(phones.flat_map(|phone| phone.phone.stand_ins())).collect();
        names.sort();
        names.dedup();
        names
    }
}
