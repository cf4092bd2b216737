//! The news of the morning: whether the night is valid, where the product stands, what did not pass and whose
//! fault it is, and what was spent.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

use chrono::{DateTime, Local};
use reports::{Event, Journal, Level, Outcome, Summary, deciding_pictures};

use super::{
    facts::{RunFacts, local_day},
    known::{KnownFailures, Matched},
    nights::BenchChecks,
    query::{Change, ControlChart, FlakeRate, Stale},
};

/// Frames beside each trouble.
const FRAMES: usize = 3;

/// Clauses without evidence that are named.
const SHOWN: usize = 8;

/// Content of the page.
#[derive(Debug, Default)]
pub struct Morning<'r> {
    /// The newest run of each bench.
    pub newest: Vec<&'r RunFacts>,
    /// How many scenarios they were to run, and how many ran; one that ran again counts once.
    pub planned: usize,
    /// How many of them ran.
    pub ran: usize,
    /// The checks of their benches.
    pub checks: Vec<BenchChecks>,
    /// Changes with them.
    pub changes: Vec<Change>,
    /// Flakes.
    pub flaky: Vec<FlakeRate>,
    /// When each clause was judged last, on any product.
    pub stale: Vec<Stale>,
    /// When each clause was judged last on the product of the newest run.
    pub current: Vec<Stale>,
    /// The musts of the register that apply, judged or not; empty where no journal was read.
    pub musts: BTreeSet<String>,
    /// Control charts.
    pub drifts: Vec<ControlChart>,
    /// Known failures, of each of the newest runs; none without a file of them.
    pub known: Vec<(String, Matched)>,
    /// Scenarios of the newest runs that did not pass.
    pub troubles: Vec<Trouble>,
    /// Devices, messages and time that the newest runs took.
    pub spent: Spent,
}

/// A scenario that did not pass.
#[derive(Clone, Debug)]
pub struct Trouble {
    /// Its outcome.
    pub outcome: Outcome,
    /// The scenarios: those of one run that ended alike.
    pub scenarios: Vec<String>,
    /// Why.
    pub reason: String,
    /// The folder of its run.
    pub run: String,
    /// How it ended when it ran again in the same night: where, and how.
    pub again: Option<(String, Outcome)>,
    /// Who has acknowledged it, and why, by the file of known failures.
    pub acknowledged: Option<String>,
    /// The frames that decided, as `data:` URIs.
    pub frames: Vec<String>,
}

/// Devices, messages and time of runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Spent {
    /// Devices and identities, and how often.
    pub uses: BTreeMap<String, usize>,
    /// Messages that were received.
    pub sms: usize,
    /// Bench time in seconds.
    pub bench_s: f64,
    /// Wall-clock time in seconds, bench by bench.
    pub wall_s: f64,
}

