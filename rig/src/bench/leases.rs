//! Leases of a scenario while it runs on a bench of real devices. Two scenarios without a lease in common can
//! run side by side. A simulated bench has a world for each scenario, and needs no leases.

use std::{collections::BTreeSet, path::Path};

use drivers::registry::Via;
use toml::Spanned;

use super::{Bench, Kind, allocation::Allocation, finger_name, link_name, power_name, probe_name};
use crate::suite::Needs;

/// Where a person is asked to do something.
pub const TERMINAL: &str = "terminal";
/// Lease of the test environment, which a command resets as a whole: one scenario at a time can act in it.
const ENVIRONMENT: &str = "test environment";

impl Bench {
    /// The leases of a scenario with `needs`, by name: its instruments, products and people, the terminal where a person
    /// stands in for one, the test environment where it is set up anew. The same each time: which device a scenario
    /// runs on does not depend on what else runs.
    pub fn leases(&self, needs: &Needs) -> BTreeSet<&str> {
        if self.kind == Kind::Simulated { BTreeSet::new() } else { self.resources(needs) }
    }

    /// The instruments that a scenario with `needs` leases on a bench of real devices: for plans of nights, on a bench of any kind.
    pub fn resources(&self, needs: &Needs) -> BTreeSet<&str> {
        let allocation = self.allocate(needs);
        let mut leases = self.instruments_held(&allocation, needs);
        if !allocation.phones.is_empty() {
            leases.extend(self.people_held(&allocation));
            leases.extend(self.restore().map(|_| ENVIRONMENT));
        }
        if self.asks_a_person(&allocation, needs) {
            leases.insert(TERMINAL);
        }
        leases
    }

    /// Claims against other processes: the bench of the file `path`, and every port and device that it names. A
    /// simulated bench is each process's own.
    pub fn claims(&self, path: &Path) -> BTreeSet<String> {
        if self.kind == Kind::Simulated {
            return BTreeSet::new();
        }
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let claims = self.instruments().iter().flat_map(|one| &one.claims);
        let claims = claims.map(|claim| format!("{} {}", claim.what, claim.value));
        claims.chain([format!("bench {}", path.display())]).collect()
    }

    /// The names of the instruments that a scenario with `needs` uses, on a bench of any kind: those that its leases have, and
    /// the instruments of its devices.
    pub fn holds(&self, needs: &Needs) -> BTreeSet<String> {
        let allocation = self.allocate(needs);
        let mut held: BTreeSet<String> =
            self.instruments_held(&allocation, needs).into_iter().map(str::to_owned).collect();
        for &place in &allocation.devices {
            let device = self.devices[place].name.get_ref();
            held.insert(finger_name(device));
            held.extend((!needs.sealed).then(|| link_name(device)));
            held.extend(needs.probe.then(|| probe_name(device)));
            held.extend(needs.power.then(|| power_name(device)));
        }
        held
    }

    /// The needs of the devices alone of a scenario with `needs`, with the switches of their supplies: what brings a device back
    /// that does not answer any more. `None` if the bench is simulated, a device has no switch, or is sealed: that one would lose
    /// its time.
    pub fn supplies(&self, needs: &Needs) -> Option<Needs> {
        let alone = Needs {
            displays: needs.displays,
            readers: needs.readers,
            release: needs.release,
            event: needs.event,
            turn: needs.turn,
            power: true,
            ..Needs::default()
        };
        let has_devices = needs.displays + needs.readers > 0 && !needs.sealed;
        let switches = has_devices && self.kind == Kind::Hardware && self.capacity().check(&alone).is_ok();
        (switches && self.allocate(&alone).devices == self.allocate(needs).devices).then_some(alone)
    }

    /// The names of what stands on the supplies of the devices that `needs` gets.
    pub fn supplied(&self, needs: &Needs) -> BTreeSet<String> {
        let devices =
            self.allocate(needs).devices.into_iter().map(|place| self.devices[place].name.get_ref());
        devices.flat_map(|device| [device.clone(), link_name(device), probe_name(device)]).collect()
    }

    /// Whether every attempt at a scenario with `needs` begins in an environment that was set up anew.
    pub fn is_restored_for(&self, needs: &Needs) -> bool {
        self.kind == Kind::Simulated || (self.restore().is_some() && needs.phones > 0)
    }

    /// Products, and what sees, hears and moves them.
    fn instruments_held(&self, allocation: &Allocation, needs: &Needs) -> BTreeSet<&str> {
        let devices = allocation.devices.iter().map(|&place| &self.devices[place]);
        let phones = allocation.phones.iter().map(|&place| &self.phones[place]);
        let of_devices = devices.flat_map(|device| {
            let back = device.back_for(needs).map(|back| &back.camera);
            [&device.name, &device.view.camera].into_iter().chain(back)
        });
        let of_phones = phones.flat_map(|phone| {
            let view = phone.view_for(needs).map(|view| &view.camera);
            [&phone.name].into_iter().chain(view)
        });
        of_devices.chain(of_phones).map(name).chain(self.singles_for(needs)).collect()
    }

    /// The names of the single instruments that a scenario with `needs` gets.
    fn singles_for(&self, needs: &Needs) -> impl Iterator<Item = &str> {
        self.singles.named().filter(|(kind, _)| needs.uses(*kind)).map(|(_, one)| name(one))
    }

    /// Those whom the service knows by the phones and devices.
    fn people_held(&self, allocation: &Allocation) -> impl Iterator<Item = &str> {
        let users = allocation.phones.iter().map(|&place| &self.phones[place].user);
        let owners = allocation.devices.iter().map(|&place| &self.devices[place].owner);
        users.chain(owners).map(name)
    }

    /// Whether anything that the scenario holds is a person who is told what to do.
    fn asks_a_person(&self, allocation: &Allocation, needs: &Needs) -> bool {
        let fingers = allocation.devices.iter().map(|&place| finger_name(self.devices[place].name.get_ref()));
        let phones = allocation.phones.iter().map(|&place| name(&self.phones[place].name).to_owned());
        let singles = self.singles_for(needs).map(str::to_owned);
        let mut all = fingers.chain(phones).chain(singles).filter_map(|one| self.listed(&one));
        all.any(|one| one.via == Via::Person)
    }
}

fn name(written: &Spanned<String>) -> &str {
    written.get_ref()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(bench: &str, tags: &[&str]) -> Vec<String> {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/benches").join(bench);
        let bench = Bench::load(&file).unwrap();
        let tags: Vec<String> = tags.iter().map(|&tag| tag.to_owned()).collect();
        bench.leases(&Needs::from_tags(&tags).unwrap()).into_iter().map(str::to_owned).collect()
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
