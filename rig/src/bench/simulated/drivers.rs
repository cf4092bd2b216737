//! The drivers that a bench file of a simulated bench may name. The world opens them.

use std::num::NonZero;

use drivers::{
    finger::LinkFingerKeys,
    probe::ProbeRsKeys,
    registry::{ConfigError, DriverInfo, DriverKeys},
    serial::{Port, SerialPortKeys},
    sms::AtModemKeys,
};
use serde::Deserialize;
use sim::{scene::Conditions, sound::RoomConditions};
use toml::Spanned;

/// The name of what only the simulator has.
const NAME: &str = "simulated";

/// Drivers of cameras.
pub(in crate::bench) const CAMERAS: &[DriverInfo] = &[DriverInfo::of::<CameraKeys>()];
/// Drivers of links.
pub(in crate::bench) const LINKS: &[DriverInfo] = &[DriverInfo::of::<PtyLinkKeys>()];
/// Drivers of fingers.
pub(in crate::bench) const FINGERS: &[DriverInfo] =
    &[DriverInfo::of::<NoKeys>(), DriverInfo::of::<LinkFingerKeys>()];
/// Drivers of probes.
pub(in crate::bench) const PROBES: &[DriverInfo] = &[DriverInfo::of::<VirtualProbeKeys>()];
/// Drivers of phones.
pub(in crate::bench) const PHONES: &[DriverInfo] = &[
    DriverInfo::of::<MemoryPhoneKeys>(),
    #[cfg(feature = "webdriver")]
    DriverInfo::of::<SimulatedAppiumKeys>(),
];
/// Drivers of modems.
pub(in crate::bench) const MODEMS: &[DriverInfo] = &[DriverInfo::of::<PtyModemKeys>()];
/// Drivers of microphones.
pub(in crate::bench) const MICROPHONES: &[DriverInfo] = &[DriverInfo::of::<MicrophoneKeys>()];
/// The driver of any other instrument.
pub(in crate::bench) const ANY: &[DriverInfo] = &[DriverInfo::of::<NoKeys>()];

/// A simulated instrument without keys of its own.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct NoKeys {}

impl DriverKeys for NoKeys {
    const NAME: &'static str = NAME;
}

/// A simulated camera.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CameraKeys {
    /// How well it sees, by the name of a condition.
    pub conditions: Option<Spanned<String>>,
    /// Frames a second.
    pub rate_hz: Option<NonZero<u32>>,
}

impl DriverKeys for CameraKeys {
    const NAME: &'static str = NAME;

    fn check(&self) -> Result<(), ConfigError> {
        let Some(named) = &self.conditions else { return Ok(()) };
        conditions(named.get_ref()).map(drop).map_err(|message| ConfigError::new(named, message))
    }
}

/// The conditions of this name.
///
/// # Errors
/// An unknown name, with all that there are.
pub(super) fn conditions(name: &str) -> Result<Conditions, String> {
    let known = Conditions::ALL.iter().find(|conditions| conditions.name() == name);
    let names: Vec<_> = Conditions::ALL.iter().map(|conditions| conditions.name()).collect();
    known
        .copied()
        .ok_or_else(|| format!("unknown conditions {name:?} of a camera; accepted: {}", names.join(", ")))
}

/// A simulated microphone.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MicrophoneKeys {
    /// How noisy the room is, by the name of a condition.
    room: Option<Spanned<String>>,
}

impl DriverKeys for MicrophoneKeys {
    const NAME: &'static str = NAME;

    fn check(&self) -> Result<(), ConfigError> {
        let Some(room) = &self.room else { return Ok(()) };
        room.get_ref().parse::<RoomConditions>().map(drop).map_err(|message| ConfigError::new(room, message))
    }
}

/// A phone whose agent is in the memory of the rig.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct MemoryPhoneKeys {}

impl DriverKeys for MemoryPhoneKeys {
    const NAME: &'static str = "memory";
}

#[cfg(feature = "webdriver")]
pub(super) use appium::SimulatedAppiumKeys;

#[cfg(feature = "webdriver")]
mod appium {
    use drivers::{
        phone::{AppiumKeys, AppiumSettings},
        registry::{ConfigError, DriverKeys},
    };
    use serde::Deserialize;
    use serde_json::{Map, Value};
    use sim::appium::Form;
    use toml::Spanned;

    /// The only server of a simulated bench: the simulator runs one for each phone.
    const URL: &str = "simulated";
    const FORMS: [Form; 2] = [Form::UiAutomator2, Form::XcuiTest];

