//! The guide, step 5 part 3, in its own words.

use cucumber::{then, when};

use super::{Count, DEVICE, Device, PHONE, Where, first_device, serial_number};
use crate::{
    oracle::check::{ScreenShows, TextsOfVersion},
    session::{
        ENTER_SERIAL,
        Evidence::{Code, Display},
        Scene, Stage, StepResult, means,
    },
};

#[when(expr = "I select {string} on the screen {string} and tap {string}{where}")]
#[when(expr = "jeg vælger {string} på skærmen {string} og trykker {string}{where}")]
fn select(scene: &mut Scene, way: String, title: String, next: String, at: Where) {
    scene.step(means().on(at.0).shows(&[&way, &title, &next]), |session| {
        session.expect(at.0, &title, &[&way, &next])?;
        session.tap(at.0, &way)?;
        session.tap(at.0, &next)
    });
}

#[when(expr = "I select {string} on the screen {string}{where}")]
#[when(expr = "jeg vælger {string} på skærmen {string}{where}")]
fn select_way(scene: &mut Scene, way: String, title: String, at: Where) {
    scene.step(means().on(at.0).shows(&[&way, &title]), |session| session.choose_way(at.0, &way, &title));
}

#[when(expr = "I tap {string} on the screen {string}{where}")]
fn tap_on_screen(scene: &mut Scene, label: String, title: String, at: Where) {
    scene.step(means().on(at.0).shows(&[&label, &title]), |session| {
        session.expect(at.0, &title, &[&label])?;
        session.tap(at.0, &label)
    });
}

#[when(expr = "I scroll down and tap {string}{where}")]
#[when(expr = "I tap {string}{where}")]
#[when(expr = "jeg trykker {string}{where}")]
fn tap(scene: &mut Scene, label: String, at: Where) {
    scene.step(means().on(at.0).shows(&[&label]), |session| {
        session.look(at.0)?;
        let offered = session.shows(None, &[&label])?;
        session.judge_screen(at.0, offered)?;
        session.tap(at.0, &label)
    });
}

#[then(expr = "I see the message {string}{where}")]
#[then(expr = "{string} is shown{where}")]
#[then(expr = "vises {string}{where}")]
fn sees(scene: &mut Scene, title: String, at: Where) {
    scene.step(means().sees(at.0).shows(&[&title]), |session| session.expect(at.0, &title, &[]));
}

#[then(expr = "the screen {string} offers {string}{where}")]
fn offers(scene: &mut Scene, title: String, label: String, at: Where) {
    scene.step(means().sees(at.0).shows(&[&title, &label]), |session| {
        session.look(at.0)?;
        let offers = vec![session.text(&label)?];
        let check = ScreenShows { offers, ..session.shows(Some(&title), &[])? };
        session.judge_screen(at.0, check)
    });
}

#[then(expr = "the screen {string} reads {string}{where}")]
fn reads(scene: &mut Scene, title: String, text: String, at: Where) {
    scene.step(means().sees(at.0).shows(&[&title, &text]), |session| session.expect(at.0, &title, &[&text]));
}

#[then(expr = "the screen {string} asks for {string}, {string} and {string}, in this order{where}")]
fn asks_in_order(scene: &mut Scene, title: String, first: String, second: String, third: String, at: Where) {
    scene.step(means().sees(at.0).shows(&[&title, &first, &second, &third]), |session| {
        session.look(at.0)?;
        let fields =
            [first, second, third].iter().map(|label| session.text(label)).collect::<StepResult<_>>()?;
        let check = ScreenShows { fields, ..session.shows(Some(&title), &[])? };
        session.judge_screen(at.0, check)
    });
}

#[then("every text that the phones have shown is of the profile's version")]
fn texts_of_version(scene: &mut Scene) {
    scene.step(means().sees(PHONE).judges::<TextsOfVersion>(), |session| {
        let devices = session.instruments.devices.iter();
        let serial_numbers = devices.map(|device| device.entry.serial_number.get_ref());
        let check = TextsOfVersion {
            version: session.bench.profile.title.clone(),
            texts: session.screen_texts().cloned().collect(),
            data: serial_numbers.cloned().collect(),
        };
        let seen = session.memory.screens.clone();
        session.judge(check, seen)
    });
}

#[then(expr = "{string} is not offered{where}")]
fn not_offered(scene: &mut Scene, label: String, at: Where) {
    scene.step(means().sees(at.0).shows(&[&label]), |session| {
        session.look(at.0)?;
        let withholds = vec![session.text(&label)?];
        session.judge_screen(at.0, ScreenShows { withholds, ..ScreenShows::default() })
    });
}

#[when(expr = "I enter the serial number found on the back of {device}")]
fn enter_serial(scene: &mut Scene, device: Device) {
    scene.step(device.used().on(PHONE).shows(&[ENTER_SERIAL]), |session| {
        let serial_number = serial_number(session, device.of(session)?);
        session.enter_serial(PHONE, &serial_number)
    });
}

#[when("I enter a serial number of no device")]
fn enter_unknown_serial(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let serial_number = session.bench.serial_numbers.unknown.clone();
        session.enter_serial(PHONE, &serial_number)
    });
}

#[when("I enter the serial number of somebody else's code display")]
fn enter_foreign_serial(scene: &mut Scene) {
    scene.step(means().on(PHONE), |session| {
        let serial_number = session.bench.serial_numbers.foreign.clone();
        session.enter_serial(PHONE, &serial_number)
    });
}

#[when("I enter the code displayed")]
fn enter_code(scene: &mut Scene) {
    scene.step(means().on(PHONE).needs(Code), |session| {
        let code = session.last_code()?;
        session.enter_code(PHONE, &code.text)
    });
}

#[when("I enter a wrong code")]
fn enter_wrong_code(scene: &mut Scene) {
    scene.step(first_device().on(PHONE), |session| {
        let wrong = session.wrong_code(DEVICE)?;
        session.enter_code(PHONE, &wrong)
    });
}

#[when(expr = "I enter wrong codes {count} times")]
fn enter_wrong_codes(scene: &mut Scene, times: Count) {
    scene.step(first_device().on(PHONE), |session| {
        for _ in 0..times.0 {
            let wrong = session.wrong_code(DEVICE)?;
            session.enter_code(PHONE, &wrong)?;
            session.look(PHONE)?;
        }
        Ok(())
    });
}

#[when(expr = "somebody else follows the guide with {device} as far as the serial number{where}")]
fn as_far_as_serial(scene: &mut Scene, device: Device, at: Where) {
    scene.step(device.used().on(at.0), |session| {
        let device = device.of(session)?;
        session.go_to(at.0, device, Stage::SerialNumber)?;
        let serial_number = serial_number(session, device);
        session.enter_serial(at.0, &serial_number)?;
        // The refusal stands on the screen that asked, so the next step looks at that one.
        session.expect(at.0, ENTER_SERIAL, &[])
    });
}

#[when(expr = "I press the button on {device}")]
fn press(scene: &mut Scene, device: Device) {
    scene.step(device.used().gives(Display).gives(Code), |session| {
        session.new_code(device.of(session)?).map(drop)
    });
}
