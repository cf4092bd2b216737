//! The step functions: what the sentences of the features do.
//!
//! They say which moves make up a step and which check judges it; the moves themselves are the session's,
//! the judging the oracle's. A sentence stands here in every language that a feature of the suite is written in;
//! the texts of screens reach it in English, whatever the feature's language.

use std::{
    convert::Infallible,
    num::{ParseFloatError, ParseIntError},
    str::FromStr,
    time::Duration,
};

use cucumber::Parameter;

use crate::{
    bench::DeviceKind,
    session::{Means, Session, StepError, StepResult, means},
    suite::Instrument,
};

mod app;
mod board;
mod copy;
mod copy_wait;
mod guide;
mod hear;
mod hotp_resync;
mod label;
mod login;
mod look;
mod password;
mod pin;
mod power;
mod prepare;
mod proximity;
mod qr;
pub mod sentences;
mod times;
mod user_id;

/// The phone in hand, and the one beside it.
const PHONE: usize = 0;
const OTHER_PHONE: usize = 1;
/// The code device under test: the scenario's first.
const DEVICE: usize = 0;

/// Which phone a sentence speaks of, written `{where}`: the one in hand where it says nothing.
#[derive(Clone, Copy, Debug, Parameter)]
#[param(name = "where", regex = "(?: on the new phone| on the other phone| på den nye telefon)?")]
struct Where(usize);

impl FromStr for Where {
    type Err = Infallible;
    fn from_str(words: &str) -> Result<Self, Self::Err> {
        Ok(Self(if words.is_empty() { PHONE } else { OTHER_PHONE }))
    }
}

/// Which code device a sentence speaks of, written `{device}`: what it is, and whether it is the other one.
#[derive(Clone, Debug, Parameter)]
#[param(name = "device", regex = "(?:my|a|an|the|another|the other) (?:code display|audio code reader)")]
struct Device {
    kind: DeviceKind,
    other: bool,
}

impl FromStr for Device {
    type Err = Infallible;
    fn from_str(words: &str) -> Result<Self, Self::Err> {
        let reads = words.ends_with("reader");
        let kind = if reads { DeviceKind::AudioReader } else { DeviceKind::CodeDisplay };
        Ok(Self { kind, other: words.contains("other ") })
    }
}

impl Device {
    /// A step that uses it.
    fn used(&self) -> Means {
        means().device(self.kind, self.other)
    }

    /// Its place among the scenario's devices.
    fn of(&self, session: &Session) -> StepResult<usize> {
        let devices = session.instruments.devices.iter().enumerate();
        let mut alike = devices.filter(|(_, device)| device.entry.kind == self.kind);
        let found = alike.nth(self.other.into()).map(|(place, _)| place);
        found.ok_or_else(|| StepError::Internal("the scenario's tags bring no such device".into()))
    }
}

/// The serial number on a device's back, as the bench file has it.
fn serial_number(session: &Session, device: usize) -> String {
    session.instruments.devices[device].entry.serial_number.get_ref().clone()
}

/// A step that uses the code device under test.
fn first_device() -> Means {
    means().uses(Instrument::FirstDevice)
}

/// A number in a sentence, written `{count}`: of four digits at most, so that no time or length that is made
/// of it overflows. A longer one makes the step undefined, before anything is opened.
#[derive(Clone, Copy, Debug, Parameter)]
#[param(name = "count", regex = r"\d{1,4}")]
struct Count(u16);

impl FromStr for Count {
    type Err = ParseIntError;
    fn from_str(digits: &str) -> Result<Self, Self::Err> {
        digits.parse().map(Self)
    }
}

impl Count {
    fn seconds(self) -> Duration {
        Duration::from_secs(self.0.into())
    }

    fn minutes(self) -> Duration {
        self.seconds() * 60
    }

    fn hours(self) -> Duration {
        self.seconds() * 3600
    }
}

/// A time in seconds in a sentence, written `{seconds}`: of four digits before the point at most, as a [`Count`] is.
#[derive(Clone, Copy, Debug, Parameter)]
#[param(name = "seconds", regex = r"\d{1,4}(?:\.\d{1,3})?")]
struct Seconds(Duration);

impl FromStr for Seconds {
    type Err = ParseFloatError;
    fn from_str(figure: &str) -> Result<Self, Self::Err> {
        figure.parse().map(Duration::from_secs_f64).map(Self)
    }
}