    /// A phone behind an Appium server that the simulator runs.
    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    pub(in crate::bench::simulated) struct SimulatedAppiumKeys {
        url: Spanned<String>,
        capabilities: Spanned<Map<String, Value>>,
        app: Spanned<String>,
    }

    impl SimulatedAppiumKeys {
        /// The form of its page sources.
        ///
        /// # Errors
        /// No or another automation, with what is accepted.
        pub fn form(&self) -> Result<Form, String> {
            let capabilities = self.capabilities.get_ref();
            let named =
                ["automationName", "appium:automationName"].iter().find_map(|key| capabilities.get(*key));
            let named = named.and_then(Value::as_str).unwrap_or_default();
            let form = FORMS.into_iter().find(|form| form.to_string().eq_ignore_ascii_case(named));
            form.ok_or_else(|| format!("`automationName` is {named:?}; accepted: UiAutomator2, XCUITest"))
        }

        /// The settings of the driver, for the server at `url`.
        ///
        /// # Errors
        /// A capability that the driver refuses.
        pub fn settings(&self, url: &str) -> Result<AppiumSettings, String> {
            AppiumSettings::new(url, self.capabilities.get_ref().clone(), self.app.get_ref())
        }
    }

    impl DriverKeys for SimulatedAppiumKeys {
        const NAME: &'static str = AppiumKeys::NAME;

        fn check(&self) -> Result<(), ConfigError> {
            if self.url.get_ref() != URL {
                let message = format!(
                    "unknown Appium server of a simulated bench {:?}; accepted: {URL}",
                    self.url.get_ref()
                );
                return Err(ConfigError::new(&self.url, message));
            }
            let wrong = |message| ConfigError::new(&self.capabilities, message);
            self.form().map(drop).map_err(wrong)?;
            if self.app.get_ref() != sim::appium::APP {
                let message = format!(
                    "unknown app of a simulated bench {:?}; accepted: {}",
                    self.app.get_ref(),
                    sim::appium::APP
                );
                return Err(ConfigError::new(&self.app, message));
            }
            self.settings("http://127.0.0.1").map(drop).map_err(wrong)
        }
    }
}

/// Bits per second where a bench file names none.
pub(super) const BAUD: NonZero<u32> = const { NonZero::new(115_200).expect("is not zero") };

fn default_baud() -> NonZero<u32> {
    BAUD
}

/// A link on a pseudo-terminal that the simulator makes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PtyLinkKeys {
    port: Spanned<Port>,
    /// Bits per second.
    #[serde(default = "default_baud")]
    pub baud: NonZero<u32>,
}

impl DriverKeys for PtyLinkKeys {
    const NAME: &'static str = SerialPortKeys::NAME;

    fn check(&self) -> Result<(), ConfigError> {
        is_pty(&self.port)
    }
}

/// A modem on a pseudo-terminal that the simulator makes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PtyModemKeys {
    port: Spanned<Port>,
    /// Bits per second.
    #[serde(default = "default_baud")]
    pub baud: NonZero<u32>,
}

impl DriverKeys for PtyModemKeys {
    const NAME: &'static str = AtModemKeys::NAME;

    fn check(&self) -> Result<(), ConfigError> {
        is_pty(&self.port)
    }
}

/// The only port of a simulated bench.
const PTY: &str = "pty";

fn is_pty(port: &Spanned<Port>) -> Result<(), ConfigError> {
    let written = match port.get_ref() {
        Port::Path(path) if path == PTY => return Ok(()),
        Port::Path(path) => path,
        Port::Usb(_) => "of a USB device",
    };
    let message = format!("unknown port of a simulated bench {written:?}; accepted: {PTY}");
    Err(ConfigError::new(port, message))
}

/// The virtual probe on an emulated chip.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct VirtualProbeKeys {
    selector: Spanned<String>,
    /// The chip, as probe-rs names it.
    pub chip: String,
}

impl DriverKeys for VirtualProbeKeys {
    const NAME: &'static str = ProbeRsKeys::NAME;

    fn check(&self) -> Result<(), ConfigError> {
        if self.selector.get_ref() == VIRTUAL {
            return Ok(());
        }
        let written = self.selector.get_ref();
        let message = format!("unknown probe of a simulated bench {written:?}; accepted: {VIRTUAL}");
        Err(ConfigError::new(&self.selector, message))
    }
}

/// The only probe of a simulated bench.
const VIRTUAL: &str = "virtual";
