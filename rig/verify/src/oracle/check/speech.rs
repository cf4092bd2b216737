//! Checks of what an audio code reader says. A microphone hears words less surely than a camera sees digits,
//! so that words which break a promise count when they were heard twice; once is inconclusive. Silence
//! counts at once: the bench's reference tone was heard in the same stretch.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop, display::Shown};
use crate::oracle::observed::{
    self, Contact, Display, Sighting,
    speech::{Heard, Utterance, Words},
};

/// Counts of utterances that keep a promise, and that break it.
#[derive(Default)]
struct Tally {
    kept: Vec<String>,
    broken: Vec<String>,
    unsure: Vec<String>,
}

impl Tally {
    fn judgement(self) -> CheckResult {
        let all = |reasons: Vec<String>| reasons.join("; ");
        match (self.broken.len(), self.kept.len()) {
            (0, 0) => CheckResult::inconclusive(all(self.unsure)),
            (0, _) => CheckResult::pass(all(self.kept)),
            (1, _) => CheckResult::inconclusive(format!("heard once only: {}", all(self.broken))),
            _ => CheckResult::fail(all(self.broken)),
        }
    }
}

/// All utterances in some stretches, or the judgement on a silent one.
fn spoken(seen: &[&Observation]) -> Result<Vec<Utterance>, Stop> {
    let heard = observed::some::<Heard>(seen)?;
    match heard.iter().find(|heard| heard.value.utterances.is_empty()) {
        Some(silent) => Err(silence(silent, seen)?.into()),
        None => Ok(heard.into_iter().flat_map(|heard| heard.value.utterances).collect()),
    }
}

/// The judgement of a stretch in which nothing was spoken: the product's fault where a press was sensed.
fn silence(silent: &Sighting<Heard>, seen: &[&Observation]) -> Result<CheckResult, Stop> {
    let tone = silent.value.tone_dbfs;
    let pressed = observed::all::<Contact>(seen)?.iter().any(|press| press.value.contact);
    Ok(if pressed {
        CheckResult::fail(format!("nothing was spoken after the press; the tone was heard at {tone:.0} dBFS"))
    } else {
        CheckResult::inconclusive("nothing was spoken, and no press was sensed")
    })
}

/// The words of an utterance, or why they are not known.
fn words(utterance: &Utterance) -> Result<&Words, String> {
    let refused = || utterance.refused.clone().unwrap_or_else(|| "the words are not known".into());
    utterance.words.as_ref().ok_or_else(refused)
}

/// The spoken code has exactly `digits` digits. Takes the `heard`s of at least two readings, and the
/// `contact`s.
///
/// Serves S5.C.8b.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenDigits {
    /// The number of digits of a code.
    pub digits: u16,
}

impl SpokenDigits {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let mut tally = Tally::default();
        for utterance in spoken(seen)? {
            match words(&utterance) {
                Ok(words) if words.digits.len() == usize::from(self.digits) => {
                    tally.kept.push(format!("“{}” was spoken", words.digits));
                }
                Ok(words) => {
                    tally.broken.push(format!("“{}” was spoken: {} digits", words.digits, words.digits.len()))
                }
                Err(why) => tally.unsure.push(why),
            }
        }
        Ok(tally.judgement())
    }
}

/// The spoken code equals the displayed one. Takes the `heard`s of at least two readings, the `display`s seen
/// during them, and the `contact`s.
///
/// Serves S5.C.8c.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenIsShown {}

impl SpokenIsShown {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        spoken(seen)?;
        let displays = observed::some::<Display>(seen)?;
        let mut tally = Tally::default();
        for heard in observed::all::<Heard>(seen)? {
            let during =
                |display: &&Sighting<Display>| (heard.at_ns..=heard.value.until_ns).contains(&display.at_ns);
            let Some(display) = displays.iter().find(during) else {
                tally.unsure.push("the display was not looked at while it spoke".into());
                continue;
            };
            let shown = Shown::of(&display.value);
            for utterance in &heard.value.utterances {
                compare(&shown, utterance, &mut tally);
            }
        }
        Ok(tally.judgement())
    }
}

fn compare(shown: &Shown, utterance: &Utterance, tally: &mut Tally) {
    match (words(utterance), shown.digits()) {
        (Ok(words), Some(digits)) if words.digits == digits => {
            tally.kept.push(format!("“{digits}” was displayed and spoken"));
        }
        (Ok(words), Some(digits)) => {
            tally.broken.push(format!("“{digits}” was displayed, “{}” spoken", words.digits));
        }
        (Err(why), _) => tally.unsure.push(why),
        (_, None) => tally.unsure.push(format!("the camera saw {}", shown.words())),
    }
}

/// The code is spoken in the user's language. Takes the `heard`s of at least two readings, and the
/// `contact`s.
///
/// Serves EN301549-5.1.3.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenLanguage {
    /// The language ("da", "en").
    pub language: String,
}

impl SpokenLanguage {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let mut tally = Tally::default();
        for utterance in spoken(seen)? {
            match words(&utterance) {
                Ok(words) if words.language == self.language => {
                    tally.kept.push(format!("“{}” was spoken in {}", words.digits, words.language));
                }
                Ok(words) => tally.broken.push(format!(
                    "“{}” was spoken in {}, not in {}",
                    words.digits, words.language, self.language
                )),
                Err(why) => tally.unsure.push(why),
            }
        }
        Ok(tally.judgement())
    }
}

/// The code is read aloud again, the same each time. Takes the `heard` of its first reading, those of at
/// least two others after a key, and the `contact`s.
///
/// Serves H.8, EN301549-5.1.3 and, where no two keys were down at once, EN301549-5.9.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenAgain {}

impl SpokenAgain {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let all = spoken(seen)?;
        let mut sure = all.iter().filter_map(|utterance| words(utterance).ok());
        // The reason if nothing was heard again.
        let once = "it was surely heard once only".to_owned();
        let mut tally = Tally { unsure: vec![once], ..Tally::default() };
        let Some(first) = sure.next() else {
            return Ok(CheckResult::inconclusive("the listener is not sure of what was spoken"));
        };
        for again in sure {
            if again.digits == first.digits {
                tally.kept.push(format!("“{}” was spoken again", first.digits));
            } else {
                let (first, again) = (&first.digits, &again.digits);
                tally.broken.push(format!("“{first}” was spoken first, “{again}” after the key"));
            }
        }
        Ok(tally.judgement())
    }
}
