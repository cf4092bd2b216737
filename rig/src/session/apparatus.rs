//! Hands and ears beside the phones: what holds them, the screen that shows codes to them, and the radio.

use std::{collections::BTreeSet, time::Duration};

use drivers::{
    BenchTime, Reading,
    holder::{Holder, Place, Target},
    radio::{Radio, ServiceData},
    screen::{Screen, qr_picture},
};

use super::{Session, StepError, StepResult};
use crate::oracle::observed::{Act, Advert, RadioControl, Scan};

/// Time before a scenario's first reason to advertise, in which unrelated devices are heard.
const EARLIER: Duration = Duration::from_secs(5);

impl Session {
    /// Points the camera of a phone at something; the moment from which on it can see it.
    pub(crate) fn aim(&mut self, phone: usize, target: &Target) -> StepResult<BenchTime> {
        let name = self.phones[phone].phone.name().to_owned();
        let aimed = self.holder()?.aim(&name, target)?;
        let what = match target {
            Target::Phone(other) => format!("aim {name} at {other}"),
            Target::Screen => format!("aim {name} at the screen"),
            Target::Away => format!("aim {name} away"),
        };
        let holder = self.holder()?.name().to_owned();
        self.recorder.observed(&holder, &aimed.clone().map(|()| Act { what }))?;
        Ok(aimed.at)
    }

    /// Points the camera of a phone at the screen of another one.
    pub(crate) fn aim_at_phone(&mut self, phone: usize, other: usize) -> StepResult<BenchTime> {
        let target = Target::Phone(self.phones[other].phone.name().to_owned());
        self.aim(phone, &target)
    }

    /// Carries a phone to `place`.
    pub(crate) fn carry(&mut self, phone: usize, place: Place) -> StepResult {
        let name = self.phones[phone].phone.name().to_owned();
        self.carried.insert(phone);
        let there = self.holder()?.place(&name, place)?;
        let to = match place {
            Place::Bench => "to the bench",
            Place::Far => "far off",
            Place::OutOfRange => "out of radio range",
        };
        let holder = self.holder()?.name().to_owned();
        self.recorder.observed(&holder, &there.map(|()| Act { what: format!("carry {name} {to}") }))?;
        Ok(())
    }

    /// Sets the own clock of a phone so many seconds from the right time.
    pub(crate) fn set_phone_clock(&mut self, phone: usize, offset_s: i64) -> StepResult {
        self.clocks_set.insert(phone);
        self.observe_act(phone, format!("set the clock {offset_s} s from the right time"))?;
        Ok(self.phones[phone].phone.set_clock(offset_s)?)
    }

    /// Phones that were carried off or whose clock was set are as they were found.
    pub(super) fn put_back(&mut self) -> drivers::Result<()> {
        let mut first = Ok(());
        for phone in std::mem::take(&mut self.clocks_set) {
            first = first.and(self.phones[phone].phone.set_clock(0));
        }
        for phone in std::mem::take(&mut self.carried) {
            let name = self.phones[phone].phone.name().to_owned();
            if let Some(holder) = &mut self.holder {
                first = first.and(holder.place(&name, Place::Bench).map(drop));
            }
        }
        first
    }

    pub(super) fn holder_name(&mut self) -> StepResult<String> {
        self.holder().map(|holder| holder.name().to_owned())
    }

    pub(super) fn screen_name(&mut self) -> StepResult<String> {
        self.screen_for_phones().map(|screen| screen.name().to_owned())
    }

    /// Shows `payload` as a QR code on the screen for phones; the moment from which on it shows.
    pub(crate) fn show_on_screen(&mut self, payload: Option<&str>) -> StepResult<BenchTime> {
        let picture = payload.map(qr_picture);
        let shown = self.screen_for_phones()?.show(picture.as_ref())?;
        let what = if payload.is_some() { "show the saved code" } else { "show nothing" };
        let name = self.screen_for_phones()?.name().to_owned();
        let act = Act { what: what.into() };
        self.recorder.observed(&name, &shown.clone().map(|()| act))?;
        Ok(shown.at)
    }

