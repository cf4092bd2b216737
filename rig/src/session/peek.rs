//! Looks for a person at the bench: none of them is an observation.

use std::{sync::Arc, time::Duration};

use drivers::{
    BenchTime,
    camera::{Checkmark, DisplayReading, Frame, QrCode, Region, Sight, find_checkmark, overlay, read_codes},
    phone::Screen,
};
use zeroize::Zeroizing;

use super::{Session, StepResult, sms::Pin};
use crate::bench::SharedCamera;

/// The newest frame of a camera, and what the readers make of it.
pub(crate) struct Peek {
    /// The camera.
    pub camera: String,
    /// The frame.
    pub frame: Arc<Frame>,
    /// A line for each thing that was read.
    pub lines: Vec<String>,
    displays: Vec<DisplayReading>,
    codes: Vec<QrCode>,
    checkmark: Option<Checkmark>,
}

impl Peek {
    /// The frame as a PNG, with everything that was read drawn over it.
    pub fn picture(&self) -> Vec<u8> {
        overlay(&self.frame, &self.displays, &self.codes, self.checkmark.as_ref())
    }

    fn see_phone(&mut self, phone: &str, region: Region) {
        let seen = read_codes(&self.frame, Some(region));
        for code in &seen.codes {
            self.lines.push(format!("{phone}: QR code {:?}", code.payload));
        }
        self.codes.extend(seen.codes);
        let checkmark = find_checkmark(&self.frame, Some(region));
        if checkmark.is_some() {
            self.lines.push(format!("{phone}: the green checkmark"));
        }
        self.checkmark = self.checkmark.take().or(checkmark);
    }

    fn see_display(&mut self, device: &str, seen: Sight) {
        match seen {
            Sight::Seen(reading) => {
                let text = match (&reading.doubt, reading.text()) {
                    (None, Some(text)) if reading.lit => format!("{text:?}"),
                    (None, _) => "dark".to_owned(),
                    (Some(doubt), _) => format!("in doubt, {doubt}"),
                };
                self.lines.push(format!("{device}: {text}, confidence {:.2}", reading.confidence));
                self.displays.push(reading);
            }
            Sight::CannotSee(blindness) => self.lines.push(format!("{device}: {blindness}")),
        }
    }
}

impl Session {
    /// The look through each camera of the scenario, or through `only` this one, now or some time `ago`; an error if that has
    /// left its ring.
    pub(crate) fn peek(&self, ago: Duration, only: Option<&str>) -> StepResult<Vec<Peek>> {
        let mut peeks = Vec::new();
        let asked = |camera: &SharedCamera| only.is_none_or(|only| camera.borrow().name() == only);
        for device in self.instruments.devices.iter().filter(|device| asked(&device.camera)) {
            let peek = peek_of(&mut peeks, &device.camera, ago)?;
            // A reader of its own: what it remembers has to come from the steps alone.
            let seen = device.entry.reader().borrow_mut().read(&peek.frame, Some(device.region));
            peek.see_display(device.entry.name.get_ref(), seen);
        }
        for phone in &self.instruments.phones {
            if let Some(view) = phone.view.as_ref().filter(|view| asked(&view.camera)) {
                peek_of(&mut peeks, &view.camera, ago)?.see_phone(phone.phone.name(), view.region);
            }
        }
        Ok(peeks)
    }

    /// The phones' screens, by the phones' names.
    pub(crate) fn peek_screens(&mut self) -> StepResult<Vec<(String, Screen)>> {
        let mut screens = Vec::new();
        for phone in &mut self.instruments.phones {
            screens.push((phone.phone.name().to_owned(), phone.phone.screen()?.value));
        }
        Ok(screens)
    }

    /// The messages with temporary PINs that no step has taken yet: the time at which each came, and its sender.
    pub(crate) fn peek_messages(&mut self) -> StepResult<Vec<(BenchTime, String)>> {
        self.take_messages_in()?;
        Ok(self
            .memory
            .sms
            .inbox
            .iter()
            .map(|message| (message.at, message.value.from().to_owned()))
            .collect())
    }

    /// The adverts of the app's service in the last `span`: time, sender, strength and data.
    pub(crate) fn peek_adverts(&mut self, span: Duration) -> StepResult<Vec<String>> {
        let service = self.bench.profile.ble.service;
        let from = self.now() - span;
        let heard = self.instruments.radio()?.heard(from)?;
        let heard = heard.into_iter().filter(|advert| advert.value.content.service == service);
        let line = |advert: drivers::Reading<drivers::radio::Advert>| {
            let (at, advert) = (advert.at.as_nanos() as f64 / 1e9, advert.value);
            let data = hex::encode(advert.content.data);
            format!("{at:.2} s  {}  {} dBm  {data}", advert.address, advert.rssi_dbm)
        };
        Ok(heard.map(line).collect())
    }

    /// Identity, display and counters of each board, by its own word.
    pub(crate) fn peek_boards(&self) -> StepResult<Vec<String>> {
        let mut lines = Vec::new();
        for device in self.instruments.devices.iter().filter(|device| device.board.is_some()) {
            let name = device.entry.name.get_ref();
            let mut board = device.link()?;
            lines.push(format!("{name}: {:?}", board.ask_identity()?.value));
            lines.push(format!("{name} shows: {:?}", board.display()?.value));
            lines.push(format!("{name} counts: {:?}", board.counters()?.value));
        }
        Ok(lines)
    }

    /// The newest temporary PIN, whether or not a step has taken it.
    pub(crate) fn newest_pin(&mut self) -> StepResult<Option<Pin>> {
        self.take_messages_in()?;
        let waiting = self.memory.sms.inbox.back().map(|message| message.value.pin());
        Ok(waiting.or_else(|| self.memory.sms.pins.first().cloned()))
    }

    /// The text that stands for `$pin`, `$code`, `$user`, `$password` or `$personal-pin`; the text itself otherwise.
    pub(crate) fn typed(&mut self, phone: usize, text: &str) -> StepResult<Option<Zeroizing<String>>> {
        let typed = match text {
            "$pin" => return self.newest_pin(),
            "$code" => self.memory.codes.read.as_ref().map(|code| code.text.clone()),
            "$user" => self.instruments.phones.get(phone).map(|phone| phone.user.clone()),
            "$password" => Some(self.bench.test_password.clone()),
            "$personal-pin" => Some(self.bench.test_pin.clone()),
            text => Some(text.to_owned()),
        };
        Ok(typed.map(Zeroizing::new))
    }
}

/// The look through `camera`: the one that is there already, or a new one.
fn peek_of<'p>(peeks: &'p mut Vec<Peek>, camera: &SharedCamera, ago: Duration) -> StepResult<&'p mut Peek> {
    let name = camera.borrow().name().to_owned();
    let place = match peeks.iter().position(|peek| peek.camera == name) {
        Some(place) => place,
        None => {
            let mut camera = camera.borrow_mut();
            let newest = *camera.ring()?.end();
            let frames = (ago.as_secs_f64() / camera.period().as_secs_f64()).round() as u64;
            let frame = camera.frame(newest.saturating_sub(frames))?;
            let (lines, displays, codes) = (Vec::new(), Vec::new(), Vec::new());
            peeks.push(Peek { camera: name, frame, lines, displays, codes, checkmark: None });
            peeks.len() - 1
        }
    };
    Ok(&mut peeks[place])
}
