//! A clock that goes only while the driver waits, and the line to a scripted modem: a pseudo-terminal, or none at all.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    sync::{Arc, Mutex, MutexGuard},
    time::Duration,
};

use drivers::{
    BenchTime, Clock, Reading, Result, SharedClock,
    serial::{SerialLine, SerialPortLine},
    sms::AtModem,
};
use serialport::{SerialPort, TTYPort};

use super::peer::Peer;

pub const NUMBER: &str = "+4512345678";

/// Changes the lines that go out, each with the moment at which it does; `number` counts them from the start.
pub type Change = Box<dyn FnMut(usize, String) -> Vec<(Duration, Vec<u8>)> + Send>;

/// The table: the clock, the modem, and what is on its way from it.
#[derive(Clone)]
pub struct Bench(Arc<Mutex<Table>>);

struct Table {
    now: Duration,
    opened: Duration,
    peer: Peer,
    change: Change,
    lines: usize,
    /// Bytes on their way, by arrival time.
    coming: VecDeque<(Duration, Vec<u8>)>,
    /// The far end of a pseudo-terminal, where the line is one.
    end: Option<TTYPort>,
    /// Bytes that arrived and were not read, on a line without a port.
    arrived: Vec<u8>,
}

/// How long a modem takes for a line.
const LINE: Duration = Duration::from_millis(2);

impl Bench {
    pub fn new(peer: Peer, change: Change) -> Self {
        let table = Table {
            now: Duration::ZERO,
            opened: Duration::MAX,
            peer,
            change,
            lines: 0,
            coming: VecDeque::new(),
            end: None,
            arrived: Vec::new(),
        };
        Self(Arc::new(Mutex::new(table)))
    }

    /// A bench whose modem says what it says.
    pub fn undisturbed(peer: Peer) -> Self {
        Self::new(peer, Box::new(|_, line| vec![(Duration::ZERO, line.into_bytes())]))
    }

    pub fn clock(&self) -> SharedClock {
        Arc::new(self.clone())
    }

    /// The driver at a pseudo-terminal.
    pub fn open_by_terminal(&self) -> Result<AtModem> {
        let (mut end, near) = TTYPort::pair().unwrap();
        end.set_timeout(Duration::ZERO).unwrap();
        let path = near.name().unwrap();
        drop(near);
        self.table().end = Some(end);
        let line = SerialPortLine::open("modem", &path, 115_200, self.clock())?;
        self.open_with(Box::new(line))
    }

    /// The driver at a line without a port: bytes only.
    pub fn open(&self) -> Result<AtModem> {
        self.open_with(Box::new(self.clone()))
    }

    fn open_with(&self, line: Box<dyn SerialLine>) -> Result<AtModem> {
        let modem = AtModem::open("modem", NUMBER, line, self.clock());
        let mut table = self.table();
        table.opened = table.now;
        modem
    }

    pub fn peer(&self) -> Peer {
        self.table().peer.clone()
    }

    pub fn lines(&self) -> usize {
        self.table().lines
    }

    pub fn after(&self, span: Duration) -> BenchTime {
        self.now() + span
    }

    fn table(&self) -> MutexGuard<'_, Table> {
        self.0.lock().expect("no test goes on after a panic")
    }
}

impl Table {
    fn since(&self) -> Duration {
        self.now.saturating_sub(self.opened)
    }

    fn pump(&mut self) {
        let mut buffer = [0; 512];
        while let Some(Ok(count @ 1..)) = self.end.as_mut().map(|end| end.read(&mut buffer)) {
            self.hears(&buffer[..count]);
        }
        if self.opened <= self.now {
            let lines = self.peer.acts(self.since());
            self.says(lines);
        }
        while self.coming.front().is_some_and(|(at, _)| *at <= self.now) {
            let (_, bytes) = self.coming.pop_front().unwrap();
            match &mut self.end {
                Some(end) => {
                    end.write_all(&bytes).unwrap();
                    // The kernel hands bytes over in its own time.
                    std::thread::sleep(Duration::from_micros(300));
                }
                None => self.arrived.extend(bytes),
            }
        }
    }

    fn hears(&mut self, bytes: &[u8]) {
        let lines = self.peer.takes(self.since(), bytes);
        self.says(lines);
    }

    fn says(&mut self, lines: Vec<String>) {
        for (line, place) in lines.into_iter().zip(1..) {
            let changed = (self.change)(self.lines, line);
            self.lines += 1;
            let at = self.now + LINE * place;
            self.coming.extend(changed.into_iter().map(|(after, bytes)| (at + after, bytes)));
        }
        self.coming.make_contiguous().sort_by_key(|(at, _)| *at);
    }

    fn next(&self) -> Option<Duration> {
        let event = self.peer.next().filter(|_| self.opened <= self.now).map(|after| self.opened + after);
        self.coming.front().map(|(at, _)| *at).into_iter().chain(event).min()
    }
}

impl Clock for Bench {
    fn now(&self) -> BenchTime {
        BenchTime::ZERO + self.table().now
    }

    fn deliver(&self) {
        self.table().pump();
    }

    fn step(&self, deadline: BenchTime) {
        let (deadline, mut table) = (deadline.since(BenchTime::ZERO), self.table());
        let next = table.next().unwrap_or(deadline).max(table.now);
        table.now = next.min(deadline);
    }
}

drivers::always_well!(Bench, "modem");

impl SerialLine for Bench {
    fn write(&mut self, bytes: &[u8], _: BenchTime) -> Result<()> {
        self.table().hears(bytes);
        Ok(())
    }

    fn read(&mut self, deadline: BenchTime) -> Result<Reading<Vec<u8>>> {
        let line = self.clone();
        let mut bytes = Vec::new();
        self.clone().wait(deadline, &mut || {
            bytes = std::mem::take(&mut line.table().arrived);
            Ok(!bytes.is_empty())
        })?;
        Ok(Reading::new(self.now(), Duration::from_millis(1), bytes))
    }

    fn discard_input(&mut self) -> Result<()> {
        self.table().arrived.clear();
        Ok(())
    }
}
