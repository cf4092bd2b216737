//! Eyes for the backs of devices: a camera under the glass plate reads the label, a debug probe the number that the
//! chip holds.

use drivers::{DriverError, ErrorKind, camera::frames_from};

use super::{Session, StepError, StepResult, evidence::LabelRead, view::control_of};
use crate::{
    bench::View,
    oracle::observed::{BackLabel, ChipSerial},
    profile::SerialNumber,
    readings::{note::Look, phone},
    recorder::{Handle, Handles},
};

/// How often label and chip are read: a disagreement counts where a second read confirms it.
const READS: usize = 2;

impl Session {
    /// Reads the label on the back of the device, and what its chip holds where a probe is on it; and the number on the
    /// label, where all reads agree on one.
    pub(crate) fn read_back(&mut self, device: usize) -> StepResult<(LabelRead, Option<String>)> {
        let mut seen = Handles::default();
        let mut numbers = Vec::new();
        for _ in 0..READS {
            let (label, number) = self.read_label(device)?;
            numbers.push(number);
            seen = seen.with(label).with(self.read_chip(device)?);
        }
        numbers.dedup();
        let number = if let [number] = numbers.as_mut_slice() { number.take() } else { None };
        Ok((LabelRead(seen), number))
    }

    /// Reads the label once, in the next frame.
    fn read_label(&mut self, device: usize) -> StepResult<(Handle<BackLabel>, Option<String>)> {
        let view = self.instruments.devices[device].back.clone();
        let view = view
            .ok_or_else(|| StepError::Internal("no camera sees the back: tag the scenario @label".into()))?;
        let now = self.now();
        let frames = frames_from(&mut *view.camera.borrow_mut(), &*self.instruments.clock, now, 1)?;
        let frame = frames.first().ok_or_else(|| StepError::Internal("no frame was tried".into()))?;
        if !self.sees_control(&view, frame) {
            return Err(unseen(&view));
        }
        let (region, control) = (view.region, control_of(&view));
        let pattern = &self.bench.profile.serial_number.pattern;
        let label = phone::back_label(&mut self.memory.qr.reader.of(&view), frame, region, &control, pattern);
        let (number, pattern) = (label.serial_number.clone(), pattern.as_str().to_owned());
        let look = Look::BackLabel { region, control, pattern };
        Ok((self.keep_look(&view, frame, label, look)?, number))
    }

    /// Reads the serial number that the chip holds, if a debug probe is on the device.
    fn read_chip(&mut self, device: usize) -> StepResult<Option<Handle<ChipSerial>>> {
        let address = self.bench.profile.serial_number.chip_address;
        let Some(probe) = &mut self.instruments.devices[device].probe else { return Ok(None) };
        let name = probe.name().to_owned();
        let word = probe.read_memory(address, size_of::<u32>())?;
        let short = || DriverError::new(&name, ErrorKind::Protocol, "fewer bytes than were asked for");
        let number = u32::from_le_bytes(word.value.as_slice().try_into().map_err(|_| short())?);
        let number = Some(number).filter(|number| *number != SerialNumber::NO_NUMBER);
        self.recording.observe(&name, &word.map(|_| ChipSerial { number })).map(Some)
    }
}

fn unseen(view: &View) -> StepError {
    let detail = format!("the printed code {:?} is not in view", view.control.payload);
    DriverError::new(view.camera.borrow().name(), ErrorKind::CannotSee, detail).into()
}
