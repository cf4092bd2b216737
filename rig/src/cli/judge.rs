//! `rig judge`: a run is judged again, offline: its readings are made again from its evidence, and the oracle judges
//! those. Nothing but the run's folder is read.

use std::{collections::BTreeSet, path::PathBuf};

use clap::Args;
use reports::{Event, Journal, Measurement, Outcome, Secrets, Summary, Verdict};
use serde::Serialize;

use super::{CliError, Format, RunFolder, journal, print_json, print_line};
use crate::{
    bad_input::BadInput,
    keys::{Key, KeyRing},
    oracle::{
        self, Check, Context, Judgement,
        observed::{Observed, SealedKey},
    },
    readings::all::{Differing, Readings},
};

#[derive(Serialize)]
struct Judged {
    verdicts: usize,
    changed: Vec<Changed>,
    outcome: Outcome,
    /// Number of readings made again from the evidence; `None` if the recorded ones were trusted.
    readings: Option<usize>,
    /// Readings that are not those recorded.
    differ: Vec<Differing>,
    /// Evidence that is missing, or not what was kept; and a chain that ends otherwise.
    broken: Vec<String>,
    /// Verdicts that cannot be judged again, since their evidence was deleted when its time was over.
    not_rereadable: usize,
}

/// A verdict that reads differently today.
#[derive(Serialize)]
struct Changed {
    scenario: String,
    clause: String,
    step: u32,
    was: Outcome,
    is: Outcome,
    reason: String,
}

#[derive(Clone, Debug, Args)]
pub(super) struct JudgeArgs {
    /// A bench file whose keys the codes are checked with, instead of those that the run sealed.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// Judge the readings as they are recorded, without a look at the evidence.
    #[arg(long)]
    trust_readings: bool,
    /// The hash of the journal's last line, as the run printed it at its end.
    #[arg(long, value_name = "HASH")]
    head: Option<String>,
    #[command(flatten)]
    folder: RunFolder,
}

/// `rig judge`.
pub(super) fn judge(args: &JudgeArgs) -> Result<u8, CliError> {
    let journal = journal::read(&args.folder.run)?;
    let keys = keys(args, &journal)?;
    let readings = if args.trust_readings { Readings::recorded(&journal) } else { Readings::again(&journal) };
    let mut judged = verdicts(&journal, &readings, &Context { keys: &keys })?;
    judged.readings = (!args.trust_readings).then_some(readings.made_again);
    let mut altered = readings.is_altered();
    (judged.differ, judged.broken) = (readings.differ, readings.broken);
    if let Some(head) = args.head.as_ref().filter(|head| !head.eq_ignore_ascii_case(journal.chain_head())) {
        judged
            .broken
            .push(format!("the journal's chain ends with {}, not with {head}", journal.chain_head()));
        altered = true;
    }
    print(&judged, args.folder.format.format)?;
    let code = if altered { Outcome::Error } else { judged.outcome }.exit_code();
    journal::unless_torn(&journal, code)
}

/// The keys that codes are checked with: those that the run sealed, unless a bench file is named.
fn keys(args: &JudgeArgs, journal: &Journal) -> Result<KeyRing, CliError> {
    if let Some(file) = &args.bench {
        return Ok(crate::bench::Bench::load(file)?.keys.clone());
    }
    let secrets = Secrets::read(journal.run_dir()).map_err(|error| match error {
        reports::Error::Journal { file, line, what } => BadInput::in_line(&file, line, what),
        other => BadInput::new(journal.run_dir(), other.to_string()),
    })?;
    let mut keys = KeyRing::default();
    for entry in journal.entries() {
        let Event::Observed(observation) = &entry.event else { continue };
        let secret = observation.sealed.as_ref().and_then(|sealed| secrets.get(sealed));
        if let Some(secret) = secret.filter(|_| observation.quantity == SealedKey::QUANTITY)
            && let Ok(SealedKey { id }) = serde_json::from_value(observation.value.clone())
        {
            keys.insert(id, Key::new(secret));
        }
    }
    Ok(keys)
}

