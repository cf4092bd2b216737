//! Checks of what phones show: the guide's screens, and what the service lets happen.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop, Unjudgeable, valid::steps};
use crate::oracle::{
    observed::{self, Entered, Observed, Screen, Screenshot, Sighting, Utc},
    otp::Totp,
    window::{Fit, Window, distance},
};

/// The phone shows this. Takes the last `screen`.
///
/// Serves every clause of the guide that names a screen, and every refusal (S5.C.6a, S5.C.6b, S5.C.7,
/// S5.C.8d, S5.C.9, H.3, H.5, H.6, H.9, RFC4226-7.3, RFC6238-5.2): the refusal's text must stand there and
/// the success must not.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenShows {
    /// The whole heading, where it matters.
    #[serde(default)]
    pub title: Option<String>,
    /// Words that must each stand within the heading, a text or a label.
    #[serde(default)]
    pub texts: Vec<String>,
    /// Labels of what must be there to be used: a button that a tap reaches, a field or a box.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub offers: Vec<String>,
    /// Labels of what must not be there to be used: no such button, or a disabled one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub withholds: Vec<String>,
    /// Labels of all its fields, top to bottom, where their order matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<String>,
    /// Words that none of them may contain.
    #[serde(default)]
    pub absent: Vec<String>,
    /// Which of these words are the lab's, and not the guide's.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lab: Vec<String>,
    /// Whether the lab's words decide nothing: where the guide's are there and others are expected, nothing can be said.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guide_only: bool,
}

impl ScreenShows {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let screen = observed::last::<Screen>(seen)?.value;
        let read = format!("the screen reads {}", read_out(&screen));
        if let Some(unsaid) = self.undecided() {
            return Ok(match self.guides().mismatch(&screen) {
                Some(expected) => CheckResult::fail(format!("{read}, expected {expected}")),
                None => CheckResult::inconclusive(format!("{read}; {unsaid}")),
            });
        }
        let marked = self.marked();
        Ok(match self.mismatch(&screen) {
            None => CheckResult::pass(format!("{read}{marked}")),
            Some(expected) => CheckResult::fail(format!("{read}, expected {expected}{marked}")),
        })
    }

    /// Why nothing can be said, where the lab's words decide nothing and some are expected.
    fn undecided(&self) -> Option<String> {
        let named = || format!("not the guide's, and so undecided: {}", self.lab_words());
        (self.guide_only && !self.lab.is_empty()).then(named)
    }

    /// The mark of a verdict that rests on the lab's words.
    fn marked(&self) -> String {
        if self.lab.is_empty() { String::new() } else { format!(" (the lab's words: {})", self.lab_words()) }
    }

    fn lab_words(&self) -> String {
        self.lab.iter().map(|word| format!("“{word}”")).collect::<Vec<_>>().join(", ")
    }

    /// What the guide itself says of the screen.
    fn guides(&self) -> Self {
        let is_guides = |word: &&String| !self.lab.contains(word);
        let those = |words: &[String]| words.iter().filter(is_guides).cloned().collect();
        Self {
            title: self.title.as_ref().filter(is_guides).cloned(),
            texts: those(&self.texts),
            offers: those(&self.offers),
            withholds: those(&self.withholds),
            // An order of fields is one word: it is the guide's only if all of them are.
            fields: if self.fields.iter().all(|field| is_guides(&field)) {
                self.fields.clone()
            } else {
                Vec::new()
            },
            absent: those(&self.absent),
            lab: Vec::new(),
            guide_only: false,
        }
    }

    /// Every word that it looks for.
    pub fn looks_for(&self) -> impl Iterator<Item = &String> {
        let lists = [&self.texts, &self.offers, &self.withholds, &self.fields, &self.absent];
        self.title.iter().chain(lists.into_iter().flatten()).filter(|word| !word.is_empty())
    }

    /// The first expectation that the screen does not meet.
    fn mismatch(&self, screen: &Screen) -> Option<String> {
        if let Some(title) = self.title.as_ref().filter(|title| plain(title) != plain(&screen.title)) {
            return Some(format!("the heading “{title}”"));
        }
        let words: Vec<String> = words(screen).map(plain).collect();
        let stands = |text: &&String| words.iter().any(|word| word.contains(&plain(text)));
        let missing = self.texts.iter().find(|text| !stands(text)).map(|text| format!("“{text}”"));
        let offered = |label: &&String| offers(screen).any(|offer| plain(offer) == plain(label));
        let lacking = self.offers.iter().find(|label| !offered(label));
        let missing = missing.or_else(|| lacking.map(|label| format!("“{label}” to be offered")));
        let fields = || screen.fields.iter().map(plain).eq(self.fields.iter().map(plain));
        let in_order = self.fields.is_empty() || fields();
        let missing =
            missing.or_else(|| (!in_order).then(|| format!("the fields {}", self.fields.join(", "))));
        let given = self.withholds.iter().find(offered);
        let missing = missing.or_else(|| given.map(|label| format!("“{label}” not to be offered")));
        missing.or_else(|| self.absent.iter().find(stands).map(|text| format!("no “{text}”")))
    }

    fn matches(&self, screen: &Screen) -> bool {
        self.mismatch(screen).is_none()
    }
}

