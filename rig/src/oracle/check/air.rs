//! Checks of what goes through the air while a code shows.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{Figure, Judgement, Stop};
use crate::oracle::observed::{self, Advert, RadioControl, Sighting};

/// The app advertises its service, or does not. Takes the `radio_control`s, which say when the radio listened
/// for it and whether it was shown to hear, and the `advert`s.
///
/// Serves H.7: the proximity check uses Bluetooth Low Energy, and stops with the activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertising {
    /// The service, as in [`Advert::service`].
    pub service: String,
    /// Whether it must be heard; else it must not.
    pub wanted: bool,
}

impl Advertising {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<Judgement, Stop> {
        let listened = observed::some::<RadioControl>(seen)?;
        let adverts = observed::all::<Advert>(seen)?;
        let ours = |advert: &&Sighting<Advert>| advert.value.service.eq_ignore_ascii_case(&self.service);
        let within = |advert: &&Sighting<Advert>| listened.iter().any(|time| time.value.holds(advert));
        let heard: Vec<_> = adverts.iter().filter(ours).filter(within).collect();
        let judged = |as_wanted: bool| if as_wanted { Judgement::pass } else { Judgement::fail };
        let over_s = Figure(listened.iter().map(|time| time.value.span_s()).sum());
        Ok(match heard.first() {
            Some(first) => judged(self.wanted)(format!(
                "{} in {over_s} s, the first at {} s with {} dBm",
                adverts_in_words(heard.len()),
                Figure(first.at_s),
                first.value.rssi_dbm
            )),
            None if listened.iter().all(|time| time.value.heard) => judged(!self.wanted)(format!(
                "no advert of the service in {over_s} s, while the bench's beacon was heard"
            )),
            None => Judgement::inconclusive(
                "no advert of the service was heard, but neither was the bench's beacon all the time",
            ),
        })
    }
}

impl RadioControl {
    /// Whether the advert surely came in this time.
    fn holds(&self, advert: &Sighting<Advert>) -> bool {
        let (at, within) = (advert.at_ns, advert.within_ns);
        at.saturating_sub(within) >= self.from_ns && at.saturating_add(within) <= self.to_ns
    }

    fn span_s(&self) -> f64 {
        self.to_ns.saturating_sub(self.from_ns) as f64 / 1e9
    }
}

fn adverts_in_words(count: usize) -> String {
    format!("{count} advert{} of the service", if count == 1 { "" } else { "s" })
}
