//! Checks of what goes through the air while a code shows.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Figure, Stop};
use crate::oracle::observed::{self, Advert, RadioControl, Sighting};

/// The app advertises its service, or does not. Takes the `radio_control`s, which say when the radio listened
/// and was shown to hear, and the `advert`s.
///
/// Other devices may advertise the same service, and phones change their addresses. Adverts of a sender that
/// was heard before the app had a reason to advertise are a stranger's; those of a sender that was not heard
/// while the app had a reason may be.
///
/// Serves H.7: the proximity check uses Bluetooth Low Energy, and stops with the activation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advertising {
    /// The service, as in [`Advert::service`].
    pub service: String,
    /// Whether it must be heard; else it must not.
    pub wanted: bool,
    /// The addresses that sent it before the app had reason to: strangers.
    pub strangers: Vec<String>,
    /// The other addresses that sent it while the app had reason to: the phone's.
    pub phone: Vec<String>,
}

impl Advertising {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let listened = observed::some::<RadioControl>(seen)?;
        let adverts = observed::all::<Advert>(seen)?;
        let of_service =
            |advert: &&Sighting<Advert>| advert.value.service.eq_ignore_ascii_case(&self.service);
        let within = |advert: &&Sighting<Advert>| listened.iter().any(|time| time.value.holds(advert));
        let heard: Vec<_> = adverts.iter().filter(of_service).filter(within).collect();
        let by = |addresses: &[String], advert: &Sighting<Advert>| addresses.contains(&advert.value.address);
        let others: Vec<_> = heard.iter().filter(|advert| !by(&self.strangers, advert)).collect();
        let unknown = others.iter().all(|advert| !by(&self.phone, advert));
        let over_s = Figure(listened.iter().map(|time| time.value.span_s()).sum());
        // A note for the case without other adverts.
        let strangers = match heard.len() {
            0 => String::new(),
            count => format!(" but a stranger's {count}"),
        };
        let judged = |as_wanted: bool| if as_wanted { CheckResult::pass } else { CheckResult::fail };
        Ok(match others.first() {
            Some(first) if !self.wanted && unknown && !self.phone.is_empty() => {
                CheckResult::inconclusive(format!(
                    "an advert of the service at {} s is from a sender that was not heard while the code showed",
                    Figure(first.at_s)
                ))
            }
            Some(first) => judged(self.wanted)(format!(
                "{} in {over_s} s, the first at {} s with {} dBm",
                adverts_in_words(others.len()),
                Figure(first.at_s),
                first.value.rssi_dbm
            )),
            None => judged(!self.wanted)(format!(
                "no advert of the service in {over_s} s{strangers}, while the bench's beacon was heard"
            )),
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
