//! Keys pressed by a person.

use std::time::Duration;

use super::{Finger, Key, Press};
use crate::{
    Identity, Instrument, Reading, Result, SharedClock,
    operator::{self, Operator, OperatorKeys, Person, Terminal},
    registry::{Open, Opening},
};

impl Open<dyn Finger> for OperatorKeys {
    fn open(self, at: Opening<'_, dyn Finger>) -> Result<Box<dyn Finger>> {
        Ok(Box::new(OperatorFinger::new(at.name, at.with.device, Box::new(Terminal), at.clock.clone())))
    }
}

/// A person who presses the keys of one device. The contact is sensed by the person, who says when it is done: it was at some
/// moment since the question.
pub struct OperatorFinger {
    person: Person,
    device: String,
}

impl OperatorFinger {
    /// The finger `name` on the keys of what the person knows as `device` is `operator`'s.
    pub fn new(
        name: impl Into<String>,
        device: impl Into<String>,
        operator: Box<dyn Operator>,
        clock: SharedClock,
    ) -> Self {
        Self { person: Person::new(name, operator, clock), device: device.into() }
    }
}

impl Instrument for OperatorFinger {
    fn name(&self) -> &str {
        self.person.instrument()
    }

    fn identity(&mut self) -> Result<Identity> {
        Ok(Identity { driver: operator::NAME.into(), model: "a person".into(), ..Identity::default() })
    }

    /// Asks nothing, as a check comes before every verdict.
    fn check(&mut self) -> Result<()> {
        Ok(())
    }

    /// A person lets go by themselves.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Finger for OperatorFinger {
    /// For how long a person holds is theirs to say: `hold` is ignored, and so is whether the device has these keys, which
    /// the person sees.
    fn press(&mut self, keys: &[Key], _hold: Duration) -> Result<Reading<Press>> {
        let done = self.person.order(&order(keys, &self.device))?;
        let half = done.uncertainty / 2;
        let press = Press { contact: true, released: done.at, released_uncertainty: done.uncertainty };
        Ok(Reading::new(done.at - half, half, press))
    }
}

/// Instruction to the person.
fn order(keys: &[Key], device: &str) -> String {
    let names: Vec<&str> = keys.iter().map(|key| in_words(*key)).collect();
    let pressed = names.join(", and while that is down ");
    format!("Press {pressed} of {device} and let go")
}

/// The key as a person knows it.
pub fn in_words(key: Key) -> &'static str {
    match key {
        Key::Button => "the button",
        Key::Repeat => "the key that repeats",
        Key::Speed => "the key for the speed",
        Key::Volume => "the key for the volume",
        Key::Language => "the key for the language",
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        finger::contract,
        testing::{FakeClock, ScriptedPerson},
    };

    #[test]
    fn keeps_the_contract_and_tells_a_person_what_to_press() {
        let clock: SharedClock = Arc::new(FakeClock::default());
        let script = ScriptedPerson::saying(clock.clone(), Duration::from_secs(2), "");
        let told = script.asked();
        let mut finger = OperatorFinger::new("reader/finger", "reader", Box::new(script), clock.clone());
        contract::keeps(&mut finger, &clock);
        assert_eq!(told.take(), ["Press the button of reader and let go, then press Enter."; 3]);
        let press = finger.press(&[Key::Button, Key::Volume], Duration::ZERO).unwrap();
        let begun = clock.now() - Duration::from_secs(2);
        assert_eq!((press.at, press.uncertainty), (begun + Duration::from_secs(1), Duration::from_secs(1)));
        assert_eq!(
            told.take(),
            [
                "Press the button, and while that is down the key for the volume of reader and let go, then press Enter."
            ]
        );
    }
}
