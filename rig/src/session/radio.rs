//! The radio: what phones advertise, and adverts in a phone's place.

use std::{collections::BTreeSet, time::Duration};

use drivers::{BenchTime, Reading, radio::ServiceData};

use super::{Session, StepResult};
use crate::{
    oracle::observed::{Advert, RadioControl},
    recorder::Handles,
};

/// Time before a scenario's first reason to advertise, in which unrelated devices are heard.
const EARLIER: Duration = Duration::from_secs(5);

impl Session {
    /// What phones advertised from `from` until now, with the proof that the radio could hear.
    pub(crate) fn heard_since(&mut self, from: BenchTime) -> StepResult<Handles> {
        let service = self.bench.profile.ble.service;
        let heard = self.instruments.radio()?.heard(from)?;
        self.instruments.radio()?.check()?;
        let now = self.now();
        let name = self.instruments.radio()?.name().to_owned();
        let control = RadioControl { from_ns: from.as_nanos(), to_ns: now.as_nanos() };
        let control = Reading::new(now, Duration::ZERO, control);
        let mut seen = Handles::from(self.recording.observe(&name, &control)?);
        for advert in heard.into_iter().filter(|advert| advert.value.content.service == service) {
            self.memory.radio.advert = Some(advert.value.content.clone());
            let told = advert.map(|advert| Advert {
                service: advert.content.service.to_string(),
                data: hex::encode(&advert.content.data),
                rssi_dbm: advert.rssi_dbm,
                address: advert.address,
            });
            seen.add(self.recording.observe(&name, &told)?);
        }
        Ok(seen)
    }

    /// To be called when the old phone was asked for a code, by the last act on it: whoever was heard until then is
    /// a stranger. A phone that advertises at once, before it is allowed to, is none.
    pub(crate) fn code_is_asked_for(&mut self) -> StepResult {
        self.memory.qr.asked_at = self.now();
        if self.instruments.singles.radio.is_some() && self.memory.radio.strangers.is_none() {
            let until = self.memory.last_act_at;
            self.memory.radio.strangers = Some(self.senders(until - EARLIER, until)?);
        }
        Ok(())
    }

    /// Who has advertised the app's service since the old phone was asked for a code, strangers left out.
    pub(crate) fn advertisers(&mut self) -> StepResult<Vec<String>> {
        let mut senders = self.senders(self.memory.qr.asked_at, self.now())?;
        let strangers = self.memory.radio.strangers.iter().flatten();
        senders.retain(|sender| !strangers.clone().any(|stranger| stranger == sender));
        Ok(senders)
    }

    /// Who has advertised the app's service between two moments.
    fn senders(&mut self, from: BenchTime, until: BenchTime) -> StepResult<Vec<String>> {
        let service = self.bench.profile.ble.service;
        let mut heard = self.instruments.radio()?.heard(from)?;
        heard.retain(|advert| advert.at <= until && advert.value.content.service == service);
        let senders: BTreeSet<_> = heard.into_iter().map(|advert| advert.value.address).collect();
        Ok(senders.into_iter().collect())
    }

    /// Advertises as the old phone would, or stops.
    pub(crate) fn advertise(&mut self, data: Option<Vec<u8>>) -> StepResult {
        let service = self.bench.profile.ble.service;
        let content = data.map(|data| ServiceData { service, data });
        Ok(self.instruments.radio()?.advertise(content.as_ref())?)
    }
}
