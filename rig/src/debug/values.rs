//! Named values of a session, for faces that show them in lists.

use std::time::Duration;

use reports::masked;

use super::{Topic, Variable, clocks, shows};
use crate::session::{Session, StepError};

/// How many of the last observations are shown.
const NEWEST: usize = 100;

/// The values of `topic`.
///
/// # Errors
/// An instrument fails; in words.
pub fn of(session: &mut Session, topic: Topic) -> Result<Vec<Variable>, String> {
    match topic {
        Topic::Screens => screens(session),
        Topic::Cameras => cameras(session),
        Topic::Observations => Ok(observations(session)),
        Topic::Measurements => Ok(measurements(session)),
        Topic::Memory => Ok(memory(session)),
        Topic::Instruments => instruments(session),
    }
}

/// The figure with this name.
///
/// # Errors
/// There is no such figure, or not yet.
pub fn figure(session: &Session, name: &str) -> Result<Variable, String> {
    let known = clocks::NAMES.contains(&name);
    let figures = clocks::figures(session);
    match figures.into_iter().find(|(one, _)| *one == name) {
        Some((name, value)) => Ok(plain(name, format!("{value:.2} s"))),
        None if known => Err(format!("there is no {name} yet")),
        None => Err(format!("{name:?} names no figure; there are: {}", clocks::NAMES.join(", "))),
    }
}

/// The picture of a camera, with what the readers see in it.
///
/// # Errors
/// The scenario has no such camera, or it fails.
pub fn picture(session: &Session, camera: &str) -> Result<Vec<u8>, String> {
    let peeks = session.peek(Duration::ZERO, Some(camera)).map_err(words)?;
    peeks.first().map(|peek| peek.picture()).ok_or_else(|| format!("the scenario has no camera {camera:?}"))
}

/// The names of the scenario's cameras.
pub fn camera_names(session: &Session) -> Vec<String> {
    let devices = session.instruments.devices.iter().map(|device| device.camera.borrow().name().to_owned());
    let views = session.instruments.phones.iter().filter_map(|phone| phone.view.as_ref());
    let mut names: Vec<String> =
        devices.chain(views.map(|view| view.camera.borrow().name().to_owned())).collect();
    names.sort();
    names.dedup();
    names
}

fn screens(session: &mut Session) -> Result<Vec<Variable>, String> {
    let seen = session.peek_screens().map_err(words)?;
    let screen = |(phone, screen): (String, drivers::phone::Screen)| {
        let texts = screen.texts.iter().map(|text| plain("text", text.clone()));
        let fields = screen.fields.iter().map(|field| plain("field", field.label.clone()));
        let switches = screen.switches.iter().map(|switch| plain("switch", switch.label.clone()));
        let buttons = screen.buttons.iter().map(|button| {
            plain(if button.enabled { "button" } else { "button, disabled" }, button.label.clone())
        });
        let parts = texts.chain(fields).chain(switches).chain(buttons).collect();
        Variable { name: phone, value: screen.title.clone(), parts }
    };
    Ok(seen.into_iter().map(screen).collect())
}

fn cameras(session: &Session) -> Result<Vec<Variable>, String> {
    let peeks = session.peek(Duration::ZERO, None).map_err(words)?;
    let camera = |peek: crate::session::peek::Peek| {
        let seen = peek.lines.iter().map(|line| match line.split_once(": ") {
            Some((what, seen)) => plain(what, seen.to_owned()),
            None => plain("seen", line.clone()),
        });
        let value = format!("frame {}", peek.frame.number);
        Variable { name: peek.camera.clone(), value, parts: seen.collect() }
    };
    Ok(peeks.into_iter().map(camera).collect())
}

fn observations(session: &Session) -> Vec<Variable> {
    let seen = session.recording.newest(NEWEST);
    let line = |one: reports::Observation| {
        let at = one.at_ns as f64 / 1e9;
        let value = masked(&format!("{at:.3} s, {} {}", one.instrument, one.value)).into_owned();
        plain(&format!("{} {}", one.id, one.quantity), value)
    };
    seen.into_iter().map(line).collect()
}

fn measurements(session: &Session) -> Vec<Variable> {
    let Some(verdict) = &session.recording.last_verdict else { return Vec::new() };
    let figures = verdict.measurements.iter().map(|figure| plain(&figure.name, shows::measurement(figure)));
    let judged = plain(&verdict.clause, format!("{}: {}", verdict.outcome, masked(&verdict.reason)));
    std::iter::once(judged).chain(figures).collect()
}

fn memory(session: &Session) -> Vec<Variable> {
    let figures = clocks::figures(session).into_iter();
    let mut known: Vec<Variable> =
        figures.map(|(name, value)| plain(name, format!("{value:.2} s"))).collect();
    known.push(plain("QR codes read", session.memory.qr.shown.len().to_string()));
    let code = if session.memory.codes.read.is_some() { "read" } else { "none yet" };
    known.push(plain("one-time code", code.to_owned()));
    let used = session.side_effects().into_iter();
    known.extend(used.map(|(step, what)| plain(&format!("used up by step {}", step + 1), what.to_string())));
    known
}

fn instruments(session: &mut Session) -> Result<Vec<Variable>, String> {
    let mut names = Vec::new();
    let mut add = |instrument: &mut dyn drivers::Instrument| {
        names.push(instrument.name().to_owned());
        Ok(())
    };
    for device in &mut session.instruments.devices {
        device.each_instrument(&mut add).map_err(|error| error.to_string())?;
    }
    session.instruments.each_shared(&mut add).map_err(|error| error.to_string())?;
    names.extend(session.instruments.phones.iter().map(|phone| phone.phone.name().to_owned()));
    names.extend(camera_names(session));
    names.sort();
    names.dedup();
    let driver = |name: String| {
        let driver = session.bench.driver_of(&name).unwrap_or("of its device").to_owned();
        plain(&name, driver)
    };
    Ok(names.into_iter().map(driver).collect())
}

fn plain(name: &str, value: String) -> Variable {
    Variable { name: name.to_owned(), value, parts: Vec::new() }
}

fn words(error: StepError) -> String {
    error.to_string()
}
