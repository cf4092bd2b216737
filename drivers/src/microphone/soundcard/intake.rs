//! Where blocks of samples arrive, get their stamps, and are kept.

use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{BenchTime, DriverError, ErrorKind, Identity, SharedClock, microphone::Sound};

/// How long sound is kept: longer than any recording that is requested at once. 23 MB at 48 kHz.
const KEPT: Duration = Duration::from_secs(120);

/// The largest age of a block that is believed.
const OLDEST: Duration = Duration::from_secs(10);

/// A block goes on from those before it if its stamp is this near to where they end, its own length more or
/// less, and the card's clock as wrong as a bad one. A busy machine hands blocks on late, so this finds only losses
/// that the card does not own up to; the later it may be where the card does not tell how old a block is.
const SLACK: Duration = Duration::from_millis(200);
const SLACK_UNTOLD: Duration = Duration::from_millis(450);
const DRIFT_PPM: u32 = 1_000;

/// A block of samples of one channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Block {
    /// The samples; full scale is -1 to 1.
    pub samples: Vec<f32>,
    /// Samples a second.
    pub rate_hz: u32,
    /// How long ago the first of them was taken, where the card tells.
    pub age: Option<Duration>,
}

/// Callbacks for a card's library, called on its own thread.
#[derive(Clone)]
pub struct Intake {
    state: Arc<Mutex<State>>,
    clock: SharedClock,
}

impl Intake {
    pub(super) fn new(clock: SharedClock) -> Self {
        let state = State { arrived: clock.now(), ..State::default() };
        Self { state: Arc::new(Mutex::new(state)), clock }
    }

    pub(super) fn state(&self) -> Arc<Mutex<State>> {
        self.state.clone()
    }

    /// Takes a new block. A block with samples that are not numbers counts as lost.
    pub fn block(&self, block: Block) {
        let now = self.clock.now();
        lock(&self.state).take(block, now);
    }

    /// Samples were lost after the last block.
    pub fn lost(&self) {
        lock(&self.state).lose();
    }

    /// There will be no more blocks.
    pub fn failed(&self, error: DriverError) {
        lock(&self.state).failure.get_or_insert(error);
    }
}

/// The lock on what is shared; a thread that panicked has left nothing half done.
pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Samples without a loss between them. They are counted on one time line, so that a late block does not
/// shift the others.
struct Run {
    /// The moment of the first sample that is kept, and how far that may be off.
    began: BenchTime,
    uncertainty: Duration,
    rate_hz: u32,
    samples: VecDeque<f32>,
    /// Duration of all its samples by the card's clock, dropped ones included.
    lasts: Duration,
    /// How far blocks that came early have moved its beginning back.
    moved: Duration,
    /// Samples were lost after it.
    broken: bool,
}

impl Run {
    fn new(began: BenchTime, uncertainty: Duration, rate_hz: u32) -> Self {
        let (lasts, moved) = (Duration::ZERO, Duration::ZERO);
        Self { began, uncertainty, rate_hz, samples: VecDeque::new(), lasts, moved, broken: false }
    }

    fn ends(&self) -> BenchTime {
        self.began + lasting(self.samples.len(), self.rate_hz)
    }

    /// Whether a block whose own stamp is `at`, give or take `slack`, can go on from here.
    fn goes_on(&self, block: &Block, at: BenchTime, slack: Duration) -> bool {
        let (late, early) = (at.since(self.ends()), self.ends().since(at));
        let allowed = slack + block.duration() + drift(self.lasts);
        !self.broken && self.rate_hz == block.rate_hz && late <= allowed && self.moved + early <= allowed
    }

    /// Takes a block whose own stamp is `at`. A block cannot arrive before it has sounded, so an early one
    /// shows that all before it arrived late; a late one may show that the card is slow, limited by the
    /// possible drift. Sound from before the bench's time zero is dropped.
    fn extend(&mut self, block: Block, at: BenchTime) {
        let duration = block.duration();
        let (late, early) = (at.since(self.ends()).min(drift(duration)), self.ends().since(at));
        let before_time = early.saturating_sub(self.began.since(BenchTime::ZERO));
        self.began = self.began + late - early;
        self.moved = (self.moved + early).saturating_sub(late);
        self.lasts += duration;
        self.samples.extend(block.samples.iter().map(|sample| sample.clamp(-1.0, 1.0)));
        self.samples.drain(..counted(before_time, self.rate_hz).min(self.samples.len()));
    }

    /// Lets the oldest `surplus` of sound go.
    fn forget(&mut self, surplus: Duration) {
        let count = counted(surplus, self.rate_hz).min(self.samples.len());
        self.samples.drain(..count);
        self.began = self.began + lasting(count, self.rate_hz);
    }
}

