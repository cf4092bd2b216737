//! Checks of the QR code on the old phone's screen: it can be read, it is the one that the new phone reads,
//! and each activation has its own. Also the check of the green checkmark that ends the activation.

use std::time::Duration;

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{
    CheckResult, Stop, Unjudgeable,
    watch::{KEEP_AWAKE, Watch},
};
use crate::oracle::observed::{self, Checkmark, CodeView, Scanned, Screen, Sighting};

/// A QR code of the product's is shown and can be read. Takes the `code_view`s of a time in which it must be
/// there; one reading is enough.
///
/// Serves S5.B.5a.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrReadable {
    /// Prefix of its payload.
    pub prefix: String,
    /// How many looks at which the control was read must be without it before it counts as unreadable.
    pub looks: u32,
}

impl QrReadable {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let views = observed::some::<CodeView>(seen)?;
        let watch = Watch::of_codes(&views, |payload| payload.starts_with(&self.prefix));
        Ok(match watch.seen() {
            0 => unread(&watch, &views, self.looks),
            with => {
                CheckResult::pass(format!("the QR code was read in {with} of {} frames", watch.looks.len()))
            }
        })
    }
}

/// No QR code of the product's is shown. Takes the `code_view`s of a time in which none may be there.
///
/// Serves S5.B.4: the app asks for Bluetooth before it shows the code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QrNotShown {
    /// Prefix of its payload.
    pub prefix: String,
    /// How many looks at which the control was read must be without it before it counts as not shown.
    pub looks: u32,
}

impl QrNotShown {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let views = observed::some::<CodeView>(seen)?;
        let watch = Watch::of_codes(&views, |payload| payload.starts_with(&self.prefix));
        let all = watch.looks.len();
        Ok(match watch.seen() {
            0 if all < self.looks as usize => CheckResult::inconclusive(watch.with_remedy(format!(
                "the printed control code was read in {all} frames only, of {} wanted",
                self.looks
            ))),
            0 => CheckResult::pass(format!("no QR code was read in {all} frames")),
            with => CheckResult::fail(format!("a QR code was read in {with} of {all} frames")),
        })
    }
}

/// The judgement of a watch that saw no code: the product's fault where `looks` frames could have seen it.
pub(super) fn unread(watch: &Watch, views: &[Sighting<CodeView>], looks: u32) -> CheckResult {
    match watch.looks.len() {
        0 if views.iter().all(|view| view.value.blank || view.value.dimmed) => {
            CheckResult::inconclusive(KEEP_AWAKE)
        }
        0 => CheckResult::inconclusive("the printed control code was read in no frame"),
        all if all < looks as usize => CheckResult::inconclusive(watch.with_remedy(format!(
            "no QR code was read, but the printed control code in {all} frames only, of {looks} wanted"
        ))),
        all => CheckResult::fail(format!(
            "no QR code of the app's was read in {all} frames, the printed control code in each"
        )),
    }
}

/// The new phone has read the code that the old one shows. Takes `code_view`s of the old phone and the last
/// `scanned` of the new one, or its last `screen` if it does not report payloads. A disagreement counts where the camera read
/// the code in two frames.
///
/// Serves S5.B.11a.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SamePayload {
    /// Prefix of the code's payload.
    pub prefix: String,
    /// Headings of the screens to which only the right code leads: for a phone that does not report the payload.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub taken: Vec<String>,
}

impl SamePayload {
    /// The screen of a phone that does not report the payload: why it shows the right code, or how it does not.
    fn accepted(&self, seen: &[&Observation], shown: &str) -> Result<Result<String, String>, Stop> {
        let title = observed::last::<Screen>(seen)?.value.title;
        Ok(if self.taken.contains(&title) {
            Ok(format!(
                "the camera saw a code, and the new phone went on with it: its screen reads “{title}”"
            ))
        } else {
            Err(format!("the new phone did not go on with the code “{shown}”: its screen reads “{title}”"))
        })
    }

    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let views = observed::some::<CodeView>(seen)?;
        let Some(shown) = views.iter().rev().find_map(|view| code(&view.value, &self.prefix)) else {
            return Ok(CheckResult::inconclusive("the camera read no QR code on the old phone"));
        };
        let read = if self.taken.is_empty() { told(seen, shown)? } else { self.accepted(seen, shown)? };
        let read = match read {
            Ok(pass) => return Ok(CheckResult::pass(pass)),
            Err(read) => read,
        };
        let frames = Watch::of_codes(&views, |payload| payload == shown).seen();
        Ok(if frames > 1 {
            CheckResult::fail(read)
        } else {
            CheckResult::inconclusive(format!("{read} in one frame only"))
        })
    }
}

