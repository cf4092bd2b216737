//! The guide's way to an active code display, step 5 part 3, as moves on a phone. Each move stands where
//! its screen is asked for, and leaves the next screen to be looked at.

use super::{
    Code, Session, StepError, StepResult,
    app::{INSIDE, UNLOCK},
    evidence::DisplayRead,
    memory::Activation,
};
use crate::{bench::DeviceKind, oracle::check::ShownDigits, suite::SideEffect};

/// How far through the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The question of C.3 has been answered: the password of C.6 is asked for.
    Password,
    /// The serial number of C.7 is asked for.
    SerialNumber,
    /// The code of C.8 is asked for.
    Code,
    /// C.9.
    Activated,
}

/// The headings of the screens that ask for something.
pub(crate) const CREATE_PASSWORD: &str = "Create a personal password";
pub(crate) const REPEAT_PASSWORD: &str = "Repeat your personal password";
pub(crate) const ENTER_SERIAL: &str = "Enter the serial number";
pub(crate) const ENTER_CODE: &str = "Enter the 6-digit one-time code";
pub(crate) const QUESTION: &str = "How do you want to authenticate with MitID?";
const DEVICE: &str = "Choose what you want to order/activate";
pub(crate) const HAVE: &str = "Do you have a code display/audio code reader/chip?";
pub(crate) const ACTIVATED: &str =
    "Your MitID code display/audio code reader is now activated and ready to use.";

/// The option of C.2 for a kind of device.
fn selection(kind: DeviceKind) -> &'static str {
    match kind {
        DeviceKind::CodeDisplay => "Select code display",
        DeviceKind::AudioReader => "Select audio code reader",
    }
}

impl Session {
    /// Opens step 5 of the guide: the app asks how one wants to authenticate. An app that is active already
    /// is opened with its PIN.
    pub(crate) fn open_step_5(&mut self, phone: usize) -> StepResult {
        self.phone(phone).reopen()?;
        let locked = self.text(UNLOCK)?;
        if self.look(phone)?.title == locked {
            let pin = self.bench.test_pin.clone();
            self.unlock(phone, &pin)?;
            self.expect(phone, INSIDE, &["Activate MitID"])?;
        } else {
            self.still_shows(phone, "MitID", &["Activate MitID"])?;
        }
        self.tap(phone, "Activate MitID")?;
        self.expect(phone, QUESTION, &[])
    }

    /// A.1, B.2, C.1: chooses `way` on the screen headed `title`, and goes on. The guide names "Next" for some of the ways
    /// only: it is tapped where the screen waits for it.
    pub(crate) fn choose_way(&mut self, phone: usize, way: &str, title: &str) -> StepResult {
        self.expect(phone, title, &[way])?;
        self.tap(phone, way)?;
        let (title, next) = (self.text(title)?, self.text("Next")?);
        let screen = self.look(phone)?;
        let offers = screen.buttons.iter().any(|button| button.label == next && button.enabled);
        if screen.title == title && offers { self.tap(phone, "Next") } else { Ok(()) }
    }

    /// C.2: picks one of the devices.
    pub(crate) fn pick_device(&mut self, phone: usize, device: &str) -> StepResult {
        self.expect(phone, DEVICE, &[device])?;
        self.tap(phone, device)
    }

    /// C.6: creates the password, and repeats it as `repeated`.
    pub(crate) fn create_password(&mut self, phone: usize, password: &str, repeated: &str) -> StepResult {
        self.offer_password(phone, password)?;
        self.expect(phone, REPEAT_PASSWORD, &["Repeat password"])?;
        self.enter(phone, "Repeat password", repeated)?;
        self.tap(phone, "Next")
    }

    /// The first half of C.6.
    pub(crate) fn offer_password(&mut self, phone: usize, password: &str) -> StepResult {
        self.expect(phone, CREATE_PASSWORD, &["Password"])?;
        self.enter(phone, "Password", password)?;
        self.tap(phone, "Next")
    }

