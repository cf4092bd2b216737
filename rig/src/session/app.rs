//! The guide's way to an active app, step 5 part 1 and the end of part 2, as moves on a phone. Each move
//! stands where its screen is asked for, and leaves the next screen to be looked at.

use std::time::Duration;

use super::{Session, StepResult, memory::Activation};
use crate::suite::SideEffect;

/// How far through the guide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum AppStage {
    /// The temporary PIN of A.2 is asked for, and has not been received.
    TemporaryPin,
    /// The personal PIN of A.3 is asked for.
    Pin,
    /// The choice of A.4 is offered.
    Biometrics,
    /// The notifications of A.5 are offered.
    Notifications,
    /// A.6, and "OK" was pressed.
    Activated,
}

/// The headings of the screens.
pub(crate) const TEMPORARY_PIN: &str = "Temporary PIN code";
pub(crate) const CREATE_PIN: &str = "Create a personal PIN code";
pub(crate) const REPEAT_PIN: &str = "Repeat your personal PIN code";
pub(crate) const BIOMETRICS: &str = "Do you want to use biometrics?";
pub(crate) const MESSAGES: &str = "Important messages";
pub(crate) const MAY_NOTIFY: &str = "MitID would like to send you notifications";
pub(crate) const APP_ACTIVATED: &str = "Your MitID app is now activated and ready to use.";
pub(crate) const UNLOCK: &str = "Enter your PIN code";
pub(crate) const INSIDE: &str = "Welcome to MitID";
pub(crate) const NEW_USER_ID: &str = "Choose a new user ID";
pub(crate) const NEW_USER_ID_FIELD: &str = "New user ID";
const PROMPT: &str = "Touch the sensor or look at the phone";
const THIS_PHONE: &str = "On this phone";

impl Session {
    /// A.2: enters a temporary PIN.
    pub(crate) fn enter_temporary_pin(&mut self, phone: usize, pin: &str) -> StepResult {
        self.expect(phone, TEMPORARY_PIN, &["Temporary PIN"])?;
        self.enter(phone, "Temporary PIN", pin)?;
        self.tap(phone, "Next")
    }

    /// A.3: creates a personal PIN, and repeats it as `repeated`.
    pub(crate) fn create_pin(&mut self, phone: usize, pin: &str, repeated: &str) -> StepResult {
        self.offer_pin(phone, pin)?;
        self.expect(phone, REPEAT_PIN, &["Repeat PIN code"])?;
        self.enter(phone, "Repeat PIN code", repeated)?;
        self.tap(phone, "Next")
    }

    /// The first half of A.3.
    pub(crate) fn offer_pin(&mut self, phone: usize, pin: &str) -> StepResult {
        self.expect(phone, CREATE_PIN, &["PIN code"])?;
        self.enter(phone, "PIN code", pin)?;
        self.tap(phone, "Next")
    }

    /// A.4: says yes, with the owner's finger, or no.
    pub(crate) fn choose_biometrics(&mut self, phone: usize, wanted: bool) -> StepResult {
        self.expect(phone, BIOMETRICS, &["Fingerprint/Touch ID/Face ID", "Use biometrics", "Not now"])?;
        if !wanted {
            return self.tap(phone, "Not now");
        }
        self.tap(phone, "Use biometrics")?;
        self.expect(phone, PROMPT, &[])?;
        self.phone(phone).biometric(true)?;
        Ok(())
    }

    /// A.5: sets notifications up, and answers the phone's question with `answer`.
    pub(crate) fn set_up_notifications(&mut self, phone: usize, set_up: &str, answer: &str) -> StepResult {
        self.expect(phone, MESSAGES, &[set_up])?;
        self.tap(phone, set_up)?;
        self.expect(phone, MAY_NOTIFY, &["Allow", "Don't allow"])?;
        self.uses_up(SideEffect::App)?;
        self.tap(phone, answer)
    }

    /// Goes through the guide for the app on this phone, as it is documented, as far as `stage`.
    pub(crate) fn activate_app(&mut self, phone: usize, stage: AppStage) -> StepResult {
        self.open_step_5(phone)?;
        self.choose_way(phone, THIS_PHONE, super::guide::QUESTION)?;
        self.go_on_with_app(phone, stage)
    }

    /// Goes on from the screen that asks for the temporary PIN, as far as `stage`.
    pub(crate) fn go_on_with_app(&mut self, phone: usize, stage: AppStage) -> StepResult {
        self.expect(phone, TEMPORARY_PIN, &[])?;
        if stage >= AppStage::Pin {
            self.receive_temporary_pin(phone)?;
            let pin = self.temporary_pin(0)?;
            self.enter_temporary_pin(phone, &pin)?;
        }
        if stage >= AppStage::Biometrics {
            let pin = self.bench.test_pin.clone();
            self.create_pin(phone, &pin, &pin)?;
        }
        if stage >= AppStage::Notifications {
            self.choose_biometrics(phone, false)?;
        }
        if stage >= AppStage::Activated {
            self.set_up_notifications(phone, "Set up notifications", "Allow")?;
            self.is_activated(phone)?;
            self.tap(phone, "OK")?;
        }
        Ok(())
    }

    /// A.6: the app says that it is activated.
    pub(crate) fn is_activated(&mut self, phone: usize) -> StepResult {
        let act = self.memory.last_act;
        self.expect(phone, APP_ACTIVATED, &["OK"])?;
        self.memory.activation = Some(Activation { act, screen: self.memory.phones[phone].screen });
        Ok(())
    }

    /// Opens the activated app with a PIN.
    pub(crate) fn unlock(&mut self, phone: usize, pin: &str) -> StepResult {
        self.phone(phone).reopen()?;
        self.expect(phone, UNLOCK, &["PIN code"])?;
        self.enter(phone, "PIN code", pin)?;
        self.tap(phone, "Next")
    }

    /// Opens the activated app with the owner's finger or face.
    pub(crate) fn unlock_with_biometrics(&mut self, phone: usize) -> StepResult {
        self.phone(phone).reopen()?;
        self.expect(phone, UNLOCK, &["Use fingerprint or face"])?;
        self.tap(phone, "Use fingerprint or face")?;
        self.expect(phone, PROMPT, &[])?;
        self.phone(phone).biometric(true)?;
        Ok(())
    }

    /// A PIN that the profile allows and that is not the one created.
    pub(crate) fn other_pin(&self) -> String {
        let pin = &self.bench.test_pin;
        let all_but_last: String = pin.chars().take(pin.chars().count().saturating_sub(1)).collect();
        let mut others = (0..10).map(|digit| format!("{all_but_last}{digit}"));
        let allowed = |other: &String| other != pin && !self.bench.profile.pin.forbidden.contains(other);
        others.find(allowed).unwrap_or_default()
    }

    /// The longest time that an answer on the screen may take.
    pub(crate) fn answer_limit(&self) -> Duration {
        Duration::from_secs_f64(self.bench.profile.limits.answer_s[1])
    }

    /// The longest time in which the first important message may come.
    pub(crate) fn message_limit(&self) -> Duration {
        Duration::from_secs_f64(self.bench.profile.limits.message_s[1])
    }
}
