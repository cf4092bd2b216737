//! The bench: the instruments and products of one table, read from a TOML file and checked as a whole
//! before anything is opened.

use std::{
    cell::RefCell,
    collections::BTreeSet,
    path::{Path, PathBuf},
    rc::Rc,
    sync::Arc,
    time::{Duration, SystemTime},
};

use drivers::{
    Result as DriverResult, SharedClock,
    camera::Camera,
    light::Light,
    microphone::{Enrolment, Listener, Voice, load_voices},
    phone::BenchKey,
    registry::{ConfigError, Via},
};
use toml::Spanned;

use crate::{
    bad_input::BadInput,
    keys::KeyRing,
    profile::{Environment, Profile, ProfileFile, Restore},
    suite::{Capacity, DeviceOffer, Needs},
};

mod allocation;
pub mod calibration;
mod cameras;
mod check;
mod device;
mod environment;
mod figure;
mod file;
mod firmware;
mod fits;
pub mod hardware;
mod instruments;
mod leases;
mod listed;
pub mod places;
mod shared;
pub mod simulated;
mod single;
mod uncertainty;

pub use device::{DeviceAtBench, DeviceEntry};
pub use file::{CameraEntry, ClockSource, Kind, PhoneEntry, SerialNumbers, ViewEntry};
pub use instruments::{Inject, Instruments, NotTagged, PhoneAtBench, View};
pub use leases::TERMINAL;
pub use listed::{InstrumentKind, InstrumentRef, Listed};
pub use shared::{ControlEntry, MicrophoneEntry, ModemEntry, NamedEntry, PersonEntry};
pub use single::{OpenSingles, Singles};
pub use uncertainty::UncertaintyEntry;

pub use crate::suite::DeviceKind;

/// A bench, checked.
pub struct Bench {
    /// Its name.
    pub name: String,
    /// Simulated, or hardware.
    pub kind: Kind,
    /// The bench file's folder, which the files it names are relative to.
    pub folder: PathBuf,
    /// The profile's file, which the reference product reads for itself.
    pub profile_file: PathBuf,
    /// The language of the screens.
    pub language: String,
    /// The lab's profile.
    pub profile: Profile,
    /// Test keys.
    pub keys: KeyRing,
    /// The password that test identities create; never shown.
    pub test_password: String,
    /// The personal PIN that test identities create; never shown.
    pub test_pin: String,
    /// Key that the phones' test agents accept.
    pub bench_key: BenchKey,
    /// The largest error of UTC.
    pub utc_uncertainty: Duration,
    /// Who answers for that, on a bench of real devices.
    pub clock_source: ClockSource,
    /// The bench's own errors.
    pub uncertainty: UncertaintyEntry,
    /// How long a step may take on the wall clock, but for what it waits on purpose, before it counts as hanging.
    pub step_limit: Duration,
    /// Serial numbers of devices that are not here.
    pub serial_numbers: SerialNumbers,
    /// Cameras.
    pub cameras: Vec<CameraEntry>,
    /// Code displays and audio code readers.
    pub devices: Vec<DeviceEntry>,
    /// Phones.
    pub phones: Vec<PhoneEntry>,
    /// Test identities.
    pub people: Vec<PersonEntry>,
    /// Instruments that it has one of at most.
    pub singles: Singles,
    /// Listener for their speech.
    pub ear: Option<Arc<Ear>>,
    /// The test environment that a bench of real devices is allowed to act in.
    authorised: Option<Environment>,
    instruments: Vec<Listed>,
}

/// Who listens to what a microphone takes.
pub struct Ear {
    /// The listener.
    pub listener: Listener,
    /// The recordings that it knows voices from: a run keeps them with what was heard.
    pub voices: Vec<Voice>,
}

/// A mistake in `source`, the text of the bench file `file`.
fn of_config(file: &Path, source: &str, error: &ConfigError) -> BadInput {
    BadInput::at(file, source, error.start(), error.message())
}

