//! The app on a phone, from biometrics to use.

use std::time::Duration;

use cucumber::{given, then, when};
use drivers::{BenchTime, Reading};

use super::{PHONE, Where};
use crate::{
    oracle::{
        check::{MessageArrived, ScreenShows},
        decision::{COVERAGE, Limits},
        observed::Notifications,
    },
    recorder::Handles,
    session::{
        Evidence::{Activation, DeviceActivation, TemporaryPin, Unlocking},
        Means, Scene, Session, StepResult,
        app::{APP_ACTIVATED, AppStage, BIOMETRICS, INSIDE, MAY_NOTIFY, MESSAGES, UNLOCK},
        means,
    },
    suite::{Instrument, PhoneSkill, Single},
};

/// What not every phone can do.
const FINGER: Instrument = Instrument::Skill(PhoneSkill::Finger);
pub(super) const NOTIFICATIONS: Instrument = Instrument::Skill(PhoneSkill::Notifications);

/// The notification that is not the app's: the positive control.
const CONTROL: &str = "rig: control";
/// How often the notifications are looked at while one is waited for.
const LOOK: Duration = Duration::from_secs(2);
/// The important message that follows an activation.
const ACTIVATED_MESSAGE: &str = "A MitID app was activated for you.";
/// The message that follows the activation of a code device.
const DEVICE_MESSAGE: &str = "A MitID code display/audio code reader was activated for you.";

/// A step that goes through the guide beyond the temporary PIN.
fn with_temporary_pin() -> Means {
    means().on(PHONE).uses(Single::Modem).gives(TemporaryPin)
}

#[given(expr = "the guide followed on this phone as far as the biometrics")]
fn as_far_as_biometrics(scene: &mut Scene) {
    scene.step(with_temporary_pin(), |session| session.activate_app(PHONE, AppStage::Biometrics));
}

#[given(expr = "the guide followed on this phone as far as the notifications")]
fn as_far_as_notifications(scene: &mut Scene) {
    scene.step(with_temporary_pin(), |session| session.activate_app(PHONE, AppStage::Notifications));
}

#[given("my app is activated on this phone")]
fn activated(scene: &mut Scene) {
    scene.step(with_temporary_pin().gives(Activation), |session| {
        session.activate_app(PHONE, AppStage::Activated)
    });
}

#[when(expr = "I choose not to use biometrics{where}")]
#[when(expr = "jeg vælger ikke at bruge biometri{where}")]
fn decline_biometrics(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).shows(&[BIOMETRICS]), |session| {
        session.choose_biometrics(at.0, false)?;
        session.expect(at.0, MESSAGES, &[])
    });
}

#[when(expr = "I choose to use biometrics{where}")]
fn accept_biometrics(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0).uses(FINGER).shows(&[BIOMETRICS]), |session| {
        session.choose_biometrics(at.0, true)?;
        session.expect(at.0, MESSAGES, &[])
    });
}

#[when("a stranger shows a finger or face where biometrics are chosen")]
fn stranger(scene: &mut Scene) {
    scene.step(means().on(PHONE).uses(FINGER), |session| {
        session.expect(PHONE, BIOMETRICS, &["Use biometrics"])?;
        session.tap(PHONE, "Use biometrics")?;
        session.expect(PHONE, "Touch the sensor or look at the phone", &[])?;
        session.phone(PHONE).biometric(false)?;
        Ok(())
    });
}

#[when(expr = "I tap {string} and then {string}{where}")]
#[when(expr = "jeg trykker {string} og derefter {string}{where}")]
fn set_up_notifications(scene: &mut Scene, set_up: String, answer: String, at: Where) {
    scene.step(means().on(at.0).gives(Activation).shows(&[&set_up, &answer]), |session| {
        session.set_up_notifications(at.0, &set_up, &answer)?;
        session.is_activated(at.0)
    });
}

#[when(expr = "I tap {string} and then {string}, and the service decides")]
fn try_to_activate(scene: &mut Scene, set_up: String, answer: String) {
    scene.step(means().on(PHONE), |session| {
        session.set_up_notifications(PHONE, &set_up, &answer)?;
        session.look(PHONE).map(drop)
    });
}

#[then(expr = "the phone asks whether notifications are allowed{where}")]
fn asks(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).shows(&[MAY_NOTIFY]), |session| {
        session.expect(at.0, MAY_NOTIFY, &["Allow", "Don't allow"])
    });
}

#[then(expr = "the app asks for my PIN code{where}")]
#[then(expr = "beder appen om min PIN-kode{where}")]
fn asks_pin(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).shows(&[UNLOCK]), |session| session.expect(at.0, UNLOCK, &["PIN code"]));
}

#[then(expr = "the app is ready to use{where}")]
#[then(expr = "er appen klar til brug{where}")]
fn ready(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(Unlocking).shows(&[INSIDE]), |session| {
        session.expect(at.0, INSIDE, &[])
    });
}

