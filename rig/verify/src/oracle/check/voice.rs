//! Measurements of an audio code reader's voice: when it speaks, how loud, how fast, and whether it stops.

use reports::Observation;
use serde::{Deserialize, Serialize};

use super::{CheckResult, Stop};
use crate::oracle::{
    decision::{Budget, Limits, Measured, Spread},
    observed::{
        self, Contact, Sighting,
        speech::{CODE_DIGITS, Heard, Utterance},
    },
};

/// How far off the listener's edges of an utterance may be, in seconds: a few frames of its features, and a
/// soft beginning or end.
const EDGE_S: f64 = 0.08;
/// Longest pause within a reading, in seconds: the listener takes a longer one for its end.
const PAUSE_S: f64 = 0.6;
/// Uncertainty of an utterance's level, in dB: noise in it, and the position of its ends.
const LEVEL_DB: f64 = 0.5;

/// A press yields one reading of the code, in time. Takes the `heard` from the press on, and its `contact`.
///
/// Serves S5.C.8a.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpokenOnce {
    /// Limits for the time from the contact to the begin of the speech, in seconds.
    pub spoken_s: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl SpokenOnce {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let (press, heard) = (last_press(seen)?, observed::last::<Heard>(seen)?.value);
        let utterance = match heard.utterances.as_slice() {
            [] => return Ok(silent(&heard)),
            [one] => one,
            several => {
                let reason = format!("{} readings of a code followed one press", several.len());
                return Ok(CheckResult::fail(reason));
            }
        };
        let began_s = utterance.from_ns as f64 / 1e9;
        let budget = Budget::new()
            .with("contact sensor", Spread::Rectangular { half_width: press.within_s }, 1.0)?
            .with("begin of the speech", Spread::Rectangular { half_width: EDGE_S }, 1.0)?
            .with_bench_clock(self.clock_ppm, began_s - press.at_s)?;
        let figure = Measured {
            name: "press to speech",
            unit: "s",
            value: (began_s - press.at_s).max(0.0),
            budget,
            coverage: self.coverage,
        };
        Ok(CheckResult::measured(figure.against(self.spoken_s)?))
    }
}

/// It falls silent at a key. Takes the `heard` of the whole, and the `contact`s, of which the last is the key's.
///
/// Serves EN301549-5.1.3.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FallsSilent {
    /// Limits for the time from the contact to the end of the speech, in seconds.
    pub within_s: Limits,
    /// The largest error of the bench clock's rate, in parts per million.
    #[serde(default)]
    pub clock_ppm: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl FallsSilent {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let (press, heard) = (last_press(seen)?, observed::last::<Heard>(seen)?.value);
        // By how much the begin of what was spoken comes after the press; both are known no better than so.
        let after_s = |utterance: &Utterance| utterance.from_ns as f64 / 1e9 - press.at_s;
        let either_way_s = press.within_s + EDGE_S;
        let utterances = || heard.utterances.iter();
        if utterances().any(|utterance| after_s(utterance) > either_way_s) {
            return Ok(CheckResult::fail("it fell silent, and spoke again by itself"));
        }
        if utterances().any(|utterance| after_s(utterance) >= -either_way_s) {
            return Ok(CheckResult::inconclusive("something was spoken from about the press of the key on"));
        }
        let Some(interrupted) = heard.utterances.last() else {
            return Ok(CheckResult::inconclusive("nothing was spoken before the key was pressed"));
        };
        let ended_s = interrupted.to_ns as f64 / 1e9;
        if ended_s + PAUSE_S < press.at_s || ended_s + EDGE_S < press.at_s && is_whole(interrupted) {
            return Ok(CheckResult::inconclusive("the speech had ended before the key was pressed"));
        }
        let budget = Budget::new()
            .with("contact sensor", Spread::Rectangular { half_width: press.within_s }, 1.0)?
            .with("end of the speech", Spread::Rectangular { half_width: EDGE_S }, 1.0)?
            .with_bench_clock(self.clock_ppm, ended_s - press.at_s)?;
        let figure = Measured {
            name: "key to silence",
            unit: "s",
            value: (ended_s - press.at_s).max(0.0),
            budget,
            coverage: self.coverage,
        };
        Ok(CheckResult::measured(figure.against(self.within_s)?))
    }
}

