//! A serial line that needs no operating system, with a far end that is a script.

use std::{cell::RefCell, collections::VecDeque, rc::Rc, time::Duration};

use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock, serial::SerialLine,
};

/// Bytes that the far end sends, each part with the time after the write at which it arrives.
pub type Sent = Vec<(Duration, Vec<u8>)>;

/// The far end: gets what was written, and when.
type Script = Rc<RefCell<dyn FnMut(&[u8], BenchTime) -> Sent>>;

/// Parts under way, by the moment at which they arrive.
type Coming = VecDeque<(BenchTime, Vec<u8>)>;

/// A line whose far end answers each write by a function. Bytes arrive on the bench clock, which must go while
/// somebody waits; a reading is uncertain by 1 ms.
#[derive(Clone)]
pub struct ScriptedLine {
    script: Script,
    clock: SharedClock,
    coming: Rc<RefCell<Coming>>,
    is_cut: bool,
}

impl ScriptedLine {
    /// A line on `clock` whose far end is `script`.
    pub fn new(clock: SharedClock, script: impl FnMut(&[u8], BenchTime) -> Sent + 'static) -> Self {
        Self { script: Rc::new(RefCell::new(script)), clock, coming: Rc::default(), is_cut: false }
    }

    /// The same line, unplugged.
    pub fn cut(self) -> Self {
        Self { is_cut: true, ..self }
    }

    fn plugged(&self) -> Result<()> {
        if self.is_cut { Err(DriverError::new("line", ErrorKind::Unplugged, "hung up")) } else { Ok(()) }
    }

    /// The next part that has arrived.
    fn arrived(&self) -> Option<Vec<u8>> {
        let mut coming = self.coming.borrow_mut();
        let is_due = coming.front().is_some_and(|(at, _)| *at <= self.clock.now());
        is_due.then(|| coming.pop_front())?.map(|(_, bytes)| bytes)
    }
}

impl Instrument for ScriptedLine {
    fn name(&self) -> &str {
        "line"
    }

    fn identity(&mut self) -> Result<Identity> {
        Ok(Identity { driver: "test".into(), model: "line".into(), ..Identity::default() })
    }

    fn check(&mut self) -> Result<()> {
        self.plugged()
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl SerialLine for ScriptedLine {
    fn write(&mut self, bytes: &[u8], _: BenchTime) -> Result<()> {
        self.plugged()?;
        let now = self.clock.now();
        let sent = (self.script.borrow_mut())(bytes, now);
        let mut coming = self.coming.borrow_mut();
        coming.extend(sent.into_iter().map(|(after, bytes)| (now + after, bytes)));
        coming.make_contiguous().sort_by_key(|(at, _)| *at);
        Ok(())
    }

    fn read(&mut self, deadline: BenchTime) -> Result<Reading<Vec<u8>>> {
        self.plugged()?;
        let next = self.coming.borrow().front().map_or(deadline, |(at, _)| (*at).min(deadline));
        self.clock.wait_until(next)?;
        Ok(Reading::new(self.clock.now(), Duration::from_millis(1), self.arrived().unwrap_or_default()))
    }

    fn discard_input(&mut self) -> Result<()> {
        while self.arrived().is_some() {}
        self.plugged()
    }
}
