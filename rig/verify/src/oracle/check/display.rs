//! Checks of what a code display shows at a moment, and the rule that they share: what counts as seen.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::observed::{self, BoardDisplay, Contact, Display, Sighting};

/// A camera's certain reading of a display.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    /// Lit, with these glyphs.
    Lit(String),
    /// Dark, with the marker in the same frame.
    Dark,
    /// Nothing can be said, for this reason.
    Unseen(String),
}

impl Shown {
    pub(super) fn of(display: &Display) -> Self {
        match &display.refused {
            Some(why) => Self::Unseen(why.clone()),
            None if !display.control => Self::Unseen("the marker beside the display is not in view".into()),
            None if display.lit => Self::Lit(display.glyphs.iter().collect()),
            None => Self::Dark,
        }
    }

    /// Consensus of several reads of the same display contents. Reads that saw nothing have no vote; reads
    /// that contradict each other count as unseen.
    fn agreed(displays: &[Sighting<Display>]) -> Self {
        let (mut agreed, mut unseen) = (None, None);
        for shown in displays.iter().map(|display| Self::of(&display.value)) {
            match (&shown, &agreed) {
                (Self::Unseen(_), _) => unseen = Some(shown),
                (_, None) => agreed = Some(shown),
                (_, Some(first)) if *first == shown => {}
                (_, Some(first)) => {
                    return Self::Unseen(format!(
                        "two reads disagree, {} and {}",
                        first.words(),
                        shown.words()
                    ));
                }
            }
        }
        agreed.or(unseen).unwrap_or_else(|| Self::Unseen("the display was not looked at".into()))
    }

    /// Whether it shows something that a person would take for a code: any digit. A stuck segment does not
    /// count.
    pub(super) fn is_answer(&self) -> bool {
        matches!(self, Self::Lit(text) if text.contains(|glyph: char| glyph.is_ascii_digit()))
    }

    /// The digits, where it shows nothing but digits.
    pub(super) fn digits(&self) -> Option<&str> {
        match self {
            Self::Lit(text) if !text.is_empty() && text.bytes().all(|glyph| glyph.is_ascii_digit()) => {
                Some(text)
            }
            _ => None,
        }
    }

    /// For people.
    pub(super) fn words(&self) -> String {
        match self {
            Self::Lit(text) => in_words(text),
            Self::Dark => "a dark display".into(),
            Self::Unseen(why) => format!("nothing ({why})"),
        }
    }
}

/// A display's or a board's text, for people: `_` stands for a dark digit.
pub(super) fn in_words(text: &str) -> String {
    format!("“{}”", text.replace(' ', "_"))
}

/// Text of the lit display and since when it shows, or the judgement on a display that is dark or unseen.
pub(super) fn lit(seen: &[&Observation]) -> Result<(String, Sighting<Display>), Stop> {
    let displays = observed::some::<Display>(seen)?;
    match Shown::agreed(&displays) {
        Shown::Lit(text) => {
            let first = displays.into_iter().find(|d| !matches!(Shown::of(&d.value), Shown::Unseen(_)));
            Ok((text, first.expect("what was agreed on was seen in one of the reads")))
        }
        unlit => Err(no_code(&unlit, seen)?.into()),
    }
}

/// The judgement of a display that shows no code: dark, it is the product's fault only where a press was
/// sensed.
fn no_code(shown: &Shown, seen: &[&Observation]) -> Result<CheckResult, Stop> {
    let pressed = observed::all::<Contact>(seen)?.iter().any(|press| press.value.contact);
    Ok(match shown {
        Shown::Dark if pressed => CheckResult::fail("the button was pressed, and the display stays dark"),
        Shown::Dark => CheckResult::inconclusive("the display is dark, and no press was sensed"),
        other => CheckResult::inconclusive(format!("the camera sees {}", other.words())),
    })
}

/// Two presses yield two codes, one after the other. Takes the `display`s of both, and the `contact`s. A chance of
/// one in a million that two codes are the same by themselves is left out of account.
///
/// Serves CIR2015-1502-2.3.1 on event-based devices: a code that comes twice can be replayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferentCodes {}

impl DifferentCodes {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let displays = observed::some::<Display>(seen)?;
        let shown: Vec<Shown> = displays.iter().map(|display| Shown::of(&display.value)).collect();
        let [first, .., last] = shown.as_slice() else {
            return Ok(CheckResult::inconclusive("the display was not looked at twice"));
        };
        Ok(match (first.digits(), last.digits()) {
            (Some(first), Some(last)) if first == last => {
                CheckResult::fail(format!("two presses yielded one code, {}", in_words(first)))
            }
            (Some(first), Some(last)) => {
                CheckResult::pass(format!("{} came first, then {}", in_words(first), in_words(last)))
            }
            (None, _) => no_code(first, seen)?,
            (_, None) => no_code(last, seen)?,
        })
    }
}

/// The display shows exactly `digits` digits. Takes one `display`, or those of a watch, so that a code shown
/// in turns is seen whole: different contents count when two looks show each. Takes the `contact` of the
/// press too, without which a dark display is not the product's fault.
///
/// Serves S5.C.8b, and the leading zeros of RFC6238-5.2.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShownDigits {
    /// The number of digits of a code.
    pub digits: u16,
}

