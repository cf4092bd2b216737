//! The debugger's lines: where the run stands, screens, pictures, the last verdict.

use std::{fs, path::Path, time::Duration};

use reports::{Measurement, Observation, Verdict};

use super::{acts::now_s, clocks};
use crate::{
    runner::{StepAt, StepEnd},
    session::{Session, StepError},
    suite::PlannedStep,
};

/// Adverts are shown of this time.
const ADVERTS: Duration = Duration::from_secs(10);

/// The step that is next, and the clocks that run.
pub fn place(at: &StepAt<'_>, session: &Session) -> Vec<String> {
    let mut lines =
        vec![format!("[{:.2} s] step {} of {}", now_s(session), at.step + 1, at.scenario.steps.len())];
    lines.extend(at.scenario.steps.get(at.step).map(|step| line('>', step)));
    lines.extend(clocks::lines(session).into_iter().map(|clock| format!("    {clock}")));
    lines
}

/// The whole scenario.
pub fn scenario(at: &StepAt<'_>) -> Vec<String> {
    let attempt = if at.attempt > 1 { format!(", attempt {}", at.attempt) } else { String::new() };
    let mut lines =
        vec![format!("{} ({}:{}{attempt})", at.scenario.name, at.scenario.file, at.scenario.line)];
    let mark = |index| if index == at.step { '>' } else { ' ' };
    lines.extend(at.scenario.steps.iter().enumerate().map(|(index, step)| line(mark(index), step)));
    lines.extend(at.scenario.uses.iter().map(|used| format!("    it uses up: {used}")));
    lines
}

fn line(mark: char, step: &PlannedStep) -> String {
    let clause = step.clause.as_ref().map(|clause| format!(" [{clause}]")).unwrap_or_default();
    format!("{mark} {:>4}  {} {}{clause}", step.line(), step.keyword(), step.text)
}

/// How a step ended.
pub fn end(end: &StepEnd) -> String {
    let reason = end.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
    format!("    {}{reason}", end.outcome)
}