#[then(expr = "the phone's home screen is shown{where}")]
#[then(expr = "vises telefonens startskærm{where}")]
fn home(scene: &mut Scene, at: Where) {
    scene.step(means().sees(at.0).needs(Activation).shows(&[APP_ACTIVATED]), |session| {
        session.look(at.0)?;
        let title = session.text(APP_ACTIVATED)?;
        let shows = ScreenShows { title: Some(String::new()), absent: vec![title], ..ScreenShows::default() };
        session.judge_screen(at.0, shows)
    });
}

#[when(expr = "I open the app{where}")]
#[when(expr = "jeg åbner appen{where}")]
fn open(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0), |session| Ok(session.phone(at.0).reopen()?));
}

#[when(expr = "I open the app with my finger or face{where}")]
fn open_with_biometrics(scene: &mut Scene, at: Where) {
    let means = means().on(at.0).uses(FINGER).gives(Unlocking);
    scene.step(means, |session| session.unlock_with_biometrics(at.0));
}

#[when(expr = "I leave the app and come back to it{where}")]
fn leave_and_come_back(scene: &mut Scene, at: Where) {
    scene.step(means().on(at.0), |session| {
        session.phone(at.0).background()?;
        session.wait(Duration::from_secs(2))?;
        Ok(session.phone(at.0).foreground()?)
    });
}

#[then(expr = "an important message arrives{where}")]
#[then(expr = "kommer der en vigtig besked{where}")]
fn message_arrives(scene: &mut Scene, at: Where) {
    let means = means().sees(at.0).uses(NOTIFICATIONS).needs(Activation).judges::<MessageArrived>();
    scene.step(means, |session| judge_message(session, at.0, &Expected::app_activated(session, true)?));
}

#[then(expr = "no important message arrives{where}")]
fn no_message(scene: &mut Scene, at: Where) {
    let means = means().sees(at.0).uses(NOTIFICATIONS).needs(Activation).judges::<MessageArrived>();
    scene.step(means, |session| judge_message(session, at.0, &Expected::app_activated(session, false)?));
}

#[then(expr = "a message tells that the code device is activated{where}")]
fn told_of_device(scene: &mut Scene, at: Where) {
    let means = means().sees(at.0).uses(NOTIFICATIONS).needs(DeviceActivation).judges::<MessageArrived>();
    scene.step(means, |session| {
        let [_, upper] = session.bench.profile.limits.message_s;
        let expected = Expected {
            wanted: true,
            text: session.text(DEVICE_MESSAGE)?,
            after_s: Limits::at_most(upper),
            begun: session.memory.device_activation.map(Handles::from).unwrap_or_default(),
            until: session.now() + session.message_limit() + LOOK,
        };
        judge_message(session, at.0, &expected)
    });
}

/// A message that must come, or must not.
pub(super) struct Expected {
    pub(super) wanted: bool,
    pub(super) text: String,
    /// How long after the begin, in seconds.
    pub(super) after_s: Limits,
    /// What tells of the begin.
    pub(super) begun: Handles,
    /// How long it is looked for.
    pub(super) until: BenchTime,
}

impl Expected {
    /// The message that follows the activation of an app.
    fn app_activated(session: &Session, wanted: bool) -> StepResult<Self> {
        let [_, upper] = session.bench.profile.limits.message_s;
        Ok(Self {
            wanted,
            text: session.text(ACTIVATED_MESSAGE)?,
            after_s: Limits::at_most(upper),
            begun: session.memory.activation.map(Handles::from).unwrap_or_default(),
            until: session.now() + session.message_limit() + LOOK,
        })
    }
}

/// Watches the notifications until the message is among them, or its time is over.
pub(super) fn judge_message(session: &mut Session, phone: usize, expected: &Expected) -> StepResult {
    session.phone(phone).notify(CONTROL)?;
    let name = session.phone(phone).name().to_owned();
    let mut seen = expected.begun.clone();
    loop {
        // Only what is judged is kept: the phone's other notifications are nobody's business.
        let Reading { at, uncertainty, value: mut texts, .. } = session.phone(phone).notifications()?;
        texts.retain(|shown| *shown == expected.text || shown == CONTROL);
        let there = texts.contains(&expected.text);
        let notifications = Reading::new(at, uncertainty, Notifications { texts });
        seen.add(session.recording.observe(&name, &notifications)?);
        if there || session.now() >= expected.until {
            break;
        }
        session.wait(LOOK)?;
    }
    let check = MessageArrived {
        wanted: expected.wanted,
        text: expected.text.clone(),
        control: CONTROL.into(),
        message_s: expected.after_s,
        clock_ppm: session.bench.uncertainty.clock_ppm,
        coverage: COVERAGE,
    };
    session.judge(check, seen)
}
