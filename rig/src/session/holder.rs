//! The holder, which points the cameras of phones and carries them, and the phones' own clocks: both are put back.

use drivers::{
    BenchTime,
    holder::{Place, Target},
};

use super::{Session, StepResult};
use crate::oracle::observed::Act;

impl Session {
    /// Points the camera of a phone at something; the moment from which on it can see it.
    pub(crate) fn aim(&mut self, phone: usize, target: &Target) -> StepResult<BenchTime> {
        let name = self.phone(phone).name().to_owned();
        let aimed = self.instruments.holder()?.aim(&name, target)?;
        let what = match target {
            Target::Phone(other) => format!("aim {name} at {other}"),
            Target::Screen => format!("aim {name} at the screen"),
            Target::Control => format!("aim {name} at the printed control code"),
            Target::Away => format!("aim {name} away"),
        };
        let holder = self.instruments.holder()?.name().to_owned();
        self.recording.observe(&holder, &aimed.clone().map(|()| Act { what }))?;
        Ok(aimed.at)
    }

    /// Points the camera of a phone at the screen of another one.
    pub(crate) fn aim_at_phone(&mut self, phone: usize, other: usize) -> StepResult<BenchTime> {
        let target = Target::Phone(self.phone(other).name().to_owned());
        self.aim(phone, &target)
    }

    /// Carries a phone to `place`.
    pub(crate) fn carry(&mut self, phone: usize, place: Place) -> StepResult {
        let name = self.phone(phone).name().to_owned();
        self.memory.phones[phone].is_carried = true;
        let there = self.instruments.holder()?.place(&name, place)?;
        let to = match place {
            Place::Bench => "to the bench",
            Place::Far => "far off",
            Place::OutOfRange => "out of radio range",
        };
        let holder = self.instruments.holder()?.name().to_owned();
        self.recording.observe(&holder, &there.map(|()| Act { what: format!("carry {name} {to}") }))?;
        Ok(())
    }

    /// Sets the own clock of a phone so many seconds from the right time.
    pub(crate) fn set_phone_clock(&mut self, phone: usize, offset_s: i64) -> StepResult {
        self.memory.phones[phone].is_clock_set = true;
        self.observe_act(phone, format!("set the clock {offset_s} s from the right time"))?;
        Ok(self.phone(phone).set_clock(offset_s)?)
    }

    /// Phones that were carried off or whose clock was set are as they were found.
    pub(super) fn put_back(&mut self) -> drivers::Result<()> {
        let mut first = Ok(());
        for (known, phone) in self.memory.phones.iter_mut().zip(&mut self.instruments.phones) {
            if std::mem::take(&mut known.is_clock_set) {
                first = first.and(phone.phone.set_clock(0));
            }
        }
        for (known, phone) in self.memory.phones.iter_mut().zip(&self.instruments.phones) {
            if let (true, Some(holder)) =
                (std::mem::take(&mut known.is_carried), &mut self.instruments.singles.holder)
            {
                first = first.and(holder.place(phone.phone.name(), Place::Bench).map(drop));
            }
        }
        first
    }
}
