//! A debug probe, through `probe-rs`.
//!
//! A session is kept open from call to call, and opened afresh after an error: a probe that was unplugged and
//! came back, or a board that was held in reset, needs no other driver.

use std::{path::Path, sync::OnceLock, time::Duration};

use probe_rs::config::Registry;
use probe_rs::flashing::DownloadOptions;
use probe_rs::probe::{DebugProbeError, DebugProbeSelector, Probe as OpenProbe, list::Lister};
use probe_rs::rtt::{self, Rtt, ScanRegion};
use probe_rs::{Core, CoreStatus, MemoryInterface, Permissions, Session};
use serde::Deserialize;
use toml::Spanned;

use super::{LimitedProbe, Probe, ProbeLimits, trouble::trouble_of};
use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Raw, Reading, Result, SharedClock,
    board::chip_id,
    registry::{Checked, Claim, ConfigError, DriverKeys, Listing, Open, Opening, PluggedIn, pasted},
};

/// CPUID, which every Cortex-M has, and FICR DEVICEID of Nordic's nRF51 and nRF52.
const CPUID: u64 = 0xe000_ed00;
const NORDIC_DEVICE_ID: u64 = 0x1000_0060;
/// DHCSR, and its flag "was reset since the last look".
const DHCSR: u64 = 0xe000_edf0;
const S_RESET_ST: u32 = 1 << 25;

/// Opens the probe, each time it is needed.
type Opener = Box<dyn FnMut() -> std::result::Result<OpenProbe, DebugProbeError> + Send>;

/// A debug probe that probe-rs knows, on one chip.
pub struct ProbeRs {
    name: String,
    chip: String,
    clock: SharedClock,
    opener: Opener,
    serial: String,
    model: String,
    session: Option<Session>,
    /// Where the firmware logs; found again after each reset.
    log: Option<Rtt>,
}

/// An error within a call.
type Failure = Box<dyn std::error::Error + Send + Sync>;

impl ProbeRs {
    /// Opens the probe that `selector` ("VID:PID" or "VID:PID:SERIAL", hexadecimal) names and attaches to its
    /// chip, whose name is one of probe-rs's ("nRF51822_xxAA"). [`ErrorKind::WrongDevice`] where more than one probe
    /// goes by it: which board it would be is anybody's guess.
    pub fn open(name: &str, selector: &str, chip: &str, clock: SharedClock) -> Result<Self> {
        let selector: DebugProbeSelector = selector
            .parse()
            .map_err(|error| DriverError::new(name, ErrorKind::NotFound, format!("`{selector}`: {error}")))?;
        only_one(&found(Some(&selector))).map_err(|several| {
            DriverError::new(name, ErrorKind::WrongDevice, format!("`{selector}`: {several}"))
        })?;
        let serial = selector.serial_number.clone().unwrap_or_default();
        let open = move || Lister::new().open(selector.clone());
        Ok(Self { serial, ..Self::with_opener(name, chip, clock, open)? })
    }

    /// Attaches through the probe that `opener` opens; it is called again after an error.
    pub fn with_opener(
        name: &str,
        chip: &str,
        clock: SharedClock,
        opener: impl FnMut() -> std::result::Result<OpenProbe, DebugProbeError> + Send + 'static,
    ) -> Result<Self> {
        let mut probe = Self {
            name: name.into(),
            chip: chip.into(),
            clock,
            opener: Box::new(opener),
            serial: String::new(),
            model: String::new(),
            session: None,
            log: None,
        };
        probe.on_session("attaching", |_, _| Ok(()))?;
        Ok(probe)
    }

    /// Does `work` on an attached session; an error ends the session.
    fn on_session<T>(
        &mut self,
        doing: &str,
        work: impl FnOnce(&mut Session, &mut Option<Rtt>) -> std::result::Result<T, Failure>,
    ) -> Result<T> {
        let done = self.attached().and_then(|mut session| {
            let done = work(&mut session, &mut self.log)?;
            self.session = Some(session);
            Ok(done)
        });
        done.map_err(|failure| {
            self.log = None;
            DriverError::new(&self.name, trouble_of(&*failure), format!("{doing}: {}", in_full(&*failure)))
        })
    }

    /// The same on the chip's one core.
    fn on_core<T>(
        &mut self,
        doing: &str,
        work: impl FnOnce(&mut Core, &mut Option<Rtt>) -> std::result::Result<T, Failure>,
    ) -> Result<T> {
        self.on_session(doing, |session, log| work(&mut session.core(0)?, log))
    }

