//! The rounds of a night: what is planned; what had an error or was not reached, on another bench; and the checks before and
//! after.

use std::collections::BTreeMap;

use reports::{Ended, Outcome};
use serde::Serialize;

use super::rig::{Ran, Rig, Work, doctor};
use crate::{
    history::AGAIN,
    night::{QuarantineNote, Quarantined, Schedule, Way, What},
    provenance::utc_now,
    remark::remark,
};

/// Who finds benches of real devices sound.
const DOCTOR: &str = "rig doctor";

/// The benches of a night under way.
pub(super) struct Rounds<'r> {
    rig: &'r Rig<'r>,
    pub(super) benches: Vec<BenchNight>,
    quarantined: Quarantined,
    /// Notes of this night on instruments.
    pub(super) notes: Vec<QuarantineNote>,
    pub(super) first: Schedule,
    pub(super) second: Vec<RunAgain>,
}

/// A bench's night.
#[derive(Default)]
pub(super) struct BenchNight {
    /// Why it is not used, or not any more.
    pub(super) not_used: Option<String>,
    /// Why its results are suspended: its last check failed.
    pub(super) suspended: Option<String>,
    /// Its part of the plan.
    pub(super) planned: Vec<Work>,
    /// Its runs: that of the plan, and that of the second round.
    pub(super) runs: Vec<Ran>,
}

/// A scenario that was run again.
#[derive(Clone, Debug, Serialize)]
pub(super) struct RunAgain {
    pub(super) scenario: String,
    /// The bench that it was planned for, and how it ended there.
    pub(super) from: String,
    pub(super) before: Outcome,
    /// The bench that it ran on again, and how it ended there.
    pub(super) on: String,
    pub(super) outcome: Outcome,
}

/// A scenario without a result that counts.
struct Unsettled {
    scenario: usize,
    place: usize,
    before: Outcome,
}

impl<'r> Rounds<'r> {
    /// Looks at each bench first. What the doctor finds sound is in use again.
    pub(super) fn begin(rig: &'r Rig<'r>) -> Self {
        let benches = rig.on_each_bench(|place| {
            let not_used = rig.not_sound(place);
            if let Some(why) = &not_used {
                remark(format!("rig: {}: not used: {why}", rig.bench(place).name));
            }
            BenchNight { not_used, ..BenchNight::default() }
        });
        let quarantined = rig.night.quarantined.clone();
        let (first, notes, second) = (Schedule::default(), Vec::new(), Vec::new());
        let mut rounds = Self { rig, benches, quarantined, notes, first, second };
        for place in (0..rounds.benches.len()).filter(|&place| rig.is_real(place)) {
            if rounds.is_used(place) {
                rounds.clear(place, DOCTOR);
            }
        }
        rounds
    }

    fn is_used(&self, place: usize) -> bool {
        self.benches[place].not_used.is_none()
    }

    fn is_open(&self, number: usize, way: &Way) -> bool {
        self.is_used(way.bench) && self.rig.night.is_open(&self.quarantined, number, way)
    }

    /// The benches run what is planned. A scenario that another bench can run is not tried again on its own.
    pub(super) fn first_round(&mut self) {
        let night = self.rig.night;
        let (_, schedule) = night.plan_without(self.rig.seconds, |number, way| self.is_open(number, way));
        let work = (0..self.benches.len()).map(|place| {
            let of_bench = schedule.on(place).map(|one| {
                let ways = || night.tasks.tasks[one.task].ways.iter();
                let elsewhere = ways().any(|way| way.bench != place && self.is_open(one.task, way));
                let retries = if elsewhere { 0 } else { night.file.retries_on_error };
                Work { scenario: one.task, turn: one.way.turn, retries, after_error: false }
            });
            of_bench.collect()
        });
        let work: Vec<Vec<Work>> = work.collect();
        self.first = schedule.clone();
        self.round("", &work, &schedule);
        for (bench, work) in self.benches.iter_mut().zip(work) {
            bench.planned = work;
        }
    }

    /// Runs `work` on each bench, in runs of the benches' names with `suffix`.
    fn round(&mut self, suffix: &str, work: &[Vec<Work>], schedule: &Schedule) {
        let rig = self.rig;
        let name = |place: usize| format!("{}{suffix}", rig.bench(place).name);
        let folders: Vec<_> = (0..work.len()).map(|place| rig.run_folder(place, &name(place))).collect();
        let ran = rig.on_each_bench(|place| {
            if work[place].is_empty() {
                return None;
            }
            let others = (0..work.len()).filter(|&other| other != place && !work[other].is_empty());
            let beside: Vec<_> = others.map(|other| folders[other].clone()).collect();
            let jobs = schedule.side_by_side(place);
            Some(rig.work(place, &name(place), &work[place], jobs, &beside))
        });
        for (bench, ran) in self.benches.iter_mut().zip(ran) {
            match ran {
                None => {}
                Some(Ok(ran)) => {
                    bench.not_used = ran.broke_off();
                    bench.runs.push(ran);
                }
                Some(Err(why)) => bench.not_used = Some(why),
            }
        }
    }

    /// Notes the instruments that the runs took out of use. Those that the doctor finds sound are taken back.
    pub(super) fn quarantine(&mut self) {
        for place in 0..self.benches.len() {
            let ran = self.benches[place].runs.last();
            let Some((folder, instruments)) =
                ran.map(|ran| (ran.folder.display().to_string(), ran.quarantined.clone()))
            else {
                continue;
            };
            for instrument in &instruments {
                self.note(place, instrument, What::Quarantined(folder.clone()));
            }
            if instruments.is_empty() {
                continue;
            }
            if !self.rig.is_real(place) {
                self.clear(place, "a new simulated world");
            } else if doctor(&self.rig.bench(place).file).is_ok() {
                self.clear(place, DOCTOR);
            }
        }
    }

