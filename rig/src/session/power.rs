//! A hand on the supplies of the code devices.

use drivers::{DriverError, ErrorKind};

use super::{Session, StepResult};
use crate::{bench::power_name, oracle::observed::Act, recorder::Handle};

impl Session {
    /// Switches a device's supply on or off; the observation of it.
    pub(crate) fn switch_power(&mut self, device: usize, on: bool) -> StepResult<Handle<Act>> {
        let device = &mut self.instruments.devices[device];
        let name = power_name(device.entry.name.get_ref());
        let Some(power) = &mut device.power else {
            return Err(DriverError::new(name, ErrorKind::NotFound, "no power switch in its supply").into());
        };
        let switched = power.switch(on)?;
        let what = format!("switch the power {}", if on { "on" } else { "off" });
        self.recording.observe(&name, &switched.map(|()| Act { what }))
    }
}
