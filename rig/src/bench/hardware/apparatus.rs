//! The instruments of a bench of real devices that serve more than one product, and its phones.

use drivers::{
    Result, SharedClock,
    camera::webcam::Webcam,
    holder::{Holder, OperatorHolder},
    light::{ControlLine, Light},
    microphone::SoundCard,
    operator::Terminal,
    phone::{OperatorPhone, Phone},
    radio::Radio,
    screen::{PictureFile, Screen},
    serial::SerialPortLine,
    sms::{AtModem, Modem},
};

use super::{as_wanted, wanted};
use crate::bench::{
    Bench, CameraEntry, HolderEntry, LightEntry, MicrophoneEntry, ModemEntry, PhoneEntry, RadioEntry,
    ScreenEntry, accepted::names::OPERATOR,
};

#[cfg(feature = "camera")]
pub(super) fn camera(entry: &CameraEntry, clock: &SharedClock) -> Result<Webcam> {
    let name = entry.name.get_ref();
    let (device, mode) = as_wanted(name, wanted::webcam(entry))?;
    let latency = entry.latency.as_ref().map(|entry| as_wanted(name, wanted::latency(entry))).transpose()?;
    let mut camera = drivers::camera::webcam::open(name.clone(), device, mode, clock.clone())?;
    if let Some(locked) = &entry.locked {
        camera.lock(locked.get_ref())?;
    }
    latency.into_iter().for_each(|latency| camera.correct(latency));
    Ok(camera)
}

#[cfg(not(feature = "camera"))]
pub(super) fn camera(entry: &CameraEntry, _: &SharedClock) -> Result<Webcam> {
    Err(super::unchecked(entry.name.get_ref(), "rig was built without the feature camera"))
}

#[cfg(feature = "microphone")]
pub(super) fn microphone(entry: &MicrophoneEntry, clock: &SharedClock) -> Result<SoundCard> {
    let name = entry.name.get_ref();
    let (device, rate_hz) = as_wanted(name, wanted::sound_card(entry))?;
    let tone = drivers::microphone::Tone { hz: entry.tone.hz, least_dbfs: entry.tone.least_dbfs };
    drivers::microphone::open(name.clone(), device, rate_hz, tone, clock.clone())
}

#[cfg(not(feature = "microphone"))]
pub(super) fn microphone(entry: &MicrophoneEntry, _: &SharedClock) -> Result<SoundCard> {
    Err(super::unchecked(entry.name.get_ref(), "rig was built without the feature microphone"))
}

pub(super) fn phone(bench: &Bench, entry: &PhoneEntry, clock: &SharedClock) -> Result<Box<dyn Phone>> {
    let name = entry.name.get_ref();
    if entry.driver.get_ref() == OPERATOR {
        return Ok(Box::new(OperatorPhone::new(name, Box::new(Terminal), clock.clone())));
    }
    agent(bench, entry, clock)
}

#[cfg(feature = "bluetooth")]
fn agent(bench: &Bench, entry: &PhoneEntry, clock: &SharedClock) -> Result<Box<dyn Phone>> {
    use drivers::{
        bluetooth::Limits,
        phone::{AgentPhone, SessionTransport, gatt::Gatt},
    };
    let name = entry.name.get_ref();
    let place = as_wanted(name, wanted::gatt(entry))?;
    let gatt = Gatt::open(name, place, Limits::default(), clock.clone())?;
    let transport = SessionTransport::new(name, Box::new(gatt), bench.bench_key.clone());
    Ok(Box::new(AgentPhone::new(name, Box::new(transport), clock.clone())))
}

#[cfg(not(feature = "bluetooth"))]
fn agent(_: &Bench, entry: &PhoneEntry, _: &SharedClock) -> Result<Box<dyn Phone>> {
    Err(super::unchecked(entry.name.get_ref(), "rig was built without the feature bluetooth"))
}

pub(super) fn modem(entry: &ModemEntry, clock: &SharedClock) -> Result<Box<dyn Modem>> {
    let name = entry.name.get_ref();
    let line = SerialPortLine::open_port(name, &entry.port.get_ref().0, entry.baud.get(), clock.clone())?;
    Ok(Box::new(AtModem::open(name, entry.number.get_ref(), Box::new(line), clock.clone())?))
}

#[cfg(feature = "bluetooth")]
pub(super) fn radio(entry: &RadioEntry, clock: &SharedClock) -> Result<Box<dyn Radio>> {
    let name = entry.name.get_ref();
    let settings = as_wanted(name, wanted::bluez(entry))?;
    let limits = drivers::bluetooth::Limits::default();
    Ok(Box::new(drivers::radio::BlueZ::open(name, settings, limits, clock.clone())?))
}

#[cfg(not(feature = "bluetooth"))]
pub(super) fn radio(entry: &RadioEntry, _: &SharedClock) -> Result<Box<dyn Radio>> {
    Err(super::unchecked(entry.name.get_ref(), "rig was built without the feature bluetooth"))
}

pub(super) fn screen(bench: &Bench, entry: &ScreenEntry, clock: &SharedClock) -> Result<Box<dyn Screen>> {
    let name = entry.name.get_ref();
    let (file, latency) = as_wanted(name, wanted::picture_file(entry))?;
    Ok(Box::new(PictureFile::open(name, bench.folder.join(file), latency, clock.clone())?))
}

pub(super) fn light(entry: &LightEntry, clock: &SharedClock) -> Result<Box<dyn Light>> {
    let name = entry.name.get_ref();
    let (port, line) = as_wanted(name, wanted::control_line(entry))?;
    Ok(Box::new(ControlLine::open(name, port, line, clock.clone())?))
}

pub(super) fn holder(entry: &HolderEntry, clock: &SharedClock) -> Box<dyn Holder> {
    Box::new(OperatorHolder::new(entry.name.get_ref(), Box::new(Terminal), clock.clone()))
}
