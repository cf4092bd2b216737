//! The thread that takes pictures, and the ring that it leaves them in.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    Controls, RawFrame, Source, WebcamOpener, formats,
    stamps::{Stamp, Stamper},
};
use crate::{BenchTime, DriverError, ErrorKind, Identity, Result, Supervised};

/// How long pictures are kept: longer than anybody who watches looks away. 330 MB of YUYV at 1280 by 720 and 30 a
/// second, of MJPEG a tenth of that.
pub(super) const KEPT: Duration = Duration::from_secs(6);

/// How much of them is kept at most, in bytes.
const MOST: usize = 512 << 20;

/// Pictures that a device had taken before anybody asked, and that are thrown away.
pub(super) const STALE: usize = 4;

/// A picture in the ring.
pub(super) struct Taken {
    pub number: u64,
    pub stamp: Stamp,
    pub raw: RawFrame,
}

/// State shared by thread and driver.
#[derive(Default)]
pub(super) struct State {
    /// Who the device is, and its period.
    pub opened: Option<(Identity, Duration)>,
    /// Its controls, until the driver takes them.
    pub controls: Option<Box<dyn Controls>>,
    pub ring: VecDeque<Arc<Taken>>,
    /// When the last usable picture came; before the first, when the thread was started.
    pub arrived: BenchTime,
    /// Whether the last picture had no stamp of its own that could be used.
    pub by_arrival: bool,
    /// Why the last picture that was not usable was not.
    pub unusable: Option<String>,
    /// Why there will be no more pictures.
    pub failure: Option<DriverError>,
    /// Nobody looks at the ring any more: the thread ends when the device lets it.
    pub left_behind: bool,
    next: u64,
    /// Size of the pictures in the ring.
    bytes: usize,
}

impl State {
    /// The reason for which the last picture was rejected, as the end of a message.
    pub fn refused(&self) -> String {
        self.unusable.as_ref().map_or_else(String::new, |why| format!("; the last one that came: {why}"))
    }

    /// Lets go all pictures before `number`.
    pub fn forget_until(&mut self, number: u64) {
        self.forget_while(|_, oldest| oldest.number < number);
    }

    /// Lets the oldest picture go for as long as `too_much` says so.
    fn forget_while(&mut self, too_much: impl Fn(&Self, &Taken) -> bool) {
        while let Some(oldest) = self.ring.front().filter(|oldest| too_much(self, oldest)) {
            self.bytes -= oldest.raw.bytes.len();
            self.ring.pop_front();
        }
    }

    fn take(&mut self, raw: RawFrame, stamp: Stamp) {
        // A device that sends an old buffer again, or out of its turn, has taken no picture.
        if self.ring.back().is_some_and(|last| last.stamp.at >= stamp.at) {
            self.unusable = Some("it is not newer than the one before".into());
            return;
        }
        (self.arrived, self.by_arrival) = (stamp.arrived, stamp.by_arrival);
        self.bytes += raw.bytes.len();
        self.forget_while(|state, oldest| oldest.stamp.at + KEPT < stamp.at || state.bytes > MOST);
        self.ring.push_back(Arc::new(Taken { number: self.next, stamp, raw }));
        self.next += 1;
    }
}

/// The lock on what is shared; a thread that panicked has left nothing half done.
pub(super) fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The thread's own side.
pub(super) struct Capture {
    state: Arc<Mutex<State>>,
    stamper: Stamper,
}

impl Capture {
    /// Starts the thread, which opens the device first and ends when it has let it go.
    pub fn start(
        name: &str,
        stamper: Stamper,
        opener: WebcamOpener,
    ) -> Result<(Arc<Mutex<State>>, Supervised<()>)> {
        let state = Arc::new(Mutex::new(State { arrived: stamper.now(), ..State::default() }));
        let mut capture = Self { state: state.clone(), stamper };
        let name = name.to_owned();
        let thread_name = name.clone();
        let run = move || {
            let end = catch_unwind(AssertUnwindSafe(|| capture.run(opener)));
            let panicked = || DriverError::new(&name, ErrorKind::Protocol, "the camera's library panicked");
            let failure = match end {
                Ok(Ok(())) => return,
                Ok(Err(failure)) => failure,
                Err(_) => panicked(),
            };
            lock(&capture.state).failure.get_or_insert(failure);
        };
        let started = Supervised::start("webcam", run);
        let thread =
            started.map_err(|why| DriverError::new(thread_name, ErrorKind::NotFound, why.to_string()))?;
        Ok((state, thread))
    }

    /// Takes pictures until nobody looks any more.
    fn run(&mut self, opener: WebcamOpener) -> Result<()> {
        let mut opened = opener()?;
        {
            let mut state = lock(&self.state);
            (state.opened, state.controls) = (Some((opened.identity, opened.period)), opened.controls.take());
        }
        for _ in 0..STALE {
            opened.source.next()?;
        }
        while !lock(&self.state).left_behind {
            self.take_one(opened.source.as_mut(), opened.period)?;
        }
        Ok(())
    }

    fn take_one(&mut self, source: &mut dyn Source, period: Duration) -> Result<()> {
        let raw = source.next()?;
        let stamp = self.stamper.stamp(raw.captured, period);
        let whole = formats::looks_whole(&raw);
        let mut state = lock(&self.state);
        match whole {
            Ok(()) => state.take(raw, stamp),
            Err(why) => state.unusable = Some(why.to_string()),
        }
        Ok(())
    }
}