impl Bench {
    /// Reads and checks `path`, its profile and its keys. Opens nothing.
    pub fn load(path: &Path) -> Result<Self, BadInput> {
        let text = BadInput::read(path)?;
        let read = file::BenchFile::parse(path, &text)?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let here = |error: ConfigError| of_config(path, &text, &error);
        check::check_files(&read, folder).map_err(here)?;
        let profile_file = folder.join(read.profile.get_ref());
        let profile = ProfileFile::load(&profile_file)?.in_language(read.language.get_ref());
        let profile = profile.map_err(|message| here(ConfigError::new(&read.language, message)))?;
        let keys = KeyRing::load(&folder.join(read.keys.get_ref()))?;
        check::check(&read, &keys).map_err(here)?;
        fits::check(&read, &profile).map_err(here)?;
        let authorised = environment::check(&read, &profile, SystemTime::now()).map_err(here)?;
        let bench_key = check::bench_key(&read, &keys).map_err(here)?;
        check::check_password(&read, &profile.password).map_err(here)?;
        check::check_pin(&read, &profile.pin).map_err(here)?;
        let ear = ear(&read, folder).map_err(here)?;
        let bench = Self {
            instruments: read.instruments,
            name: read.name,
            kind: *read.kind.get_ref(),
            folder: folder.to_path_buf(),
            profile_file,
            language: read.language.into_inner(),
            profile,
            keys,
            test_password: read.test_password.into_inner(),
            test_pin: read.test_pin.into_inner(),
            bench_key,
            utc_uncertainty: Duration::from_millis(read.clock.utc_uncertainty_ms),
            clock_source: read.clock.source.map(Spanned::into_inner).unwrap_or_default(),
            uncertainty: read.uncertainty,
            step_limit: Duration::from_secs(read.step_limit_s.get()),
            serial_numbers: read.serial_numbers,
            cameras: read.cameras,
            devices: read.devices,
            phones: read.phones,
            people: read.people,
            singles: read.singles,
            ear,
            authorised,
        };
        if bench.kind == Kind::Simulated {
            simulated::check(&bench)?;
        }
        Ok(bench)
    }

    /// Where the product's service runs, for reports.
    pub fn environment(&self) -> String {
        match &self.authorised {
            Some(environment) => environment.to_string(),
            None => "reference product, no real service".into(),
        }
    }

    /// Whether the bench may still act in its test environment at `when`; a simulated bench always may.
    ///
    /// # Errors
    /// The authorisation has ended by then.
    pub fn authorised_at(&self, when: SystemTime) -> Result<(), String> {
        self.authorised.as_ref().map_or(Ok(()), |environment| environment.check(when))
    }

    /// Equipment of the bench, for the plan.
    pub fn capacity(&self) -> Capacity {
        Capacity {
            phones: self.phones.iter().filter(|phone| !self.is_full(phone)).count(),
            devices: self.devices.iter().map(|device| self.offer(device)).collect(),
            views: self
                .phones_for(&Needs { phones: usize::MAX, ..Needs::default() })
                .into_iter()
                .take_while(|&place| self.phones[place].view.is_some())
                .count(),
            full_phones: self.phones.iter().filter(|phone| self.is_full(phone)).count(),
            singles: self.singles.named().map(|(kind, _)| kind).collect(),
        }
    }

    /// Whether the person on this phone has as many active apps as one can have.
    fn is_full(&self, phone: &PhoneEntry) -> bool {
        let person = self.people.iter().find(|person| person.user.get_ref() == phone.user.get_ref());
        person.is_some_and(|person| person.active_apps >= self.profile.apps.max)
    }

    /// The program that sets the test environment up anew, where there is one.
    fn restore(&self) -> Option<&Restore> {
        self.authorised.as_ref()?.restore.as_ref()
    }

    /// All instruments, in the order of the bench file.
    pub fn instruments(&self) -> &[Listed] {
        &self.instruments
    }

    /// The instrument with this name.
    pub fn listed(&self, instrument: &str) -> Option<&Listed> {
        self.instruments.iter().find(|one| one.at.name == instrument)
    }

    /// The driver of the instrument with this name.
    pub fn driver_of(&self, instrument: &str) -> Option<&str> {
        self.listed(instrument).map(|one| one.settings.driver())
    }

