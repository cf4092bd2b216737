//! Every instrument of a bench file, tried out by itself.

use std::{collections::BTreeMap, path::Path, sync::Arc, time::Duration};

use drivers::{DriverError, ErrorKind, Identity, supervised};
use serde::Serialize;

use super::{super::print_line, CliError, Format, print_json};
use crate::bench::{Bench, InstrumentRef, Kind, hardware};

/// How long one instrument may take, from its opening until it is safe again.
const LIMIT: Duration = Duration::from_secs(90);

/// Result for one instrument.
#[derive(Serialize)]
struct Tried {
    name: String,
    driver: String,
    #[serde(flatten)]
    outcome: Outcome,
}

#[derive(Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
enum Outcome {
    Ok {
        model: String,
        #[serde(skip_serializing_if = "String::is_empty")]
        serial: String,
        detail: BTreeMap<String, String>,
    },
    Trouble {
        trouble: String,
        detail: String,
    },
}

/// Tries every instrument of the bench in `file`, and prints a line for each.
pub(super) fn check(file: &Path, format: Format) -> Result<u8, CliError> {
    let bench = Arc::new(Bench::load(file)?);
    if bench.kind == Kind::Simulated {
        let message =
            format!("{}: --bench takes a bench of real devices; this one is simulated", file.display());
        return Err(CliError::Usage(message));
    }
    let mut tried = vec![try_clock(&bench)];
    show(&tried[0], format)?;
    for one in bench.instruments() {
        let next = try_one(&bench, one.at.clone());
        show(&next, format)?;
        tried.push(next);
    }
    if format == Format::Json {
        print_json(&serde_json::json!({ "bench": bench.name, "instruments": tried }))?;
    }
    let well = tried.iter().all(|tried| matches!(tried.outcome, Outcome::Ok { .. }));
    Ok(if well { 0 } else { 4 })
}

fn try_clock(bench: &Bench) -> Tried {
    let told = hardware::utc(bench).map(|utc| {
        let within = format!("{:.3} s", utc.uncertainty.as_secs_f64());
        Identity {
            model: utc.source,
            detail: [("largest error".into(), within)].into(),
            ..Identity::default()
        }
    });
    Tried { name: "clock".into(), driver: "system".into(), outcome: told.into() }
}

fn try_one(bench: &Arc<Bench>, one: InstrumentRef) -> Tried {
    let name = one.name.clone();
    let driver = bench.driver_of(&name).unwrap_or_default().to_owned();
    let on_thread = bench.clone();
    let tried = supervised("doctor", LIMIT, move || one.try_out(&on_thread));
    let tried =
        tried.unwrap_or_else(|why| Err(DriverError::new(&name, ErrorKind::NoAnswer, why.to_string())));
    Tried { name, driver, outcome: tried.into() }
}

impl From<drivers::Result<Identity>> for Outcome {
    fn from(tried: drivers::Result<Identity>) -> Self {
        match tried {
            Ok(Identity { model, serial, detail, .. }) => Self::Ok { model, serial, detail },
            Err(error) => Self::Trouble { trouble: error.trouble.to_string(), detail: error.detail },
        }
    }
}

fn show(tried: &Tried, format: Format) -> Result<(), CliError> {
    match format {
        Format::Json => Ok(()),
        Format::Human => print_line(&line(tried)),
    }
}

fn line(Tried { name, driver, outcome }: &Tried) -> String {
    match outcome {
        Outcome::Ok { model, serial, detail } => {
            let serial = if serial.is_empty() { String::new() } else { format!(" {serial}") };
            let detail: Vec<_> = detail.iter().map(|(key, value)| format!("{key} {value}")).collect();
            let detail = if detail.is_empty() { String::new() } else { format!("; {}", detail.join(", ")) };
            format!("ok       {name} ({driver}): {model}{serial}{detail}")
        }
        Outcome::Trouble { trouble, detail } => format!("trouble  {name} ({driver}): {trouble}: {detail}"),
    }
}
