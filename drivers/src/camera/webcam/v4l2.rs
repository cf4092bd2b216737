//! A webcam's controls through the library v4l, which nokhwa is built on: nothing here but the calls into it. nokhwa's own
//! calls for controls fail on every camera that groups them, as the kernel's driver for USB webcams does.

use std::{io, path::Path};

use v4l::{
    Device,
    control::{Control as Setting, Value},
};

use super::controls::{Control, Controls};

/// The numbers of controls (linux/v4l2-controls.h).
const fn number(control: Control) -> u32 {
    const USER: u32 = 0x0098_0900;
    const CAMERA: u32 = 0x009a_0900;
    match control {
        Control::WhiteBalanceAuto => USER + 12,
        Control::WhiteBalance => USER + 26,
        Control::ExposureAuto => CAMERA + 1,
        Control::Exposure => CAMERA + 2,
        Control::ExposureBeforeRate => CAMERA + 3,
        Control::Focus => CAMERA + 10,
        Control::FocusAuto => CAMERA + 12,
    }
}

/// The controls of a device, beside its stream.
pub(super) struct OfDevice(Device);

impl OfDevice {
    pub fn open(device: &Path) -> io::Result<Self> {
        Device::with_path(device).map(Self)
    }
}

impl Controls for OfDevice {
    fn get(&mut self, control: Control) -> Result<Option<i64>, String> {
        match self.0.control(number(control)) {
            Ok(Setting { value: Value::Integer(value), .. }) => Ok(Some(value)),
            Ok(Setting { value: Value::Boolean(value), .. }) => Ok(Some(value.into())),
            Ok(Setting { value, .. }) => Err(format!("{control:?} is {value:?}")),
            // EINVAL: the device lacks this control.
            Err(error) if error.kind() == io::ErrorKind::InvalidInput => Ok(None),
            Err(error) => Err(format!("{control:?}: {error}")),
        }
    }

    fn set(&mut self, control: Control, value: i64) -> Result<(), String> {
        let value = match control {
            Control::FocusAuto | Control::WhiteBalanceAuto | Control::ExposureBeforeRate => {
                Value::Boolean(value != 0)
            }
            _ => Value::Integer(value),
        };
        self.0.set_control(Setting { id: number(control), value }).map_err(|error| error.to_string())
    }
}
