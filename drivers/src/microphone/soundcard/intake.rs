//! Where blocks of samples arrive, get their stamps, and are kept.

use std::{
    collections::VecDeque,
    ops::RangeInclusive,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use crate::{BenchTime, DriverError, Identity, SharedClock, Trouble, microphone::Sound};

/// How long sound is kept: longer than anybody listens at a time. 23 MB at 48 kHz.
const KEPT: Duration = Duration::from_secs(120);

/// The largest age of a block that is believed.
const OLDEST: Duration = Duration::from_secs(10);

/// A block goes on from those before it if its stamp is this near to where they end, its own length more or
/// less, and the card's clock as wrong as a bad one. A busy machine hands blocks on late, so this finds only losses
/// that the card does not own up to.
const SLACK: Duration = Duration::from_millis(200);
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

/// What a card's library calls, on its own thread.
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

    /// A block that has just come. One with samples that are no numbers counts as lost.
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

/// A block with its stamp.
struct Taken {
    /// The moment of its first sample, and how far that may be off.
    at: BenchTime,
    uncertainty: Duration,
    rate_hz: u32,
    samples: Vec<f32>,
    /// How often samples had been lost before it.
    losses: u64,
}

impl Taken {
    fn duration(&self) -> Duration {
        lasting(self.samples.len(), self.rate_hz)
    }
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
            Self::Nothing => (Trouble::NoAnswer, "no sound was taken yet"),
            Self::Left => (Trouble::NotFound, "part of that sound has left the ring"),
            Self::NotYet => (Trouble::NotFound, "part of that sound is yet to come"),
            Self::Lost => (Trouble::NoAnswer, "samples of that sound were lost"),
        };
        DriverError::new(name, trouble, detail)
    }
}

/// What thread and driver share.
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
    blocks: VecDeque<Taken>,
    /// When the samples since the last loss began, and how long they last by the card's clock.
    unbroken: Option<(BenchTime, Duration)>,
}

impl State {
    pub fn has_sound(&self) -> bool {
        !self.blocks.is_empty()
    }

    fn lose(&mut self) {
        self.losses += 1;
        self.unbroken = None;
    }

    /// A block's first sample was taken its age ago; where the card does not tell, at least as long ago as the
    /// block lasts, and perhaps as long again.
    fn take(&mut self, block: Block, now: BenchTime) {
        let whole = block.samples.iter().all(|sample| sample.is_finite());
        if block.samples.is_empty() || block.rate_hz == 0 || !whole {
            return self.lose();
        }
        let duration = lasting(block.samples.len(), block.rate_hz);
        let age = block.age.filter(|age| (duration / 2..OLDEST).contains(age));
        let (at, uncertainty) = match age {
            Some(age) => (now - age, duration),
            None => (now - duration, duration * 2),
        };
        if self.unbroken.is_some_and(|(began, lasts)| {
            let apart = at.since(began + lasts).max((began + lasts).since(at));
            apart > SLACK + duration + lasts * DRIFT_PPM / 1_000_000
        }) {
            self.lose();
        }
        let (began, lasts) = self.unbroken.unwrap_or((at, Duration::ZERO));
        self.unbroken = Some((began, lasts + duration));
        let samples = block.samples.into_iter().map(|sample| sample.clamp(-1.0, 1.0)).collect();
        let losses = self.losses;
        self.blocks.push_back(Taken { at, uncertainty, rate_hz: block.rate_hz, samples, losses });
        self.arrived = now;
        while self.blocks.front().is_some_and(|oldest| oldest.at + KEPT < at) {
            self.blocks.pop_front();
        }
    }

    /// The moments between which there is sound.
    pub fn moments(&self, now: BenchTime) -> Result<RangeInclusive<BenchTime>, Gap> {
        match (self.blocks.front(), self.blocks.back()) {
            (Some(oldest), Some(newest)) => {
                let newest = (newest.at + newest.duration()).min(now);
                Ok(oldest.at.min(newest)..=newest)
            }
            _ => Err(Gap::Nothing),
        }
    }

    /// The samples from `from` to `to`, none of them lost.
    pub fn sound(&self, from: BenchTime, to: BenchTime) -> Result<Sound, Gap> {
        let place = self.blocks.iter().rposition(|block| block.at <= from).ok_or(Gap::Left)?;
        let first = &self.blocks[place];
        let rate = f64::from(first.rate_hz);
        let skipped = (from.since(first.at).as_secs_f64() * rate).round() as usize;
        let wanted = (to.since(from).as_secs_f64() * rate).round() as usize;
        let mut samples = Vec::new();
        let mut left = skipped;
        for block in self.blocks.range(place..) {
            if samples.len() == wanted {
                break;
            }
            if block.losses != first.losses {
                return Err(Gap::Lost);
            }
            let from = left.min(block.samples.len());
            left -= from;
            let to = block.samples.len().min(from + wanted - samples.len());
            samples.extend_from_slice(&block.samples[from..to]);
        }
        if samples.len() < wanted {
            return Err(if self.losses == first.losses { Gap::NotYet } else { Gap::Lost });
        }
        let at = first.at + lasting(skipped, first.rate_hz);
        Ok(Sound { at, uncertainty: first.uncertainty, rate_hz: first.rate_hz, samples })
    }
}
