//! One scenario at the bench: its instruments, what it remembers, and how it judges.
//!
//! Steps act through it and end in one of three ways: done, bench trouble, or a
//! verdict that is not a pass; which one is recorded here, so that no panic has to carry it.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
    sync::Arc,
};

use drivers::{
    BenchTime, DriverError, Instrument, Reading, SharedClock,
    camera::Region,
    holder::Holder,
    microphone::Microphone,
    radio::{Radio, ServiceData},
    screen::Screen,
    sms::Modem,
};
use reports::{Outcome, Verdict};

use crate::{
    bench::{Bench, DeviceAtBench, Inject, Instruments, PhoneAtBench},
    recorder::Recorder,
    suite::{Blame, Use},
};

pub(crate) mod app;
mod apparatus;
mod board;
mod changes;
mod code_cache;
pub(crate) mod copy;
mod display;
mod guide;
mod hear;
mod label;
mod login;
mod means;
mod pauses;
pub(crate) mod peek;
mod phone;
mod power;
mod release;
mod sms;
mod surroundings;
mod time;
mod verdict;
pub(crate) mod view;

use code_cache::CodeReaderCache;
pub use display::Code;
pub(crate) use guide::{CREATE_PASSWORD, ENTER_SERIAL, QUESTION, Stage};
pub(crate) use login::{APPROVE, BLOCKED, CODE_REFUSED, LOG_IN, LOGGED_IN, REFUSED};
pub use means::{Evidence, Judges, Means, Row, Rows, Scene, means};
use sms::Pin;
use view::ShownCode;

/// A session that the step functions and the runner's controller share.
pub type SharedSession = Rc<RefCell<Session>>;

/// The scenario under way.
pub struct Session {
    pub(crate) bench: Arc<Bench>,
    pub(crate) clock: SharedClock,
    pub(crate) devices: Vec<DeviceAtBench>,
    pub(crate) phones: Vec<PhoneAtBench>,
    modem: Option<Box<dyn Modem>>,
    radio: Option<Box<dyn Radio>>,
    screen: Option<Box<dyn Screen>>,
    holder: Option<Box<dyn Holder>>,
    microphone: Option<Box<dyn Microphone>>,
    /// Injects and clears faults; only a simulated bench can.
    faults: Option<Box<Inject>>,
    /// Names of the seeded defects that the product executed; only a simulated bench tells.
    executed: Option<Box<dyn Fn() -> Vec<&'static str>>>,
    code_reader: CodeReaderCache,
    /// Where the labels of devices' displays were seen last, by the device's place.
    label_places: BTreeMap<usize, Option<Region>>,
    pub(crate) recorder: Arc<Recorder>,
    /// The last code read.
    pub(crate) code: Option<Code>,
    /// A code kept for later.
    pub(crate) kept: Option<Code>,
    /// How many time steps a display's clock was set ahead.
    pub(crate) clock_ahead: u64,
    /// Side effects that the scenario declares.
    pub(crate) uses: Vec<Use>,
    /// Wrong codes entered since the last right one.
    pub(crate) wrong_codes: u32,
    /// Whether a board of the scenario obeys test commands, as it says itself.
    pub(crate) test_commands: bool,
    /// The last screen seen, as an observation, for each phone.
    pub(crate) screens: Vec<Option<u32>>,
    /// Recoveries of each phone by itself, as noted until now.
    recoveries: Vec<u32>,
    /// All screens seen.
    pub(crate) all_screens: Vec<u32>,
    /// Observations that the next judging step rests on.
    pub(crate) pending: Vec<u32>,
    /// Temporary PINs that came, the last one first.
    temporary_pins: Vec<Pin>,
    /// When the last of them came.
    pub(crate) pin_came_at: Option<BenchTime>,
    /// Messages with temporary PINs that came and were not asked for yet.
    inbox: VecDeque<Reading<sms::PinMessage>>,
    /// QR codes that the camera read, the last one first.
    pub(crate) codes: Vec<ShownCode>,
    /// The looks at the code that was read last.
    pub(crate) looks: Vec<u32>,
    /// When the old phone was asked for a code.
    asked_for_code_at: BenchTime,
    /// Who advertised the app's service before that, where there is a radio.
    pub(crate) strangers: Option<Vec<String>>,
    /// Since when a code has been before the new phone's camera.
    pub(crate) scan_began: BenchTime,
    /// Last advert of a phone.
    pub(crate) advert: Option<ServiceData>,
    /// The scans of saved codes, and the looks at which those codes came.
    pub(crate) scans: Vec<u32>,
    /// Last act on a phone, and its moment.
    pub(crate) last_act: Option<u32>,
    last_act_at: BenchTime,
    /// Phones whose clock was set, and phones that were carried off, until the bench is made safe.
    clocks_set: BTreeSet<usize>,
    carried: BTreeSet<usize>,
    /// The screen that said that the app is activated, and what brought it up.
    pub(crate) activation: Vec<u32>,
    /// The last verdict.
    pub(crate) last_verdict: Option<Verdict>,
    /// Devices, apps and locks that the steps have used up, with the step's index.
    used_up: RefCell<BTreeSet<(u32, Use)>>,
    /// Pauses by hand, as observations.
    pauses: Vec<u32>,
    /// Set while a person asks the oracle: then nothing is recorded as a verdict.
    asking: bool,
    step: StepUnderWay,
    ended: Option<StepError>,
}

