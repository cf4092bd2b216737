//! A code device: its entry in a bench file, and its drivers on the bench.

use std::{
    cell::{RefCell, RefMut},
    path::PathBuf,
    rc::Rc,
};

use drivers::{
    DriverError, ErrorKind, Instrument, Result,
    board::BoardLink,
    camera::{Display, DisplayReader, Frame, Region, Sight},
    finger::Finger,
    power::PowerSwitch,
    probe::Probe,
    registry::ConfigError,
};
use serde::Deserialize;
use toml::Spanned;

use super::{SharedCamera, View, ViewEntry, link_name};
use crate::{
    keys::KeyId,
    suite::{DeviceKind, Needs},
};

/// A code display or audio code reader under test, and what reaches it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeviceEntry {
    /// Its name.
    pub name: Spanned<String>,
    /// Its kind.
    pub kind: DeviceKind,
    /// Whether its codes follow a counter (RFC 4226) rather than the time (RFC 6238).
    #[serde(default)]
    pub event_based: bool,
    /// The serial number on its back.
    pub serial_number: Spanned<String>,
    /// The user ID of the person it was issued to.
    pub owner: Spanned<String>,
    /// The id of the test key that the lab gives it; none on a device with a release firmware, which keeps the
    /// key that its factory gave it.
    pub key: Option<Spanned<String>>,
    /// Devices with a release firmware on a simulated bench: the id of the key that the factory gave it. The rig
    /// never reads it.
    pub factory_key: Option<Spanned<String>>,
    /// Real devices: the number of its chip, as its link and a debug probe tell it, in hexadecimal. Another board is
    /// refused.
    pub chip_id: Option<Spanned<String>>,
    /// The serial line that its link protocol is spoken on; none on a sealed device.
    pub link: Option<LinkEntry>,
    /// The debug probe on it, if there is one.
    pub probe: Option<ProbeEntry>,
    /// The actuator of its keys.
    pub finger: FingerEntry,
    /// The switch of its supply, if any.
    pub power: Option<PowerEntry>,
    /// Its display: one of the named ones, or as `rig calibrate --display` found it.
    pub display: Option<Spanned<Display>>,
    /// Where a camera sees it.
    pub view: ViewEntry,
    /// Where a camera under the glass plate sees its back, if one does.
    pub back: Option<ViewEntry>,
}

impl DeviceEntry {
    /// Whether finger, camera and microphone are all that reaches it.
    pub fn is_sealed(&self) -> bool {
        self.link.is_none()
    }

    /// A reader of its display.
    pub(crate) fn reader(&self) -> RefCell<DisplayReader> {
        RefCell::new(DisplayReader::new(self.display.as_ref().map(|display| display.get_ref().clone())))
    }

    /// The number of its chip, where the bench file names it.
    pub(super) fn chip(&self) -> std::result::Result<Option<u64>, ConfigError> {
        let Some(written) = &self.chip_id else { return Ok(None) };
        let digits = written.get_ref();
        let bytes = hex::decode(digits).ok().and_then(|bytes| <[u8; 8]>::try_from(bytes).ok());
        bytes.map(|bytes| Some(u64::from_be_bytes(bytes))).ok_or_else(|| {
            let message = format!("{digits:?} is no chip's number; it has 16 hexadecimal digits");
            ConfigError::new(written, message)
        })
    }

    /// Where a camera sees its back, for a scenario that looks there.
    pub(super) fn back_for(&self, needs: &Needs) -> Option<&ViewEntry> {
        self.back.as_ref().filter(|_| needs.label)
    }

    /// Whether it carries a release firmware, with a key that the lab does not know.
    pub fn is_released(&self) -> bool {
        self.key.is_none()
    }
}

/// A serial line.
#[derive(Clone, Debug, Deserialize)]
pub struct LinkEntry {
    /// The driver.
    pub driver: Spanned<String>,
}

/// A debug probe.
#[derive(Clone, Debug, Deserialize)]
pub struct ProbeEntry {
    /// The driver.
    pub driver: Spanned<String>,
    /// The image of its firmware, relative to the bench file.
    pub firmware: Spanned<PathBuf>,
}

/// An actuator of keys.
#[derive(Clone, Debug, Deserialize)]
pub struct FingerEntry {
    /// The driver.
    pub driver: Spanned<String>,
}

/// A switch of a supply.
#[derive(Clone, Debug, Deserialize)]
pub struct PowerEntry {
    /// The driver.
    pub driver: Spanned<String>,
}

/// A code device and what reaches it.
pub struct DeviceAtBench {
    /// Its entry in the bench file.
    pub entry: DeviceEntry,
    /// Its end of the link protocol; none on a sealed device.
    pub board: Option<Rc<RefCell<BoardLink>>>,
    /// The actuator of its keys.
    pub finger: Box<dyn Finger>,
    /// The camera that sees it.
    pub camera: SharedCamera,
    /// Where in the picture it is.
    pub region: Region,
    /// The reader of its display, which remembers how the lit display looked.
    pub reader: RefCell<DisplayReader>,
    /// Where a camera sees its back, if the scenario has one.
    pub back: Option<View>,
    /// The debug probe on it.
    pub probe: Option<Box<dyn Probe>>,
    /// The switch of its supply.
    pub power: Option<Box<dyn PowerSwitch>>,
}

impl DeviceAtBench {
    /// Its end of the link protocol; an error on a sealed device.
    pub fn link(&self) -> Result<RefMut<'_, BoardLink>> {
        match &self.board {
            Some(board) => Ok(board.borrow_mut()),
            None => Err(self.lacks("a sealed device has no link")),
        }
    }

    /// Reads its display in a `frame` of its camera.
    pub fn read_display(&self, frame: &Frame) -> Sight {
        self.reader.borrow_mut().read(frame, Some(self.region))
    }

    /// The id of the key that the lab gives it; an error on a device that keeps its own.
    pub fn key(&self) -> Result<KeyId> {
        let key = self.entry.key.as_ref();
        key.map(|key| key.get_ref().as_str().into())
            .ok_or_else(|| self.lacks("the lab does not know its key"))
    }

    fn lacks(&self, what: &str) -> DriverError {
        DriverError::new(link_name(self.entry.name.get_ref()), ErrorKind::Unsupported, what)
    }

    /// Calls `act` on the link, the finger, the cameras, the probe and the power switch; the first error is the result, but
    /// every instrument has its turn.
    pub fn each_instrument(&mut self, mut act: impl FnMut(&mut dyn Instrument) -> Result<()>) -> Result<()> {
        let mut first = Ok(());
        if let Some(board) = &self.board {
            first = act(&mut *board.borrow_mut());
        }
        first = first.and(act(&mut *self.finger));
        first = first.and(act(&mut *self.camera.borrow_mut()));
        if let Some(back) = &self.back {
            first = first.and(act(&mut *back.camera.borrow_mut()));
        }
        if let Some(probe) = &mut self.probe {
            first = first.and(act(&mut **probe));
        }
        if let Some(power) = &mut self.power {
            first = first.and(act(&mut **power));
        }
        first
    }
}
