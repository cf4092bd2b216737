//! A probe whose every call ends: each call runs on a thread of its own, with a time limit.
//!
//! The layers below, down to the USB library, have time limits of their own in most places, but not in all. A
//! thread whose call does not end is left behind, with the probe that it holds; the next call begins with
//! another.

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use super::{Probe, ProbeRs};
use crate::{DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock};

/// How long a call may take, on the wall.
#[derive(Clone, Copy, Debug)]
pub struct ProbeLimits {
    /// Opening the probe and attaching to the chip.
    pub open: Duration,
    /// Writing an image and reading it back.
    pub flash: Duration,
    /// Anything else.
    pub call: Duration,
}

impl Default for ProbeLimits {
    /// Several times what slow probes take.
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self { open: seconds(20), flash: seconds(120), call: seconds(20) }
    }
}

/// Opens a probe, on the thread that keeps it.
type Opener<P> = Arc<dyn Fn() -> Result<P> + Send + Sync>;
/// A call, and what becomes of its result.
type Call<P> = Box<dyn FnOnce(&mut P) + Send>;

/// The probe `P`, whose calls end.
pub struct LimitedProbe<P> {
    name: String,
    limits: ProbeLimits,
    opener: Opener<P>,
    /// The thread that has the probe; none after a call that did not end.
    kept: Option<Kept<P>>,
}

/// A thread that has a probe.
struct Kept<P> {
    calls: Sender<Call<P>>,
    /// Ends when the thread has let the probe go.
    let_go: Receiver<Result<()>>,
}

impl LimitedProbe<ProbeRs> {
    /// As [`ProbeRs::open`]; [`ErrorKind::NoAnswer`] where that, or any later call, takes longer than its limit.
    pub fn open(
        name: &str,
        selector: &str,
        chip: &str,
        limits: ProbeLimits,
        clock: SharedClock,
    ) -> Result<Self> {
        let (own_name, selector, chip) = (name.to_owned(), selector.to_owned(), chip.to_owned());
        Self::with_opener(name, limits, move || ProbeRs::open(&own_name, &selector, &chip, clock.clone()))
    }
}

impl<P: Probe + 'static> LimitedProbe<P> {
    /// The probe that `opener` opens, now and again after a call that did not end.
    pub fn with_opener(
        name: &str,
        limits: ProbeLimits,
        opener: impl Fn() -> Result<P> + Send + Sync + 'static,
    ) -> Result<Self> {
        let mut probe = Self { name: name.into(), limits, opener: Arc::new(opener), kept: None };
        probe.kept = Some(probe.start()?);
        Ok(probe)
    }

    /// Starts a thread, and waits until it has the probe.
    fn start(&self) -> Result<Kept<P>> {
        let (calls, received) = mpsc::channel::<Call<P>>();
        let (opened, let_go) = mpsc::channel();
        let opener = self.opener.clone();
        let keep = move || match opener() {
            Ok(mut probe) => {
                opened.send(Ok(())).ok();
                received.into_iter().for_each(|call| call(&mut probe));
            }
            // Where nobody waits any more, nobody wants to know.
            Err(error) => drop(opened.send(Err(error))),
        };
        let started = thread::Builder::new().name("probe".into()).spawn(keep);
        started.map_err(|error| DriverError::new(&self.name, ErrorKind::NotFound, error.to_string()))?;
        self.ended("opening", let_go.recv_timeout(self.limits.open))?;
        Ok(Kept { calls, let_go })
    }

    /// Makes `call` with the probe, and waits for its end, but no longer than `limit`.
    fn call<T: Send + 'static>(
        &mut self,
        doing: &str,
        limit: Duration,
        call: impl FnOnce(&mut P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let kept = match self.kept.take() {
            Some(kept) => kept,
            None => self.start()?,
        };
        let (way_back, result) = mpsc::channel();
        let call = Box::new(move |probe: &mut P| drop(way_back.send(call(probe))));
        // A thread that is gone drops the way back with the call.
        kept.calls.send(call).ok();
        let ended = result.recv_timeout(limit);
        self.kept = ended.is_ok().then_some(kept);
        self.ended(doing, ended)
    }

    /// Result of a call, or the error of one that has not ended.
    fn ended<T>(&self, doing: &str, ended: std::result::Result<Result<T>, RecvTimeoutError>) -> Result<T> {
        ended.unwrap_or_else(|error| {
            let (trouble, what) = match error {
                RecvTimeoutError::Timeout => (ErrorKind::NoAnswer, "no end within its time limit"),
                RecvTimeoutError::Disconnected => (ErrorKind::Protocol, "the probe's library panicked"),
            };
            Err(DriverError::new(&self.name, trouble, format!("{doing}: {what}")))
        })
    }
}

impl<P> Drop for LimitedProbe<P> {
    /// Waits for the probe to be let go, so that it can be opened again; one that hangs is left behind.
    fn drop(&mut self) {
        if let Some(Kept { calls, let_go }) = self.kept.take() {
            drop(calls);
            // Nothing more is sent: this ends with the thread, or with the time limit.
            let _ = let_go.recv_timeout(self.limits.call);
        }
    }
}

