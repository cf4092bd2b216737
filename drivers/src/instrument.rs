//! Functions of every instrument, of any kind.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::Result;

/// Every instrument of the bench.
pub trait Instrument {
    /// Its name in the bench file.
    fn name(&self) -> &str;

    /// Who it is, as told by the device itself where it can.
    ///
    /// # Errors
    ///
    /// The instrument cannot be asked: unplugged, silent, or not the one that was opened.
    fn identity(&mut self) -> Result<Identity>;

    /// The positive control: proves, now, that the instrument could see or act. Cheap enough to be called
    /// before every verdict; `Err` names what is wrong with the bench.
    ///
    /// # Errors
    ///
    /// The instrument could not see or act now; the error names what is wrong with the bench.
    fn check(&mut self) -> Result<()>;

    /// Leaves the instrument and what it drives as a person may find it: nothing pressed, nothing held
    /// in reset. Called on every way out, more than once if need be.
    ///
    /// # Errors
    ///
    /// It may not be safe: the instrument did not obey, or cannot be reached.
    fn make_safe(&mut self) -> Result<()>;

    /// How often it has got over the loss of its device by itself since it was opened. Only a driver that tries again
    /// by itself ever does.
    fn recoveries(&self) -> u32 {
        0
    }
}

impl<T: Instrument + ?Sized> Instrument for Box<T> {
    fn name(&self) -> &str {
        (**self).name()
    }

    fn identity(&mut self) -> Result<Identity> {
        (**self).identity()
    }

    fn check(&mut self) -> Result<()> {
        (**self).check()
    }

    fn make_safe(&mut self) -> Result<()> {
        (**self).make_safe()
    }

    fn recoveries(&self) -> u32 {
        (**self).recoveries()
    }
}

/// Who an instrument is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Identity {
    /// The driver that reaches it (as a bench file names it).
    pub driver: String,
    /// Make and model.
    pub model: String,
    /// Its serial number or address; empty where it has none.
    pub serial: String,
    /// Whatever else tells it apart (firmware version, USB location), by name.
    pub detail: BTreeMap<String, String>,
}

impl Identity {
    /// An identity without a serial number or details.
    pub fn new(driver: impl Into<String>, model: impl Into<String>) -> Self {
        Self { driver: driver.into(), model: model.into(), ..Self::default() }
    }
}