/// Of two sessions that enter the same code at once, exactly one is accepted and the other refused. Takes
/// two `screen`s, one of each session.
///
/// Serves RFC6238-5.2 and SP800-63B-3.1.4: a code is accepted once.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneWins {
    /// Screen of an accepted session.
    pub accepted: ScreenShows,
    /// Screen of a refused session.
    pub refused: ScreenShows,
}

impl OneWins {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let screens = observed::some::<Screen>(seen)?;
        let [first, second] = screens.as_slice() else {
            return Err(Unjudgeable::Missing("screen` of each of two sessions, `screen").into());
        };
        let (first, second) = (&first.value, &second.value);
        if let Some(unsaid) = self.accepted.undecided().or_else(|| self.refused.undecided()) {
            return Ok(CheckResult::inconclusive(unsaid));
        }
        let both = format!("one session reads {}, the other {}", read_out(first), read_out(second));
        let won = |a: &Screen, b: &Screen| self.accepted.matches(a) && self.refused.matches(b);
        Ok(if won(first, second) || won(second, first) {
            CheckResult::pass(both)
        } else {
            CheckResult::fail(format!("{both}; expected one accepted and one refused"))
        })
    }
}

/// Of one person's code devices at most one lets them in. Takes a `screen` after a login with each of them.
///
/// Serves H.6: which one it is, the first or the one that was activated last, no page says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OneLetsIn {
    /// Screen of an accepted login.
    pub accepted: ScreenShows,
    /// Screen of a refused login.
    pub refused: ScreenShows,
}

impl OneLetsIn {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let screens = observed::some::<Screen>(seen)?;
        let screens: Vec<&Screen> = screens.iter().map(|screen| &screen.value).collect();
        if let Some(unsaid) = self.accepted.undecided().or_else(|| self.refused.undecided()) {
            return Ok(CheckResult::inconclusive(unsaid));
        }
        let read = screens.iter().map(|screen| read_out(screen)).collect::<Vec<_>>().join(", then ");
        let let_in = screens.iter().filter(|screen| self.accepted.matches(screen)).count();
        let refused = screens.iter().filter(|screen| self.refused.matches(screen)).count();
        Ok(if let_in > 1 {
            CheckResult::fail(format!(
                "{let_in} devices let one in: after each login the screen reads {read}"
            ))
        } else if let_in == 1 && let_in + refused == screens.len() && refused > 0 {
            CheckResult::pass(format!("one of {} devices lets one in", screens.len()))
        } else {
            CheckResult::inconclusive(format!("no device was seen to let one in alone: {read}"))
        })
    }
}