impl Block {
    fn duration(&self) -> Duration {
        lasting(self.samples.len(), self.rate_hz)
    }
}

/// How far a bad clock goes wrong in this time.
fn drift(time: Duration) -> Duration {
    time * DRIFT_PPM / 1_000_000
}

/// How many samples last this long.
fn counted(time: Duration, rate_hz: u32) -> usize {
    (time.as_secs_f64() * f64::from(rate_hz)).round() as usize
}

/// How long `samples` samples last.
fn lasting(samples: usize, rate_hz: u32) -> Duration {
    Duration::from_secs_f64(samples as f64 / f64::from(rate_hz.max(1)))
}

/// Why a stretch of sound cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gap {
    Nothing,
    Left,
    NotYet,
    Lost,
}

impl Gap {
    pub fn trouble(self, name: &str) -> DriverError {
        let (trouble, detail) = match self {
            Self::Nothing => (ErrorKind::NoAnswer, "no sound was taken yet"),
            Self::Left => {
                (ErrorKind::Lost, "part of that sound has left the ring: it was listened to too late")
            }
            Self::NotYet => (ErrorKind::NotFound, "part of that sound is yet to come"),
            Self::Lost => (ErrorKind::Lost, "samples of that sound were lost"),
        };
        DriverError::new(name, trouble, detail)
    }
}

/// State shared by thread and driver.
#[derive(Default)]
pub(super) struct State {
    /// Who the card is, and its rate.
    pub opened: Option<(Identity, u32)>,
    /// Why there will be no more blocks.
    pub failure: Option<DriverError>,
    /// When the last block came; before the first, when the card was asked for.
    pub arrived: BenchTime,
    /// How often samples were lost.
    pub losses: u64,
    runs: VecDeque<Run>,
}

impl State {
    pub fn has_sound(&self) -> bool {
        !self.runs.is_empty()
    }

    fn lose(&mut self) {
        self.losses += 1;
        if let Some(run) = self.runs.back_mut() {
            run.broken = true;
        }
    }

    /// A block's first sample was taken its age ago; where the card does not tell, at least as long ago as the
    /// block lasts, and perhaps as long again.
    fn take(&mut self, block: Block, now: BenchTime) {
        let whole = block.samples.iter().all(|sample| sample.is_finite());
        if block.samples.is_empty() || block.rate_hz == 0 || !whole {
            return self.lose();
        }
        let duration = block.duration();
        let age = block.age.filter(|age| (duration / 2..OLDEST).contains(age));
        let (at, uncertainty, slack) = match age {
            Some(age) => (now - age, duration, SLACK),
            None => (now - duration, duration * 2, SLACK_UNTOLD),
        };
        match self.runs.back_mut() {
            Some(run) if run.goes_on(&block, at, slack) => run.extend(block, at),
            run => {
                if run.is_some_and(|run| !run.broken) {
                    self.lose();
                }
                let mut run = Run::new(at, uncertainty, block.rate_hz);
                run.extend(block, at);
                self.runs.push_back(run);
            }
        }
        self.arrived = now;
        self.forget(at);
    }

    /// Drops samples that are too old once a block of `at` has arrived.
    fn forget(&mut self, at: BenchTime) {
        while let Some(oldest) = self.runs.front_mut() {
            oldest.forget(at.since(oldest.began).saturating_sub(KEPT));
            if !oldest.samples.is_empty() {
                break;
            }
            self.runs.pop_front();
        }
    }

    /// The moments between which there is sound.
    pub fn moments(&self, now: BenchTime) -> Result<RangeInclusive<BenchTime>, Gap> {
        match (self.runs.front(), self.runs.back()) {
            (Some(oldest), Some(newest)) => {
                let newest = newest.ends().min(now);
                Ok(oldest.began.min(newest)..=newest)
            }
            _ => Err(Gap::Nothing),
        }
    }

    /// The samples from `from` to `to`, without a gap.
    pub fn sound(&self, from: BenchTime, to: BenchTime) -> Result<Sound, Gap> {
        let run = self.runs.iter().rev().find(|run| run.began <= from).ok_or(Gap::Left)?;
        let first = counted(from.since(run.began), run.rate_hz);
        let after = first + counted(to.since(from), run.rate_hz);
        if after > run.samples.len() {
            return Err(if run.broken { Gap::Lost } else { Gap::NotYet });
        }
        let samples = run.samples.range(first..after).copied().collect();
        let at = run.began + lasting(first, run.rate_hz);
        Ok(Sound { at, uncertainty: run.uncertainty, rate_hz: run.rate_hz, samples })
    }
}
