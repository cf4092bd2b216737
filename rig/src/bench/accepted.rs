//! The drivers that each kind of bench can have, as far as they are in this build.

use toml::Spanned;

use super::{check::Fault, file::Kind};

/// The names of drivers, as bench files have them.
pub(super) mod names {
    pub const SERIAL_PORT: &str = "serialport";
    pub const PROBE_RS: &str = "probe-rs";
    pub const WEBCAM: &str = "nokhwa";
    pub const SOUND_CARD: &str = "cpal";
    pub const AT: &str = "at";
    pub const GATT: &str = "gatt";
    pub const BLUEZ: &str = "bluez";
    pub const PICTURE_FILE: &str = "picture-file";
    pub const CONTROL_LINE: &str = "control-line";
    pub const MODBUS: &str = "modbus";
    pub const OPERATOR: &str = "operator";
    pub const LINK: &str = "link";
    pub const SIMULATED: &str = "simulated";
    pub const MEMORY: &str = "memory";
}

use names::*;

/// The drivers of one kind of bench.
pub(super) struct Accepted {
    pub cameras: &'static [&'static str],
    pub fingers: &'static [&'static str],
    pub phones: &'static [&'static str],
    pub radios: &'static [&'static str],
    pub screens: &'static [&'static str],
    pub lights: &'static [&'static str],
    pub holders: &'static [&'static str],
    pub microphones: &'static [&'static str],
    pub switches: &'static [&'static str],
    /// Whether the bench makes its released devices itself.
    pub factory: bool,
    /// Selectors of probes, and serial ports; none where any may be named.
    pub probes: Option<&'static [&'static str]>,
    pub ports: Option<&'static [&'static str]>,
}

impl Accepted {
    pub fn on(kind: Kind) -> Self {
        match kind {
            Kind::Simulated => Self {
                cameras: &[SIMULATED],
                fingers: &[SIMULATED, LINK],
                phones: &[MEMORY],
                radios: &[SIMULATED],
                screens: &[SIMULATED],
                lights: &[SIMULATED],
                holders: &[SIMULATED],
                microphones: &[SIMULATED],
                switches: &[SIMULATED],
                factory: true,
                probes: Some(&["virtual"]),
                ports: Some(&["pty"]),
            },
            Kind::Hardware => Self {
                cameras: &[WEBCAM],
                fingers: &[LINK, OPERATOR],
                phones: &[GATT, OPERATOR],
                radios: &[BLUEZ],
                screens: &[PICTURE_FILE],
                lights: &[CONTROL_LINE],
                holders: &[OPERATOR],
                microphones: &[SOUND_CARD],
                switches: &[MODBUS],
                factory: false,
                probes: None,
                ports: None,
            },
        }
    }
}

/// Drivers behind a cargo feature: the driver, the feature, and whether it is in this build.
const FEATURES: [(&str, &str, bool); 4] = [
    (WEBCAM, "camera", cfg!(feature = "camera")),
    (SOUND_CARD, "microphone", cfg!(feature = "microphone")),
    (GATT, "bluetooth", cfg!(feature = "bluetooth")),
    (BLUEZ, "bluetooth", cfg!(feature = "bluetooth")),
];

/// An error where `value` is none of `accepted`.
pub(super) fn known<T>(what: &str, value: &Spanned<T>, name: &str, accepted: &[&str]) -> Result<(), Fault> {
    if accepted.contains(&name) {
        return Ok(());
    }
    Err(Fault::new(value, format!("unknown {what} {name:?}; accepted: {}", accepted.join(", "))))
}

/// An error where the driver `value` is none of `accepted`, or is not in this build.
pub(super) fn driver(what: &str, value: &Spanned<String>, accepted: &[&str]) -> Result<(), Fault> {
    let name = value.get_ref().as_str();
    known(what, value, name, accepted)?;
    match FEATURES.iter().find(|(driver, _, built)| *driver == name && !built) {
        Some((_, feature, _)) => {
            let message =
                format!("the driver {name:?} is not in this build: build rig with --features {feature}");
            Err(Fault::new(value, message))
        }
        None => Ok(()),
    }
}