    /// C.7: enters a serial number.
    pub(crate) fn enter_serial(&mut self, phone: usize, serial_number: &str) -> StepResult {
        self.expect(phone, ENTER_SERIAL, &["Serial number"])?;
        self.enter(phone, "Serial number", serial_number)?;
        self.tap(phone, "Next")
    }

    /// C.8: enters a code.
    pub(crate) fn enter_code(&mut self, phone: usize, code: &str) -> StepResult {
        self.expect(phone, ENTER_CODE, &["Code"])?;
        self.enter(phone, "Code", code)?;
        self.uses_up(SideEffect::Device)?;
        self.tap(phone, "Next")
    }

    /// Goes through the guide for `device`, as it is documented, as far as `stage`.
    pub(crate) fn go_to(&mut self, phone: usize, device: usize, stage: Stage) -> StepResult {
        self.open_step_5(phone)?;
        self.choose_way(phone, "Code display, audio code reader, or chip", QUESTION)?;
        self.pick_device(phone, selection(self.instruments.devices[device].entry.kind))?;
        self.expect(phone, HAVE, &["Yes, activate"])?;
        self.tap(phone, "Yes, activate")?;
        if stage >= Stage::SerialNumber {
            let password = self.bench.test_password.clone();
            self.create_password(phone, &password, &password)?;
        }
        if stage >= Stage::Code {
            let serial_number = self.instruments.devices[device].entry.serial_number.get_ref().clone();
            self.enter_serial(phone, &serial_number)?;
        }
        if stage >= Stage::Activated {
            let code = self.new_code(device)?;
            self.enter_code(phone, &code.text)?;
            let act = self.memory.last_act;
            self.expect(phone, ACTIVATED, &["OK"])?;
            self.memory.device_activation =
                Some(Activation { act, screen: self.memory.phones[phone].screen });
            self.tap(phone, "OK")?;
            // An app that is active goes back inside.
            let home = if self.memory.activation.is_some() { INSIDE } else { "MitID" };
            self.expect(phone, home, &[])?;
        }
        Ok(())
    }

    /// Goes through the guide for `device` as far as the product lets one: no page says where it stops somebody who has
    /// an active device, or whether it ends that one instead.
    pub(crate) fn try_to_activate(&mut self, phone: usize, device: usize) -> StepResult {
        self.go_to(phone, device, Stage::SerialNumber)?;
        let serial_number = self.instruments.devices[device].entry.serial_number.get_ref().clone();
        self.enter_serial(phone, &serial_number)?;
        let asks = self.text(ENTER_CODE)?;
        if self.look(phone)?.title == asks {
            let code = self.new_code(device)?;
            self.enter_code(phone, &code.text)?;
            self.look(phone)?;
        }
        Ok(())
    }

    /// The last code read.
    pub(crate) fn last_code(&self) -> StepResult<Code> {
        self.memory.codes.read.clone().ok_or_else(|| StepError::Internal("no code was read yet".into()))
    }

    /// The code that was kept.
    pub(crate) fn kept_code(&self) -> StepResult<Code> {
        self.memory.codes.kept.clone().ok_or_else(|| StepError::Internal("no code was kept".into()))
    }

    /// Presses the button and reads the code that comes, by camera. A display that surely shows no six
    /// digits breaks the step's clause; the step's next check says so.
    pub(crate) fn new_code(&mut self, device: usize) -> StepResult<Code> {
        self.avoid_step_end()?;
        let step = self.current_step()?;
        let (press, text) = self.press_and_read(device)?;
        self.memory.leave(DisplayRead(press.into()));
        match text {
            Some(text) => {
                let code = Code { text, step };
                self.memory.codes.read = Some(code.clone());
                Ok(code)
            }
            None => {
                let digits = u8::from(self.bench.profile.totp.digits).into();
                self.judge(ShownDigits { digits }, press)?;
                Err(StepError::Internal("six digits were judged and not read".into()))
            }
        }
    }
}
