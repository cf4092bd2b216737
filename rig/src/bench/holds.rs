//! What a scenario leases while it runs on a bench of real devices. Two scenarios that hold nothing in common can run
//! side by side; a simulated bench has a world for each, and nothing is held there.

use std::collections::BTreeSet;

use toml::Spanned;

use super::{Bench, Kind, accepted::names::OPERATOR, share::Share};
use crate::suite::Needs;

/// Where a person is asked to do something.
const TERMINAL: &str = "terminal";
/// What a program restores as a whole, so that one scenario at a time can act in it.
const ENVIRONMENT: &str = "test environment";

impl Bench {
    /// What a scenario with `needs` holds, by name: its instruments, products and people, the terminal where a person
    /// stands in for one, the test environment where it is set up anew. The same each time: which device a scenario
    /// runs on does not depend on what else runs.
    pub fn holds(&self, needs: &Needs) -> BTreeSet<&str> {
        if self.kind == Kind::Simulated {
            return BTreeSet::new();
        }
        let share = self.share(needs);
        let mut holds = self.instruments_held(&share, needs);
        if !share.phones.is_empty() {
            holds.extend(self.people_held(&share));
            holds.extend(self.restore().map(|_| ENVIRONMENT));
        }
        if self.asks_a_person(&share) {
            holds.insert(TERMINAL);
        }
        holds
    }

    /// Products, and what sees, hears and moves them.
    fn instruments_held<'b>(&'b self, share: &Share<'b>, needs: &Needs) -> BTreeSet<&'b str> {
        let devices = share.devices.iter().map(|&place| &self.devices[place]);
        let phones = share.phones.iter().map(|&place| &self.phones[place]);
        let of_devices = devices.flat_map(|device| {
            let back = device.back_for(needs).map(|back| &back.camera);
            [&device.name, &device.view.camera].into_iter().chain(back)
        });
        let of_phones = phones.flat_map(|phone| {
            let view = phone.view_for(needs).map(|view| &view.camera);
            [&phone.name].into_iter().chain(view)
        });
        let singles = [
            share.modem.map(|one| &one.name),
            share.radio.map(|one| &one.name),
            share.screen.map(|one| &one.name),
            share.holder.map(|one| &one.name),
            share.microphone.map(|one| &one.name),
        ];
        of_devices.chain(of_phones).chain(singles.into_iter().flatten()).map(name).collect()
    }

    /// Those whom the service knows by the phones and devices.
    fn people_held(&self, share: &Share<'_>) -> impl Iterator<Item = &str> {
        let users = share.phones.iter().map(|&place| &self.phones[place].user);
        let owners = share.devices.iter().map(|&place| &self.devices[place].owner);
        users.chain(owners).map(name)
    }

    /// Whether anything that the scenario holds is a person who is told what to do.
    fn asks_a_person(&self, share: &Share<'_>) -> bool {
        let fingers = share.devices.iter().map(|&place| &self.devices[place].finger.driver);
        let phones = share.phones.iter().map(|&place| &self.phones[place].driver);
        let holder = share.holder.map(|one| &one.driver);
        fingers.chain(phones).chain(holder).any(|driver| driver.get_ref() == OPERATOR)
    }
}

fn name(written: &Spanned<String>) -> &str {
    written.get_ref()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn held(bench: &str, tags: &[&str]) -> Vec<String> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/benches").join(bench);
        let bench = Bench::load(&file).unwrap();
        let tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
        bench.holds(&Needs::from_tags(&tags).unwrap()).into_iter().map(str::to_owned).collect()
    }

    #[test]
    #[cfg(all(feature = "camera", feature = "microphone"))]
    fn a_scenario_holds_all_that_it_can_change_or_be_changed_by() {
        let lab = |tags| held("lab.toml", tags);
        assert_eq!(lab(&["display", "probe"]), ["camera", "display-1"]);
        assert_eq!(lab(&["display", "event"]), ["camera-2", "display-event"]);
        assert_eq!(
            lab(&["reader", "keys", "sealed"]),
            ["camera-3", "microphone", "reader-sealed", "terminal"],
            "a person presses the keys"
        );
        assert_eq!(lab(&["phone", "sms"]), ["modem", "phone-1", "test environment", "test-user-1"]);
        assert_eq!(
            lab(&["two-phones", "camera", "screen", "holder", "radio"]),
            [
                "holder",
                "phone-1",
                "phone-2",
                "phone-camera",
                "radio",
                "screen",
                "terminal",
                "test environment",
                "test-user-1",
                "test-user-2"
            ]
        );
        assert_eq!(lab(&["phone", "display", "label"])[..3], ["camera", "display-1", "label-camera"]);
    }

    #[test]
    fn nothing_is_held_where_each_scenario_has_a_world_of_its_own() {
        assert_eq!(held("simulated.toml", &["two-phones", "camera", "display", "sms"]), [""; 0]);
    }
}