/// A phone's scanner reads the code that is before it. Takes the `scanned`s of the phone: of the printed control code, and
/// the last one; and the `code_view`s of the phone that shows the code, if one does.
///
/// Serves S5.B.11a.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScannerReads {
    /// Payload of the code.
    pub code: String,
    /// Payload of the printed control code. A scanner that reads it was held right, and can read.
    pub control: String,
    /// In how many frames the camera must have read the code; 0 for one that the bench itself shows.
    pub frames: u32,
}

impl ScannerReads {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let read = observed::some::<Scanned>(seen)?;
        let payload = observed::last::<Scanned>(seen)?.value.payload;
        let Self { code, control, frames } = self;
        if payload.as_ref().is_some_and(|payload| payload != control) {
            return Ok(CheckResult::pass(format!(
                "the phone's scanner reads codes: “{}”",
                payload.unwrap_or_default()
            )));
        }
        if read.iter().all(|read| read.value.payload.as_ref() != Some(control)) {
            return Ok(CheckResult::inconclusive(format!(
                "the phone's scanner has read neither the code “{code}” nor the printed one “{control}”"
            )));
        }
        let unread = format!("the phone's scanner reads the printed code “{control}”, and not “{code}”");
        if *frames == 0 {
            return Ok(CheckResult::fail(format!("{unread}, which the bench's screen shows")));
        }
        let views = observed::some::<CodeView>(seen)?;
        let with = Watch::of_codes(&views, |payload| payload == code).seen();
        Ok(if with >= *frames as usize {
            CheckResult::fail(format!("{unread}, which the camera has read in {with} frames"))
        } else {
            CheckResult::inconclusive(format!(
                "{unread}; but the camera has read that in {with} frames only, of {frames} wanted"
            ))
        })
    }
}

/// The comparison with the payload that the phone reports: why it agrees, or how it does not.
fn told(seen: &[&Observation], shown: &str) -> Result<Result<String, String>, Stop> {
    let scanned = observed::last::<Scanned>(seen)?.value.payload;
    Ok(match scanned.as_deref() {
        Some(payload) if payload == shown => Ok("the new phone has read the code that the camera saw".into()),
        Some(payload) => Err(format!("the new phone has read “{payload}”, the camera saw “{shown}”")),
        None => Err(format!("the new phone has read no code, the camera saw “{shown}”")),
    })
}

/// Two activations have different codes. Takes two `code_view`s, one of each.
///
/// Serves CIR2015-1502-2.3.1: one code for two sessions would let one of them end the other.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DifferentPayloads {
    /// Prefix of a code's payload.
    pub prefix: String,
}

impl DifferentPayloads {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let views = observed::some::<CodeView>(seen)?;
        let [one, other] = views.as_slice() else {
            return Err(Unjudgeable::Missing("code_view` of each of two sessions, `code_view").into());
        };
        let read = |view: &Sighting<CodeView>| code(&view.value, &self.prefix).map(str::to_owned);
        Ok(match (read(one), read(other)) {
            (Some(one), Some(other)) if one == other => {
                CheckResult::fail(format!("both sessions show “{one}”"))
            }
            (Some(one), Some(other)) => {
                CheckResult::pass(format!("one session shows “{one}”, the other “{other}”"))
            }
            _ => CheckResult::inconclusive("the camera did not read the code of both sessions"),
        })
    }
}

/// The product's code in a frame, if any.
fn code<'v>(view: &'v CodeView, prefix: &str) -> Option<&'v str> {
    view.payloads.iter().map(String::as_str).find(|payload| payload.starts_with(prefix))
}

/// The green checkmark shows, or does not. Takes the `checkmark`s of a watch. It counts as shown where two
/// frames show it, and as not shown where the watch has no hole.
///
/// Serves S5.B.11b: it shows when the scan is complete, and only then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CheckmarkShown {
    /// Whether it must show; else it must not.
    pub wanted: bool,
    /// When it can show first, in nanoseconds on the bench clock: the scan began.
    pub from_ns: u64,
    /// How long it must be watched from then on to prove that it is absent.
    pub watch: Duration,
    /// The longest time without a look: less than half of the time for which a checkmark shows.
    pub gap: Duration,
}

impl CheckmarkShown {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let watch = Watch::of_checkmarks(&observed::some::<Checkmark>(seen)?);
        let (all, with) = (watch.looks.len(), watch.seen());
        let judged = |as_wanted: bool| if as_wanted { CheckResult::pass } else { CheckResult::fail };
        let from_s = self.from_ns as f64 / 1e9;
        Ok(match (with, watch.hole(from_s, self.watch, self.gap)) {
            (0, Some(hole)) => CheckResult::inconclusive(format!("no green checkmark was seen, but {hole}")),
            (0, None) => judged(!self.wanted)(format!(
                "no green checkmark in {all} frames, the printed control code in each"
            )),
            (1, _) => CheckResult::inconclusive("a green checkmark in one frame, and no second confirms it"),
            (with, _) => judged(self.wanted)(format!("a green checkmark in {with} of {all} frames")),
        })
    }
}