/// Judges every verdict of the journal again, on `readings`.
fn verdicts(journal: &Journal, readings: &Readings, context: &Context) -> Result<Judged, CliError> {
    let clauses = journal.head().clauses.iter().filter(|clause| clause.is_reported());
    let reported: BTreeSet<&str> = clauses.map(|clause| clause.id.as_str()).collect();
    let mut judged = Judged {
        verdicts: 0,
        changed: Vec::new(),
        outcome: unjudged(journal),
        readings: None,
        differ: Vec::new(),
        broken: Vec::new(),
        not_rereadable: 0,
    };
    for (place, (scenario, entries)) in journal.scenarios().enumerate() {
        let verdicts = entries.iter().filter_map(|entry| match &entry.event {
            Event::Judged(verdict) => Some(verdict),
            _ => None,
        });
        for verdict in verdicts {
            if verdict.observations.iter().any(|&number| readings.deleted.contains(&(place, number))) {
                judged.not_rereadable += 1;
                judged.outcome = judged.outcome.max(Outcome::Inconclusive);
                continue;
            }
            let seen = verdict.observations.iter();
            let seen: Vec<_> = seen.filter_map(|&id| readings.observations[place].get(id as usize)).collect();
            let again = oracle::judge(&check_of(verdict)?, &seen, context);
            judged.verdicts += 1;
            if !reported.contains(verdict.clause.as_str()) {
                judged.outcome = judged.outcome.max(again.outcome);
            }
            if differs(verdict, &again) {
                judged.changed.push(Changed {
                    scenario: scenario.name.clone(),
                    clause: verdict.clause.clone(),
                    step: verdict.step,
                    was: verdict.outcome,
                    is: again.outcome,
                    reason: again.reason,
                });
            }
        }
    }
    Ok(judged)
}

/// Whether a verdict came out otherwise. Figures are compared as a journal holds them.
fn differs(verdict: &Verdict, again: &Judgement) -> bool {
    let figures = serde_json::to_string(&again.measurements).unwrap_or_default();
    let same = serde_json::from_str::<Vec<Measurement>>(&figures)
        .is_ok_and(|figures| figures == verdict.measurements);
    again.outcome != verdict.outcome || again.reason != verdict.reason || !same
}

/// Outcome of the parts without a verdict, which judging again does not change: the bench failed, or a
/// planned part was not reached.
fn unjudged(journal: &Journal) -> Outcome {
    let summary = Summary::new(journal);
    let clauses = summary.clauses.iter().filter_map(|clause| clause.outcome.judged());
    let outcomes = clauses.chain(summary.scenarios.iter().map(|scenario| scenario.outcome));
    let cut_short = summary.incomplete.as_ref().map(|_| Outcome::NotRun);
    let left =
        outcomes.filter(|outcome| matches!(outcome, Outcome::NotRun | Outcome::Error)).chain(cut_short);
    left.max().unwrap_or(Outcome::Pass)
}

fn check_of(verdict: &Verdict) -> Result<Check, CliError> {
    serde_json::from_value(verdict.check.clone()).map_err(|error| {
        CliError::Usage(format!("the journal's check of {} is not one of this rig: {error}", verdict.clause))
    })
}

fn print(judged: &Judged, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(judged);
    }
    for changed in &judged.changed {
        let Changed { scenario, clause, was, is, reason, .. } = changed;
        print_line(&format!("{clause}: was {was}, is {is}: {reason} ({scenario})"))?;
    }
    for Differing { scenario, observation, recorded, read, .. } in &judged.differ {
        print_line(&format!(
            "observation {observation}: recorded {recorded}, read again {read} ({scenario})"
        ))?;
    }
    for broken in &judged.broken {
        print_line(broken)?;
    }
    let (verdicts, changed, outcome) = (judged.verdicts, judged.changed.len(), judged.outcome);
    let readings = match judged.readings {
        None => "the recorded readings were trusted".to_owned(),
        Some(readings) => format!("{readings} readings made again, {} differ", judged.differ.len()),
    };
    print_line(&format!("{outcome}: {verdicts} verdicts judged again, {changed} changed; {readings}"))?;
    match judged.not_rereadable {
        0 => Ok(()),
        verdicts => print_line(&format!("{verdicts} more are not re-readable: their evidence was deleted")),
    }
}
