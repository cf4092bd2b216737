//! A finger that senses: solenoids on relays of a Modbus module push the keys, and a contact at each tip, which a discrete input
//! or a counter of the same module reads, tells when it touches.

use std::time::Duration;

use super::{Finger, Key, Press, in_words};
use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock,
    modbus::{self, Module},
    serial::Port,
};

mod keys;

pub use keys::ModbusFingerKeys;

/// Sensor of a key's contact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensor {
    /// The discrete input at this address, which is closed while the tip touches.
    Input(u16),
    /// The input register at this address, which counts how often it has closed. It does not tell when the tip lets go.
    Counter(u16),
}

/// Actuator of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Solenoid {
    /// The key that it is above.
    pub key: Key,
    /// The address of the coil that pulls it.
    pub coil: u16,
    /// Sensor of its contact.
    pub sensor: Sensor,
}

/// A finger of several solenoids on one module.
pub struct ModbusFinger {
    module: Module,
    solenoids: Vec<Solenoid>,
    clock: SharedClock,
}

/// How long a solenoid takes at most until it touches, and until it has let go.
const TRAVEL: Duration = Duration::from_millis(500);
/// For how long modules look at an input before they believe it.
const FILTER: Duration = Duration::from_millis(10);

/// The span in which something was so.
#[derive(Clone, Copy)]
struct Span {
    earliest: BenchTime,
    latest: BenchTime,
}

impl Span {
    fn of<T>(reading: &Reading<T>) -> Self {
        Self { earliest: reading.at - reading.uncertainty, latest: reading.at + reading.uncertainty }
    }

    /// Its middle, and how far its ends are from that.
    fn middle(self) -> (BenchTime, Duration) {
        let half = self.latest.since(self.earliest) / 2;
        (self.earliest + half, half)
    }
}

impl ModbusFinger {
    /// The finger of `solenoids` on the module with the address `unit` at `port`. Errors as of
    /// [`SerialPortLine::open_port`](crate::serial::SerialPortLine::open_port).
    pub fn open(
        name: &str,
        port: &Port,
        baud: u32,
        unit: u8,
        solenoids: Vec<Solenoid>,
        clock: SharedClock,
    ) -> Result<Self> {
        let module = Module::open(name, port, baud, unit, clock.clone())?;
        Ok(Self { module, solenoids, clock })
    }

    fn solenoid(&self, key: Key) -> Result<Solenoid> {
        let found = self.solenoids.iter().find(|solenoid| solenoid.key == key);
        found.copied().ok_or_else(|| {
            self.error(ErrorKind::Unsupported, format!("it has no solenoid above {}", in_words(key)))
        })
    }

    fn error(&self, trouble: ErrorKind, detail: String) -> DriverError {
        DriverError::new(self.module.name(), trouble, detail)
    }

    /// Reading of a sensor before its key is pressed: its count of closures. An error if the contact is
    /// closed.
    fn at_rest(&mut self, solenoid: Solenoid) -> Result<u16> {
        match solenoid.sensor {
            Sensor::Counter(address) => Ok(self.module.register(address)?.value),
            Sensor::Input(address) if self.module.input(address)?.value => {
                let detail =
                    format!("the contact at {} is closed though nothing presses", in_words(solenoid.key));
                Err(self.error(ErrorKind::CannotSee, detail))
            }
            Sensor::Input(_) => Ok(0),
        }
    }

    /// Whether the sensor says that the tip touches, or has touched since the counter stood at `before`.
    fn touches(&mut self, sensor: Sensor, before: u16) -> Result<Reading<bool>> {
        match sensor {
            Sensor::Input(address) => self.module.input(address),
            Sensor::Counter(address) => Ok(self.module.register(address)?.map(|count| count != before)),
        }
    }

    /// Pulls a solenoid until it touches; the span in which it first did, if it did.
    fn push(&mut self, solenoid: Solenoid, before: u16) -> Result<Option<Span>> {
        let pulled = Span::of(&self.module.set_coil(solenoid.coil, true)?);
        self.edge(solenoid.sensor, before, true, pulled.earliest)
    }

    /// Waits until a sensor says that the tip `touches`, or no longer; the span in which that came about, if it did: it was
    /// not so at `since`, and whenever the sensor last said so.
    fn edge(&mut self, sensor: Sensor, before: u16, touches: bool, since: BenchTime) -> Result<Option<Span>> {
        let (mut earliest, deadline) = (since, self.clock.now() + TRAVEL);
        loop {
            let seen = self.touches(sensor, before)?;
            let span = Span::of(&seen);
            if seen.value == touches {
                return Ok(Some(Span { earliest, latest: span.latest }));
            }
            earliest = earliest.max(span.earliest - FILTER);
            if self.clock.now() >= deadline {
                return Ok(None);
            }
        }
    }