/// The service takes a code whose step is in the window and refuses one whose step is not. Takes `entered`
/// (the step of the code, at the tap that sent it), `utc`, and the last `screen`. Where the code was at
/// the window's edge at some moment between tap and answer, nothing can be said.
///
/// Serves RFC6238-5.2: at most one step of delay is accepted. That the service accepts all of its own
/// window is the profile's promise.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowKept {
    /// The code's parameters.
    pub totp: Totp,
    /// The service's window.
    pub window: Window,
    /// The phone's screen after an accepted code.
    pub accepted: ScreenShows,
    /// Its screen after a refused code.
    pub refused: ScreenShows,
}

impl WindowKept {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        if let Some(unsaid) = self.accepted.undecided().or_else(|| self.refused.undecided()) {
            return Ok(CheckResult::inconclusive(unsaid));
        }
        let entered = observed::last::<Entered>(seen)?;
        let screen = observed::last::<Screen>(seen)?;
        let utc = observed::last::<Utc>(seen)?;
        let current = self.steps_between(&utc, &entered, &screen);
        let step = entered.value.step;
        let (word, expected) = match self.window.place(step, &current) {
            Fit::Valid(_) => ("within", &self.accepted),
            Fit::Outside(_) | Fit::Nowhere => ("outside of", &self.refused),
            Fit::Edge(_) => {
                let reason = "the code was at the edge of the window while it was judged".to_owned();
                return Ok(CheckResult::at_limit(reason));
            }
        };
        let off = steps(distance(step, &current));
        let reads = format!(
            "a code {off} off, {word} the window of {} back and {} ahead: the screen reads {}",
            self.window.past,
            self.window.future,
            read_out(&screen.value)
        );
        Ok(match expected.mismatch(&screen.value) {
            None => CheckResult::pass(reads),
            Some(expected) => CheckResult::fail(format!("{reads}, expected {expected}")),
        })
    }

    /// The steps that the service's clock can have been in from the tap to the answer.
    fn steps_between(
        &self,
        utc: &Sighting<Utc>,
        entered: &Sighting<Entered>,
        screen: &Sighting<Screen>,
    ) -> std::ops::RangeInclusive<u64> {
        let tap = *utc.now_at(entered).steps(&self.totp).start();
        let answer = *utc.now_at(screen).steps(&self.totp).end();
        tap..=answer.max(tap)
    }
}

/// All words on a screen.
pub(super) fn words(screen: &Screen) -> impl Iterator<Item = &String> {
    let labels = screen.buttons.iter().map(|button| &button.label);
    std::iter::once(&screen.title)
        .chain(&screen.texts)
        .chain(labels)
        .chain(&screen.fields)
        .chain(&screen.switches)
}

/// The labels of everything on the screen that can be used.
fn offers(screen: &Screen) -> impl Iterator<Item = &String> {
    let enabled = screen.buttons.iter().filter(|button| button.enabled).map(|button| &button.label);
    enabled.chain(&screen.fields).chain(&screen.switches)
}

/// Words without regard to how they are broken into lines.
pub(super) fn plain(text: impl AsRef<str>) -> String {
    text.as_ref().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The heading and the texts, for people.
fn read_out(screen: &Screen) -> String {
    let texts: Vec<_> = std::iter::once(&screen.title).chain(&screen.texts).map(plain).collect();
    format!("“{}”", texts.join(" / "))
}

/// A screenshot of a screen that is kept secret does not show it. Takes `screenshot`s: the last is of that
/// screen, and one before it must have shown an ordinary screen, else the phone may be unable to take any.
///
/// Serves H.7: screenshots are blocked while the code shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScreenshotBlocked {}

impl ScreenshotBlocked {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let screenshots = observed::some::<Screenshot>(seen)?;
        let shows = |screenshot: &Sighting<Screenshot>| screenshot.value.shows_app;
        let (last, before) = screenshots.split_last().ok_or(Unjudgeable::Missing(Screenshot::QUANTITY))?;
        Ok(if shows(last) {
            CheckResult::fail("a screenshot shows the screen")
        } else if before.iter().any(shows) {
            CheckResult::pass("a screenshot does not show the screen, one of an ordinary screen does")
        } else {
            CheckResult::inconclusive(
                "no screenshot shows anything: whether the phone can take one is not known",
            )
        })
    }
}