    /// Properties of a device, for the plan.
    fn offer(&self, device: &DeviceEntry) -> DeviceOffer {
        let finger = self.listed(&finger_name(device.name.get_ref()));
        DeviceOffer {
            kind: device.kind,
            sealed: device.is_sealed(),
            released: device.is_released(),
            event_based: device.event_based,
            // The link protocol presses the button only.
            keys: finger.is_some_and(|finger| finger.via != Via::Link),
            probe: device.probe.is_some(),
            power: device.power.is_some(),
            back: device.back.is_some(),
        }
    }
}

/// Parameters of a simulated world; a bench of real devices ignores them.
#[derive(Clone, Debug)]
pub struct SimParams {
    /// Decides everything that is random.
    pub seed: u64,
    /// Defects of the reference product, by their full names.
    pub defects: Vec<String>,
    /// By how much delays are spread further than usual: 1 is as usual.
    pub jitter: f64,
}

impl SimParams {
    /// A sound product, and delays as usual.
    pub fn seed(seed: u64) -> Self {
        Self { seed, defects: Vec::new(), jitter: 1.0 }
    }
}

/// Opens what `needs` asks for. An error is the bench's: the scenario is not the product's fault.
pub fn open(bench: &Bench, needs: &Needs, given: &SimParams) -> DriverResult<Instruments> {
    let instruments = match bench.kind {
        Kind::Simulated => simulated::open(bench, needs, given),
        Kind::Hardware => hardware::open(bench, needs),
    }?;
    calibration::check_all(bench, &instruments)?;
    Ok(instruments)
}

/// A camera, as all that it sees share it.
pub type SharedCamera = Rc<RefCell<dyn Camera>>;

/// The cameras to calibrate, and their surroundings.
pub struct Optics<'b> {
    /// The clock of all of it.
    pub clock: SharedClock,
    /// Opens one of [`Bench::cameras`].
    pub open: Box<OpenCamera<'b>>,
    /// The light in their view, if there is one.
    pub light: Option<Box<dyn Light>>,
}

/// How a camera is opened by itself.
pub type OpenCamera<'b> = dyn Fn(&CameraEntry) -> DriverResult<Box<dyn Camera>> + 'b;

/// The input of `rig calibrate`; no camera is open yet.
pub fn optics(bench: &Bench) -> DriverResult<Optics<'_>> {
    match bench.kind {
        Kind::Simulated => simulated::optics(bench),
        Kind::Hardware => hardware::optics(bench),
    }
}

/// The names that a device's own instruments go by: in journals, and wherever the bench fails.
pub(crate) fn link_name(device: &str) -> String {
    listed::part_name(device, InstrumentKind::Link)
}

pub(crate) fn probe_name(device: &str) -> String {
    listed::part_name(device, InstrumentKind::Probe)
}

pub(crate) fn power_name(device: &str) -> String {
    listed::part_name(device, InstrumentKind::Power)
}

pub(crate) fn finger_name(device: &str) -> String {
    listed::part_name(device, InstrumentKind::Finger)
}

/// The listener, enrolled with what the microphone's entry names.
fn ear(file: &file::BenchFile, folder: &Path) -> Result<Option<Arc<Ear>>, ConfigError> {
    let Some(microphone) = &file.singles.microphone else { return Ok(None) };
    let folder = folder.join(microphone.enrolment.get_ref());
    let voices = load_voices(&folder);
    let enrolled = voices.and_then(|voices| Ok((Enrolment::of(&folder, &voices)?, voices)));
    let (enrolment, voices) =
        enrolled.map_err(|error| ConfigError::new(&microphone.enrolment, error.to_string()))?;
    Ok(Some(Arc::new(Ear { listener: Listener::new(Arc::new(enrolment)), voices })))
}

/// The names that `entries` go by, for an error's "there are: …".
fn names<'e>(entries: impl Iterator<Item = &'e Spanned<String>>) -> BTreeSet<&'e str> {
    entries.map(|name| name.get_ref().as_str()).collect()
}