    /// What phones advertised from `from` until now, with the proof that the radio could hear: the observations.
    pub(crate) fn heard_since(&mut self, from: BenchTime) -> StepResult<Vec<u32>> {
        let service = self.bench.profile.ble.service;
        let heard = self.radio()?.heard(from)?;
        self.radio()?.check()?;
        let now = self.clock.now();
        let name = self.radio()?.name().to_owned();
        let control = RadioControl { from_ns: from.as_nanos(), to_ns: now.as_nanos() };
        let mut seen = vec![self.recorder.observed(&name, &Reading::new(now, Duration::ZERO, control))?];
        for advert in heard.into_iter().filter(|advert| advert.value.content.service == service) {
            self.advert = Some(advert.value.content.clone());
            let told = advert.map(|advert| Advert {
                service: advert.content.service.to_string(),
                data: hex::encode(&advert.content.data),
                rssi_dbm: advert.rssi_dbm,
                address: advert.address,
            });
            seen.push(self.recorder.observed(&name, &told)?);
        }
        Ok(seen)
    }

    /// To be called when the old phone was asked for a code, by the last act on it: whoever was heard until then is
    /// a stranger. A phone that advertises at once, before it is allowed to, is none.
    pub(crate) fn code_is_asked_for(&mut self) -> StepResult {
        self.asked_for_code_at = self.clock.now();
        if self.radio.is_some() && self.strangers.is_none() {
            self.strangers = Some(self.senders(self.last_act_at - EARLIER, self.last_act_at)?);
        }
        Ok(())
    }

    /// Who has advertised the app's service since the old phone was asked for a code, strangers left out.
    pub(crate) fn advertisers(&mut self) -> StepResult<Vec<String>> {
        let mut senders = self.senders(self.asked_for_code_at, self.clock.now())?;
        senders.retain(|sender| !self.strangers.iter().flatten().any(|stranger| stranger == sender));
        Ok(senders)
    }

    /// Who has advertised the app's service between two moments.
    fn senders(&mut self, from: BenchTime, until: BenchTime) -> StepResult<Vec<String>> {
        let service = self.bench.profile.ble.service;
        let mut heard = self.radio()?.heard(from)?;
        heard.retain(|advert| advert.at <= until && advert.value.content.service == service);
        let senders: BTreeSet<_> = heard.into_iter().map(|advert| advert.value.address).collect();
        Ok(senders.into_iter().collect())
    }

    /// Advertises as the old phone would, or stops.
    pub(crate) fn advertise(&mut self, data: Option<Vec<u8>>) -> StepResult {
        let service = self.bench.profile.ble.service;
        let content = data.map(|data| ServiceData { service, data });
        Ok(self.radio()?.advertise(content.as_ref())?)
    }

    /// Keeps that the code `payload` was before the camera of `phone` from `shown` on, and what its screen
    /// has answered now.
    pub(crate) fn observe_scan(
        &mut self,
        phone: usize,
        payload: &str,
        shown: BenchTime,
        accepted: Option<bool>,
    ) -> StepResult<u32> {
        let scan = Scan { payload: payload.into(), answered_ns: self.clock.now().as_nanos(), accepted };
        let name = self.phones[phone].phone.name().to_owned();
        Ok(self.recorder.observed(&name, &Reading::new(shown, Duration::ZERO, scan))?)
    }

    fn holder(&mut self) -> StepResult<&mut dyn Holder> {
        match &mut self.holder {
            Some(holder) => Ok(&mut **holder),
            None => Err(StepError::Internal("nothing holds the phones: tag the scenario @holder".into())),
        }
    }

    pub(super) fn radio(&mut self) -> StepResult<&mut dyn Radio> {
        match &mut self.radio {
            Some(radio) => Ok(&mut **radio),
            None => Err(StepError::Internal("the scenario has no radio: tag it @radio".into())),
        }
    }

    fn screen_for_phones(&mut self) -> StepResult<&mut dyn Screen> {
        match &mut self.screen {
            Some(screen) => Ok(&mut **screen),
            None => Err(StepError::Internal("the scenario has no screen: tag it @screen".into())),
        }
    }
}
