//! Clocks that run while a person thinks: the age of the QR code, the time left of a one-time code and of a temporary PIN.

use std::time::Duration;

use crate::session::Session;

/// A figure of the session, by its name in conditions.
pub type Named = (&'static str, f64);

/// The figures that a condition can name and the session has.
pub fn figures(session: &Session) -> Vec<Named> {
    let now = session.now();
    let mut figures = vec![("time", now.as_nanos() as f64 / 1e9)];
    if let Some(code) = session.memory.qr.shown.first() {
        let age = now.since(code.at).as_secs_f64();
        let [least, _] = session.bench.profile.limits.qr_shown_s;
        figures.extend([("qr.age", age), ("qr.left", least - age)]);
    }
    if let Some(left) = session.memory.codes.read.as_ref().and_then(|code| code_left(session, code.step)) {
        figures.push(("code.left", left));
    }
    if let Some(at) = session.memory.sms.came_at {
        let lifetime = Duration::from_secs(session.bench.profile.temporary_pin.lifetime_s);
        let age = now.since(at).as_secs_f64();
        figures.extend([("pin.age", age), ("pin.left", lifetime.as_secs_f64() - age)]);
    }
    let last = session.recording.last_verdict.iter().flat_map(|verdict| &verdict.measurements);
    if let Some(uncertainty) = last.map(|figure| figure.uncertainty).reduce(f64::max) {
        figures.push(("uncertainty", uncertainty));
    }
    figures
}

/// The names that a condition can name.
pub const NAMES: [&str; 7] = ["time", "qr.age", "qr.left", "code.left", "pin.age", "pin.left", "uncertainty"];

/// The seconds until the one-time code of `step` is no longer the newest one; negative afterwards.
fn code_left(session: &Session, step: u64) -> Option<f64> {
    let unix = session.instruments.clock.utc().ok()?.unix.as_secs_f64();
    let ends = (step + 1) as f64 * session.bench.profile.totp.step_s.get() as f64;
    Some(ends - unix)
}

/// The clocks, for people; one line each.
pub fn lines(session: &Session) -> Vec<String> {
    let figures = figures(session);
    let figure = |name| figures.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
    let mut lines = Vec::new();
    if let (Some(age), Some(left)) = (figure("qr.age"), figure("qr.left")) {
        let [least, most] = session.bench.profile.limits.qr_shown_s;
        let left = left_or_over(left, &format!("of the {least} s that it must last"));
        lines.push(format!("QR code: {age:.1} s old, {left}; it may last {most} s at most"));
    }
    if let Some(left) = figure("code.left") {
        lines.push(format!("one-time code: {}", left_or_over(left, "of its time step")));
    }
    if let Some(left) = figure("pin.left") {
        let lifetime = session.bench.profile.temporary_pin.lifetime_s;
        lines.push(format!("temporary PIN: {}", left_or_over(left, &format!("of its {lifetime} s"))));
    }
    lines
}

fn left_or_over(left: f64, what: &str) -> String {
    if left > 0.0 {
        format!("{left:.1} s left {what}")
    } else {
        format!("{:.1} s past the end {what}", -left)
    }
}
