//! What a scenario leases while it runs on a bench of real devices. Two scenarios that hold nothing in common can run
//! side by side; a simulated bench has a world for each, and nothing is held there.

use std::collections::BTreeSet;

use super::{Bench, Kind, accepted::names::OPERATOR};
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
        let mut holds = self.devices_held(needs);
        holds.extend(self.phones_held(needs));
        if needs.phones > 0 {
            holds.extend(self.environment_held(needs));
        }
        let singles = [
            (needs.sms, self.modem.as_ref().map(|one| &one.name)),
            (needs.radio, self.radio.as_ref().map(|one| &one.name)),
            (needs.screen, self.screen.as_ref().map(|one| &one.name)),
            (needs.holder, self.holder.as_ref().map(|one| &one.name)),
            (needs.readers > 0, self.microphone.as_ref().map(|one| &one.name)),
        ];
        let held = singles.into_iter().filter_map(|(needed, name)| name.filter(|_| needed));
        holds.extend(held.map(|name| name.get_ref().as_str()));
        if self.asks_a_person(needs) {
            holds.insert(TERMINAL);
        }
        holds
    }

    fn devices_held(&self, needs: &Needs) -> BTreeSet<&str> {
        let mut holds = BTreeSet::new();
        for device in self.devices_for(needs).into_iter().map(|place| &self.devices[place]) {
            holds.extend([device.name.get_ref().as_str(), device.view.camera.get_ref()]);
            holds.extend(
                device.back.iter().filter(|_| needs.label).map(|back| back.camera.get_ref().as_str()),
            );
        }
        holds
    }

    fn phones_held(&self, needs: &Needs) -> BTreeSet<&str> {
        let mut holds = BTreeSet::new();
        for phone in self.phones_for(needs).into_iter().map(|place| &self.phones[place]) {
            holds.insert(phone.name.get_ref().as_str());
            holds.extend(
                phone.view.iter().filter(|_| needs.camera).map(|view| view.camera.get_ref().as_str()),
            );
        }
        holds
    }

    /// The people of the phones and devices, whom the service knows, and the service where it is set up as a whole.
    fn environment_held(&self, needs: &Needs) -> BTreeSet<&str> {
        let users = self.phones_for(needs).into_iter().map(|place| &self.phones[place].user);
        let owners = self.devices_for(needs).into_iter().map(|place| &self.devices[place].owner);
        let people = users.chain(owners).map(|name| name.get_ref().as_str());
        people.chain(self.restore().map(|_| ENVIRONMENT)).collect()
    }

    /// Whether anything that the scenario holds is a person who is told what to do.
    fn asks_a_person(&self, needs: &Needs) -> bool {
        let fingers = self.devices_for(needs).into_iter().map(|place| &self.devices[place].finger.driver);
        let phones = self.phones_for(needs).into_iter().map(|place| &self.phones[place].driver);
        let holder = self.holder.iter().filter(|_| needs.holder).map(|one| &one.driver);
        fingers.chain(phones).chain(holder).any(|driver| driver.get_ref() == OPERATOR)
    }
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
