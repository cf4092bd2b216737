//! A scenario's needs of the bench, by its tags.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::DeviceOffer;

/// Kinds of code devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DeviceKind {
    /// Displays codes.
    CodeDisplay,
    /// Displays codes and speaks them.
    AudioReader,
}

/// Something that not every way to reach a phone can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneSkill {
    /// Set the phone's clock.
    SetClock,
    /// Show a finger or a face.
    Finger,
    /// Post a notification, and list those that were shown.
    Notifications,
}

impl PhoneSkill {
    /// The words for a phone that cannot do it.
    pub fn words(self) -> &'static str {
        match self {
            Self::SetClock => "has its clock set",
            Self::Finger => "is shown a finger or a face",
            Self::Notifications => "tells its notifications",
        }
    }
}

/// An instrument that a bench has one of at most, and that serves all of its products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Single {
    /// The SMS modem.
    Modem,
    /// The BLE radio.
    Radio,
    /// The screen that shows codes to phones.
    Screen,
    /// The holder, which turns and carries the phones.
    Holder,
    /// The microphone that hears the audio code readers.
    Microphone,
    /// The light in the cameras' view, which is for calibrating them: no scenario asks for it.
    Light,
}

impl Single {
    /// Those that scenarios ask for.
    pub(super) const OF_SCENARIOS: [Self; 5] =
        [Self::Modem, Self::Radio, Self::Screen, Self::Holder, Self::Microphone];

    /// Its table in a bench file, its kind in journals, its name in words, and the tag that asks for it.
    const fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Modem => ("modem", "SMS modem", "sms"),
            Self::Radio => ("radio", "BLE radio", "radio"),
            Self::Screen => ("screen", "screen", "screen"),
            Self::Holder => ("holder", "holder", "holder"),
            Self::Microphone => ("microphone", "microphone", "reader"),
            Self::Light => ("light", "light", ""),
        }
    }

    /// Its table in a bench file, and its kind in journals.
    pub const fn kind(self) -> &'static str {
        self.words().0
    }

    /// Its name in words.
    pub const fn name(self) -> &'static str {
        self.words().1
    }

    /// The tag that asks for it.
    pub const fn tag(self) -> &'static str {
        self.words().2
    }
}

/// Something on the bench that a step uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instrument {
    /// The phone in this place.
    Phone(usize),
    /// Something that not every phone can do.
    Skill(PhoneSkill),
    /// The first device, of any kind.
    FirstDevice,
    /// The first device of a kind, or the other one.
    Device(DeviceKind, bool),
    /// A device's link.
    Link,
    /// A device's link, for test commands.
    Commands,
    /// A device whose codes follow a counter.
    EventBased,
    /// A finger on every key of a device.
    Keys,
    /// A debug probe.
    Probe,
    /// A power switch.
    Power,
    /// A camera on the back of a device.
    Back,
    /// A camera on the phones.
    View,
    /// One that serves all products.
    Single(Single),
}

impl From<Single> for Instrument {
    fn from(single: Single) -> Self {
        Self::Single(single)
    }
}

/// Needs of a scenario.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Phones with the app.
    pub phones: usize,
    /// Code displays, each with its finger and a camera on it.
    pub displays: usize,
    /// Audio code readers, each with its finger and a camera on it, and a microphone for all.
    pub readers: usize,
    /// Sealed devices; otherwise ones with a link.
    pub sealed: bool,
    /// Devices with a release firmware and a link; otherwise ones that obey test commands.
    pub release: bool,
    /// Devices whose codes follow a counter; otherwise ones whose codes follow the time.
    pub event: bool,
    /// Fingers on every key of the devices; otherwise one on the button is enough.
    pub keys: bool,
    /// A debug probe on each of the devices.
    pub probe: bool,
    /// A power switch for each of the devices.
    pub power: bool,
    /// A camera on the backs of the devices.
    pub label: bool,
    /// On the first phone a person who has as many apps as one can have.
    pub all_apps: bool,
    /// A camera on the screens of the phones.
    pub camera: bool,
    /// Instruments that serve all products, by tags of their own.
    pub singles: BTreeSet<Single>,
    /// How many of the fitting devices are passed over, for a scenario that could do with others: a plan of a night sets it.
    pub turn: usize,
}