    /// Takes the open session out of its place, or opens one.
    fn attached(&mut self) -> std::result::Result<Session, Failure> {
        if let Some(session) = self.session.take() {
            return Ok(session);
        }
        let probe = (self.opener)()?;
        // For some probes the library adds how it sees the USB interface, for its own developers.
        self.model = probe.get_name().split(" IF:").next().unwrap_or_default().to_owned();
        Ok(probe.attach_with_registry(self.chip.as_str(), Permissions::new(), registry())?)
    }

    /// A reading of what `work` finds, which was so at some moment of the call.
    fn reading<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T>) -> Result<Reading<T>> {
        let began = self.clock.now();
        let value = work(self)?;
        let half: Duration = self.clock.now().since(began) / 2;
        let at: BenchTime = began + half;
        Ok(Reading::new(at, half, value))
    }
}

impl Instrument for ProbeRs {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let cpuid = self.on_core("reading the chip's identity", |core, _| Ok(core.read_word_32(CPUID)?))?;
        let mut detail = vec![("cpuid", format!("{cpuid:08x}")), ("chip", self.chip.clone())];
        detail.extend(self.chip_id()?.map(|id| ("device id", chip_id(id))));
        Ok(Identity {
            driver: "probe-rs".into(),
            model: self.model.clone(),
            serial: self.serial.clone(),
            detail: detail.into_iter().map(|(key, value)| (key.to_string(), value)).collect(),
        })
    }

    /// Proves that probe and chip answer, and that the core is not held in reset.
    fn check(&mut self) -> Result<()> {
        let in_reset = self.on_core("looking at the core", |core, _| {
            core.status()?;
            Ok(core.read_word_32(DHCSR)? & S_RESET_ST != 0 && core.read_word_32(DHCSR)? & S_RESET_ST != 0)
        })?;
        if in_reset {
            return Err(DriverError::new(&self.name, ErrorKind::NoAnswer, "the core is held in reset"));
        }
        Ok(())
    }

    /// Lets a halted core run.
    fn make_safe(&mut self) -> Result<()> {
        self.on_core("letting the core run", |core, _| {
            if matches!(core.status()?, CoreStatus::Halted(_)) {
                core.run()?;
            }
            Ok(())
        })
    }
}

impl Probe for ProbeRs {
    /// Of the families that have one where it is looked for: Nordic's nRF51 and nRF52.
    fn chip_id(&mut self) -> Result<Option<u64>> {
        if !self.chip.starts_with("nRF51") && !self.chip.starts_with("nRF52") {
            return Ok(None);
        }
        self.on_core("reading the chip's number", |core, _| {
            let (low, high) =
                (core.read_word_32(NORDIC_DEVICE_ID)?, core.read_word_32(NORDIC_DEVICE_ID + 4)?);
            Ok(Some(u64::from(high) << 32 | u64::from(low)))
        })
    }

    /// Afterwards the board is reset and runs the image. Pages that the image does not touch are kept.
    fn flash(&mut self, image: &[u8]) -> Result<()> {
        self.on_session("flashing", |session, log| {
            *log = None;
            let mut loader = session.target().flash_loader();
            loader.add_data(0, image)?;
            let mut options = DownloadOptions::new();
            options.verify = true;
            loader.commit(session, options)?;
            Ok(session.core(0)?.reset()?)
        })
    }

    fn read_memory(&mut self, address: u32, length: usize) -> Result<Reading<Vec<u8>>> {
        let reading = self.reading(|probe| {
            probe.on_core(&format!("reading {length} bytes at {address:#010x}"), |core, _| {
                let mut bytes = vec![0; length];
                core.read(address.into(), &mut bytes)?;
                Ok(bytes)
            })
        })?;
        let raw = Raw { media_type: "application/octet-stream", bytes: reading.value.clone() };
        Ok(Reading { raw: Some(raw), ..reading })
    }

    fn log(&mut self) -> Result<Reading<String>> {
        let reading = self.reading(|probe| probe.on_core("reading the log", read_log))?;
        let raw = Raw { media_type: "text/plain", bytes: reading.value.clone() };
        let reading = reading.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        Ok(Reading { raw: Some(raw), ..reading })
    }

    fn reset(&mut self) -> Result<()> {
        self.on_core("resetting", |core, log| {
            *log = None;
            Ok(core.reset()?)
        })
    }
}

/// A debug probe that is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
pub struct FoundProbe {
    /// Selector for a bench file.
    pub selector: String,
    /// Model that it reports.
    pub model: String,
}

impl PluggedIn for FoundProbe {
    fn lines(&self) -> Vec<String> {
        vec![pasted("selector", &self.selector, &self.model)]
    }
}

