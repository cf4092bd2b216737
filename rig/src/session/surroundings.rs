//! The figures of a phone's QR code: quiet zone and size, measured in some frames.

use drivers::camera::{Surroundings, frames_from};

use super::{Halt, Session, Step};
use crate::oracle::{Check, check::QrSurroundingsReported, decision::Limits, observed::QrSurroundings};

/// How many frames are measured.
const FRAMES: usize = 5;
/// ISO/IEC 18004, 5.3.8: a quiet zone of four modules. Five pixels a module are what readers of codes want.
const QUIET: f64 = 4.0;
const MODULE_PX: f64 = 5.0;

impl Session {
    /// Measures about the code on the phone, and judges what was measured.
    pub(crate) fn judge_surroundings(&mut self, phone: usize) -> Step {
        let view = self.view(phone)?;
        let now = self.clock.now();
        let frames = frames_from(&mut *view.camera.borrow_mut(), &*self.clock, now, FRAMES)?;
        let mut seen = Vec::new();
        for frame in frames {
            let codes = self.read_codes(&view, &frame, view.region).codes;
            let prefix = &self.bench.profile.qr.prefix;
            let code = codes.iter().find(|code| code.payload.starts_with(prefix));
            if let Some(Surroundings { module_px, quiet }) =
                code.and_then(|code| Surroundings::of(&frame, code))
            {
                seen.push(self.keep_look(&view, &frame, QrSurroundings { module_px, quiet })?);
            }
        }
        if seen.is_empty() {
            self.judge_code_readable()?;
            return Err(Halt::Rig("a QR code was judged readable and not read".into()));
        }
        let check = QrSurroundingsReported {
            quiet: Limits::at_least(QUIET),
            module_px: Limits::at_least(MODULE_PX),
            coverage: self.bench.uncertainty.coverage,
        };
        self.judge(&Check::QrSurroundingsReported(check), &seen)
    }
}