    /// The bench is sound, by the word of `who`.
    fn clear(&mut self, place: usize, who: &str) {
        let bench = self.rig.bench(place).name.clone();
        let out: Vec<String> = self.quarantined.on(&bench).map(str::to_owned).collect();
        for instrument in out {
            self.note(place, &instrument, What::ClearedBy(who.to_owned()));
        }
    }

    fn note(&mut self, place: usize, instrument: &str, what: What) {
        let bench = self.rig.bench(place).name.clone();
        let note = QuarantineNote { at: utc_now(), bench, instrument: instrument.to_owned(), what };
        if let Err(error) = note.append(&self.rig.night.file.runs) {
            remark(format!("rig: {error}"));
        }
        self.quarantined.take(note.clone());
        self.notes.push(note);
    }

    /// Scenarios with an error run on another bench, and those that were not reached on any that can run them, while there is time.
    pub(super) fn second_round(&mut self) {
        let (rig, night) = (self.rig, self.rig.night);
        let unsettled: BTreeMap<usize, Unsettled> =
            self.unsettled().into_iter().map(|one| (one.scenario, one)).collect();
        let is_open = |number: usize, way: &Way| {
            unsettled.get(&number).is_some_and(|one| self.may_run(one, way)) && self.is_open(number, way)
        };
        let tasks = night.tasks.only(is_open);
        let order: Vec<usize> =
            unsettled.keys().copied().filter(|&number| !tasks.tasks[number].ways.is_empty()).collect();
        let schedule = Schedule::packed(&tasks, &order, rig.seconds_left());
        let work = (0..self.benches.len()).map(|place| {
            let of_bench = schedule.on(place).map(|one| {
                let after_error = unsettled[&one.task].before == Outcome::Error;
                let retries = night.file.retries_on_error.saturating_sub(u32::from(after_error));
                Work { scenario: one.task, turn: one.way.turn, retries, after_error }
            });
            of_bench.collect()
        });
        let work: Vec<Vec<Work>> = work.collect();
        self.round(AGAIN, &work, &schedule);
        let again = work.iter().enumerate().flat_map(|(place, work)| {
            let ran = self.benches[place].runs.last();
            let (unsettled, rig) = (&unsettled, rig);
            work.iter().map(move |one| {
                let scenario = rig.night.tasks.tasks[one.scenario].name.clone();
                let Unsettled { place: from, before, .. } = unsettled[&one.scenario];
                let outcome = ran.and_then(|ran| ran.outcome(&scenario)).unwrap_or(Outcome::NotRun);
                let (from, on) = (rig.bench(from).name.clone(), rig.bench(place).name.clone());
                RunAgain { scenario, from, before, on, outcome }
            })
        });
        self.second = again.collect();
    }

    /// Scenarios with an error, and those that were not reached. Nothing that failed is run again.
    fn unsettled(&self) -> Vec<Unsettled> {
        let mut found = Vec::new();
        for (place, bench) in self.benches.iter().enumerate() {
            for &Work { scenario, .. } in &bench.planned {
                let before = bench.outcome(&self.rig.night.tasks.tasks[scenario].name);
                let is_tried = before == Outcome::Error && self.rig.night.file.retries_on_error > 0;
                if is_tried || before == Outcome::NotRun {
                    found.push(Unsettled { scenario, place, before });
                }
            }
        }
        found
    }

    /// Whether a scenario may run in this way: after an error on another bench, and what was not reached also on its own,
    /// if that one's run reached its end.
    fn may_run(&self, one: &Unsettled, way: &Way) -> bool {
        let came_to_its_end = |place: usize| {
            self.benches[place].runs.last().is_some_and(|ran| ran.ended == Some(Ended::AllRun))
        };
        way.bench != one.place || (one.before == Outcome::NotRun && came_to_its_end(one.place))
    }

    /// Looks at each bench that was used again.
    pub(super) fn close(&mut self) {
        let (rig, benches) = (self.rig, &self.benches);
        let suspended =
            rig.on_each_bench(
                |place| {
                    if benches[place].runs.is_empty() { None } else { rig.golden(place, "last") }
                },
            );
        for (bench, suspended) in self.benches.iter_mut().zip(suspended) {
            bench.suspended = suspended;
        }
    }

    /// How each scenario ended in the end: a second attempt takes the place of an error, and of what was not reached.
    pub(super) fn outcomes(&self) -> BTreeMap<&str, Outcome> {
        let tasks = &self.rig.night.tasks.tasks;
        let mut outcomes = BTreeMap::new();
        for bench in &self.benches {
            for one in &bench.planned {
                let name = tasks[one.scenario].name.as_str();
                outcomes.insert(name, bench.outcome(name));
            }
        }
        for again in self.second.iter().filter(|again| again.outcome != Outcome::NotRun) {
            outcomes.insert(&again.scenario, again.outcome);
        }
        outcomes
    }
}

impl BenchNight {
    /// Outcome of the scenario with this name in the first round.
    fn outcome(&self, name: &str) -> Outcome {
        self.runs.first().and_then(|ran| ran.outcome(name)).unwrap_or(Outcome::NotRun)
    }

    /// The outcome of the bench itself: an error where it was not used to the end, or its results are suspended.
    pub(super) fn own_outcome(&self) -> Outcome {
        let is_bad = self.not_used.is_some() || self.suspended.is_some();
        if is_bad { Outcome::Error } else { Outcome::Pass }
    }
}
