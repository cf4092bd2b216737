//! The bench's screen, which shows codes to the cameras of phones.

use drivers::{Reading, screen::qr_picture};

use super::{Session, StepResult};
use crate::{
    oracle::observed::{Act, Scan},
    recorder::Handle,
};

impl Session {
    /// Shows `payload` as a QR code on the screen for phones; the moment from which on it shows, and how far that may be off.
    pub(crate) fn show_on_screen(&mut self, payload: Option<&str>) -> StepResult<Reading<()>> {
        let picture = payload.map(qr_picture);
        let shown = self.instruments.screen()?.show(picture.as_ref())?;
        let what = if payload.is_some() { "show the saved code" } else { "show nothing" };
        let name = self.instruments.screen()?.name().to_owned();
        let act = Act { what: what.into() };
        self.recording.observe(&name, &shown.clone().map(|()| act))?;
        Ok(shown)
    }

    /// Keeps that the code `payload` was before the camera of `phone` from `shown` on, and what its screen
    /// has answered now.
    pub(crate) fn observe_scan(
        &mut self,
        phone: usize,
        payload: &str,
        shown: &Reading<()>,
        accepted: Option<bool>,
    ) -> StepResult<Handle<Scan>> {
        let scan = Scan { payload: payload.into(), answered_ns: self.now().as_nanos(), accepted };
        let name = self.phone(phone).name().to_owned();
        self.recording.observe(&name, &Reading::new(shown.at, shown.uncertainty, scan))
    }
}
