//! `rig judge`: a run is judged again from its evidence.

use std::path::PathBuf;

use clap::Args;
use reports::Journal;

use super::{CliError, Format, RunFolder, journal, print_json, print_line};
use crate::{
    bad_input::BadInput,
    bench::Bench,
    judging::{self, Changed, Judged, Terms, Versions},
    readings::all::Differing,
};

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
    let keys = args.bench.as_ref().map(|file| Bench::load(file)).transpose()?.map(|bench| bench.keys);
    let inspection = journal.inspect().map_err(|error| unsealed(&journal, error))?;
    let terms =
        Terms { keys, trust_readings: args.trust_readings, head: args.head.clone(), ..Terms::default() };
    let judged =
        judging::again(&journal, &inspection, &terms).map_err(|error| CliError::Usage(error.to_string()))?;
    print(&judged, args.folder.format.format)?;
    journal::unless_torn(&journal, judged.outcome.exit_code())
}

/// A sealed file that cannot be used.
pub(super) fn unsealed(journal: &Journal, error: reports::Error) -> BadInput {
    match error {
        reports::Error::Journal { file, line, what } => BadInput::in_line(&file, line, what),
        other => BadInput::new(journal.run_dir(), other.to_string()),
    }
}

/// The result, then each place that is not as it was recorded.
fn print(judged: &Judged, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(judged);
    }
    print_line(&result(judged))?;
    let Versions { recorded, now } = &judged.readers;
    if judged.readings.is_some() && recorded != now {
        let recorded = if recorded.is_empty() { "an unknown version" } else { recorded };
        print_line(&format!(
            "the readings were made by readers of {recorded}, and again by readers of {now}: a reading that differs may be \
             theirs"
        ))?;
    }
    for Changed { scenario, clause, was, is, reason, .. } in &judged.changed {
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
    if let Some(why) = &judged.incomplete {
        print_line(&format!("incomplete: {why}"))?;
    }
    match judged.not_rereadable {
        0 => Ok(()),
        verdicts => print_line(&format!("{verdicts} more are not re-readable: their evidence was deleted")),
    }
}

/// The outcome that the command exits with, and the figures behind it.
fn result(judged: &Judged) -> String {
    let (outcome, verdicts, changed) = (judged.outcome, judged.verdicts, judged.changed.len());
    let why = if judged.is_altered() {
        let (is, broken) = (judged.verdicts_outcome, judged.broken.len());
        format!("the record is not as it was written: {broken} places are broken; its verdicts: {is}; ")
    } else {
        String::new()
    };
    let readings = match judged.readings {
        None => "the recorded readings were trusted".to_owned(),
        Some(readings) => format!("{readings} readings made again, {} differ", judged.differ.len()),
    };
    format!("{outcome}: {why}{verdicts} verdicts judged again, {changed} changed; {readings}")
}