impl Morning<'_> {
    /// Takes from the journals of the newest runs, below `folder`, what the index has not: musts, frames, what was spent. A
    /// journal that is gone by now leaves its part out. Who has acknowledged what did not pass is told by `known`, on its day.
    pub fn look_into(&mut self, folder: &Path, known: Option<(&KnownFailures, &str)>) {
        for run in self.newest.clone() {
            let journal = Journal::read(&folder.join(&run.folder)).ok();
            let summary = journal.as_ref().map(Summary::new);
            for (place, one) in
                run.scenarios.iter().enumerate().filter(|(_, one)| one.outcome != Outcome::Pass)
            {
                let read = journal.as_ref().zip(summary.as_ref());
                let frames =
                    read.map(|(journal, summary)| deciding_pictures(journal, summary, place, FRAMES));
                self.add(Trouble {
                    outcome: one.outcome,
                    scenarios: vec![one.name.clone()],
                    reason: one.reason.clone(),
                    run: run.folder.clone(),
                    again: self.again(run, &one.name),
                    acknowledged: known.and_then(|(known, today)| known.entry(one, today)),
                    frames: frames.unwrap_or_default(),
                });
            }
            if let Some((journal, summary)) = journal.zip(summary) {
                self.take(&journal, &summary);
            }
        }
        self.troubles.sort_by_key(|one| (one.again.is_some(), std::cmp::Reverse(one.outcome)));
    }

    /// Adds a trouble to those that are alike but for the scenario, or at the end.
    fn add(&mut self, one: Trouble) {
        let key = |trouble: &Trouble| {
            let Trouble { outcome, reason, run, again, acknowledged, .. } = trouble.clone();
            (outcome, reason, run, again, acknowledged)
        };
        match self.troubles.iter_mut().find(|other| key(other) == key(&one)) {
            Some(alike) => {
                alike.scenarios.extend(one.scenarios);
                if alike.frames.is_empty() {
                    alike.frames = one.frames;
                }
            }
            None => self.troubles.push(one),
        }
    }

    fn take(&mut self, journal: &Journal, summary: &Summary) {
        let musts = journal.head().clauses.iter();
        let musts = musts.filter(|one| one.level == Level::Must && one.not_applicable.is_none());
        self.musts.extend(musts.map(|one| one.id.clone()));
        for (info, entries) in journal.scenarios() {
            let attempts = entries.iter().filter(|one| matches!(one.event, Event::ScenarioStarted { .. }));
            let attempts = attempts.count();
            info.uses.iter().for_each(|used| *self.spent.uses.entry(used.clone()).or_default() += attempts);
        }
        let is_sms =
            |event: &Event| matches!(event, Event::Observed(seen) if seen.quantity == "temporary_pin");
        self.spent.sms += journal.entries().iter().filter(|entry| is_sms(&entry.event)).count();
        self.spent.bench_s += summary.virtual_s;
        self.spent.wall_s += summary.wall_s;
        self.spent.uses.retain(|_, count| *count > 0);
    }

    /// How a scenario of `run` ended in a later run of the same night.
    fn again(&self, run: &RunFacts, scenario: &str) -> Option<(String, Outcome)> {
        let (night, name) = run.place();
        let later = self.newest.iter().filter(|other| {
            !night.is_empty()
                && other.place().0 == night
                && other.place().1 != name
                && other.begun > run.begun
        });
        let mut ended = later.filter_map(|other| {
            let one = other.scenarios.iter().find(|one| one.name == scenario)?;
            Some((other.place().1.to_owned(), one.outcome))
        });
        ended.next_back()
    }

    /// The first line: whether the runs reached their ends, and their benches were sound before and after.
    pub fn validity(&self) -> String {
        let Self { planned, ran, .. } = self;
        let against = self.against();
        let checked = match self.checks.len() {
            0 => "no closing check was planned".to_owned(),
            1 => "the closing check passed".to_owned(),
            count => format!("{count} closing checks passed"),
        };
        match (self.newest.is_empty() && self.checks.is_empty(), against.is_empty()) {
            (true, _) => "There is no run: a night that did not happen is news.".to_owned(),
            (_, true) => format!("Valid: {ran} of {planned} planned scenarios were run; {checked}."),
            (_, false) => {
                format!("Not valid: {}; {ran} of {planned} planned scenarios were run.", against.join("; "))
            }
        }
    }

    /// Why the night is not valid; empty where it is.
    pub fn against(&self) -> Vec<String> {
        let open = self.newest.iter().filter(|run| !run.complete);
        let open = open.map(|run| match run.place() {
            ("", _) => format!("the run on {} did not reach its end", run.bench),
            (_, name) => format!("the run {name} did not reach its end"),
        });
        open.chain(self.checks.iter().filter_map(BenchChecks::against)).collect()
    }

    /// The second line: where the product of the newest run stands.
    pub fn standing(&self) -> String {
        let musts: Vec<&Stale> = self.current.iter().filter(|one| one.must).collect();
        let kept = musts.iter().filter(|one| one.outcome == Outcome::Pass).count();
        let judged: BTreeSet<&str> = musts.iter().map(|one| one.clause.as_str()).collect();
        let missing: Vec<&str> =
            self.musts.iter().map(String::as_str).filter(|id| !judged.contains(id)).collect();
        let all = judged.len() + missing.len();
        let which = if self.musts.is_empty() { " that were judged on it" } else { "" };
        let missing = match missing.as_slice() {
            [] => String::new(),
            missing => {
                let some = missing.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
                let more = missing.len().saturating_sub(SHOWN);
                let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                format!("; without evidence on it: {some}{more}")
            }
        };
        let oldest = musts.first().map(|one| format!("; the oldest evidence is of {}", day(&one.judged)));
        format!("This product keeps {kept} of {all} musts{which}{missing}{}.", oldest.unwrap_or_default())
    }
}

/// The local time of a moment, to the minute.
pub(super) fn moment(utc: &str) -> String {
    let local = DateTime::parse_from_rfc3339(utc).map(|moment| moment.with_timezone(&Local));
    local.map_or_else(|_| utc.to_owned(), |local| local.format("%Y-%m-%d %H:%M").to_string())
}

/// The local day of a moment, as it is written.
pub(super) fn day(utc: &str) -> String {
    local_day(utc).map_or_else(|| utc.to_owned(), |day| day.to_string())
}
