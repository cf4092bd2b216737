//! The holder of the phones: turns their cameras to something, and carries them about.

use crate::{
    Instrument, Reading, Result,
    operator::OperatorKeys,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod operator;

pub use operator::OperatorHolder;

/// Every way to hold phones.
pub const DRIVERS: &[Driver<dyn Holder>] = &[Driver::of::<OperatorKeys>()];

impl Kind for dyn Holder {
    const DRIVER: &'static str = "driver of a holder";
    type With<'a> = ();
}

/// Targets for a phone's camera.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// The screen of the phone with this name.
    Phone(String),
    /// The bench's screen.
    Screen,
    /// The printed control code, in the view of the camera over the phones.
    Control,
    /// Nothing that holds a code.
    Away,
}

/// Where a phone is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// On the bench, beside the others.
    Bench,
    /// Far off: its adverts come in, but weakly.
    Far,
    /// Out of radio range.
    OutOfRange,
}

/// A turntable, a robot or a person.
pub trait Holder: Instrument {
    /// Points the camera of `phone` at `target`; stamped with the moment from which on it is so.
    ///
    /// # Errors
    ///
    /// `NotFound` where it holds no such phone, else what is wrong with the holder.
    fn aim(&mut self, phone: &str, target: &Target) -> Result<Reading<()>>;

    /// Carries `phone` to `place`; stamped with the moment of arrival.
    ///
    /// # Errors
    ///
    /// As [`Holder::aim`].
    fn place(&mut self, phone: &str, place: Place) -> Result<Reading<()>>;
}
