//! Bluetooth proximity: what the old phone sends, and what keeps a relayed code from working (H.7).

use std::time::Duration;

use cucumber::{then, when};
use drivers::holder::Place;

use super::{OTHER_PHONE, PHONE};
use crate::{
    oracle::check::Advertising,
    recorder::Handles,
    session::{
        Evidence::{Advert, QrCode, QrCodeAskedFor},
        Scene, Session, StepError, StepResult, means,
    },
    suite::{Instrument, Single},
};

/// How long the radio listens before it is judged what it heard.
const LISTEN: Duration = Duration::from_secs(4);
/// An advert may still be under way this long after its end.
const SETTLES: Duration = Duration::from_secs(2);

#[then("the old phone advertises that it is near")]
fn advertises(scene: &mut Scene) {
    scene.step(means().sees(PHONE).uses(Single::Radio).needs(QrCode).judges::<Advertising>(), |session| {
        judge_advertising(session, true)
    });
}

#[then("the old phone no longer advertises")]
#[then("the old phone does not advertise")]
fn silent(scene: &mut Scene) {
    scene.step(
        means().sees(PHONE).uses(Single::Radio).needs(QrCodeAskedFor).judges::<Advertising>(),
        |session| {
            session.wait(SETTLES)?;
            judge_advertising(session, false)
        },
    );
}

#[when("I keep what the old phone advertises")]
fn keep(scene: &mut Scene) {
    scene.step(means().sees(PHONE).uses(Single::Radio).needs(QrCode).gives(Advert), |session| {
        session.memory.radio.advert = None;
        listen(session)?;
        if session.memory.radio.advert.is_some() { Ok(()) } else { judge_advertising(session, true) }
    });
}

#[when("what was kept is advertised again")]
fn replay(scene: &mut Scene) {
    scene.step(means().uses(Single::Radio).needs(Advert), |session| {
        let kept = session.memory.radio.advert.clone();
        let kept = kept.ok_or_else(|| StepError::Internal("no advert was kept".into()))?;
        session.advertise(Some(kept.data))
    });
}

#[when("a stranger advertises as the old phone would")]
fn foreign(scene: &mut Scene) {
    scene.step(means().uses(Single::Radio), |session| {
        let bytes = session.bench.profile.ble.data_bytes;
        session.advertise(Some(vec![0xa5; bytes]))
    });
}

#[when("what was advertised is out of date")]
fn out_of_date(scene: &mut Scene) {
    scene.step(means().needs(QrCode), |session| session.wait(session.bench.profile.ble.rotation() * 3));
}

#[when("the new phone is carried far off")]
fn far(scene: &mut Scene) {
    scene.step(means().uses(Instrument::Phone(OTHER_PHONE)).uses(Single::Holder), |session| {
        session.carry(OTHER_PHONE, Place::Far)
    });
}

#[when("the old phone is carried out of radio range")]
fn out_of_range(scene: &mut Scene) {
    scene.step(means().uses(Instrument::Phone(PHONE)).uses(Single::Holder), |session| {
        session.carry(PHONE, Place::OutOfRange)
    });
}

fn listen(session: &mut Session) -> StepResult<Handles> {
    let from = session.now();
    session.wait(LISTEN)?;
    session.heard_since(from)
}

fn judge_advertising(session: &mut Session, wanted: bool) -> StepResult {
    let phone = if wanted { Vec::new() } else { session.advertisers()? };
    let seen = listen(session)?;
    let service = session.bench.profile.ble.service.to_string();
    let strangers = session.memory.radio.strangers.clone().unwrap_or_default();
    session.judge(Advertising { service, wanted, strangers, phone }, seen)
}
