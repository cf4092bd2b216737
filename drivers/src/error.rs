//! The one error of all drivers: which instrument, what kind of trouble, and the detail in words.

use std::fmt;

/// A driver's result.
pub type Result<T> = std::result::Result<T, DriverError>;

/// The bench failed: never the product's fault, always named by instrument.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{instrument}: {trouble}: {detail}")]
pub struct DriverError {
    /// The instrument's name in the bench file.
    pub instrument: String,
    /// Kind of error.
    pub trouble: ErrorKind,
    /// The attempt and its result.
    pub detail: String,
}

impl DriverError {
    /// An error of `instrument`.
    pub fn new(instrument: impl Into<String>, trouble: ErrorKind, detail: impl Into<String>) -> Self {
        Self { instrument: instrument.into(), trouble, detail: detail.into() }
    }
}

/// Kinds of bench trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// No such device.
    NotFound,
    /// Another program holds it.
    InUse,
    /// It was there, and is gone: a loose cable.
    Unplugged,
    /// It did not answer within its time limit.
    NoAnswer,
    /// It answered something that its protocol does not allow, or refused the request.
    Protocol,
    /// It works, but cannot see: covered, out of focus, out of range.
    CannotSee,
    /// It saw or heard what was asked for, but no longer has it, or not all of it: the rig's machine was too slow.
    Lost,
    /// It is not the device that the bench file names.
    WrongDevice,
    /// A clock that is not synchronised, or was stepped.
    Unsynchronised,
    /// This driver cannot do what was asked.
    Unsupported,
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotFound => "not found",
            Self::InUse => "in use",
            Self::Unplugged => "unplugged",
            Self::NoAnswer => "no answer",
            Self::Protocol => "protocol error",
            Self::CannotSee => "cannot see",
            Self::Lost => "lost",
            Self::WrongDevice => "wrong device",
            Self::Unsynchronised => "unsynchronised",
            Self::Unsupported => "unsupported",
        })
    }
}