/// The step under way, as the plan has it.
#[derive(Clone, Debug, Default)]
pub struct StepUnderWay {
    /// Its place in the scenario, from 0.
    pub index: u32,
    /// The clause it judges.
    pub clause: Option<String>,
    /// The clause that a product which breaks this step breaks.
    pub blames: Option<Blame>,
}

/// Why a step ended before its last line.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StepError {
    /// The bench failed.
    #[error("{0}")]
    Bench(#[from] DriverError),
    /// The rig failed.
    #[error("rig: {0}")]
    Internal(String),
    /// A verdict ended the step. The outcome is pass where the clause is only reported: then the next step begins.
    #[error("{1}")]
    Verdict(Outcome, String),
}

impl StepError {
    /// The outcome of a step that ends so.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Bench(_) | Self::Internal(_) => Outcome::Error,
            Self::Verdict(outcome, _) => *outcome,
        }
    }
}

impl From<reports::Error> for StepError {
    fn from(error: reports::Error) -> Self {
        Self::Internal(error.to_string())
    }
}

/// What a step's body returns.
pub type StepResult<T = ()> = Result<T, StepError>;

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("step", &self.step).finish_non_exhaustive()
    }
}

impl Session {
    /// A session with `instruments`, which it makes safe when it ends.
    pub fn new(bench: Arc<Bench>, instruments: Instruments, recorder: Arc<Recorder>) -> Self {
        let phones = instruments.phones.len();
        Self {
            bench,
            clock: instruments.clock,
            devices: instruments.devices,
            phones: instruments.phones,
            modem: instruments.modem,
            radio: instruments.radio,
            screen: instruments.screen,
            holder: instruments.holder,
            microphone: instruments.microphone,
            faults: instruments.faults,
            executed: instruments.reached,
            code_reader: CodeReaderCache::default(),
            label_places: BTreeMap::new(),
            recorder,
            code: None,
            kept: None,
            clock_ahead: 0,
            uses: Vec::new(),
            wrong_codes: 0,
            test_commands: false,
            screens: vec![None; phones],
            recoveries: vec![0; phones],
            all_screens: Vec::new(),
            pending: Vec::new(),
            temporary_pins: Vec::new(),
            pin_came_at: None,
            inbox: VecDeque::new(),
            codes: Vec::new(),
            looks: Vec::new(),
            asked_for_code_at: BenchTime::ZERO,
            strangers: None,
            scan_began: BenchTime::ZERO,
            advert: None,
            scans: Vec::new(),
            last_act: None,
            last_act_at: BenchTime::ZERO,
            clocks_set: BTreeSet::new(),
            carried: BTreeSet::new(),
            activation: Vec::new(),
            last_verdict: None,
            used_up: RefCell::default(),
            pauses: Vec::new(),
            asking: false,
            step: StepUnderWay::default(),
            ended: None,
        }
    }