/// The tags that say what a scenario needs; other tags are free.
pub(super) const ACCEPTED: &str = "@phone, @two-phones, @all-apps, @camera, @sms, @radio, @screen, @holder, @display, \
                        @two-displays, @reader, @sealed, @release, @event, @keys, \
                        @probe, @power, @label";

impl Needs {
    /// Reads a scenario's tags. An error where they ask for nothing, or for a probe on no board.
    pub fn from_tags(tags: &[String]) -> Result<Self, String> {
        let mut needs = Self::default();
        for tag in tags {
            match tag.as_str() {
                "phone" => needs.phones = needs.phones.max(1),
                "two-phones" => needs.phones = 2,
                "display" => needs.displays = needs.displays.max(1),
                "two-displays" => needs.displays = 2,
                "reader" => needs.readers = needs.readers.max(1),
                "sealed" => needs.sealed = true,
                "release" => needs.release = true,
                "event" => needs.event = true,
                "keys" => needs.keys = true,
                "probe" => needs.probe = true,
                "power" => needs.power = true,
                "label" => needs.label = true,
                "all-apps" => needs.all_apps = true,
                "camera" => needs.camera = true,
                other => {
                    needs.singles.extend(Single::OF_SCENARIOS.into_iter().find(|one| one.tag() == other))
                }
            }
        }
        if needs.phones == 0 && needs.devices() == 0 {
            return Err(format!("the scenario's tags name no instrument; accepted: {ACCEPTED}"));
        }
        let which =
            [needs.probe, needs.power, needs.sealed, needs.release, needs.event, needs.keys, needs.label];
        if which.contains(&true) && needs.devices() == 0 {
            let tags = "@probe, @power, @sealed, @release, @event, @keys and @label";
            return Err(format!("{tags} say which device: add @display or @reader"));
        }
        if needs.probe && needs.sealed {
            return Err("@probe and @sealed do not go together: no probe gets into a sealed device".into());
        }
        if (needs.camera || needs.all_apps) && needs.phones == 0 {
            return Err("@camera and @all-apps need a phone: add @phone".into());
        }
        if needs.camera && needs.all_apps {
            return Err("@camera and @all-apps do not go together: no camera sees that phone".into());
        }
        Ok(needs)
    }

    /// An error where a step uses what the scenario's tags do not bring.
    pub fn allow(&self, instrument: Instrument) -> Result<(), String> {
        use Instrument::*;
        let devices = self.devices() > 0;
        let (there, what, tag) = match instrument {
            Phone(0) => (self.phones > 0, "phone", "@phone"),
            Skill(_) => (self.phones > 0, "phone", "@phone"),
            Phone(place) => (self.phones > place, "other phone", "@two-phones"),
            FirstDevice => (devices, "code device", "@display or @reader"),
            Device(DeviceKind::CodeDisplay, false) => (self.displays > 0, "code display", "@display"),
            Device(DeviceKind::CodeDisplay, true) => {
                (self.displays > 1, "other code display", "@two-displays")
            }
            Device(DeviceKind::AudioReader, false) => (self.readers > 0, "audio code reader", "@reader"),
            Device(DeviceKind::AudioReader, true) => {
                return Err("no scenario has two audio code readers: a bench has one".into());
            }
            Link if self.sealed => return Err("a sealed device has no link: leave @sealed out".into()),
            Commands if self.sealed || self.release => {
                let message = "no such device obeys test commands: leave @sealed and @release out";
                return Err(message.into());
            }
            Link | Commands => (devices, "code device", "@display or @reader"),
            EventBased => (self.event, "event-based device", "@event"),
            Keys => (self.keys, "finger on every key", "@keys"),
            Probe => (self.probe, "debug probe", "@probe"),
            Power => (self.power, "power switch", "@power"),
            Back => (self.label, "camera on the back of a device", "@label"),
            View => (self.camera, "camera on the phones", "@camera"),
            Single(single) => return self.allow_single(single),
        };
        if there { Ok(()) } else { Err(format!("there is no {what} in this scenario: tag it {tag}")) }
    }

