//! An ear and fingers for the audio code readers: what is spoken after a key is pressed, heard by the bench's
//! microphone.

use std::time::Duration;

use drivers::{BenchTime, DriverError, ErrorKind, Raw, Reading, finger::Key, microphone::Tone};

use super::{Session, StepError, StepResult};
use crate::{
    oracle::observed::{Contact, Observed, speech::Heard},
    readings::{
        note::{Look, Moment, Note},
        speech,
    },
    recorder::{Handle, Handles},
};

/// How long before a press the listening begins, so that the first word is heard whole.
const BEFORE: Duration = Duration::from_millis(300);

/// How often a sound card delivers, and how late at the most.
const BLOCK: Duration = Duration::from_millis(50);
const LATEST: Duration = Duration::from_secs(1);

impl Session {
    /// Presses `keys` together; the observation of the contact, and its moment. A press that was not felt is
    /// the bench's trouble: whatever is spoken then is no answer to it.
    pub(crate) fn press_keys(
        &mut self,
        device: usize,
        keys: &[Key],
    ) -> StepResult<(Handle<Contact>, BenchTime)> {
        self.await_ear()?;
        let press = self.instruments.devices[device].finger.press(keys, super::display::HOLD)?;
        let name = self.instruments.devices[device].finger.name().to_owned();
        let (felt, at) = (press.value.contact, press.at);
        let seen = self.recording.observe(&name, &press.map(|press| Contact { contact: press.contact }))?;
        if felt {
            return Ok((seen, at));
        }
        Err(DriverError::new(name, ErrorKind::CannotSee, "no contact with the keys was sensed").into())
    }

    /// Presses `keys` together and listens for as long as a code may take to be read aloud. The observations of
    /// the contact, the display and the speech, and what was heard.
    pub(crate) fn press_and_listen(&mut self, device: usize, keys: &[Key]) -> StepResult<(Handles, Heard)> {
        let (contact, at) = self.press_keys(device, keys)?;
        let display = self.read(device)?;
        let (speech, heard) = self.listen(at - BEFORE, self.bench.profile.code_spoken)?;
        Ok((Handles::from(contact).with(display).with(speech), heard))
    }

    /// Listens from `from` on for `span` and a little more: what was heard, as an observation.
    pub(crate) fn listen(&mut self, from: BenchTime, span: Duration) -> StepResult<(Handle<Heard>, Heard)> {
        let until = from + BEFORE + span;
        self.instruments.clock.wait_until(until)?;
        self.await_samples(until)?;
        let entry = self.bench.singles.microphone.clone().ok_or_else(no_microphone)?;
        let microphone = self.instruments.microphone()?;
        let (name, sound) = (microphone.name().to_owned(), microphone.sound(from, until)?.as_kept());
        let deaf = |why: String| DriverError::new(&name, ErrorKind::CannotSee, why);
        let tone = Tone { hz: entry.tone.hz, least_dbfs: entry.tone.least_dbfs };
        let ear = self.bench.ear.clone().ok_or_else(no_microphone)?;
        let until_ns = until.as_nanos();
        let heard = speech::heard(&ear.listener, &sound, &tone, until_ns);
        let (heard, noise_dbfs) = heard.map_err(|why| deaf(why.to_string()))?;
        if noise_dbfs > entry.most_noise_dbfs {
            return Err(deaf(format!("the room is too loud: noise at {noise_dbfs:.0} dBFS")).into());
        }
        let look = Look::Heard {
            until_ns,
            tone: [tone.hz, tone.least_dbfs],
            enrolment: self.recording.recorder.keep_enrolment(&ear.voices)?,
        };
        let note = Note::new(&name, Heard::QUANTITY, vec![Moment::new(sound.at, sound.uncertainty)], look);
        let raw = Raw { media_type: "audio/wav", bytes: sound.to_wav(&note.to_json()) };
        let (at, uncertainty) = (sound.at, sound.uncertainty);
        let reading = Reading { at, uncertainty, value: heard.clone(), raw: Some(raw) };
        Ok((self.recording.observe(&name, &reading)?, heard))
    }

    /// A card that was just opened has heard nothing yet: where there is one, waits until it has heard enough for a press to
    /// come.
    fn await_ear(&mut self) -> StepResult {
        if self.instruments.singles.microphone.is_none() {
            return Ok(());
        }
        let late = self.now() + BEFORE + LATEST;
        while self.now().since(*self.instruments.microphone()?.ring()?.start()) < BEFORE && self.now() < late
        {
            self.wait(BLOCK)?;
        }
        Ok(())
    }

    /// Sound cards deliver in blocks: waits until the samples of `moment` are there, or surely late.
    fn await_samples(&mut self, moment: BenchTime) -> StepResult {
        while *self.instruments.microphone()?.ring()?.end() < moment && self.now() < moment + LATEST {
            self.wait(BLOCK)?;
        }
        Ok(())
    }
}

pub(super) fn no_microphone() -> StepError {
    StepError::Internal("the scenario's tags bring no microphone".into())
}