/// The debug probes of this machine, for people who write a bench file.
pub fn list() -> Listing<FoundProbe> {
    Listing::of(|| Ok(found(None)))
}

/// Keys of a debug probe in a bench file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProbeRsKeys {
    /// "VID:PID" or "VID:PID:SERIAL".
    selector: Spanned<String>,
    /// The chip, as probe-rs names it.
    chip: String,
}

impl DriverKeys for ProbeRsKeys {
    const NAME: &'static str = "probe-rs";

    fn check(&self) -> Checked<()> {
        let selects = check_selector(self.selector.get_ref());
        selects.map_err(|message| ConfigError::new(&self.selector, message))
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::new("probe", &self.selector)]
    }
}

/// Whether a text can select a probe; an error in words where it cannot.
fn check_selector(selector: &str) -> std::result::Result<(), String> {
    let parsed = selector.parse::<DebugProbeSelector>();
    parsed.map(drop).map_err(|error| format!("{selector:?} is no VID:PID or VID:PID:SERIAL: {error}"))
}

impl Open<dyn Probe> for ProbeRsKeys {
    fn open(self, at: Opening<'_, dyn Probe>) -> Result<Box<dyn Probe>> {
        let (selector, limits) = (self.selector.get_ref(), ProbeLimits::default());
        Ok(Box::new(LimitedProbe::open(at.name, selector, &self.chip, limits, at.clock.clone())?))
    }
}

/// A probe that has two ways in, as some have, is one. The library panics where the kernel lists no serial ports; there
/// it lists no USB devices either.
fn found(selector: Option<&DebugProbeSelector>) -> Vec<FoundProbe> {
    if !Path::new("/sys/class/tty").is_dir() {
        return Vec::new();
    }
    let all = Lister::new().list(selector);
    let mut probes: Vec<FoundProbe> = all
        .into_iter()
        .map(|probe| {
            let serial = probe.serial_number.map_or_else(String::new, |serial| format!(":{serial}"));
            let selector = format!("{:04x}:{:04x}{serial}", probe.vendor_id, probe.product_id);
            FoundProbe { selector, model: probe.identifier }
        })
        .collect();
    probes.sort();
    probes.dedup_by(|one, other| one.selector == other.selector);
    probes
}

fn only_one(probes: &[FoundProbe]) -> std::result::Result<(), String> {
    match probes {
        [] | [_] => Ok(()),
        several => {
            let all: Vec<_> = several.iter().map(|probe| probe.selector.as_str()).collect();
            Err(format!("{} probes go by it; one is {}", all.len(), all.join(", another ")))
        }
    }
}

/// Everything in up channel 0; nothing where the firmware has not set it up (yet).
fn read_log(core: &mut Core, log: &mut Option<Rtt>) -> std::result::Result<Vec<u8>, Failure> {
    if log.is_none() {
        *log = match Rtt::attach_region(core, &ScanRegion::Ram) {
            Ok(found) => Some(found),
            Err(rtt::Error::ControlBlockNotFound | rtt::Error::ControlBlockCorrupted(_)) => None,
            Err(error) => return Err(error.into()),
        };
    }
    let mut bytes = Vec::new();
    let Some(channel) = log.as_mut().and_then(|log| log.up_channel(0)) else { return Ok(bytes) };
    let mut chunk = [0; 256];
    loop {
        match channel.read(core, &mut chunk)? {
            0 => return Ok(bytes),
            length => bytes.extend_from_slice(&chunk[..length]),
        }
    }
}

/// The chips that probe-rs knows, unpacked once.
fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(Registry::from_builtin_families)
}

/// An error and all that caused it, outermost first.
fn in_full(error: &(dyn std::error::Error + 'static)) -> String {
    std::iter::successors(Some(error), |&error| error.source())
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(": ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_selector_that_names_several_probes_names_none() {
        let found = |selector: &str| FoundProbe { selector: selector.into(), model: "a probe".into() };
        assert_eq!(only_one(&[]), Ok(()), "that there is none is told when it is opened");
        assert_eq!(only_one(&[found("0d28:0204:a")]), Ok(()));
        let several = only_one(&[found("0d28:0204:a"), found("0d28:0204:b")]).unwrap_err();
        assert_eq!(several, "2 probes go by it; one is 0d28:0204:a, another 0d28:0204:b");
    }

    #[test]
    fn what_selects_no_probe_is_refused() {
        assert_eq!(check_selector("0d28:0204:9904"), Ok(()));
        for bad in ["", "virtual", "0d28", "zzzz:0204"] {
            assert!(check_selector(bad).unwrap_err().contains("VID:PID:SERIAL"), "{bad:?}");
        }
    }
}