    /// Lets a solenoid go; the span in which its tip left the key.
    fn let_go(&mut self, solenoid: Solenoid, touched: bool) -> Result<Span> {
        let released = Span::of(&self.module.set_coil(solenoid.coil, false)?);
        match solenoid.sensor {
            Sensor::Input(_) if touched => {
                let left = self.edge(solenoid.sensor, 0, false, released.earliest)?;
                left.ok_or_else(|| {
                    let detail = format!("it does not let go of {}", in_words(solenoid.key));
                    self.error(ErrorKind::Protocol, detail)
                })
            }
            Sensor::Input(_) => Ok(released),
            // A counter does not tell: as late as a solenoid may be.
            Sensor::Counter(_) => {
                let latest = released.latest + TRAVEL;
                self.clock.wait_until(latest)?;
                Ok(Span { latest, ..released })
            }
        }
    }

    fn press_all(
        &mut self,
        solenoids: &[Solenoid],
        hold: Duration,
    ) -> Result<(Vec<Option<Span>>, Vec<Span>)> {
        let before = solenoids.iter().map(|one| self.at_rest(*one)).collect::<Result<Vec<_>>>()?;
        let pushed = solenoids.iter().zip(before).map(|(one, before)| self.push(*one, before));
        let pushed = pushed.collect::<Result<Vec<_>>>()?;
        self.clock.wait_until(self.clock.now() + hold)?;
        let left =
            solenoids.iter().zip(&pushed).rev().map(|(one, touched)| self.let_go(*one, touched.is_some()));
        let left = left.collect::<Result<Vec<_>>>()?;
        Ok((pushed, left))
    }
}

impl Instrument for ModbusFinger {
    fn name(&self) -> &str {
        self.module.name()
    }

    fn identity(&mut self) -> Result<Identity> {
        let line = self.module.line_identity()?;
        let keys: Vec<&str> = self.solenoids.iter().map(|solenoid| in_words(solenoid.key)).collect();
        let model = format!("Modbus solenoids, address {}: {}", self.module.unit(), keys.join(", "));
        Ok(Identity { driver: modbus::NAME.into(), model, ..line })
    }

    /// The module answers for each coil and each sensor: nothing is pulled, and nothing touches.
    fn check(&mut self) -> Result<()> {
        for solenoid in self.solenoids.clone() {
            if self.module.coil(solenoid.coil)?.value {
                let detail = format!("the solenoid above {} is pulled", in_words(solenoid.key));
                return Err(self.error(ErrorKind::CannotSee, detail));
            }
            self.at_rest(solenoid)?;
        }
        Ok(())
    }

    /// Each solenoid is let go, whatever becomes of the others.
    fn make_safe(&mut self) -> Result<()> {
        let coils: Vec<u16> = self.solenoids.iter().map(|solenoid| solenoid.coil).collect();
        coils.into_iter().map(|coil| self.module.set_coil(coil, false).map(drop)).fold(Ok(()), Result::and)
    }
}

impl Finger for ModbusFinger {
    /// The contact of a press is stamped between the last time that the sensor did not say so and the first time that it did.
    fn press(&mut self, keys: &[Key], hold: Duration) -> Result<Reading<Press>> {
        let solenoids = keys.iter().map(|key| self.solenoid(*key)).collect::<Result<Vec<_>>>()?;
        let began = self.clock.now();
        let pressed = self.press_all(&solenoids, hold);
        if pressed.is_err() {
            // Nothing stays pressed; why it failed matters more than whether this did.
            self.make_safe().ok();
        }
        let (pushed, left) = pressed?;
        let nothing = Span { earliest: began, latest: began };
        let (at, uncertainty) = pushed.first().copied().flatten().unwrap_or(nothing).middle();
        let (released, released_uncertainty) = left.last().copied().unwrap_or(nothing).middle();
        let contact = !pushed.is_empty() && pushed.iter().all(Option::is_some);
        let press = Press { contact, released: released.max(at), released_uncertainty };
        Ok(Reading::new(at, uncertainty, press))
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc, sync::Arc};

    use super::*;
    use crate::{
        finger::contract,
        modbus::scripted::{Bench, line},
        testing::FakeClock,
    };

    const BUTTON: Solenoid = Solenoid { key: Key::Button, coil: 0, sensor: Sensor::Input(0) };
    const VOLUME: Solenoid = Solenoid { key: Key::Volume, coil: 3, sensor: Sensor::Input(3) };
    const COUNTED: Solenoid = Solenoid { key: Key::Button, coil: 0, sensor: Sensor::Counter(0) };

