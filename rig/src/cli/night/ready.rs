//! `rig night --ready`: one verdict, GO or NO-GO, with what is to be done.

use std::{collections::BTreeMap, path::Path, process::Command, time::SystemTime};

use serde::Serialize;

use super::{Night, is_real, rig::doctor, show::clock};
use crate::{
    cli::{CliError, print_json, print_line},
    night::Schedule,
    suite::Single,
};

/// Disk space for the evidence of a scenario, in kilobytes: the whole suite takes 170 MB.
const KB_PER_SCENARIO: u64 = 1100;

/// The findings.
#[derive(Default, Serialize)]
struct Readiness {
    go: bool,
    /// Reasons against it, each with its remedy.
    against: Vec<String>,
    /// Further notes.
    notes: Vec<String>,
}

/// Checks whether a night with `schedule` that ends at `end` can begin. Exits with 0 for GO and 4 for NO-GO.
pub(super) fn ready(night: &Night, schedule: &Schedule, end: SystemTime, json: bool) -> Result<u8, CliError> {
    let mut found = Readiness::default();
    for (bench, named) in night.benches.iter().zip(&night.file.benches) {
        if let Err(why) = bench.authorised_at(end) {
            found.against.push(format!("{}: {why}: renew it, or begin a shorter night", named.name));
        }
        if is_real(bench)
            && let Err(why) = doctor(&named.file)
        {
            found.against.push(format!(
                "{}: {why}; see `rig doctor --bench {}`",
                named.name,
                named.file.display()
            ));
        }
    }
    // Twice as much as it takes: failures keep more evidence.
    let needed = 2 * KB_PER_SCENARIO * schedule.placed.len() as u64;
    match free_kb(&night.file.runs) {
        Some(free) if free < needed => found.against.push(format!(
            "{}: {} MB are free, {} MB are needed: make room with `rig retain`",
            night.file.runs.display(),
            free / 1024,
            needed.div_ceil(1024)
        )),
        Some(_) => {}
        None => found.notes.push("how much room there is on the disk is not known".to_owned()),
    }
    if schedule.placed.is_empty() {
        found.against.push("nothing fits into the hours: see `rig night --plan`".to_owned());
    }
    let out = night.quarantined.notes().iter().map(|note| {
        format!("{note}; `rig night PLAN --clear {}/{}` takes it back", note.bench, note.instrument)
    });
    found.notes.extend(out);
    night.people(schedule, &mut found.notes);
    night.used_up(schedule, &mut found.notes);
    let (left, impossible) = (schedule.left.len(), schedule.impossible.len());
    found.notes.push(format!("done after {}", clock(schedule.makespan())));
    if left + impossible > 0 {
        found.notes.push(format!("{left} scenarios do not fit, {impossible} can run on no bench"));
    }
    found.go = found.against.is_empty();
    let code = if found.go { 0 } else { 4 };
    if json {
        return print_json(&found).map(|()| code);
    }
    print_line(if found.go { "GO" } else { "NO-GO" })?;
    found.against.iter().try_for_each(|line| print_line(&format!("  against  {line}")))?;
    found.notes.iter().try_for_each(|line| print_line(&format!("  note     {line}")))?;
    Ok(code)
}

impl Night {
    /// When a person is needed at a bench.
    fn people(&self, schedule: &Schedule, notes: &mut Vec<String>) {
        let resources = &self.tasks.resources;
        let asks = |one: &usize| resources.names[*one] == crate::bench::TERMINAL;
        for (place, bench) in self.file.benches.iter().enumerate() {
            let with: Vec<_> = schedule.on(place).filter(|one| one.way.resources.iter().any(asks)).collect();
            let (Some(first), Some(last)) = (with.first(), with.iter().map(|one| one.end).max()) else {
                continue;
            };
            let (count, name) = (with.len(), &bench.name);
            notes.push(format!(
                "{name}: a person is needed from {} to {} for {count} scenarios",
                clock(first.begin),
                clock(last)
            ));
        }
    }

    /// Devices, identities and messages that the night uses up.
    fn used_up(&self, schedule: &Schedule, notes: &mut Vec<String>) {
        let mut uses: BTreeMap<String, usize> = BTreeMap::new();
        for placed in &schedule.placed {
            let scenario = &self.scenarios[placed.task];
            scenario.uses.iter().for_each(|used| *uses.entry(used.to_string()).or_default() += 1);
            if scenario.needs.uses(Single::Modem) {
                *uses.entry("a number receives SMS".to_owned()).or_default() += 1;
            }
        }
        notes.extend(uses.into_iter().map(|(what, count)| format!("{count} times: {what}")));
    }
}

/// Free room where `folder` is, or will be, in kilobytes.
fn free_kb(folder: &Path) -> Option<u64> {
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("."));
    let told = Command::new("df").args(["--output=avail", "-k"]).arg(there).output().ok()?;
    String::from_utf8(told.stdout).ok()?.lines().nth(1)?.trim().parse().ok()
}