    /// Injects the fault of this name into the bench, if it is simulated.
    pub fn inject(&self, fault: &str) {
        if let Some(faults) = &self.faults {
            faults(fault, true);
        }
    }

    /// Clears the fault of this name, if the bench is simulated. What it has cut or unplugged stays so.
    pub(crate) fn mend(&self, fault: &str) {
        if let Some(faults) = &self.faults {
            faults(fault, false);
        }
    }

    /// The seeded defects that the product has executed so far.
    pub fn executed_defects(&self) -> Vec<&'static str> {
        self.executed.as_ref().map_or_else(Vec::new, |executed| executed())
    }

    /// The runner's call before a step.
    pub fn begin(&mut self, step: StepUnderWay) {
        (self.step, self.ended) = (step, None);
    }

    /// The runner's call after a step: why it did not go on, if it did not.
    pub fn take_end(&mut self) -> Option<StepError> {
        self.ended.take()
    }

    /// Runs the body of a step and keeps how it ended.
    pub fn step(&mut self, body: impl FnOnce(&mut Self) -> StepResult) {
        let done = body(self);
        let noted = self.note_recoveries();
        self.ended = done.and(noted).err();
    }

    /// Calls `act` on modem, radio, screen, holder and microphone, as far as the scenario has them; the first error is
    /// the result, but every instrument has its turn.
    pub(crate) fn each_apparatus(
        &mut self,
        mut act: impl FnMut(&mut dyn Instrument) -> drivers::Result<()>,
    ) -> drivers::Result<()> {
        let mut first = Ok(());
        if let Some(modem) = &mut self.modem {
            first = first.and(act(&mut **modem));
        }
        if let Some(radio) = &mut self.radio {
            first = first.and(act(&mut **radio));
        }
        if let Some(screen) = &mut self.screen {
            first = first.and(act(&mut **screen));
        }
        if let Some(holder) = &mut self.holder {
            first = first.and(act(&mut **holder));
        }
        if let Some(microphone) = &mut self.microphone {
            first = first.and(act(&mut **microphone));
        }
        first
    }

    /// To be called before a step uses `what` up: the scenario has to have said so, and all that led to it is on
    /// the disk when this returns.
    pub(crate) fn uses_up(&self, what: Use) -> StepResult {
        if self.uses.contains(&what) {
            self.used_up.borrow_mut().insert((self.step.index, what));
            return self.before_irreversible();
        }
        let tag = what.tag();
        Err(StepError::Internal(format!(
            "the step was not taken, for {what}: the scenario has to declare that with @{tag}"
        )))
    }

    /// Devices, apps and locks that the step with this index has used up.
    pub(crate) fn used_up_by(&self, step: usize) -> Vec<Use> {
        let used = self.used_up.borrow();
        used.iter().filter(|(by, _)| *by as usize == step).map(|(_, what)| *what).collect()
    }

    /// While this is set, a step that judges gives the oracle's answer and no verdict.
    pub(crate) fn set_asking(&mut self, asking: bool) {
        self.asking = asking;
    }

    /// To be called before what cannot be taken back (a device flashed, provisioned, activated): all that
    /// led to it is on the disk when this returns.
    pub(crate) fn before_irreversible(&self) -> StepResult {
        Ok(self.recorder.sync()?)
    }

    /// Leaves every instrument safe; goes on past one that cannot be, and says so at the end.
    pub fn make_safe(&mut self) -> Result<(), DriverError> {
        let mut first = self.put_back();
        for device in &mut self.devices {
            first = first.and(device.each_instrument(|instrument| instrument.make_safe()));
        }
        for phone in &mut self.phones {
            first = first.and(phone.phone.make_safe());
            if let Some(view) = &phone.view {
                first = first.and(view.camera.borrow_mut().make_safe());
            }
        }
        first.and(self.each_apparatus(|instrument| instrument.make_safe()))
    }

    /// What the screen reads where the guide reads `quote`, in the bench's language.
    pub(crate) fn text(&self, quote: &str) -> StepResult<String> {
        self.bench.profile.known_text(quote).map(str::to_owned).map_err(StepError::Internal)
    }
}