    fn finger(bench: Bench, solenoids: &[Solenoid]) -> (ModbusFinger, Rc<RefCell<Bench>>, SharedClock) {
        let (bench, clock): (_, SharedClock) = (Rc::new(RefCell::new(bench)), Arc::new(FakeClock::default()));
        let line = line(clock.clone(), bench.clone());
        let module = Module::new("display/finger", Box::new(line), 9_600, 1, clock.clone());
        (ModbusFinger { module, solenoids: solenoids.into(), clock: clock.clone() }, bench, clock)
    }

    fn travels(ms: u64) -> Bench {
        Bench { travel: Some(Duration::from_millis(ms)), ..Bench::default() }
    }

    #[test]
    fn keeps_the_contract_with_inputs_and_counters_with_and_without_echo() {
        for solenoids in [&[BUTTON][..], &[BUTTON, VOLUME], &[COUNTED]] {
            for echo in [false, true] {
                let (mut finger, bench, clock) = finger(Bench { echo, ..travels(30) }, solenoids);
                contract::keeps(&mut finger, &clock);
                assert_eq!(bench.borrow().coils, [false; 8], "nothing stays pressed");
            }
        }
    }

    #[test]
    fn both_edges_are_stamped_with_their_uncertainty() {
        const HOLD: Duration = Duration::from_millis(200);
        for ms in [0, 7, 30, 90] {
            let (mut finger, bench, _) = finger(travels(ms), &[BUTTON]);
            let press = finger.press(&[Key::Button], HOLD).unwrap();
            let travel = Duration::from_millis(ms);
            // The coil was let go last; before that it was pulled.
            let left = bench.borrow().since[0] + travel;
            let Press { contact, released, released_uncertainty } = press.value;
            assert!(contact && released_uncertainty < Duration::from_millis(25), "{released_uncertainty:?}");
            assert!(released - released_uncertainty <= left && left <= released + released_uncertainty);
            assert!(press.uncertainty < Duration::from_millis(25), "{:?}", press.uncertainty);
            let held = released.since(press.at);
            let sure = press.uncertainty + released_uncertainty + Duration::from_millis(15);
            assert!(held + sure >= HOLD && held <= HOLD + travel + sure, "{held:?} of {HOLD:?}");
        }
    }

    #[test]
    fn several_keys_are_down_together() {
        let (mut finger, bench, _) = finger(travels(20), &[BUTTON, VOLUME]);
        let press = finger.press(&[Key::Button, Key::Volume], Duration::from_millis(50)).unwrap();
        assert!(press.value.contact);
        let since = bench.borrow().since;
        assert!(since[3] < since[0], "the last one pressed is let go first");
        assert_eq!(bench.borrow().closed[3], 1);
    }

    #[test]
    fn a_press_that_touches_nothing_says_so() {
        for solenoid in [BUTTON, COUNTED] {
            let (mut finger, bench, _) = finger(Bench { travel: None, ..Bench::default() }, &[solenoid]);
            let press = finger.press(&[Key::Button], Duration::ZERO).unwrap();
            assert!(!press.value.contact);
            assert_eq!(bench.borrow().coils, [false; 8]);
        }
    }

    #[test]
    fn what_is_wrong_is_named() {
        let (mut finger, ..) = finger(Bench::default(), &[BUTTON]);
        let error = finger.press(&[Key::Speed], Duration::ZERO).unwrap_err();
        assert_eq!(error.trouble, ErrorKind::Unsupported);
        assert_eq!(error.detail, "it has no solenoid above the key for the speed");

        // The contact is closed before anything presses.
        let (mut finger, bench, _) = self::finger(Bench::default(), &[BUTTON]);
        bench.borrow_mut().coils[0] = true;
        assert_eq!(finger.check().unwrap_err().trouble, ErrorKind::CannotSee);
        assert_eq!(finger.press(&[Key::Button], Duration::ZERO).unwrap_err().trouble, ErrorKind::CannotSee);
        assert!(!bench.borrow().coils[0], "and is let go all the same");

        // Nobody there.
        let absent = Bench { present: false, echo: true, ..Bench::default() };
        let (mut finger, ..) = self::finger(absent, &[BUTTON]);
        for error in [
            finger.check().unwrap_err(),
            finger.press(&[Key::Button], Duration::ZERO).unwrap_err(),
            finger.make_safe().unwrap_err(),
        ] {
            assert_eq!((error.instrument.as_str(), error.trouble), ("display/finger", ErrorKind::NoAnswer));
        }
    }
}
