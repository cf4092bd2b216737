//! The instruments of one scenario, opened.

use drivers::{Instrument, Result as DriverResult, SharedClock, camera::Region, phone::Phone};

use super::{ControlEntry, DeviceAtBench, OpenSingles, SharedCamera};
use crate::suite::Single;

/// Injects the fault of this name into the bench (`true`), or clears it.
pub type Inject = dyn Fn(&str, bool);

/// The instruments of one scenario, opened.
pub struct Instruments {
    /// The clock that all of them share.
    pub clock: SharedClock,
    /// Code devices: displays first, then readers.
    pub devices: Vec<DeviceAtBench>,
    /// Phones: that of a person who can have no more apps first, where the scenario asks for one.
    pub phones: Vec<PhoneAtBench>,
    /// Single instruments that the scenario uses.
    pub singles: OpenSingles,
    /// Injects faults into the bench; only on a simulated one.
    pub faults: Option<Box<Inject>>,
    /// The names of the product's defects that were reached until now; only a simulated bench has any.
    pub reached: Option<Box<dyn Fn() -> Vec<&'static str>>>,
}

/// A step uses an instrument that the tags of its scenario do not bring.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the scenario has no {what}: tag it @{tag}")]
pub struct NotTagged {
    what: &'static str,
    tag: &'static str,
}

impl NotTagged {
    /// A single instrument.
    pub(super) const fn of(single: Single) -> Self {
        Self { what: single.name(), tag: single.tag() }
    }
}

impl Instruments {
    /// The camera that sees a phone.
    pub(crate) fn view(&self, phone: usize) -> Result<View, NotTagged> {
        self.phones[phone].view.clone().ok_or(NotTagged { what: "camera on the phone", tag: "camera" })
    }

    /// Calls `act` on each single instrument of the scenario; the first error is the result, but every instrument has its
    /// turn.
    pub(crate) fn each_shared(
        &mut self,
        act: impl FnMut(&mut dyn Instrument) -> DriverResult<()>,
    ) -> DriverResult<()> {
        self.singles.all().into_iter().map(act).fold(Ok(()), DriverResult::and)
    }

    /// Leaves every instrument safe; goes on past one that cannot be, and says so at the end.
    pub(crate) fn make_safe(&mut self) -> DriverResult<()> {
        let mut first = Ok(());
        for device in &mut self.devices {
            first = first.and(device.each_instrument(|instrument| instrument.make_safe()));
        }
        for phone in &mut self.phones {
            first = first.and(phone.phone.make_safe());
            if let Some(view) = &phone.view {
                first = first.and(view.camera.borrow_mut().make_safe());
            }
        }
        first.and(self.each_shared(|instrument| instrument.make_safe()))
    }

    /// The seeded defects that the product has executed so far.
    pub(crate) fn executed_defects(&self) -> Vec<&'static str> {
        self.reached.as_ref().map_or_else(Vec::new, |reached| reached())
    }

    /// Injects the fault of this name into the bench (`true`), or clears it, if the bench is simulated. What it has cut or
    /// unplugged stays so.
    pub(crate) fn set_fault(&self, fault: &str, present: bool) {
        if let Some(faults) = &self.faults {
            faults(fault, present);
        }
    }
}

/// A phone and the person who was identified on it.
pub struct PhoneAtBench {
    /// The driver.
    pub phone: Box<dyn Phone>,
    /// The person's user ID.
    pub user: String,
    /// The camera that sees its screen, if the scenario has one.
    pub view: Option<View>,
}

/// Where a camera sees a screen, or a device's back.
#[derive(Clone)]
pub struct View {
    /// The camera.
    pub camera: SharedCamera,
    /// Where in the picture it is.
    pub region: Region,
    /// The printed code in its view.
    pub control: ControlEntry,
}
