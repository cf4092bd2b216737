//! Temporary PINs, as they come by SMS.

use std::time::Duration;

use drivers::{BenchTime, DriverError, ErrorKind, Reading, sms::Sms};
use zeroize::Zeroizing;

use super::{Session, StepError, StepResult};
use crate::{
    oracle::{
        check::SmsCame,
        decision::{COVERAGE, Limits},
        observed::{NoSms, OtherMessages, TemporaryPin},
    },
    recorder::Handles,
};

/// A temporary PIN that came. It is never shown, logged or kept in a journal.
pub(crate) type Pin = Zeroizing<String>;

/// A message that a temporary PIN came in. Its text goes into the run's sealed file only.
pub(super) struct PinMessage {
    from: String,
    pin: Pin,
    text: Zeroizing<String>,
}

impl PinMessage {
    /// The sender.
    pub(super) fn from(&self) -> &str {
        &self.from
    }

    /// The PIN in it.
    pub(super) fn pin(&self) -> Pin {
        self.pin.clone()
    }
}

/// How much longer than the profile allows a message is waited for: a late one is a finding, and to be seen.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long a message of the modem to itself may take.
const LOOP_BACK: Duration = Duration::from_secs(60);

impl Session {
    /// Waits for a temporary PIN, from the screen of `phone` that asks for it on, and keeps it. None coming is
    /// inconclusive where the modem could have received it, and the bench's trouble where it could not.
    pub(crate) fn receive_temporary_pin(&mut self, phone: usize) -> StepResult {
        let (came, seen) = self.temporary_pin_comes(phone)?;
        if came { Ok(()) } else { self.judge_sms(seen) }
    }

    /// As [`receive_temporary_pin`](Self::receive_temporary_pin), and judges that it came as it should.
    pub(crate) fn judge_temporary_pin(&mut self, phone: usize) -> StepResult {
        let (_, seen) = self.temporary_pin_comes(phone)?;
        self.judge_sms(seen)
    }

    /// Whether a temporary PIN came, and what tells.
    fn temporary_pin_comes(&mut self, phone: usize) -> StepResult<(bool, Handles)> {
        let asked = self.last_screen(phone)?;
        let limit = self.bench.profile.limits.sms_s[1];
        let begun = self.now();
        let deadline = begun + Duration::from_secs_f64(limit) + PATIENCE;
        let name = self.modem_name()?;
        let (message, others) = self.next_temporary_pin(deadline)?;
        self.count_others(&name, begun, others)?;
        let came = message.is_some();
        let seen: Handles = match message {
            Some(Reading { at, uncertainty, value: PinMessage { from, pin, text }, .. }) => {
                let chars = u32::try_from(pin.chars().count()).unwrap_or(u32::MAX);
                let digits_only = pin.bytes().all(|byte| byte.is_ascii_digit());
                self.memory.sms.pins.insert(0, pin);
                self.memory.sms.came_at = Some(at);
                let told = TemporaryPin { chars, digits_only, from };
                self.recording.observe_secret(&name, &Reading::new(at, uncertainty, told), &text)?.into()
            }
            None => {
                let until = self.now();
                if !self.instruments.modem()?.loop_back(until + LOOP_BACK)? {
                    let detail = "neither the expected message came, nor one that the modem sent to itself";
                    return Err(DriverError::new(name, ErrorKind::CannotSee, detail).into());
                }
                let none = NoSms { from_ns: begun.as_nanos(), to_ns: until.as_nanos(), loop_back: true };
                self.recording.observe(&name, &Reading::new(until, Duration::ZERO, none))?.into()
            }
        };
        Ok((came, Handles::from(self.memory.last_act).with(asked).with(seen)))
    }

    /// Notes how many messages came that are not the bench's own, and nothing else of them.
    fn count_others(&mut self, modem: &str, begun: BenchTime, count: u32) -> StepResult {
        let now = self.now();
        let others = OtherMessages { count, from_ns: begun.as_nanos(), to_ns: now.as_nanos() };
        if count > 0 {
            self.recording.observe(modem, &Reading::new(now, Duration::ZERO, others))?;
        }
        Ok(())
    }

    fn judge_sms(&mut self, seen: Handles) -> StepResult {
        let [_, upper] = self.bench.profile.limits.sms_s;
        let digits = self.bench.profile.temporary_pin.digits;
        let check = SmsCame {
            digits: u32::try_from(digits).unwrap_or(u32::MAX),
            sms_s: Limits::at_most(upper),
            clock_ppm: self.bench.uncertainty.clock_ppm,
            coverage: COVERAGE,
        };
        self.judge(check, seen)
    }

    /// The temporary PIN that came `back` messages before the last one.
    pub(crate) fn temporary_pin(&self, back: usize) -> StepResult<Pin> {
        self.memory
            .sms
            .pins
            .get(back)
            .cloned()
            .ok_or_else(|| StepError::Internal("no such temporary PIN came".into()))
    }

    /// The next message with a temporary PIN, and the number of other messages until then. A message from before the last
    /// act on a phone does not answer it, and counts as another.
    fn next_temporary_pin(&mut self, deadline: BenchTime) -> StepResult<(Option<Reading<PinMessage>>, u32)> {
        let asked = self.memory.last_act_at;
        self.memory.sms.inbox.retain(|message| message.at + message.uncertainty >= asked);
        let mut others = 0;
        while self.memory.sms.inbox.is_empty() {
            match self.receive(deadline)? {
                Some(more) => others += more,
                None => return Ok((None, others)),
            }
        }
        Ok((self.memory.sms.inbox.pop_front(), others))
    }

    /// Takes in the messages that are there, without waiting for one.
    pub(super) fn take_messages_in(&mut self) -> StepResult {
        let (name, now, mut others) = (self.modem_name()?, self.now(), 0);
        while let Some(more) = self.receive(now)? {
            others += more;
        }
        self.count_others(&name, now, others)
    }

    /// Takes in messages until `deadline`: the number of those without a temporary PIN that answers the last act on a phone.
    /// `None` if no message came.
    fn receive(&mut self, deadline: BenchTime) -> StepResult<Option<u32>> {
        let (expected, asked) = (self.bench.profile.sms.clone(), self.memory.last_act_at);
        let came = self.instruments.modem()?.receive(deadline)?;
        if came.is_empty() {
            return Ok(None);
        }
        let mut others = 0;
        for message in came {
            match expected.pin_in(&message.value.text).map(|pin| Zeroizing::new(pin.to_owned())) {
                Some(pin) if message.at + message.uncertainty >= asked => {
                    self.memory.sms.inbox.push_back(message.map(|Sms { from, text, .. }| PinMessage {
                        from,
                        pin,
                        text: Zeroizing::new(text),
                    }));
                }
                _ => others += 1,
            }
        }
        Ok(Some(others))
    }

    fn modem_name(&mut self) -> StepResult<String> {
        Ok(self.instruments.modem()?.name().to_owned())
    }
}