impl<P: Probe + 'static> Instrument for LimitedProbe<P> {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        self.call("asking the probe who it is", self.limits.call, P::identity)
    }

    fn check(&mut self) -> Result<()> {
        self.call("checking the probe", self.limits.call, P::check)
    }

    fn make_safe(&mut self) -> Result<()> {
        self.call("making the probe safe", self.limits.call, P::make_safe)
    }
}

impl<P: Probe + 'static> Probe for LimitedProbe<P> {
    fn chip_id(&mut self) -> Result<Option<u64>> {
        self.call("reading the chip's number", self.limits.call, P::chip_id)
    }

    fn flash(&mut self, image: &[u8]) -> Result<()> {
        let image = image.to_vec();
        self.call("flashing", self.limits.flash, move |probe| probe.flash(&image))
    }

    fn read_memory(&mut self, address: u32, length: usize) -> Result<Reading<Vec<u8>>> {
        self.call("reading memory", self.limits.call, move |probe| probe.read_memory(address, length))
    }

    fn log(&mut self) -> Result<Reading<String>> {
        self.call("reading the log", self.limits.call, P::log)
    }

    fn reset(&mut self) -> Result<()> {
        self.call("resetting", self.limits.call, P::reset)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;
    use crate::{BenchTime, always_well};

    /// Reads the number of the opening as its memory; at some addresses it does otherwise.
    struct Fake(u8, Arc<AtomicU32>);

    impl Drop for Fake {
        /// Takes its time.
        fn drop(&mut self) {
            thread::sleep(Duration::from_millis(50));
            self.1.fetch_add(1, Ordering::SeqCst);
        }
    }

    const HANGS: u32 = 1;
    const PANICS: u32 = 2;
    const FAILS: u32 = 3;

    always_well!(Fake, "fake");

    impl Probe for Fake {
        fn flash(&mut self, _: &[u8]) -> Result<()> {
            Ok(())
        }

        fn read_memory(&mut self, address: u32, _: usize) -> Result<Reading<Vec<u8>>> {
            match address {
                HANGS => loop {
                    thread::park();
                },
                PANICS => panic!("asked to"),
                FAILS => Err(DriverError::new("fake", ErrorKind::Unplugged, "gone")),
                _ => Ok(Reading::new(BenchTime::ZERO, Duration::ZERO, vec![self.0])),
            }
        }

        fn log(&mut self) -> Result<Reading<String>> {
            Ok(Reading::new(BenchTime::ZERO, Duration::ZERO, String::new()))
        }

        fn reset(&mut self) -> Result<()> {
            Ok(())
        }
    }

    /// A probe with the time limit `call`, which counts how often it is let go.
    fn probe(call: Duration, let_go: &Arc<AtomicU32>) -> LimitedProbe<Fake> {
        let (opened, let_go) = (AtomicU32::new(0), let_go.clone());
        let opener = move || Ok(Fake(opened.fetch_add(1, Ordering::Relaxed) as u8, let_go.clone()));
        LimitedProbe::with_opener("probe", ProbeLimits { call, ..ProbeLimits::default() }, opener).unwrap()
    }

    fn read(probe: &mut LimitedProbe<Fake>, address: u32) -> std::result::Result<Vec<u8>, ErrorKind> {
        probe.read_memory(address, 1).map(|reading| reading.value).map_err(|error| error.trouble)
    }

    #[test]
    fn a_call_that_does_not_end_is_left_behind_with_its_probe() {
        let mut probe = probe(Duration::from_secs(1), &Arc::default());
        assert_eq!(read(&mut probe, 0), Ok(vec![0]));
        assert_eq!(read(&mut probe, HANGS), Err(ErrorKind::NoAnswer));
        assert_eq!(read(&mut probe, 0), Ok(vec![1]), "opened anew");
        assert_eq!(read(&mut probe, PANICS), Err(ErrorKind::Protocol));
        assert_eq!(read(&mut probe, 0), Ok(vec![2]));
    }

    #[test]
    fn the_probes_own_errors_are_handed_on_and_it_is_kept() {
        let mut probe = probe(Duration::from_secs(60), &Arc::default());
        assert_eq!(read(&mut probe, FAILS), Err(ErrorKind::Unplugged));
        assert_eq!(read(&mut probe, 0), Ok(vec![0]));
    }

    #[test]
    fn a_probe_that_is_dropped_is_free_for_the_next() {
        let let_go = Arc::default();
        let probe = probe(Duration::from_secs(60), &let_go);
        assert_eq!(let_go.load(Ordering::SeqCst), 0);
        drop(probe);
        assert_eq!(let_go.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_probe_that_does_not_open_is_an_error_by_its_name() {
        let limits = ProbeLimits { open: Duration::from_millis(50), ..ProbeLimits::default() };
        let gone = || Err(DriverError::new("probe", ErrorKind::NotFound, "no such probe"));
        let refused = LimitedProbe::<Fake>::with_opener("probe", limits, gone).err().unwrap();
        assert_eq!(refused.detail, "no such probe");
        let hangs = LimitedProbe::<Fake>::with_opener("probe", limits, || {
            loop {
                thread::park();
            }
        });
        assert_eq!(hangs.err().unwrap().detail, "opening: no end within its time limit");
    }
}
