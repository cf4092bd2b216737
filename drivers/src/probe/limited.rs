//! A probe whose every call ends: each is made on a thread of its own that is waited for only for a limited time.
//!
//! The layers below, down to the USB library, have time limits of their own in most places, but not in all. A
//! thread whose call does not end is left behind, with the probe that it holds; the next call begins with
//! another.

use std::{sync::Arc, time::Duration};

use super::{Probe, ProbeRs};
use crate::{
    DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock, Unfinished, supervised,
};

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

/// Opens a probe.
type Opener<P> = Arc<dyn Fn() -> Result<P> + Send + Sync>;

/// The probe `P`, whose calls end.
pub struct LimitedProbe<P: Send + 'static> {
    name: String,
    limits: ProbeLimits,
    opener: Opener<P>,
    /// None during a call, and after one that did not end.
    probe: Option<P>,
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

impl<P: Probe + Send + 'static> LimitedProbe<P> {
    /// The probe that `opener` opens, now and again after a call that did not end.
    pub fn with_opener(
        name: &str,
        limits: ProbeLimits,
        opener: impl Fn() -> Result<P> + Send + Sync + 'static,
    ) -> Result<Self> {
        let mut probe = Self { name: name.into(), limits, opener: Arc::new(opener), probe: None };
        probe.probe = Some(probe.open_it()?);
        Ok(probe)
    }

    fn open_it(&self) -> Result<P> {
        let opener = self.opener.clone();
        let opened = supervised("probe", self.limits.open, move || opener());
        opened.unwrap_or_else(|why| Err(self.unfinished("opening", &why)))
    }

    /// Makes `call` with the probe, and waits for its end, but no longer than `limit`.
    fn call<T: Send + 'static>(
        &mut self,
        doing: &str,
        limit: Duration,
        call: impl FnOnce(&mut P) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let mut probe = match self.probe.take() {
            Some(probe) => probe,
            None => self.open_it()?,
        };
        let (result, probe) = supervised("probe", limit, move || (call(&mut probe), probe))
            .map_err(|why| self.unfinished(doing, &why))?;
        self.probe = Some(probe);
        result
    }

    fn unfinished(&self, doing: &str, why: &Unfinished) -> DriverError {
        let (trouble, what) = match why {
            Unfinished::NoThread(_) => (ErrorKind::NotFound, why.to_string()),
            Unfinished::Timeout(_) => (ErrorKind::NoAnswer, "no end within its time limit".into()),
            Unfinished::Panicked => (ErrorKind::Protocol, "the probe's library panicked".into()),
        };
        DriverError::new(&self.name, trouble, format!("{doing}: {what}"))
    }
}

impl<P: Send + 'static> Drop for LimitedProbe<P> {
    /// Waits for the probe to be let go, so that it can be opened again; one that hangs is left behind.
    fn drop(&mut self) {
        if let Some(probe) = self.probe.take() {
            // There is nothing to do about one that hangs.
            let _ = supervised("probe", self.limits.call, move || drop(probe));
        }
    }
}

impl<P: Probe + Send + 'static> Instrument for LimitedProbe<P> {
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

impl<P: Probe + Send + 'static> Probe for LimitedProbe<P> {
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
    use std::{
        sync::atomic::{AtomicU32, Ordering},
        thread,
    };

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
