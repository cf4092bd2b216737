//! One scenario at the bench: its instruments, what it remembers, and how it judges.
//!
//! Steps act through it and end in one of three ways: done, bench trouble, or a
//! verdict that is not a pass; which one is recorded here, so that no panic has to carry it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
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
    bench::{Bench, DeviceAtBench, Instruments, PhoneAtBench},
    oracle::{self, Check, Context},
    recorder::Recorder,
    suite::{Blame, Use},
};

pub(crate) mod app;
mod apparatus;
mod board;
mod changes;
pub(crate) mod copy;
mod display;
mod eyes;
mod guide;
mod hear;
mod label;
mod login;
mod means;
mod phone;
mod power;
mod release;
mod sms;
mod surroundings;
mod time;
pub(crate) mod view;

pub use display::Code;
use eyes::Eyes;
pub(crate) use guide::{CREATE_PASSWORD, ENTER_SERIAL, QUESTION, Stage};
pub(crate) use login::{APPROVE, BLOCKED, CODE_REFUSED, LOG_IN, LOGGED_IN, REFUSED};
pub use means::{Evidence, Judges, Means, Row, Rows, Scene, means};
use sms::Pin;
use view::ShownCode;

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
    eyes: Eyes,
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
    step: StepUnderWay,
    ended: Option<Halt>,
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

/// Why a step did not go on.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Halt {
    /// The bench failed.
    #[error("{0}")]
    Bench(#[from] DriverError),
    /// The rig failed.
    #[error("rig: {0}")]
    Rig(String),
    /// A clause was judged, and it is not a pass.
    #[error("{1}")]
    Judged(Outcome, String),
    /// Something was found about a clause that is only reported. The step ends here, and the next one begins.
    #[error("{0}")]
    Reported(String),
}

impl Halt {
    /// What comes of a step that halts so.
    pub fn outcome(&self) -> Outcome {
        match self {
            Self::Bench(_) | Self::Rig(_) => Outcome::Error,
            Self::Judged(outcome, _) => *outcome,
            Self::Reported(_) => Outcome::Pass,
        }
    }
}

impl From<reports::Error> for Halt {
    fn from(error: reports::Error) -> Self {
        Self::Rig(error.to_string())
    }
}

/// What a step's body returns.
pub type Step<T = ()> = Result<T, Halt>;

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
            eyes: Eyes::default(),
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
            step: StepUnderWay::default(),
            ended: None,
        }
    }

    /// The runner's call before a step.
    pub fn begin(&mut self, step: StepUnderWay) {
        (self.step, self.ended) = (step, None);
    }

    /// The runner's call after a step: why it did not go on, if it did not.
    pub fn take_end(&mut self) -> Option<Halt> {
        self.ended.take()
    }

    /// Runs the body of a step and keeps how it ended.
    pub fn step(&mut self, body: impl FnOnce(&mut Self) -> Step) {
        let done = body(self);
        let noted = self.note_recoveries();
        self.ended = done.and(noted).err();
    }

    /// Judges `check` on `observations` for the clause of this step (or, where it names none, the clause it
    /// would break). Before the verdict stands, every instrument of the scenario has to prove that it
    /// could have seen: a bench that cannot see neither clears nor blames the product. A step on the way that goes
    /// well makes no verdict.
    pub(crate) fn judge(&mut self, check: &Check, observations: &[u32]) -> Step {
        if let Some((id, key)) = check.key().and_then(|id| Some((id, self.bench.keys.get(id)?))) {
            self.recorder.seal_key(id, key, self.clock.now())?;
        }
        let seen = self.recorder.observations(observations);
        let seen: Vec<_> = seen.iter().collect();
        let judged = oracle::judge(check, &seen, &Context { keys: &self.bench.keys });
        if self.step.clause.is_none() && judged.outcome == Outcome::Pass {
            return Ok(());
        }
        self.check_instruments()?;
        let Some(Blame { clause, reported }) = self.step.blames.clone() else {
            return Err(Halt::Rig("a step after the last judging step judged something".into()));
        };
        self.recorder.judged(Verdict {
            clause,
            step: self.step.index,
            outcome: judged.outcome,
            cause: judged.cause,
            reason: judged.reason.clone(),
            observations: observations.to_vec(),
            measurements: judged.measurements,
            check: check.to_value(),
            drivers: self.drivers_of(&seen),
            probe_attached: self.devices.iter().any(|device| device.probe.is_some()),
            test_commands: self.test_commands,
        })?;
        match judged.outcome {
            Outcome::Pass => Ok(()),
            _ if reported => Err(Halt::Reported(judged.reason)),
            outcome => Err(Halt::Judged(outcome, judged.reason)),
        }
    }

    /// The positive control of every instrument that the scenario holds.
    fn check_instruments(&mut self) -> Step {
        self.clock.utc()?;
        for device in 0..self.devices.len() {
            self.devices[device].each_instrument(|instrument| instrument.check())?;
            self.check_view(device)?;
            if let Some(back) = self.devices[device].back.clone() {
                self.check_control(&back)?;
            }
        }
        for phone in 0..self.phones.len() {
            self.phones[phone].phone.check()?;
            if self.phones[phone].view.is_some() {
                self.check_phone_view(phone)?;
            }
        }
        self.each_apparatus(|instrument| instrument.check())?;
        Ok(())
    }

    /// Calls `act` on modem, radio, screen, holder and microphone, for those that the scenario has; the first
    /// error is the result, but every instrument has its turn.
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
    pub(crate) fn uses_up(&self, what: Use) -> Step {
        if self.uses.contains(&what) {
            return self.before_irreversible();
        }
        let tag = what.tag();
        Err(Halt::Rig(format!(
            "the step was not taken, for {what}: the scenario has to declare that with @{tag}"
        )))
    }

    /// To be called before what cannot be taken back (a device flashed, provisioned, activated): all that
    /// led to it is on the disk when this returns.
    pub(crate) fn before_irreversible(&self) -> Step {
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

    /// The drivers of the instruments that made `observations`, and those that have stood in for them.
    fn drivers_of(&self, observations: &[&reports::Observation]) -> Vec<String> {
        let instruments: BTreeSet<_> = observations.iter().map(|one| one.instrument.as_str()).collect();
        let named = instruments.iter().filter_map(|name| self.bench.driver_of(name)).map(str::to_owned);
        let phones = self.phones.iter().filter(|phone| instruments.contains(phone.phone.name()));
        let mut names: Vec<_> = named.chain(phones.flat_map(|phone| phone.phone.stand_ins())).collect();
        names.sort();
        names.dedup();
        names
    }

    /// What the screen reads where the guide reads `quote`, in the bench's language.
    pub(crate) fn text(&self, quote: &str) -> Step<String> {
        self.bench.profile.known_text(quote).map(str::to_owned).map_err(Halt::Rig)
    }
}
