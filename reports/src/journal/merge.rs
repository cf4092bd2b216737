//! Merging: scenarios that interleave in the file are put into plan order, and checked against the plan.

use std::path::PathBuf;

use super::{ATTACHED, Journal};
use crate::{Again, Amendments, Because, Ended, Entry, Event, RunStarted, ScenarioInfo, Verdict};

/// A journal while its lines come in.
pub(super) struct Merge {
    first: Line,
    head: RunStarted,
    scenarios: Vec<Track>,
    /// The run's ends: one, but for a run that was resumed.
    ends: Vec<Line>,
    /// Whether anything came after the last of them.
    went_on: bool,
    torn: Option<usize>,
    /// The hash of every line, in the order of the file.
    hashes: Vec<String>,
}

/// An entry, and its line without chain and host.
pub(super) struct Line {
    pub(super) entry: Entry,
    pub(super) rest: String,
}

/// The entries of one scenario.
#[derive(Default)]
struct Track {
    lines: Vec<Line>,
    observations: u32,
    attempts: u32,
    finished: bool,
}

impl Merge {
    pub(super) fn new(first: Line) -> Result<Self, String> {
        let Event::RunStarted(head) = &first.entry.event else {
            return Err("a journal begins with run_started".to_owned());
        };
        if first.entry.scenario.is_some() || first.entry.seq != 0 {
            return Err("run_started is event 0 of the run itself".to_owned());
        }
        let head = RunStarted::clone(head);
        for clause in head.scenarios.iter().flat_map(|s| &s.steps).filter_map(|step| step.clause.as_deref()) {
            check_clause(&head, clause)?;
        }
        let scenarios = head.scenarios.iter().map(|_| Track::default()).collect();
        Ok(Self { first, head, scenarios, ends: Vec::new(), went_on: false, torn: None, hashes: Vec::new() })
    }

    /// The last line, `line`, was cut short.
    pub(super) fn tear(&mut self, line: usize) {
        self.torn = Some(line);
    }

    /// The next line's hash is `hash`.
    pub(super) fn chain(&mut self, hash: &str) {
        self.hashes.push(hash.to_owned());
    }

    pub(super) fn add(&mut self, line: Line) -> Result<(), String> {
        let entry = &line.entry;
        if self.is_over() {
            return Err("an event after run_finished".to_owned());
        }
        self.went_on = entry.scenario.is_some();
        let Some(index) = entry.scenario else { return self.finish(line) };
        let (Some(track), Some(info)) =
            (self.scenarios.get_mut(index as usize), self.head.scenarios.get(index as usize))
        else {
            return Err(format!("scenario {index} is not in the plan of {}", self.head.scenarios.len()));
        };
        if entry.seq as usize != track.lines.len() {
            return Err(format!(
                "event {} of scenario {index} is missing: found event {}",
                track.lines.len(),
                entry.seq
            ));
        }
        track.check(&self.head, info, &entry.event)?;
        track.lines.push(line);
        Ok(())
    }

    fn finish(&mut self, line: Line) -> Result<(), String> {
        let entry = &line.entry;
        if !matches!(entry.event, Event::RunFinished { .. }) {
            return Err("an event without a scenario that is neither the run's head nor its end".to_owned());
        }
        let wanted = self.ends.len() + 1;
        if entry.seq as usize != wanted {
            return Err(format!(
                "run_finished is event {wanted} of the run itself, found event {}",
                entry.seq
            ));
        }
        self.ends.push(line);
        Ok(())
    }

    /// Why the run ended the last time, if it did.
    fn ended(&self) -> Option<&Ended> {
        match self.ends.last().map(|line| &line.entry.event) {
            Some(Event::RunFinished { ended, .. }) => Some(ended),
            _ => None,
        }
    }

    /// Whether nothing may follow. A run that did not reach its end can be resumed.
    fn is_over(&self) -> bool {
        self.ended() == Some(&Ended::AllRun)
    }

    /// The head of the run.
    pub(super) fn head(&self) -> &RunStarted {
        &self.head
    }

    /// The last line's hash.
    pub(super) fn chain_head(&self) -> &str {
        self.hashes.last().map_or("", String::as_str)
    }