/// Saves a picture of each camera from some time `ago` in `folder`, numbered from `number` on.
///
/// # Errors
/// A camera fails, or a file cannot be written.
pub fn look(
    session: &Session,
    ago: Duration,
    folder: &Path,
    number: &mut u32,
) -> Result<Vec<String>, String> {
    let peeks = session.peek(ago, None).map_err(words)?;
    if peeks.is_empty() {
        return Err("the scenario has no camera".into());
    }
    let failed = |file: &Path, error: std::io::Error| format!("{}: {error}", file.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    let mut lines = Vec::new();
    for peek in peeks {
        *number += 1;
        let file = folder.join(format!("{number:04}-{}.png", peek.camera));
        fs::write(&file, peek.picture()).map_err(|error| failed(&file, error))?;
        let (frame, at) = (peek.frame.number, peek.frame.at.as_nanos() as f64 / 1e9);
        lines.push(format!("{}: frame {frame} at {at:.2} s, {}", peek.camera, file.display()));
        let read = or_none(peek.lines, "nothing was read");
        lines.extend(read.into_iter().map(|line| format!("    {line}")));
    }
    Ok(lines)
}

/// Saves what the microphone took in the last `span`, and tells what is heard in it.
///
/// # Errors
/// There is no microphone, or it fails, or the file cannot be written.
pub fn listen(
    session: &mut Session,
    span: Duration,
    folder: &Path,
    number: &mut u32,
) -> Result<Vec<String>, String> {
    let overheard = session.overhear(span).map_err(words)?;
    let failed = |file: &Path, error: std::io::Error| format!("{}: {error}", file.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    *number += 1;
    let file = folder.join(format!("{number:04}-microphone.wav"));
    fs::write(&file, &overheard.wav).map_err(|error| failed(&file, error))?;
    let mut lines = vec![format!("microphone: {}", file.display())];
    let heard = match overheard.heard {
        Ok(heard) => heard,
        Err(why) => return Ok([lines, vec![format!("    {why}")]].concat()),
    };
    let said = heard.utterances.iter().map(|said| {
        let [from, to] = [said.from_ns, said.to_ns].map(|ns| ns as f64 / 1e9);
        match (&said.words, &said.refused) {
            (Some(words), _) => {
                let (digits, language) = (&words.digits, &words.language);
                format!(
                    "    {from:.2} s to {to:.2} s: {digits:?} in {language}, confidence {:.2}",
                    words.confidence
                )
            }
            (None, why) => format!("    {from:.2} s to {to:.2} s: {}", why.as_deref().unwrap_or("no words")),
        }
    });
    lines.extend(or_none(said.collect(), "    nothing is spoken"));
    Ok(lines)
}

/// Pins the two frames between which a phone or a device changed last, with a note.
///
/// # Errors
/// There is no such phone or device, or a camera fails.
pub fn pin(session: &mut Session, name: Option<&str>) -> Result<Vec<String>, String> {
    let names = session.pinnable();
    if names.is_empty() {
        return Err("the scenario has no camera".to_owned());
    }
    if let Some(name) = name
        && !names.iter().any(|known| known == name)
    {
        return Err(format!("no camera sees {name:?}; there are: {}", names.join(", ")));
    }
    let Some((name, pins)) = session.pin(name).map_err(words)? else {
        return Ok(vec!["nothing has changed in the last minute".to_owned()]);
    };
    let moment = |pin: &crate::session::pin::Pin| {
        let shows = if pin.shows { "with the code" } else { "without it" };
        let at = pin.at.as_nanos() as f64 / 1e9;
        format!("frame {} at {at:.3} s, {shows}: observation {}", pin.number, pin.observation)
    };
    let note = format!("{name}: {}", pins.each_ref().map(moment).join("; "));
    super::acts::note(session, &note).map_err(words)?;
    let line = |pin: &crate::session::pin::Pin| format!("{name}: {}  {}", moment(pin), pin.file);
    Ok(pins.iter().map(line).collect())
}

/// The phones' screens.
///
/// # Errors
/// A phone fails.
pub fn screens(session: &mut Session) -> Result<Vec<String>, String> {
    let mut lines = Vec::new();
    for (phone, screen) in session.peek_screens().map_err(words)? {
        lines.push(format!("{phone}: {}", screen.title));
        lines.extend(screen.texts.iter().map(|text| format!("    {text}")));
        let button = |button: &drivers::phone::Button| {
            format!("    [{}]{}", button.label, if button.enabled { "" } else { " (disabled)" })
        };
        lines.extend(screen.fields.iter().map(|field| format!("    {}: ____", field.label)));
        lines.extend(screen.switches.iter().map(|switch| format!("    ( ) {}", switch.label)));
        lines.extend(screen.buttons.iter().map(button));
    }
    Ok(or_none(lines, "the scenario has no phone"))
}

/// The messages that came.
///
/// # Errors
/// The modem fails, or there is none.
pub fn sms(session: &mut Session) -> Result<Vec<String>, String> {
    let came = session.peek_messages().map_err(words)?;
    let line = |(at, from): (drivers::BenchTime, String)| {
        format!("{:.2} s  from {from}: a temporary PIN ($pin)", at.as_nanos() as f64 / 1e9)
    };
    Ok(or_none(came.into_iter().map(line).collect(), "no message that a step has not taken"))
}

/// The adverts of the app's service.
///
/// # Errors
/// The radio fails, or there is none.
pub fn adverts(session: &mut Session) -> Result<Vec<String>, String> {
    Ok(or_none(session.peek_adverts(ADVERTS).map_err(words)?, "none in the last 10 s"))
}

/// The boards' own word.
///
/// # Errors
/// A board fails.
pub fn boards(session: &Session) -> Result<Vec<String>, String> {
    Ok(or_none(session.peek_boards().map_err(words)?, "the scenario has no board that talks"))
}

/// The last verdict, with its figures.
pub fn why(session: &Session) -> Vec<String> {
    let Some(verdict) = &session.recording.last_verdict else { return vec!["nothing was judged yet".into()] };
    let mut lines = vec![format!("{} {}: {}", verdict.clause, verdict.outcome, verdict.reason)];
    let figures = verdict.measurements.iter();
    lines.extend(figures.map(|figure| format!("    {}: {}", figure.name, measurement(figure))));
    lines.push(format!(
        "    rests on {} observations, by {}",
        verdict.observations.len(),
        verdict.drivers.join(", ")
    ));
    lines
}

/// A figure against its limits.
pub fn measurement(figure: &Measurement) -> String {
    let bound = |bound: Option<f64>| bound.map_or("…".into(), |bound| format!("{bound}"));
    format!(
        "{:.3} ± {:.3} {}, limits {} to {}",
        figure.value,
        figure.uncertainty,
        figure.unit,
        bound(figure.lower),
        bound(figure.upper)
    )
}

/// The neighbours among the last verdict's observations between which a value changes; all of them if none does.
pub fn frames(session: &Session) -> Vec<String> {
    let Some(verdict) = &session.recording.last_verdict else { return vec!["nothing was judged yet".into()] };
    let seen = turning_points(session, verdict);
    seen.iter().map(observation).collect()
}

fn turning_points(session: &Session, verdict: &Verdict) -> Vec<Observation> {
    let mut seen = session.recording.observations(&verdict.observations);
    seen.sort_by_key(|one| one.at_ns);
    let mut turning = Vec::new();
    for (index, one) in seen.iter().enumerate() {
        let alike =
            |other: &&Observation| other.quantity == one.quantity && other.instrument == one.instrument;
        let before = seen[..index].iter().rev().find(alike);
        let after = seen[index + 1..].iter().find(alike);
        if before.into_iter().chain(after).any(|other| other.value != one.value) {
            turning.push(one.clone());
        }
    }
    if turning.is_empty() { seen } else { turning }
}

fn observation(one: &Observation) -> String {
    let file = match &one.evidence {
        Some(evidence) if evidence.offset.is_none() => format!("  {}", evidence.file),
        _ => String::new(),
    };
    format!("{:.3} s  {}  {} {}{file}", one.at_ns as f64 / 1e9, one.instrument, one.quantity, one.value)
}

fn or_none(lines: Vec<String>, none: &str) -> Vec<String> {
    if lines.is_empty() { vec![none.to_owned()] } else { lines }
}

fn words(error: StepError) -> String {
    error.to_string()
}