impl ShownDigits {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let displays = observed::some::<Display>(seen)?;
        let contents = Contents::of(&displays);
        if contents.0.is_empty() {
            return no_code(&Shown::agreed(&displays), seen);
        }
        if let Some(wrong) = contents.confirmed().find_map(|text| self.broken_by(text)) {
            return Ok(CheckResult::fail(wrong));
        }
        let all = contents.0.iter().map(|(text, _)| in_words(text)).collect::<Vec<_>>().join(" and ");
        Ok(if contents.confirmed().count() < contents.0.len() {
            CheckResult::inconclusive(format!("the looks disagree: {all}, and not each was seen twice"))
        } else {
            CheckResult::pass(format!("the display shows {all}: {} digits", self.digits))
        })
    }

    /// Why `text` does not have exactly the expected digits; `None` if it does.
    fn broken_by(&self, text: &str) -> Option<String> {
        let wanted = usize::from(self.digits);
        let (words, digits) = (in_words(text), text.chars().filter(char::is_ascii_digit).count());
        match (digits, text.chars().count()) {
            (shown, glyphs) if shown == wanted && glyphs == wanted => None,
            _ if text.contains('?') => Some(format!("the display shows {words}: “?” is not a digit")),
            _ => Some(format!("the display shows {words}: {digits} digits, expected {wanted}")),
        }
    }
}

/// The different lit contents of several looks, each with the moments at which it was seen.
struct Contents(Vec<(String, Vec<u64>)>);

impl Contents {
    fn of(displays: &[Sighting<Display>]) -> Self {
        let mut contents: Vec<(String, Vec<u64>)> = Vec::new();
        for display in displays {
            let Shown::Lit(text) = Shown::of(&display.value) else { continue };
            match contents.iter_mut().find(|(known, _)| *known == text) {
                Some((_, moments)) => moments.push(display.at_ns),
                None => contents.push((text, vec![display.at_ns])),
            }
        }
        // The same frame read twice is one look.
        contents.iter_mut().for_each(|(_, moments)| moments.dedup());
        Self(contents)
    }

    /// The contents that two looks show, or that nothing contradicts.
    fn confirmed(&self) -> impl Iterator<Item = &str> {
        let alone = self.0.len() == 1;
        self.0.iter().filter(move |(_, moments)| alone || moments.len() > 1).map(|(text, _)| text.as_str())
    }
}

/// The camera sees the display content that the board reports. Takes pairs of `display` and `board_display`,
/// in the order of time; each pair is one read by each side. A disagreement that a second pair does not
/// confirm proves nothing, and neither does agreement on a dark display: no code was compared.
///
/// Serves S5.C.8c. A pair on a dark display shows a segment that is stuck alight, a pair on eights one that
/// is stuck dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisplayMatchesBoard {}

impl DisplayMatchesBoard {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let cameras = observed::some::<Display>(seen)?;
        let boards = observed::some::<BoardDisplay>(seen)?;
        let (mut agreement, mut unseen) = (None, None);
        let mut disagreements: Vec<(u64, String)> = Vec::new();
        for (camera, board) in cameras.iter().zip(&boards) {
            let (shown, told) = (Shown::of(&camera.value), &board.value.text);
            let words = format!("the camera sees {}, the board says {}", shown.words(), in_words(told));
            match same(&shown, told) {
                Some(true) if shown == Shown::Dark => unseen = Some(words),
                Some(true) => agreement = Some(words),
                // The same frame read twice confirms nothing.
                Some(false) if disagreements.iter().any(|(at, _)| *at == camera.at_ns) => {}
                Some(false) => disagreements.push((camera.at_ns, words)),
                None => unseen = Some(words),
            }
        }
        Ok(match (disagreements.as_slice(), agreement, unseen) {
            ([(_, first), (_, second), ..], _, _) => {
                CheckResult::fail(format!("{first}; a second read confirms it: {second}"))
            }
            ([(_, only)], _, _) => CheckResult::inconclusive(format!("{only}; no second read confirms it")),
            ([], Some(words), _) => CheckResult::pass(words),
            ([], None, unseen) => CheckResult::inconclusive(unseen.unwrap_or_default()),
        })
    }
}

/// Whether the camera and the board agree; `None` where the camera could not see. The board reports a dash
/// where the camera sees an unreadable pattern.
fn same(shown: &Shown, told: &str) -> Option<bool> {
    match shown {
        Shown::Lit(text) => Some(*text == told.replace('-', "?")),
        Shown::Dark => Some(told.chars().all(|glyph| glyph == ' ')),
        Shown::Unseen(_) => None,
    }
}

/// The display shows the code of a published test vector, after the board was given the vector's key and
/// time. Takes `display` (several reads of the same contents must agree) and the `contact` of the press.
///
/// Serves RFC4226-5.3 (appendix D), RFC6238-4.2 (beyond 32 bits) and RFC6238-5.2 (leading zeros).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeForTime {
    /// The vector, for people: "RFC 6238 appendix B, 20000000000 s".
    pub vector: String,
    /// Its code, leading zeros kept.
    pub expected: String,
}

impl CodeForTime {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let Self { vector, expected } = self;
        let (text, _) = lit(seen)?;
        let words = in_words(&text);
        Ok(if text == *expected {
            CheckResult::pass(format!("the display shows {words}, as {vector} has it"))
        } else {
            CheckResult::fail(format!("the display shows {words}; {vector} gives {expected}"))
        })
    }
}
