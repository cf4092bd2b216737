//! The bench: the instruments and products of one table, read from a TOML file and checked as a whole
//! before anything is opened.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    rc::Rc,
    time::Duration,
};

use drivers::{
    DriverError, Instrument, Result as DriverResult, SharedClock, Trouble,
    board::BoardLink,
    camera::{Camera, Region},
    finger::Finger,
    phone::Phone,
    probe::Probe,
};
use toml::Spanned;

use crate::{
    bad_input::BadInput,
    keys::KeyRing,
    profile::{Profile, ProfileFile},
    suite::{Capacity, Needs},
};

mod check;
mod file;
pub mod simulated;

pub use file::{CameraEntry, DisplayEntry, Kind, PhoneEntry, SerialNumbers};

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
    /// What the lab sets.
    pub profile: Profile,
    /// Test keys.
    pub keys: KeyRing,
    /// The password that test identities create; never shown.
    pub test_password: String,
    /// The largest error of UTC.
    pub utc_uncertainty: Duration,
    /// How long a step may take on the wall clock before it counts as hanging.
    pub step_limit: Duration,
    /// Serial numbers of devices that are not here.
    pub serial_numbers: SerialNumbers,
    /// Cameras.
    pub cameras: Vec<CameraEntry>,
    /// Code displays.
    pub displays: Vec<DisplayEntry>,
    /// Phones.
    pub phones: Vec<PhoneEntry>,
    drivers: BTreeMap<String, String>,
}

/// Brings the fault of this name into the bench.
pub type Inject = dyn Fn(&str);

/// The instruments of one scenario, opened.
pub struct Instruments {
    /// The clock that all of them share.
    pub clock: SharedClock,
    /// Code displays, in the order of the bench file.
    pub displays: Vec<DisplayAtBench>,
    /// Phones, in the order of the bench file.
    pub phones: Vec<PhoneAtBench>,
    /// What brings a fault into the bench; only a simulated one has it.
    pub faults: Option<Box<Inject>>,
}

/// A code display and what reaches it.
pub struct DisplayAtBench {
    /// What the bench file says of it.
    pub entry: DisplayEntry,
    /// Its end of the link protocol.
    pub board: Rc<RefCell<BoardLink>>,
    /// What presses its button.
    pub finger: Box<dyn Finger>,
    /// The camera that sees it.
    pub camera: Rc<RefCell<dyn Camera>>,
    /// Where in the picture it is.
    pub region: Region,
    /// The debug probe on it.
    pub probe: Option<Box<dyn Probe>>,
}

impl DisplayAtBench {
    /// Calls `act` on the link, the finger, the camera and the probe; the first error is the result, but
    /// every instrument has its turn.
    pub fn each_instrument(
        &mut self,
        mut act: impl FnMut(&mut dyn Instrument) -> DriverResult<()>,
    ) -> DriverResult<()> {
        let mut first = act(&mut *self.board.borrow_mut());
        first = first.and(act(&mut *self.finger));
        first = first.and(act(&mut *self.camera.borrow_mut()));
        if let Some(probe) = &mut self.probe {
            first = first.and(act(&mut **probe));
        }
        first
    }
}

/// A phone and the person who was identified on it.
pub struct PhoneAtBench {
    /// The driver.
    pub phone: Box<dyn Phone>,
    /// The person's user ID.
    pub user: String,
}

impl Bench {
    /// Reads and checks `path`, its profile and its keys. Opens nothing.
    pub fn load(path: &Path) -> Result<Self, BadInput> {
        let text = BadInput::read(path)?;
        let read: file::BenchFile =
            toml::from_str(&text).map_err(|error| BadInput::of_toml(path, &text, &error))?;
        let folder = path.parent().unwrap_or(Path::new("."));
        let here = |fault: check::Fault| fault.in_file(path, &text);
        check::check_files(&read, folder).map_err(here)?;
        let profile_file = folder.join(read.profile.get_ref());
        let profile = ProfileFile::load(&profile_file)?.in_language(read.language.get_ref());
        let profile = profile.map_err(|message| here(check::Fault::new(&read.language, message)))?;
        let keys = KeyRing::load(&folder.join(read.keys.get_ref()))?;
        check::check(&read, &keys).map_err(here)?;
        check::check_password(&read, &profile.password).map_err(here)?;
        let bench = Self {
            name: read.name,
            kind: *read.kind.get_ref(),
            folder: folder.to_path_buf(),
            profile_file,
            language: read.language.into_inner(),
            profile,
            keys,
            test_password: read.test_password.into_inner(),
            utc_uncertainty: Duration::from_millis(read.clock.utc_uncertainty_ms),
            step_limit: Duration::from_secs(read.step_limit_s.get()),
            serial_numbers: read.serial_numbers,
            drivers: drivers_by_instrument(&read.displays, &read.cameras, &read.phones),
            cameras: read.cameras,
            displays: read.displays,
            phones: read.phones,
        };
        if bench.kind == Kind::Simulated {
            simulated::check(&bench)?;
        }
        Ok(bench)
    }

    /// What the bench has, for the plan.
    pub fn capacity(&self) -> Capacity {
        Capacity {
            phones: self.phones.len(),
            displays: self.displays.len(),
            probes: self.displays.iter().take_while(|display| display.probe.is_some()).count(),
        }
    }

    /// The driver of the instrument with this name.
    pub fn driver_of(&self, instrument: &str) -> Option<&str> {
        self.drivers.get(instrument).map(String::as_str)
    }
}

/// Opens what `needs` asks for. An error is the bench's: the scenario is not the product's fault.
pub fn open(bench: &Bench, needs: &Needs, seed: u64, defects: &[String]) -> DriverResult<Instruments> {
    match bench.kind {
        Kind::Simulated => simulated::open(bench, needs, seed, defects),
        Kind::Hardware => {
            let detail = "this build has no camera and no phone driver for real devices";
            Err(DriverError::new(&bench.name, Trouble::Unsupported, detail))
        }
    }
}

/// The names that a display's own instruments go by: in journals, and wherever the bench fails.
pub(crate) fn link_name(display: &str) -> String {
    format!("{display}/serial")
}

pub(crate) fn probe_name(display: &str) -> String {
    format!("{display}/probe")
}

pub(crate) fn finger_name(display: &str) -> String {
    format!("{display}/finger")
}

fn drivers_by_instrument(
    displays: &[DisplayEntry],
    cameras: &[CameraEntry],
    phones: &[PhoneEntry],
) -> BTreeMap<String, String> {
    let of =
        |name: &Spanned<String>, driver: &Spanned<String>| (name.get_ref().clone(), driver.get_ref().clone());
    let mut drivers: BTreeMap<_, _> = cameras.iter().map(|camera| of(&camera.name, &camera.driver)).collect();
    drivers.extend(phones.iter().map(|phone| of(&phone.name, &phone.driver)));
    for display in displays {
        let name = display.name.get_ref();
        drivers.insert(link_name(name), display.link.driver.get_ref().clone());
        drivers.insert(finger_name(name), display.finger.driver.get_ref().clone());
        if let Some(probe) = &display.probe {
            drivers.insert(probe_name(name), probe.driver.get_ref().clone());
        }
    }
    drivers
}

/// The names that `entries` go by, for an error's "there are: …".
fn names<'e>(entries: impl Iterator<Item = &'e Spanned<String>>) -> BTreeSet<&'e str> {
    entries.map(|name| name.get_ref().as_str()).collect()
}