    pub(super) fn into_journal(self, run_dir: PathBuf, amendments: Amendments) -> Journal {
        let incomplete = self.incomplete();
        let mut spans = Vec::with_capacity(self.scenarios.len());
        let mut lines = vec![self.first];
        for track in self.scenarios {
            let start = lines.len();
            lines.extend(track.lines);
            spans.push(start..lines.len());
        }
        lines.extend(self.ends);
        let (mut entries, rests): (Vec<Entry>, Vec<String>) =
            lines.into_iter().map(|line| (line.entry, line.rest)).unzip();
        if entries.iter().any(|entry| entry.host.detail.contains_key(ATTACHED))
            && let Some(head) = entries.first_mut()
        {
            // Its head was written before.
            head.host.origin.get_or_insert_default().by_hand = true;
        }
        Journal {
            run_dir,
            head: self.head,
            entries,
            rests,
            spans,
            incomplete,
            torn: self.torn,
            hashes: self.hashes,
            amendments,
        }
    }

    fn incomplete(&self) -> Option<String> {
        if let Some(line) = self.torn {
            return Some(format!("the journal was cut short within line {line}"));
        }
        let Some(ended) = self.ended().filter(|_| !self.went_on) else {
            return Some("the journal ends before the run does".to_owned());
        };
        if let Some(reason) = ended.reason() {
            return Some(reason);
        }
        let open = self.scenarios.iter().position(|track| !track.lines.is_empty() && !track.finished)?;
        Some(format!("scenario \"{}\" began and never ended", self.head.scenarios[open].name))
    }
}

impl Track {
    /// Whether `event` may come next in the scenario that was planned as `info`.
    fn check(&mut self, head: &RunStarted, info: &ScenarioInfo, event: &Event) -> Result<(), String> {
        match event {
            Event::ScenarioStarted { attempt, again, .. } => {
                return self.check_attempt(*attempt, again.as_ref());
            }
            _ if self.attempts == 0 => return Err("a scenario begins with scenario_started".to_owned()),
            _ if self.finished => return Err("an event after its scenario's end".to_owned()),
            _ => {}
        }
        match event {
            Event::ScenarioStarted { .. } => Ok(()),
            Event::StepStarted { step, .. } | Event::StepFinished { step, .. } => check_step(info, *step),
            Event::Observed(observation) if observation.id != self.observations => {
                Err(format!("observation {} is missing: found {}", self.observations, observation.id))
            }
            Event::Observed(_) => {
                self.observations += 1;
                Ok(())
            }
            Event::Judged(verdict) => self.check_verdict(head, info, verdict),
            Event::ScenarioFinished { .. } => {
                self.finished = true;
                Ok(())
            }
            Event::RunStarted(_) | Event::RunFinished { .. } => {
                Err("an event of the run itself inside a scenario".to_owned())
            }
        }
    }

    /// An attempt begins where the one before it has ended, or was interrupted.
    fn check_attempt(&mut self, attempt: u32, again: Option<&Again>) -> Result<(), String> {
        let resumed = again.is_some_and(|again| again.because == Because::Interrupted);
        if self.attempts > 0 && !self.finished && !resumed {
            return Err("a scenario begins again before it ended".to_owned());
        }
        if attempt != self.attempts + 1 {
            return Err(format!("attempt {} is missing: found attempt {attempt}", self.attempts + 1));
        }
        (self.attempts, self.finished) = (attempt, false);
        Ok(())
    }

    fn check_verdict(&self, head: &RunStarted, info: &ScenarioInfo, verdict: &Verdict) -> Result<(), String> {
        check_step(info, verdict.step)?;
        check_clause(head, &verdict.clause)?;
        match verdict.observations.iter().find(|&&id| id >= self.observations) {
            Some(id) => Err(format!(
                "the verdict on {} rests on observation {id}, which was not made",
                verdict.clause
            )),
            None => Ok(()),
        }
    }
}

fn check_step(info: &ScenarioInfo, step: u32) -> Result<(), String> {
    if (step as usize) < info.steps.len() {
        return Ok(());
    }
    Err(format!("step {step} is not among the {} steps of \"{}\"", info.steps.len(), info.name))
}

fn check_clause(head: &RunStarted, id: &str) -> Result<(), String> {
    if head.clauses.iter().any(|clause| clause.id == id) {
        return Ok(());
    }
    Err(format!("clause {id} is not in the register"))
}
