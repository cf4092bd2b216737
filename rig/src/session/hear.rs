//! An ear and fingers for the audio code readers: what is spoken after a key is pressed, heard by the bench's
//! microphone.

use std::time::Duration;

use drivers::{
    BenchTime, DriverError, Raw, Reading, Trouble,
    finger::Key,
    microphone::{Hearing, Microphone, Sound, Tone, check_tone},
};

use super::{Halt, Session, Step};
use crate::oracle::observed::{
    Contact,
    speech::{Heard, Utterance, Words},
};

/// How long before a press the listening begins, so that the first word is heard whole.
const BEFORE: Duration = Duration::from_millis(300);

/// How often a sound card delivers, and how late at the most.
const BLOCK: Duration = Duration::from_millis(50);
const LATEST: Duration = Duration::from_secs(1);

impl Session {
    /// Presses `keys` together; the observation of the contact, and its moment. A press that was not felt is
    /// the bench's trouble: whatever is spoken then is no answer to it.
    pub(crate) fn press_keys(&mut self, device: usize, keys: &[Key]) -> Step<(u32, BenchTime)> {
        self.await_ear()?;
        let press = self.devices[device].finger.press(keys, super::display::HOLD)?;
        let name = self.devices[device].finger.name().to_owned();
        let (felt, at) = (press.value.contact, press.at);
        let seen = self.recorder.observed(&name, &press.map(|press| Contact { contact: press.contact }))?;
        if felt {
            return Ok((seen, at));
        }
        Err(DriverError::new(name, Trouble::CannotSee, "no contact with the keys was sensed").into())
    }

    /// Presses `keys` together and listens for as long as a code may take to be read aloud. The observations of
    /// the contact, the display and the speech, and what was heard.
    pub(crate) fn press_and_listen(&mut self, device: usize, keys: &[Key]) -> Step<([u32; 3], Heard)> {
        let (contact, at) = self.press_keys(device, keys)?;
        let display = self.read(device)?;
        let (speech, heard) = self.listen(at - BEFORE, self.bench.profile.code_spoken)?;
        Ok(([contact, display, speech], heard))
    }

    /// Listens from `from` on for `span` and a little more: what was heard, as an observation.
    pub(crate) fn listen(&mut self, from: BenchTime, span: Duration) -> Step<(u32, Heard)> {
        let until = from + BEFORE + span;
        self.clock.wait_until(until)?;
        self.await_samples(until)?;
        let entry = self.bench.microphone.clone().ok_or_else(no_microphone)?;
        let microphone = self.microphone()?;
        let (name, sound) = (microphone.name().to_owned(), microphone.sound(from, until)?);
        let deaf = |why: String| DriverError::new(&name, Trouble::CannotSee, why);
        let tone = Tone { hz: entry.tone.hz, least_dbfs: entry.tone.least_dbfs };
        let tone_dbfs = check_tone(&sound, &tone).map_err(|why| deaf(why.to_string()))?;
        let listener = self.bench.listener.clone().ok_or_else(no_microphone)?;
        let Hearing { utterances, noise_dbfs } = listener.listen(&sound);
        if noise_dbfs > entry.most_noise_dbfs {
            return Err(deaf(format!("the room is too loud: noise at {noise_dbfs:.0} dBFS")).into());
        }
        let heard = Heard {
            until_ns: until.as_nanos(),
            tone_dbfs,
            utterances: utterances.into_iter().map(observed).collect(),
        };
        let reading = Reading {
            at: sound.at,
            uncertainty: sound.uncertainty,
            value: heard.clone(),
            raw: Some(evidence(&sound)),
        };
        Ok((self.recorder.observed(&name, &reading)?, heard))
    }

    /// A card that was just opened has heard nothing yet: where there is one, waits until it has heard enough for a press to
    /// come.
    fn await_ear(&mut self) -> Step {
        if self.microphone.is_none() {
            return Ok(());
        }
        let late = self.clock.now() + BEFORE + LATEST;
        while self.clock.now().since(*self.microphone()?.ring()?.start()) < BEFORE && self.clock.now() < late
        {
            self.wait(BLOCK)?;
        }
        Ok(())
    }

    /// Sound cards deliver in blocks: waits until the samples of `moment` are there, or surely late.
    fn await_samples(&mut self, moment: BenchTime) -> Step {
        while *self.microphone()?.ring()?.end() < moment && self.clock.now() < moment + LATEST {
            self.wait(BLOCK)?;
        }
        Ok(())
    }

    fn microphone(&mut self) -> Step<&mut dyn Microphone> {
        self.microphone.as_deref_mut().map(|microphone| microphone as _).ok_or_else(no_microphone)
    }
}

fn no_microphone() -> Halt {
    Halt::Rig("the scenario's tags bring no microphone".into())
}

fn evidence(sound: &Sound) -> Raw {
    Raw { media_type: "audio/wav", bytes: sound.to_wav("") }
}

fn observed(utterance: drivers::microphone::Utterance) -> Utterance {
    let (words, refused) = match utterance.words {
        Ok(words) => (Some(words), None),
        Err(doubt) => (None, Some(doubt.to_string())),
    };
    Utterance {
        from_ns: utterance.from.as_nanos(),
        to_ns: utterance.to.as_nanos(),
        level_dbfs: utterance.level_dbfs,
        words: words.map(|words| Words {
            digits: words.digits,
            language: words.language,
            confidence: words.confidence,
        }),
        refused,
    }
}
