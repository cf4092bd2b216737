//! The figures of a phone's QR code: quiet zone and size, measured in some frames.

use drivers::camera::frames_from;

use super::{Session, StepError, StepResult};
use crate::{
    oracle::{check::QrSurroundingsReported, decision::Limits},
    readings::{note::Look, phone},
};

/// How many frames are measured.
const FRAMES: usize = 5;

impl Session {
    /// Measures about the code on the phone, and judges its quiet zone and the size of its modules by these limits.
    pub(crate) fn judge_surroundings(
        &mut self,
        phone: usize,
        quiet: Limits,
        module_px: Limits,
    ) -> StepResult {
        let view = self.instruments.view(phone)?;
        let now = self.now();
        let frames = frames_from(&mut *view.camera.borrow_mut(), &*self.instruments.clock, now, FRAMES)?;
        let mut seen = Vec::new();
        for frame in frames {
            let (region, prefix) = (view.region, self.bench.profile.qr.prefix.clone());
            let measured = phone::surroundings(&mut self.memory.qr.reader.of(&view), &frame, region, &prefix);
            if let Some(measured) = measured {
                seen.push(self.keep_look(
                    &view,
                    &frame,
                    measured,
                    Look::QrSurroundings { region, prefix },
                )?);
            }
        }
        if seen.is_empty() {
            self.judge_code_readable()?;
            return Err(StepError::Internal("a QR code was judged readable and not read".into()));
        }
        let check = QrSurroundingsReported { quiet, module_px, coverage: self.bench.uncertainty.coverage };
        self.judge(check, seen)
    }
}
