//! The guide's way from one phone to another, step 5 part 2, as moves on both phones.

use std::time::Duration;

use drivers::{BenchTime, DriverError, ErrorKind, Reading};

use super::{
    Session, StepResult,
    app::{AppStage, TEMPORARY_PIN},
    guide::QUESTION,
};

/// The headings of the screens.
const NEW_APP: &str = "Activate new app with QR code";
pub(crate) const MAY_USE_BLUETOOTH: &str = "MitID would like to use Bluetooth";
pub(crate) const SCAN_THIS: &str = "Scan this QR code";
pub(crate) const WELCOME: &str = "Activate your MitID.";
const HOW: &str = "How do you want to activate MitID?";
pub(crate) const SCAN_IT: &str = "Scan the QR code on the old app";
pub(crate) const BOX: &str = "QR code is shown on the old app";
pub(crate) const VIEWFINDER: &str = "Hold the phone up to the QR code";
pub(crate) const USER_ID: &str = "Enter your user ID";
const OTHER_PHONE: &str = "App on another phone/tablet";

impl Session {
    /// B.2 and B.3: asks for the QR code.
    pub(crate) fn ask_for_code(&mut self, old: usize) -> StepResult {
        self.choose_way(old, OTHER_PHONE, QUESTION)?;
        self.show_code(old)
    }

    /// B.3.
    pub(crate) fn show_code(&mut self, old: usize) -> StepResult {
        self.expect(old, NEW_APP, &["Show QR code"])?;
        self.tap(old, "Show QR code")
    }

    /// B.1 to B.5: the old phone shows a code, and the camera has read it. One that cannot be read breaks the
    /// step's clause.
    pub(crate) fn old_phone_shows_code(&mut self, old: usize) -> StepResult {
        self.open_step_5(old)?;
        self.ask_for_code(old)?;
        self.grant_bluetooth(old)?;
        self.code_appears(old)
    }

    /// Answers the phone's question for Bluetooth, where it asks: it does so once for each app.
    pub(crate) fn grant_bluetooth(&mut self, phone: usize) -> StepResult {
        let asks = self.text(MAY_USE_BLUETOOTH)?;
        self.code_is_asked_for()?;
        if self.look(phone)?.title == asks { self.tap(phone, "Allow") } else { Ok(()) }
    }

    /// The camera reads a code on the phone that was asked to show one.
    pub(crate) fn code_appears(&mut self, phone: usize) -> StepResult {
        self.wait_for_code(phone, self.memory.qr.asked_at, self.answer_limit(), None)?;
        self.look(phone)?;
        self.judge_code_readable()
    }

    /// B.6 to B.10: the new phone's scanner is open.
    pub(crate) fn open_scanner(&mut self, new: usize) -> StepResult {
        self.phone(new).reopen()?;
        self.expect(new, WELCOME, &["Get started"])?;
        self.tap(new, "Get started")?;
        self.choose_copy(new, "Copy from another MitID app", "Next")?;
        self.tick_and_scan(new, BOX, "Scan QR code")?;
        self.grant_bluetooth(new)?;
        self.expect(new, VIEWFINDER, &[])
    }

    /// B.8.
    pub(crate) fn choose_copy(&mut self, new: usize, copy: &str, next: &str) -> StepResult {
        self.expect(new, HOW, &[copy])?;
        self.tap(new, copy)?;
        self.tap(new, next)
    }

    /// B.9.
    pub(crate) fn tick_and_scan(&mut self, new: usize, box_label: &str, scan: &str) -> StepResult {
        self.expect(new, SCAN_IT, &[box_label])?;
        let label = self.text(box_label)?;
        self.observe_act(new, format!("tick {label}"))?;
        let done = self.phone(new).set(&label, true)?;
        self.acted(new, done, label)?;
        self.tap(new, scan)
    }

    /// Waits until the scanner has given way to another screen, for as long as it may listen for adverts and
    /// wait for the service.
    pub(crate) fn scanner_answers(&mut self, new: usize) -> StepResult {
        let open = [self.text(VIEWFINDER)?, self.text("Please wait")?];
        let profile = &self.bench.profile;
        let limit = Duration::from_secs_f64(profile.limits.answer_s[1]);
        let deadline = self.now() + Duration::from_secs(profile.ble.patience_s) + limit;
        while open.contains(&self.look(new)?.title) && self.now() < deadline {
            self.wait(Duration::from_millis(100))?;
        }
        Ok(())
    }

    /// A scanner that is still open and has read nothing was shown nothing: the trouble of the `instrument`
    /// that should have shown it a code. A phone that cannot tell is taken at its screen's word.
    fn has_read(&mut self, new: usize, instrument: &str) -> StepResult {
        let open = self.text(VIEWFINDER)?;
        if self.look(new)?.title != open {
            return Ok(());
        }
        match self.phone(new).scanned() {
            Ok(Reading { value: None, .. }) => {
                let detail = "the scanner of the new phone is open and has read no code";
                Err(DriverError::new(instrument, ErrorKind::CannotSee, detail).into())
            }
            Err(error) if error.trouble != ErrorKind::Unsupported => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// B.11: holds the new phone up to the old one until its scanner has answered.
    pub(crate) fn scan_off(&mut self, new: usize, old: usize) -> StepResult {
        let aimed = self.aim_at_phone(new, old)?;
        self.scanner_answers(new)?;
        self.memory.qr.scan_began = aimed;
        let holder = self.instruments.holder()?.name().to_owned();
        self.has_read(new, &holder)
    }

    /// B.11, with a code that the bench's screen shows from now on.
    pub(crate) fn scan_saved(&mut self, new: usize, payload: &str) -> StepResult<BenchTime> {
        let shown = self.show_on_screen(Some(payload))?;
        self.scanner_answers(new)?;
        self.memory.qr.scan_began = shown;
        let screen = self.instruments.screen()?.name().to_owned();
        self.has_read(new, &screen)?;
        Ok(shown)
    }

    /// B.12: enters a user ID.
    pub(crate) fn enter_user_id(&mut self, new: usize, user: &str, next: &str) -> StepResult {
        self.checkmark_goes(new)?;
        self.expect(new, USER_ID, &["Your user ID"])?;
        self.enter(new, "Your user ID", user)?;
        self.tap(new, next)
    }

    /// Waits until the green checkmark has given way to the next screen.
    pub(crate) fn checkmark_goes(&mut self, new: usize) -> StepResult {
        let done = self.text("The QR code is scanned")?;
        let deadline = self.now() + Duration::from_secs_f64(self.bench.profile.limits.answer_s[1]);
        while self.look(new)?.title == done && self.now() < deadline {
            self.wait(Duration::from_millis(100))?;
        }
        Ok(())
    }

    /// Goes through the guide with both phones, as it is documented, until the new phone asks for the
    /// temporary PIN.
    pub(crate) fn copy_app(&mut self, new: usize, old: usize) -> StepResult {
        self.phone(new).reinstall()?;
        self.old_phone_shows_code(old)?;
        self.open_scanner(new)?;
        self.scan_off(new, old)?;
        let user = self.instruments.phones[old].user.clone();
        self.enter_user_id(new, &user, "Next")?;
        self.expect(new, TEMPORARY_PIN, &[])
    }

    /// As [`copy_app`](Self::copy_app), to the end.
    pub(crate) fn copy_app_whole(&mut self, new: usize, old: usize) -> StepResult {
        self.copy_app(new, old)?;
        self.go_on_with_app(new, AppStage::Activated)
    }
}
