//! Eyes for the backs of devices: a camera under the glass plate reads the label, a debug probe the number that the
//! chip holds.

use drivers::{
    DriverError, Trouble,
    camera::{CodesSeen, frames_from},
};
use regex::Regex;

use super::{Halt, Session, Step};
use crate::{
    bench::View,
    oracle::observed::{BackLabel, ChipSerial},
    profile::SerialNumber,
};

/// How often label and chip are read: a disagreement counts where a second read confirms it.
const READS: usize = 2;

impl Session {
    /// Reads the label on the back of the device, and what its chip holds where a probe is on it, and keeps the
    /// observations for the step that judges; the number on the label, where all reads agree on one.
    pub(crate) fn read_back(&mut self, device: usize) -> Step<Option<String>> {
        self.pending.clear();
        let mut numbers = Vec::new();
        for _ in 0..READS {
            numbers.push(self.read_label(device)?);
            self.read_chip(device)?;
        }
        numbers.dedup();
        Ok(if let [number] = numbers.as_mut_slice() { number.take() } else { None })
    }

    /// Reads the label once, in the next frame.
    fn read_label(&mut self, device: usize) -> Step<Option<String>> {
        let view = self.devices[device].back.clone();
        let view =
            view.ok_or_else(|| Halt::Rig("no camera sees the back: tag the scenario @label".into()))?;
        let now = self.clock.now();
        let frames = frames_from(&mut *view.camera.borrow_mut(), &*self.clock, now, 1)?;
        let frame = frames.first().ok_or_else(|| Halt::Rig("no frame was tried".into()))?;
        if !self.sees_control(&view, frame) {
            return Err(unseen(&view));
        }
        let seen = self.read_codes(&view, frame, view.region);
        let label = label(seen, &self.bench.profile.serial_number.pattern);
        let number = label.serial_number.clone();
        let observation = self.keep_look(&view, frame, label)?;
        self.pending.push(observation);
        Ok(number)
    }

    /// Reads the serial number that the chip holds, if a debug probe is on the device.
    fn read_chip(&mut self, device: usize) -> Step {
        let address = self.bench.profile.serial_number.chip_address;
        let Some(probe) = &mut self.devices[device].probe else { return Ok(()) };
        let name = probe.name().to_owned();
        let word = probe.read_memory(address, size_of::<u32>())?;
        let short = || DriverError::new(&name, Trouble::Protocol, "fewer bytes than were asked for");
        let number = u32::from_le_bytes(word.value.as_slice().try_into().map_err(|_| short())?);
        let number = Some(number).filter(|number| *number != SerialNumber::NO_NUMBER);
        let observation = self.recorder.observed(&name, &word.map(|_| ChipSerial { number }))?;
        self.pending.push(observation);
        Ok(())
    }
}

/// What the codes in a device's place say of its label.
fn label(seen: CodesSeen, form: &Regex) -> BackLabel {
    let refused = |why: String| BackLabel { serial_number: None, refused: Some(why), control: true };
    match seen.codes.as_slice() {
        [code] if form.is_match(&code.payload) => {
            BackLabel { serial_number: Some(code.payload.clone()), refused: None, control: true }
        }
        [code] => refused(format!("“{}” has not the form of a serial number", code.payload)),
        [] if seen.abandoned => refused("reading it took too long".into()),
        [] => refused("no code was read where the back lies".into()),
        several => refused(format!("there are {} codes where one back lies", several.len())),
    }
}

fn unseen(view: &View) -> Halt {
    let detail = format!("the printed code {:?} is not in view", view.control.payload);
    DriverError::new(view.camera.borrow().name(), Trouble::CannotSee, detail).into()
}

#[cfg(test)]
mod tests {
    use drivers::camera::{QrCode, ReaderKind, geometry::point};

    use super::*;

    fn seen(payloads: &[&str]) -> CodesSeen {
        let code = |payload: &&str| QrCode {
            payload: (*payload).into(),
            corners: [point(0.0, 0.0); 4],
            inverted: false,
            reader: ReaderKind::Rqrr,
            modules: 21,
        };
        CodesSeen { codes: payloads.iter().map(code).collect(), abandoned: false }
    }

    #[test]
    fn only_one_code_of_the_right_form_is_a_serial_number() {
        let form = Regex::new("^[0-9]{9}$").unwrap();
        let number = |payloads: &[&str]| label(seen(payloads), &form);
        assert_eq!(number(&["204815162"]).serial_number.as_deref(), Some("204815162"));
        for refused in [&["20481516"] as &[_], &["2048151621"], &["rig:control"], &["204815162", "1"], &[]] {
            let label = number(refused);
            assert!(label.serial_number.is_none() && label.refused.is_some(), "{refused:?}");
        }
    }
}