    fn allow_single(&self, single: Single) -> Result<(), String> {
        if self.uses(single) {
            return Ok(());
        }
        Err(format!("there is no {} in this scenario: tag it @{}", single.name(), single.tag()))
    }

    /// Whether the scenario uses an instrument that serves all products. Audio code readers bring the microphone.
    pub fn uses(&self, single: Single) -> bool {
        self.singles.contains(&single) || (single == Single::Microphone && self.readers > 0)
    }

    /// How many code devices there are in all.
    pub fn devices(&self) -> usize {
        self.displays + self.readers
    }

    /// Required properties of the devices, in words.
    pub(super) fn which(&self) -> String {
        let asked = [
            (self.sealed, "sealed"),
            (self.release, "with a release firmware"),
            (self.event, "event-based"),
            (self.keys, "with a finger on every key"),
            (self.probe, "with a probe on it"),
            (self.power, "with a power switch"),
            (self.label, "with its back before a camera"),
        ];
        let words: Vec<_> = asked.into_iter().filter_map(|(asked, word)| asked.then_some(word)).collect();
        if words.is_empty() { String::new() } else { format!(" ({})", words.join(", ")) }
    }

    /// Whether a device is one of those that the scenario means by `kind`.
    pub fn accepts(&self, kind: DeviceKind, device: &DeviceOffer) -> bool {
        device.kind == kind
            && device.sealed == self.sealed
            && device.released == (self.sealed || self.release)
            && device.event_based == self.event
            && (device.keys || !self.keys)
            && (device.probe || !self.probe)
            && (device.power || !self.power)
            && (device.back || !self.label)
    }

    /// Whether the scenario holds an instrument of this kind ("camera", "serial", "phone", …).
    pub fn includes(&self, kind: &str) -> bool {
        match kind {
            "phone" => self.phones > 0,
            "camera" => self.devices() > 0 || self.camera,
            "phone-screen" => self.camera,
            "finger" => self.devices() > 0,
            "serial" | "board" => self.devices() > 0 && !self.sealed,
            "probe" => self.probe,
            "power" => self.power,
            "clock" => true,
            _ => Single::OF_SCENARIOS.into_iter().any(|one| one.kind() == kind && self.uses(one)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(tags: &[&str]) -> Result<Needs, String> {
        Needs::from_tags(&tags.iter().map(|tag| tag.to_string()).collect::<Vec<_>>())
    }

    #[test]
    fn tags_add_up() {
        let two = needs(&["display", "two-displays", "phone", "slow"]).unwrap();
        assert_eq!(two, Needs { phones: 1, displays: 2, ..Needs::default() });
        assert!(two.includes("camera") && !two.includes("probe"));
    }

    #[test]
    fn a_scenario_that_needs_nothing_is_refused() {
        assert!(needs(&["slow"]).unwrap_err().contains("@display"));
        assert!(needs(&["phone", "probe"]).unwrap_err().contains("@display"));
    }

    #[test]
    fn a_step_uses_what_the_tags_bring() {
        use Instrument::*;
        let (one, two) = (needs(&["phone"]).unwrap(), needs(&["two-phones"]).unwrap());
        assert_eq!(one.allow(Phone(0)), Ok(()));
        assert_eq!(
            one.allow(Phone(1)).unwrap_err(),
            "there is no other phone in this scenario: tag it @two-phones"
        );
        assert_eq!(two.allow(Phone(1)), Ok(()));
        let display = needs(&["display"]).unwrap();
        assert_eq!(display.allow(Device(DeviceKind::CodeDisplay, false)), Ok(()));
        for (other, tag) in [
            (Device(DeviceKind::CodeDisplay, true), "@two-displays"),
            (Device(DeviceKind::AudioReader, false), "@reader"),
            (Phone(0), "@phone"),
            (Single(super::Single::Modem), "@sms"),
            (Probe, "@probe"),
        ] {
            assert!(display.allow(other).unwrap_err().contains(tag), "{other:?}");
        }
        let sealed = needs(&["display", "sealed"]).unwrap();
        assert!(sealed.allow(Commands).unwrap_err().contains("@sealed"));
        assert_eq!(display.allow(Commands), Ok(()));
    }
}
