//! Following the changes of a device's code: presses close about the moments at which one is due.

use std::time::Duration;

use drivers::BenchTime;

use super::{Session, StepResult, evidence::ChangesFollowed};
use crate::recorder::Handles;

/// A change that is due is searched from `ABOUT` before to `ABOUT` after, with presses `CLOSE` to each other.
const ABOUT: Duration = Duration::from_millis(1250);
const CLOSE: Duration = Duration::from_millis(500);
/// One that does not is looked for through a whole time step first.
const COARSE: Duration = Duration::from_secs(3);
/// Code changes are sampled at geometrically growing distances from the first, so that the step length known
/// until then is always precise enough to count the steps in between.
const FIRST: Duration = Duration::from_secs(300);
const FARTHER: u32 = 8;

impl Session {
    /// Follows the code's changes for `span`: the observations of some of them, few at first, then ever farther
    /// apart. The first is due where UTC has it, each later one where the one before says.
    pub(crate) fn follow_changes(&mut self, device: usize, span: Duration) -> StepResult<ChangesFollowed> {
        let mut seen = Handles::default();
        let begun = self.now();
        let mut due = begun + self.until_next_step()?;
        let mut after = Duration::ZERO;
        loop {
            due = self.due_after(due, begun + after);
            let Some(change) = self.find_change(device, due, &mut seen)? else { break };
            seen.add(self.observe_utc(change)?);
            if after >= span {
                break;
            }
            due = change;
            after = if after.is_zero() { FIRST } else { after * FARTHER }.min(span);
        }
        Ok(ChangesFollowed(seen))
    }

    /// The first change after `moment` that there is time to press about, where one comes at `change`.
    fn due_after(&self, change: BenchTime, moment: BenchTime) -> BenchTime {
        let step_s = self.bench.profile.totp.step_s.get();
        let ready = moment.max(self.now()) + ABOUT;
        let steps = ready.since(change).as_secs() / step_s + 1;
        if ready <= change { change } else { change + Duration::from_secs(steps * step_s) }
    }

    /// Presses about the moment at which a change is due, and where none comes, through a whole step; the middle
    /// between the two presses that it came between.
    fn find_change(
        &mut self,
        device: usize,
        due: BenchTime,
        seen: &mut Handles,
    ) -> StepResult<Option<BenchTime>> {
        let mut found = self.press_until_change(device, [due - ABOUT, due + ABOUT], CLOSE, seen)?;
        if found.is_none() {
            let (now, step) = (self.now(), Duration::from_secs(self.bench.profile.totp.step_s.get()));
            let Some((before, after)) =
                self.press_until_change(device, [now, now + step + COARSE], COARSE, seen)?
            else {
                return Ok(None);
            };
            let about = [before + step - CLOSE, after + step + CLOSE];
            found = self.press_until_change(device, about, CLOSE, seen)?;
        }
        Ok(found.map(|(before, after)| before + after.since(before) / 2))
    }

    /// Presses every `gap` from one moment until another, but not after the code has changed: the last press before
    /// the change and the first after it.
    fn press_until_change(
        &mut self,
        device: usize,
        [from, to]: [BenchTime; 2],
        gap: Duration,
        seen: &mut Handles,
    ) -> StepResult<Option<(BenchTime, BenchTime)>> {
        self.instruments.clock.wait_until(from)?;
        let mut last: Option<(BenchTime, String)> = None;
        loop {
            let pressed = self.now();
            let (press, code) = self.press_and_read(device)?;
            seen.add(press);
            match (code, &last) {
                (Some(code), Some((before, old))) if code != *old => return Ok(Some((*before, pressed))),
                (Some(code), _) => last = Some((pressed, code)),
                (None, _) => {}
            }
            if pressed >= to {
                return Ok(None);
            }
            self.instruments.clock.wait_until(pressed + gap)?;
        }
    }
}
