//! One scenario at the bench, in parts: its instruments, its record, what it remembers, and what the plan says of it.
//!
//! Steps act through it and end in one of three ways: done, bench trouble, or a
//! verdict that is not a pass; which one is recorded here, so that no panic has to carry it.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, sync::Arc};

use drivers::{BenchTime, DriverError, camera::Region, phone::Phone};
use reports::Outcome;

use crate::{
    bench::{Bench, Instruments, NotTagged},
    recorder::Recorder,
    suite::{ClauseAtStake, SideEffect},
};

pub(crate) mod app;
mod bench_screen;
mod board;
mod changes;
mod code_cache;
pub(crate) mod copy;
mod display;
pub(crate) mod evidence;
mod guide;
mod hear;
mod holder;
mod label;
mod login;
mod means;
mod memory;
pub(crate) mod peek;
mod phone;
pub(crate) mod pin;
mod power;
mod radio;
mod recording;
mod release;
mod sms;
mod surroundings;
mod time;
mod verdict;
pub(crate) mod view;

pub use display::Code;
pub(crate) use display::Press;
pub use evidence::Evidence;
pub(crate) use guide::{CREATE_PASSWORD, ENTER_SERIAL, QUESTION, Stage};
pub(crate) use login::{APPROVE, BLOCKED, CODE_REFUSED, LOG_IN, LOGGED_IN, REFUSED};
pub use means::{Judges, Means, Row, Rows, Scene, means};
use memory::Memory;
pub(crate) use memory::ScanAtAge;
use recording::Recording;

/// A session that the step functions and the runner's controller share.
pub type SharedSession = Rc<RefCell<Session>>;

/// The scenario under way.
pub struct Session {
    /// The bench, its profile and its keys.
    pub(crate) bench: Arc<Bench>,
    /// What the plan says.
    planned: PlannedPart,
    /// The scenario's instruments.
    pub(crate) instruments: Instruments,
    /// The scenario's record.
    pub(crate) recording: Recording,
    /// What steps remember for later ones.
    pub(crate) memory: Memory,
    /// Texts that a person took for those of this version, by the guide's English words.
    pub(crate) own_texts: BTreeMap<String, String>,
    ended: Option<StepError>,
}

/// What the plan says of the scenario and of the step under way.
struct PlannedPart {
    /// Side effects that the scenario declares.
    uses: Vec<SideEffect>,
    step: StepUnderWay,
}

/// The step under way, as the plan has it.
#[derive(Clone, Debug, Default)]
pub struct StepUnderWay {
    /// Its place in the scenario, from 0.
    pub index: u32,
    /// The clause it judges.
    pub clause: Option<String>,
    /// The clause that a product which breaks this step breaks.
    pub at_stake: Option<ClauseAtStake>,
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

impl From<NotTagged> for StepError {
    fn from(error: NotTagged) -> Self {
        Self::Internal(error.to_string())
    }
}

impl StepError {
    /// The instrument that failed, where one did.
    pub fn instrument(&self) -> Option<&str> {
        match self {
            Self::Bench(error) => Some(&error.instrument),
            Self::Internal(_) | Self::Verdict(..) => None,
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
        f.debug_struct("Session").field("step", &self.planned.step).finish_non_exhaustive()
    }
}

impl Session {
    /// A session of a scenario that declares the side effects `uses`, with `instruments`, which it makes safe when it ends.
    pub fn new(
        bench: Arc<Bench>,
        uses: Vec<SideEffect>,
        instruments: Instruments,
        recorder: Arc<Recorder>,
    ) -> Self {
        Self {
            bench,
            planned: PlannedPart { uses, step: StepUnderWay::default() },
            memory: Memory::of_phones(instruments.phones.len()),
            instruments,
            recording: Recording::new(recorder),
            own_texts: BTreeMap::new(),
            ended: None,
        }
    }

    /// The time of the bench clock.
    pub(crate) fn now(&self) -> BenchTime {
        self.instruments.clock.now()
    }

    /// The driver of a phone.
    pub(crate) fn phone(&mut self, phone: usize) -> &mut dyn Phone {
        &mut *self.instruments.phones[phone].phone
    }

    /// The runner's call before a step.
    pub fn begin(&mut self, step: StepUnderWay) {
        (self.planned.step, self.ended) = (step, None);
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

    /// To be called before a step uses `what` up: the scenario has to have said so, and all that led to it is on
    /// the disk when this returns.
    pub(crate) fn uses_up(&mut self, what: SideEffect) -> StepResult {
        if self.planned.uses.contains(&what) {
            self.memory.used_up.insert((self.planned.step.index, what));
            return self.before_irreversible();
        }
        let tag = what.tag();
        Err(StepError::Internal(format!(
            "the step was not taken, for {what}: the scenario has to declare that with @{tag}"
        )))
    }

    /// Devices, apps and locks that the step with this index has used up.
    pub(crate) fn used_up_by(&self, step: usize) -> Vec<SideEffect> {
        let used = self.memory.used_up.iter();
        used.filter(|(by, _)| *by as usize == step).map(|(_, what)| *what).collect()
    }

    /// What the steps have used up so far, with each step's index.
    pub(crate) fn side_effects(&self) -> Vec<(u32, SideEffect)> {
        self.memory.used_up.iter().copied().collect()
    }

    /// While this is set, a step that judges gives the oracle's answer and no verdict.
    pub(crate) fn set_asking(&mut self, asking: bool) {
        self.recording.is_asking = asking;
    }

    /// To be called before what cannot be taken back (a device flashed, provisioned, activated): all that
    /// led to it is on the disk when this returns.
    pub(crate) fn before_irreversible(&self) -> StepResult {
        Ok(self.recording.recorder.sync()?)
    }

    /// Leaves every instrument safe; goes on past one that cannot be, and says so at the end.
    pub fn make_safe(&mut self) -> Result<(), DriverError> {
        let back = self.put_back();
        back.and(self.instruments.make_safe())
    }

    /// What the screen reads where the guide reads `quote`, in the bench's language.
    pub(crate) fn text(&self, quote: &str) -> StepResult<String> {
        let known = self.bench.profile.known_text(quote).map_err(StepError::Internal)?;
        Ok(self.own_texts.get(quote).map_or(known, String::as_str).to_owned())
    }

    /// Every text of the screens, in the bench's language.
    pub(crate) fn screen_texts(&self) -> impl Iterator<Item = &String> {
        self.bench.profile.screen_texts().chain(self.own_texts.values())
    }

    /// Looks for the device's display in this part of the picture from now on.
    pub(crate) fn move_view(&mut self, device: usize, region: Region) {
        self.instruments.devices[device].region = region;
        self.memory.label_places.remove(&device);
    }
}
