//! What a scenario needs of the bench, by its tags, and whether the bench has it.

/// What a scenario needs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Needs {
    /// Phones with the app.
    pub phones: usize,
    /// Code displays, each with its link, its finger and a camera on it.
    pub displays: usize,
    /// A debug probe on each of the displays.
    pub probe: bool,
    /// On the first phone a person who has as many apps as one can have.
    pub all_apps: bool,
    /// A camera on the screens of the phones.
    pub camera: bool,
    /// An SMS modem.
    pub sms: bool,
    /// A BLE radio.
    pub radio: bool,
    /// A screen that shows codes to a phone.
    pub screen: bool,
    /// What turns and carries the phones.
    pub holder: bool,
}

/// The tags that say what a scenario needs; other tags are free.
const ACCEPTED: &str = "@phone, @two-phones, @all-apps, @camera, @sms, @radio, @screen, @holder, @display, \
                        @two-displays, @probe";

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
                "probe" => needs.probe = true,
                "all-apps" => needs.all_apps = true,
                "camera" => needs.camera = true,
                "sms" => needs.sms = true,
                "radio" => needs.radio = true,
                "screen" => needs.screen = true,
                "holder" => needs.holder = true,
                _ => {}
            }
        }
        if needs.phones == 0 && needs.displays == 0 {
            return Err(format!("the scenario's tags name no instrument; accepted: {ACCEPTED}"));
        }
        if needs.probe && needs.displays == 0 {
            return Err("a probe needs a board to be on: add @display".into());
        }
        if (needs.camera || needs.all_apps) && needs.phones == 0 {
            return Err("@camera and @all-apps need a phone: add @phone".into());
        }
        if needs.camera && needs.all_apps {
            return Err("@camera and @all-apps do not go together: no camera sees that phone".into());
        }
        Ok(needs)
    }

    /// Whether the scenario holds an instrument of this kind ("camera", "serial", "phone", …).
    pub fn includes(&self, kind: &str) -> bool {
        match kind {
            "phone" => self.phones > 0,
            "camera" => self.displays > 0 || self.camera,
            "serial" | "board" | "finger" => self.displays > 0,
            "probe" => self.probe,
            "modem" => self.sms,
            "radio" => self.radio,
            "screen" => self.screen,
            "holder" => self.holder,
            "clock" => true,
            _ => false,
        }
    }
}

/// What a bench has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capacity {
    /// Phones of people who can have another app.
    pub phones: usize,
    /// Code displays.
    pub displays: usize,
    /// Code displays with a debug probe, counted from the first.
    pub probes: usize,
    /// Phones whose screen a camera sees, counted from the first.
    pub views: usize,
    /// Phones of a person who has as many apps as one can have.
    pub full_phones: usize,
    /// Whether there is an SMS modem.
    pub sms: bool,
    /// Whether there is a BLE radio.
    pub radio: bool,
    /// Whether there is a screen for phones.
    pub screen: bool,
    /// Whether there is something that turns and carries the phones.
    pub holder: bool,
}

impl Capacity {
    /// An error that says what is missing.
    pub fn check(&self, needs: &Needs) -> Result<(), String> {
        let lacks = |what: &str, needed: usize, there: usize| {
            (needed > there).then(|| format!("the scenario needs {needed} × {what}, the bench has {there}"))
        };
        let probes = if needs.probe { needs.displays } else { 0 };
        lacks("phone", needs.phones - usize::from(needs.all_apps), self.phones)
            .or_else(|| lacks("display", needs.displays, self.displays))
            .or_else(|| lacks("probe on a display", probes, self.probes))
            .or_else(|| lacks("camera on a phone", if needs.camera { needs.phones } else { 0 }, self.views))
            .or_else(|| lacks("phone of a person with all apps", needs.all_apps.into(), self.full_phones))
            .or_else(|| lacks("SMS modem", needs.sms.into(), self.sms.into()))
            .or_else(|| lacks("BLE radio", needs.radio.into(), self.radio.into()))
            .or_else(|| lacks("screen", needs.screen.into(), self.screen.into()))
            .or_else(|| lacks("holder", needs.holder.into(), self.holder.into()))
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
    fn a_bench_that_lacks_something_says_what() {
        let bench = Capacity { phones: 1, displays: 1, ..Capacity::default() };
        assert_eq!(bench.check(&needs(&["phone", "display"]).unwrap()), Ok(()));
        let error = bench.check(&needs(&["display", "probe"]).unwrap()).unwrap_err();
        assert!(error.contains("needs 1 × probe"), "{error}");
    }
}
