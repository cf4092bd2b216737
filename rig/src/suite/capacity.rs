//! The equipment of a bench, and whether that meets a scenario's needs.

use std::collections::BTreeSet;

use super::{DeviceKind, Needs, Single};

/// Equipment of a bench.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Phones of people who can have another app.
    pub phones: usize,
    /// Code devices.
    pub devices: Vec<DeviceOffer>,
    /// Phones whose screen a camera sees, counted from the first.
    pub views: usize,
    /// Phones of a person who has as many apps as one can have.
    pub full_phones: usize,
    /// Instruments that serve all products.
    pub singles: BTreeSet<Single>,
}

/// Properties of one code device of the bench.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceOffer {
    /// Its kind.
    pub kind: DeviceKind,
    /// Whether it has no link.
    pub sealed: bool,
    /// Whether it carries a release firmware.
    pub released: bool,
    /// Whether its codes follow a counter.
    pub event_based: bool,
    /// Whether its finger reaches every key.
    pub keys: bool,
    /// Whether there is a debug probe on it.
    pub probe: bool,
    /// Whether there is a switch in its supply.
    pub power: bool,
    /// Whether a camera sees its back.
    pub back: bool,
}

impl Capacity {
    /// The equipment of two benches together, one of each where either has it.
    pub fn and(self, other: Self) -> Self {
        Self {
            phones: self.phones.max(other.phones),
            devices: [self.devices, other.devices].concat(),
            views: self.views.max(other.views),
            full_phones: self.full_phones.max(other.full_phones),
            singles: &self.singles | &other.singles,
        }
    }

    /// An error that says what is missing.
    pub fn check(&self, needs: &Needs) -> Result<(), String> {
        let lacks = |what: &str, needed: usize, there: usize| {
            (needed > there).then(|| format!("the scenario needs {needed} × {what}, the bench has {there}"))
        };
        let fitting = |kind| self.devices.iter().filter(|device| needs.accepts(kind, device)).count();
        let which = needs.which();
        lacks("phone", needs.phones - usize::from(needs.all_apps), self.phones)
            .or_else(|| {
                lacks(&format!("code display{which}"), needs.displays, fitting(DeviceKind::CodeDisplay))
            })
            .or_else(|| {
                lacks(&format!("audio code reader{which}"), needs.readers, fitting(DeviceKind::AudioReader))
            })
            .or_else(|| lacks("camera on a phone", if needs.camera { needs.phones } else { 0 }, self.views))
            .or_else(|| lacks("phone of a person with all apps", needs.all_apps.into(), self.full_phones))
            .or_else(|| {
                let mut singles = Single::OF_SCENARIOS.into_iter();
                singles.find_map(|one| {
                    lacks(one.name(), needs.uses(one).into(), self.singles.contains(&one).into())
                })
            })
            .map_or(Ok(()), Err)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(tags: &[&str]) -> Result<Needs, String> {
        Needs::from_tags(&tags.iter().map(|tag| tag.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn a_bench_that_lacks_something_says_what() {
        let display = DeviceOffer {
            kind: DeviceKind::CodeDisplay,
            sealed: false,
            released: false,
            event_based: false,
            keys: false,
            probe: false,
            power: false,
            back: false,
        };
        let bench = Capacity { phones: 1, devices: vec![display], ..Capacity::default() };
        assert_eq!(bench.check(&needs(&["phone", "display"]).unwrap()), Ok(()));
        let lacks = |tags: &[&str]| bench.check(&needs(tags).unwrap()).unwrap_err();
        assert!(lacks(&["display", "probe"]).contains("needs 1 × code display (with a probe on it)"));
        assert!(
            lacks(&["reader", "sealed"]).contains("needs 1 × audio code reader (sealed), the bench has 0")
        );
        assert!(lacks(&["display", "label"]).contains("(with its back before a camera), the bench has 0"));
        assert!(lacks(&["display", "keys"]).contains("(with a finger on every key), the bench has 0"));
        assert!(lacks(&["two-displays"]).contains("needs 2 × code display, the bench has 1"));
    }
}
