//! Microphones on sound cards: blocks of samples as the card gives them, stamped and kept for a while.
//!
//! A card's library calls back with each block, and may stop calling when a cable is loose, or block for ever
//! when it opens or closes a card. It therefore lives on a thread of its own that nobody waits for longer than a
//! time limit; silence is never passed on for sound that did not come.
//!
//! All of this is tested without a card, behind [`Intake`]; `cpal.rs`, with the cargo feature `microphone`, is
//! the thin call into the library.

#[cfg(feature = "microphone")]
mod cpal;
mod intake;
mod keys;
mod list;

use std::{
    any::Any,
    ops::RangeInclusive,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard,
        mpsc::{self, Sender},
    },
    time::Duration,
};

#[cfg(feature = "microphone")]
use self::cpal::inputs;
#[cfg(feature = "microphone")]
pub use self::cpal::open;
use self::intake::State;
pub use self::{
    intake::{Block, Intake},
    keys::SoundCardKeys,
    list::{FoundMicrophone, list},
};
use super::{Microphone, Sound, Tone, check_tone};
use crate::{BenchTime, DriverError, ErrorKind, Identity, Instrument, Result, SharedClock, Supervised};

/// A card that was opened.
pub struct OpenedCard {
    /// Keeps the blocks coming; dropped on the thread that opened it.
    pub stream: Box<dyn Any>,
    /// Who it is.
    pub identity: Identity,
    /// Samples a second, as agreed with it.
    pub rate_hz: u32,
}

/// Opens a card on a thread of its own; blocks then go to the intake.
pub type CardOpener = Box<dyn FnOnce(Intake) -> Result<OpenedCard> + Send>;

/// How long opening may take, the first block included.
const OPENING: Duration = Duration::from_secs(10);

/// A card that gives no block for this long has stalled.
const PATIENCE: Duration = Duration::from_millis(500);

/// How long a card that is let go is waited for.
const CLOSING: Duration = Duration::from_millis(500);

/// How much of the newest sound the reference tone is looked for in.
const CHECKED: Duration = Duration::from_millis(500);

/// A microphone on a sound card.
pub struct SoundCard {
    name: String,
    clock: SharedClock,
    identity: Identity,
    rate_hz: u32,
    tone: Tone,
    state: Arc<Mutex<State>>,
    /// When it goes, the thread closes the card.
    open: Option<Sender<()>>,
    /// Has the card.
    thread: Supervised<()>,
}

impl SoundCard {
    /// Opens the card and waits until it has given a block. `tone` is the bench's reference tone.
    pub fn open(name: impl Into<String>, clock: SharedClock, tone: Tone, opener: CardOpener) -> Result<Self> {
        let name = name.into();
        let intake = Intake::new(clock.clone());
        let state = intake.state();
        let (open, thread) = start(&name, intake, opener)?;
        let began = || {
            let state = intake::lock(&state);
            state.failure.clone().map_or_else(|| Ok(state.opened.is_some() && state.has_sound()), Err)
        };
        if !clock.wait(clock.now() + OPENING, &mut || began())? {
            let detail = format!("no sound within {} s", OPENING.as_secs());
            return Err(DriverError::new(name, ErrorKind::NoAnswer, detail));
        }
        let (identity, rate_hz) = intake::lock(&state).opened.clone().unwrap_or_default();
        Ok(Self { name, clock, identity, rate_hz, tone, state, open: Some(open), thread })
    }

    /// The sound received; a permanent error once the card has failed or stalled.
    fn state(&self) -> Result<MutexGuard<'_, State>> {
        let mut state = intake::lock(&self.state);
        let silent = self.clock.now().since(state.arrived);
        if state.failure.is_none() && silent > PATIENCE {
            let detail = format!("no samples for {} ms", silent.as_millis());
            state.failure = Some(DriverError::new(&self.name, ErrorKind::NoAnswer, detail));
        }
        match &state.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(state),
        }
    }
}

impl Drop for SoundCard {
    /// Waits for the card to be closed, so that it can be opened again; one that hangs is left behind.
    fn drop(&mut self) {
        self.open = None;
        // There is nothing to do about one that hangs.
        let _ = self.thread.wait(CLOSING);
    }
}

/// Starts the thread that opens the card, closes it when the sender goes, and then ends.
fn start(name: &str, intake: Intake, opener: CardOpener) -> Result<(Sender<()>, Supervised<()>)> {
    let (open, told) = mpsc::channel::<()>();
    let own_name = name.to_owned();
    let run = move || {
        let state = intake.state();
        let panicked =
            || DriverError::new(&own_name, ErrorKind::Protocol, "the sound card's library panicked");
        let opened = catch_unwind(AssertUnwindSafe(|| opener(intake))).unwrap_or_else(|_| Err(panicked()));
        match opened {
            Ok(opened) => {
                intake::lock(&state).opened = Some((opened.identity, opened.rate_hz));
                // Nothing is ever sent: this ends when the microphone goes.
                let _ = told.recv();
                drop(opened.stream);
            }
            Err(failure) => intake::lock(&state).failure = Some(failure),
        }
    };
    let started = Supervised::start("microphone", run);
    let thread = started.map_err(|why| DriverError::new(name, ErrorKind::NotFound, why.to_string()))?;
    Ok((open, thread))
}

impl Instrument for SoundCard {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        let losses = self.state()?.losses;
        let mut identity = self.identity.clone();
        identity.detail.insert("times that samples were lost".into(), losses.to_string());
        Ok(identity)
    }

    fn check(&mut self) -> Result<()> {
        let clock = self.clock.clone();
        // A card that was just opened has not heard enough yet; one that stalls meanwhile is the ring's error.
        clock.wait(clock.now() + CHECKED + PATIENCE, &mut || {
            let ring = self.ring()?;
            Ok(ring.end().since(*ring.start()) >= CHECKED)
        })?;
        let newest = *self.ring()?.end();
        let sound = self.sound(newest - CHECKED, newest)?;
        let deaf = |why: super::Deafness| DriverError::new(&self.name, ErrorKind::CannotSee, why.to_string());
        check_tone(&sound, &self.tone).map(|_| ()).map_err(deaf)
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Microphone for SoundCard {
    fn rate_hz(&self) -> u32 {
        self.rate_hz
    }

    fn ring(&mut self) -> Result<RangeInclusive<BenchTime>> {
        let now = self.clock.now();
        self.state()?.moments(now).map_err(|gap| gap.trouble(&self.name))
    }

    fn sound(&mut self, from: BenchTime, to: BenchTime) -> Result<Sound> {
        self.state()?.sound(from, to).map_err(|gap| gap.trouble(&self.name))
    }
}

#[cfg(test)]
mod tests;