/// How much louder the loudest setting is than the softest. Takes the `heard`s of one reading at each setting.
///
/// Serves H.8.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VolumeRange {
    /// Limits, in dB.
    pub db: Limits,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl VolumeRange {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let readings = readings(seen)?;
        let levels = || readings.iter().map(|utterance| utterance.level_dbfs);
        let range = levels().fold(f64::MIN, f64::max) - levels().fold(f64::MAX, f64::min);
        let budget = Budget::new()
            .with("loudest reading", Spread::Rectangular { half_width: LEVEL_DB }, 1.0)?
            .with("softest reading", Spread::Rectangular { half_width: LEVEL_DB }, 1.0)?;
        let figure = Measured {
            name: "range of the volume",
            unit: "dB",
            value: range,
            budget,
            coverage: self.coverage,
        };
        Ok(CheckResult::measured(figure.against(self.db)?))
    }
}

/// How many times as long the slowest setting takes as the fastest. Takes the `heard`s of one reading at each, all of
/// the same code: other words take another time.
///
/// Serves H.8.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeedRange {
    /// Limits, slowest to fastest.
    pub ratio: Limits,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl SpeedRange {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let readings = readings(seen)?;
        let words = |reading: &Utterance| reading.words.as_ref().map(|words| words.digits.clone());
        if readings.windows(2).any(|pair| words(&pair[0]).is_none() || words(&pair[0]) != words(&pair[1])) {
            return Ok(CheckResult::inconclusive("the readings are not known to be of one code"));
        }
        let lengths =
            || readings.iter().map(|spoken| spoken.to_ns.saturating_sub(spoken.from_ns) as f64 / 1e9);
        let (slowest, fastest) = (lengths().fold(0.0, f64::max), lengths().fold(f64::MAX, f64::min));
        if fastest <= EDGE_S {
            return Ok(CheckResult::inconclusive("a reading too short to be measured"));
        }
        let ratio = slowest / fastest;
        let edges = Spread::Triangular { half_width: 2.0 * EDGE_S };
        let budget = Budget::new().with("length of the slowest", edges, 1.0 / fastest)?.with(
            "length of the fastest",
            edges,
            ratio / fastest,
        )?;
        let figure =
            Measured { name: "slowest to fastest", unit: "", value: ratio, budget, coverage: self.coverage };
        Ok(CheckResult::measured(figure.against(self.ratio)?))
    }
}

/// How loud the loudest reading is at the microphone's place. Takes the `heard`s of one reading at each setting.
///
/// Serves EN301549-5.1.3 (its 5.1.3.12: at least 65 dBA).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpeechLevel {
    /// Limits, in dB(A).
    pub dba: Limits,
    /// Level of 94 dB(A) in dBFS.
    pub dbfs_at_94_dba: f64,
    /// The largest error of that, in dB.
    pub calibration_db: f64,
    /// The coverage factor of the expanded uncertainty.
    pub coverage: f64,
}

impl SpeechLevel {
    pub(super) fn judge(&self, seen: &[&Observation]) -> Result<CheckResult, Stop> {
        let loudest = readings(seen)?.iter().map(|spoken| spoken.level_dbfs).fold(f64::MIN, f64::max);
        let budget = Budget::new()
            .with("calibration", Spread::Rectangular { half_width: self.calibration_db }, 1.0)?
            .with("loudest reading", Spread::Rectangular { half_width: LEVEL_DB }, 1.0)?;
        let level = loudest - self.dbfs_at_94_dba + 94.0;
        let figure =
            Measured { name: "loudest speech", unit: "dB(A)", value: level, budget, coverage: self.coverage };
        Ok(CheckResult::measured(figure.against(self.dba)?))
    }
}

/// The first reading of each stretch; the judgement where a stretch has none.
fn readings(seen: &[&Observation]) -> Result<Vec<Utterance>, Stop> {
    let heard = observed::some::<Heard>(seen)?;
    heard
        .into_iter()
        .map(|heard| match heard.value.utterances.first() {
            Some(utterance) => Ok(utterance.clone()),
            None => Err(silent(&heard.value).into()),
        })
        .collect()
}

/// Whether an utterance is a reading of all of a code: what ends after it was not interrupted.
fn is_whole(utterance: &Utterance) -> bool {
    utterance.words.as_ref().is_some_and(|words| words.digits.len() >= CODE_DIGITS)
}

fn last_press(seen: &[&Observation]) -> Result<Sighting<Contact>, Stop> {
    let presses = observed::some::<Contact>(seen)?;
    let felt = presses.into_iter().rfind(|press| press.value.contact);
    felt.ok_or_else(|| CheckResult::inconclusive("no press was sensed").into())
}

fn silent(heard: &Heard) -> CheckResult {
    let tone = heard.tone_dbfs;
    CheckResult::fail(format!("nothing was spoken after the press; the tone was heard at {tone:.0} dBFS"))
}
