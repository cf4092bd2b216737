//! Phones held and carried by a person.

use super::{Holder, Place, Target};
use crate::{
    Identity, Instrument, Reading, Result, SharedClock,
    operator::{self, Operator, OperatorKeys, Person, Terminal},
    registry::{Open, Opening},
};

impl Open<dyn Holder> for OperatorKeys {
    fn open(self, at: Opening<'_, dyn Holder>) -> Result<Box<dyn Holder>> {
        Ok(Box::new(OperatorHolder::new(at.name, Box::new(Terminal), at.clock.clone())))
    }
}

/// A person who points phones at things and carries them about. Stamped with the moment at which the person
/// says that it is done; it may have been so since the question.
pub struct OperatorHolder {
    person: Person,
}

impl OperatorHolder {
    /// The holder `name` is `operator`.
    pub fn new(name: impl Into<String>, operator: Box<dyn Operator>, clock: SharedClock) -> Self {
        Self { person: Person::new(name, operator, clock) }
    }
}

impl Instrument for OperatorHolder {
    fn name(&self) -> &str {
        self.person.instrument()
    }

    fn identity(&mut self) -> Result<Identity> {
        Ok(Identity { driver: operator::NAME.into(), model: "a person".into(), ..Identity::default() })
    }

    /// Asks nothing, as a check comes before every verdict: a person who is gone does not answer when next
    /// told to do something.
    fn check(&mut self) -> Result<()> {
        Ok(())
    }

    /// Nothing that a person holds is unsafe, and on the way out there may be nobody to ask.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl Holder for OperatorHolder {
    fn aim(&mut self, phone: &str, target: &Target) -> Result<Reading<()>> {
        let at = match target {
            Target::Phone(other) => format!("at the screen of {other}"),
            Target::Screen => "at the bench's screen".into(),
            Target::Control => "at the printed control code".into(),
            Target::Away => "away from all codes".into(),
        };
        self.person.order(&format!("Point the camera of {phone} {at}"))
    }

    fn place(&mut self, phone: &str, place: Place) -> Result<Reading<()>> {
        let to = match place {
            Place::Bench => "to the bench, beside the other phones",
            Place::Far => "so far off that its Bluetooth is received only weakly",
            Place::OutOfRange => "out of Bluetooth range, or into a shielded box",
        };
        self.person.order(&format!("Carry {phone} {to}"))
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc, sync::Arc, time::Duration};

    use super::*;
    use crate::{
        ErrorKind,
        testing::{FakeClock, ScriptedPerson},
    };

    /// A holder who takes 3 s for everything and says `answer`, and what they were asked.
    fn holder(answer: &'static str) -> (OperatorHolder, SharedClock, Rc<RefCell<Vec<String>>>) {
        let clock: SharedClock = Arc::new(FakeClock::default());
        let script = ScriptedPerson::saying(clock.clone(), Duration::from_secs(3), answer);
        let told = script.asked();
        (OperatorHolder::new("holder", Box::new(script), clock.clone()), clock, told)
    }

    #[test]
    fn a_person_is_told_what_to_point_where_and_what_to_carry() {
        let (mut holder, clock, told) = holder("");
        let aimed = holder.aim("phone-2", &Target::Phone("phone-1".into())).unwrap();
        assert_eq!((aimed.at, aimed.uncertainty), (clock.now(), Duration::from_secs(3)));
        holder.place("phone-2", Place::OutOfRange).unwrap();
        assert_eq!(
            told.take(),
            [
                "Point the camera of phone-2 at the screen of phone-1, then press Enter.",
                "Carry phone-2 out of Bluetooth range, or into a shielded box, then press Enter.",
            ]
        );
        holder.check().unwrap();
        assert!(told.take().is_empty(), "a check asks nothing");
    }

    #[test]
    fn nonsense_is_an_error_after_three_tries() {
        let (mut holder, _, told) = holder("why?");
        assert_eq!(holder.aim("phone-2", &Target::Away).unwrap_err().trouble, ErrorKind::Protocol);
        assert_eq!(told.borrow().len(), 3);
    }
}
