//! The guide's way from one phone to another, step 5 part 2, as moves on both phones.

use std::time::Duration;

use drivers::{DriverError, ErrorKind, Reading, holder::Target};

use super::{
    Session, StepResult,
    app::{AppStage, TEMPORARY_PIN},
    guide::QUESTION,
    memory::Activation,
};
use crate::{
    oracle::{check::ScannerReads, observed::Scanned},
    recorder::{Handle, Handles},
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
/// The screens of the wait before an active app is copied (H.12), its box and its button.
pub(crate) const MUST_WAIT: &str = "You can copy your MitID app in 1 hour";
pub(crate) const WAIT_RUNS: &str = "The wait of 1 hour has begun";
pub(crate) const WAIT_BOX: &str = "I want to copy my MitID app myself";
pub(crate) const BEGIN_WAIT: &str = "Begin the wait";
pub(crate) const USER_ID: &str = "Enter your user ID";
const OTHER_PHONE: &str = "App on another phone/tablet";

/// For how long the control code is held before a scanner.
const CONTROL_IS_READ: Duration = Duration::from_secs(5);
/// In how many frames the camera must have read a code that a phone does not read.
const FRAMES_WITH_CODE: u32 = 2;
/// The phone in hand, whose view has the control code.
const PHONE: usize = 0;

/// Where the code is that a phone's scanner has before it.
enum CodeAt<'p> {
    /// On the screen of this phone.
    Phone(usize),
    /// On the bench's screen: its payload.
    Screen(&'p str),
}

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
        self.ask_for_code_afresh(old)?;
        let waits = self.text(MUST_WAIT)?;
        if self.look(old)?.title == waits {
            self.begin_copy_wait(old)?;
            let [_, told] = self.bench.profile.limits.copy_told_s.map(Duration::from_secs_f64);
            self.wait(told)?;
            self.ask_for_code_afresh(old)?;
        }
        self.code_appears(old)
    }

    /// B.1 to B.4: the old phone was asked for a code.
    pub(crate) fn ask_for_code_afresh(&mut self, old: usize) -> StepResult {
        self.open_step_5(old)?;
        self.ask_for_code(old)?;
        self.grant_bluetooth(old)
    }

    /// Begins the wait before the copy of an app that is active, where its screen shows.
    pub(crate) fn begin_copy_wait(&mut self, old: usize) -> StepResult {
        self.tick(old, WAIT_BOX)?;
        self.tap(old, BEGIN_WAIT)?;
        let act = self.memory.last_act;
        self.expect(old, WAIT_RUNS, &[])?;
        self.memory.copy_wait = Some(Activation { act, screen: self.memory.phones[old].screen });
        self.memory.qr.wait_began = self.memory.last_act_at;
        Ok(())
    }

    /// Ticks the box with this label.
    fn tick(&mut self, phone: usize, label: &str) -> StepResult {
        let label = self.text(label)?;
        self.observe_act(phone, format!("tick {label}"))?;
        let done = self.phone(phone).set(&label, true)?;
        self.acted(phone, done, label)
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
        self.tick(new, box_label)?;
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

    /// B.11: holds the new phone up to the old one until its scanner has answered.
    pub(crate) fn scan_off(&mut self, new: usize, old: usize) -> StepResult {
        self.scan(new, &CodeAt::Phone(old)).map(drop)
    }

    /// B.11, with a code that the bench's screen shows from now on.
    pub(crate) fn scan_saved(&mut self, new: usize, payload: &str) -> StepResult<Reading<()>> {
        self.scan(new, &CodeAt::Screen(payload))
    }

    /// Has a code before the new phone's scanner until that has answered; since when.
    ///
    /// A scanner that stays open and has read nothing may have had nothing before it: that is the trouble of what
    /// should have shown the code. If it reads the printed control code there, and then again not this code, the
    /// product breaks the step's clause. A phone that cannot tell what it reads is taken at its screen's word.
    fn scan(&mut self, new: usize, code: &CodeAt) -> StepResult<Reading<()>> {
        let since = self.has_code_before(new, code)?;
        if !self.has_read_none(new, None)? {
            return Ok(since);
        }
        self.look_at_code(code)?;
        let control = self.instruments.view(PHONE)?.control.payload;
        let read = self.control_is_scanned(new, code, &control)?;
        if self.look(new)?.title != self.text(VIEWFINDER)? {
            self.open_scanner(new)?;
        }
        let since = self.has_code_before(new, code)?;
        if self.has_read_none(new, Some(&control))? {
            self.look_at_code(code)?;
            self.judge_unscanned(new, code, control, read)?;
        }
        Ok(since)
    }

    /// Has a code before the new phone's scanner for as long as that may take; since when.
    fn has_code_before(&mut self, new: usize, code: &CodeAt) -> StepResult<Reading<()>> {
        let since = match code {
            CodeAt::Phone(old) => Reading::new(self.aim_at_phone(new, *old)?, Duration::ZERO, ()),
            CodeAt::Screen(payload) => self.show_on_screen(Some(payload))?,
        };
        self.scanner_answers(new)?;
        self.memory.qr.scan_began = since.at;
        Ok(since)
    }

    /// Has the camera look at a code that is on a phone's screen.
    fn look_at_code(&mut self, code: &CodeAt) -> StepResult {
        match code {
            CodeAt::Phone(old) => self.look_once_more(*old),
            CodeAt::Screen(_) => Ok(()),
        }
    }

    /// Whether the scanner is still open and has read nothing, or no more than `control`.
    fn has_read_none(&mut self, new: usize, control: Option<&str>) -> StepResult<bool> {
        let open = self.text(VIEWFINDER)?;
        if self.look(new)?.title != open {
            return Ok(false);
        }
        match self.phone(new).scanned() {
            Ok(read) => Ok(read.value.as_deref() == control || read.value.is_none()),
            Err(error) if error.trouble == ErrorKind::Unsupported => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Has the scanner read the printed control code, at the place of `code`.
    fn control_is_scanned(
        &mut self,
        new: usize,
        code: &CodeAt,
        control: &str,
    ) -> StepResult<Handle<Scanned>> {
        let (instrument, or) = match code {
            CodeAt::Phone(_) => {
                self.aim(new, &Target::Control)?;
                (self.instruments.holder()?.name().to_owned(), "")
            }
            CodeAt::Screen(_) => {
                self.show_on_screen(Some(control))?;
                (self.instruments.screen()?.name().to_owned(), " (or the holder points it elsewhere)")
            }
        };
        let deadline = self.now() + CONTROL_IS_READ;
        loop {
            let read = self.phone(new).scanned()?;
            if read.value.as_deref() == Some(control) {
                return self.observe_scanned(new, read);
            }
            if self.now() >= deadline {
                let detail = format!(
                    "the scanner of the new phone is open, and has read neither the code nor the control code{or}"
                );
                return Err(DriverError::new(&instrument, ErrorKind::CannotSee, detail).into());
            }
            self.wait(Duration::from_millis(100))?;
        }
    }

    /// Judges that the scanner has read the control code, and not the code.
    fn judge_unscanned(
        &mut self,
        new: usize,
        code: &CodeAt,
        control: String,
        read: Handle<Scanned>,
    ) -> StepResult {
        let told = self.phone(new).scanned()?;
        let seen = Handles::from(read).with(self.observe_scanned(new, told)?);
        let (code, frames, seen) = match code {
            CodeAt::Phone(_) => {
                let looks = self.memory.qr.looks.clone();
                (self.shown_code(0)?.payload, FRAMES_WITH_CODE, seen.with(looks))
            }
            CodeAt::Screen(payload) => ((*payload).to_owned(), 0, seen),
        };
        self.judge(ScannerReads { code, control, frames }, seen)
    }

    /// Keeps what a phone's scanner has read last.
    pub(crate) fn observe_scanned(
        &mut self,
        phone: usize,
        told: Reading<Option<String>>,
    ) -> StepResult<Handle<Scanned>> {
        let name = self.phone(phone).name().to_owned();
        self.recording.observe(&name, &told.map(|payload| Scanned { payload }))
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
