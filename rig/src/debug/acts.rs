//! Acts on the bench by hand. All of them stand in the record.

use std::time::Duration;

use drivers::Reading;

use super::command::ManualAct;
use crate::{
    bench::{Kind, simulated},
    oracle::observed,
    session::{Session, StepError, StepResult},
};

/// The instrument, in the record, of acts by hand.
const BY_HAND: &str = "debugger";

/// Does `act`; a line that says what came of it.
///
/// # Errors
/// The bench has no such thing, or it failed; in words.
pub fn perform(session: &mut Session, act: &ManualAct) -> Result<String, String> {
    match act {
        ManualAct::Tap(label, phone) => {
            let (phone, text) = (phone_at(session, *phone)?, on_screen(session, label));
            let done = tap(session, phone, &text).map_err(words)?;
            Ok(if done {
                format!("tapped {text:?}")
            } else {
                format!("the screen has no {text:?} that can be tapped")
            })
        }
        ManualAct::Enter(label, text, phone) => {
            let (phone, field) = (phone_at(session, *phone)?, on_screen(session, label));
            let typed = session
                .typed(phone, text)
                .map_err(words)?
                .ok_or_else(|| format!("there is no {text} yet"))?;
            keep(session, format!("enter {field} by hand")).map_err(words)?;
            let done = session.phone(phone).enter(&field, &typed).map_err(|error| error.to_string())?;
            Ok(if done {
                format!("typed into {field:?}")
            } else {
                format!("the screen has no field {field:?}")
            })
        }
        ManualAct::Set(label, on, phone) => {
            let (phone, switch) = (phone_at(session, *phone)?, on_screen(session, label));
            keep(session, format!("set {switch} by hand")).map_err(words)?;
            let done = session.phone(phone).set(&switch, *on).map_err(|error| error.to_string())?;
            Ok(if done { format!("set {switch:?}") } else { format!("the screen has no switch {switch:?}") })
        }
        ManualAct::Reopen(phone) => {
            let phone = phone_at(session, *phone)?;
            keep(session, "reopen the app by hand".into()).map_err(words)?;
            session.phone(phone).reopen().map_err(|error| error.to_string())?;
            Ok("the app was left and opened again".into())
        }
        ManualAct::Press(keys, device) => {
            let device = device.checked_sub(1).filter(|device| *device < session.instruments.devices.len());
            let device = device.ok_or_else(|| {
                format!("the scenario has {} code devices", session.instruments.devices.len())
            })?;
            session.press_keys(device, keys).map_err(words)?;
            Ok("pressed, and the contact was felt".into())
        }
        ManualAct::Advance(span) => {
            session.wait(*span).map_err(words)?;
            Ok(format!("{} later: {:.2} s on the bench clock", in_words(*span), now_s(session)))
        }
        ManualAct::Inject(name) | ManualAct::Mend(name) => {
            fault(session, name, matches!(act, ManualAct::Inject(_)))
        }
    }
}

fn tap(session: &mut Session, phone: usize, text: &str) -> StepResult<bool> {
    session.observe_act(phone, format!("tap {text} by hand"))?;
    Ok(session.phone(phone).tap(text)?)
}

fn fault(session: &mut Session, name: &str, present: bool) -> Result<String, String> {
    only_simulated(session)?;
    let known = simulated::faults();
    if !known.iter().any(|fault| fault.name == name) {
        let names: Vec<_> = known.iter().map(|fault| fault.name).collect();
        return Err(format!("unknown fault {name:?}; accepted: {}", names.join(", ")));
    }
    let what = if present { "injected" } else { "cleared" };
    keep(session, format!("{name} {what} by hand")).map_err(words)?;
    session.instruments.set_fault(name, present);
    Ok(format!("{name} {what}"))
}

/// An error on a bench of real devices.
pub fn only_simulated(session: &Session) -> Result<(), String> {
    match session.bench.kind {
        Kind::Simulated => Ok(()),
        Kind::Hardware => Err("that is for a simulated bench; this one is made of real devices".into()),
    }
}

/// Keeps something that was done by hand.
pub fn keep(session: &Session, what: String) -> StepResult {
    let act = Reading::new(session.now(), Duration::ZERO, observed::Act { what });
    session.recording.observe(BY_HAND, &act)?;
    Ok(())
}

/// Keeps a note.
pub fn note(session: &Session, text: &str) -> StepResult {
    let note = observed::OperatorNote { text: text.to_owned() };
    session.recording.observe(BY_HAND, &Reading::new(session.now(), Duration::ZERO, note))?;
    Ok(())
}

/// The text of the screen for the guide's `label`, or `label` itself.
fn on_screen(session: &Session, label: &str) -> String {
    session.text(label).unwrap_or_else(|_| label.to_owned())
}

fn phone_at(session: &Session, number: usize) -> Result<usize, String> {
    let phone = number.checked_sub(1).filter(|phone| *phone < session.instruments.phones.len());
    phone.ok_or_else(|| format!("the scenario has {} phones", session.instruments.phones.len()))
}

fn words(error: StepError) -> String {
    error.to_string()
}

/// The bench clock, in seconds.
pub fn now_s(session: &Session) -> f64 {
    session.now().as_nanos() as f64 / 1e9
}

fn in_words(span: Duration) -> String {
    format!("{} s", span.as_secs_f64())
}
