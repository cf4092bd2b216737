//! How far the system clock may be off, as chronyd knows.
//!
//! The kernel knows too, but cannot be asked without `unsafe`; `chronyc -c tracking` can, and says more.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::other;
use crate::command;

/// Command that queries chronyd.
const ASKING: (&str, [&str; 2]) = ("chronyc", ["-c", "tracking"]);

/// Time limit of a query, and lifetime of its answer.
const TIME_LIMIT: Duration = Duration::from_secs(3);
const SERVES: Duration = Duration::from_secs(16);

/// How far the system time may be off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    /// The largest error.
    pub error: Duration,
    /// Who says so.
    pub source: String,
}

/// chronyd, and the largest error that is good enough for the bench.
pub struct Chrony {
    most: Duration,
    last: Mutex<Option<(Instant, Bound)>>,
}

impl Chrony {
    /// To be asked; an error of the clock of more than `most` is not good enough.
    pub fn new(most: Duration) -> Self {
        Self { most, last: Mutex::new(None) }
    }

    /// How far the system time may be off `now`; an error in words where chronyd does not say, or says that it is not
    /// synchronised or too far off.
    pub(super) fn bound(&self, now: Instant) -> Result<Bound, String> {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, bound)) = last.as_ref().filter(|(at, _)| now.duration_since(*at) < SERVES) {
            return Ok(bound.clone());
        }
        let (program, arguments) = ASKING;
        let told = command::ask(program, &arguments, TIME_LIMIT);
        let bound = understand(&told.map_err(|(_, why)| format!("{why}; {}", other::who_else()))?)?;
        if bound.error > self.most {
            let (error, most) = (bound.error.as_secs_f64(), self.most.as_secs_f64());
            return Err(format!(
                "the system clock may be {error:.4} s off, the bench file allows {most:.4} s"
            ));
        }
        *last = Some((now, bound.clone()));
        Ok(bound)
    }
}

/// chronyc's fields, by their place: the source's identifier in hexadecimal and its name, its stratum, how far the system clock
/// is from it, the delay and the dispersion on the way to it, and whether there is one at all.
const REFERENCE: usize = 0;
const SOURCE: usize = 1;
const STRATUM: usize = 2;
const OFFSET: usize = 4;
const ROOT_DELAY: usize = 10;
const ROOT_DISPERSION: usize = 11;
const LEAP: usize = 13;

/// Reads the line of `chronyc -c tracking`. The bound is chrony's own: offset, dispersion, and half of the delay.
fn understand(told: &str) -> Result<Bound, String> {
    let fields: Vec<&str> = told.trim().split(',').collect();
    let field = |place: usize| fields.get(place).copied().unwrap_or_default();
    let unexpected = || format!("chronyc does not say what was expected: {:?}", told.trim());
    let seconds = |place: usize| {
        let value = field(place).parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(unexpected)
    };
    let error = seconds(OFFSET)?.abs() + seconds(ROOT_DISPERSION)?.abs() + seconds(ROOT_DELAY)?.abs() / 2.0;
    if !matches!(field(LEAP), "Normal" | "Insert second" | "Delete second") {
        return Err(format!("the system clock is not synchronised: chrony says {:?}", field(LEAP)));
    }
    let stratum = field(STRATUM).parse().map_err(|_| unexpected())?;
    if let Some(why) = no_source(field(REFERENCE), field(SOURCE), stratum) {
        return Err(format!("the system clock is not synchronised: chrony {why}"));
    }
    let error = Duration::try_from_secs_f64(error).map_err(|_| format!("chrony says {error} s"))?;
    Ok(Bound { error, source: format!("by chrony from {}, stratum {stratum}", field(SOURCE)) })
}

/// The reason for which chrony's reference does not count as a source of time. In its local mode, and with
/// times that were typed in, chrony calls itself synchronised with no error at all.
fn no_source(reference: &str, source: &str, stratum: u8) -> Option<&'static str> {
    /// 127.127.x.x, which local clocks are named by.
    const LOCAL: &str = "7F7F";
    /// "MANU" and "LOCL".
    const MANUAL: &str = "4D414E55";
    const LOCAL_BY_NAME: &str = "4C4F434C";
    const NONE: &str = "00000000";
    let reference = reference.trim().to_ascii_uppercase();
    match (reference.as_str(), source.trim()) {
        (MANUAL, _) => Some("has the time that was typed in"),
        (LOCAL_BY_NAME, _) => Some("follows its own clock"),
        (local, _) if local.starts_with(LOCAL) => Some("follows its own clock"),
        ("" | NONE, _) | (_, "") => Some("has no source"),
        _ if !(1..16).contains(&stratum) => Some("has a source of no stratum"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SYNCHRONISED: &str = "C0A80001,192.168.0.1,3,1700000000.123456789,-0.000500000,-0.000005,0.00002,\
                                -12.345,0.001,0.020,0.004000000,0.001500000,64.2,Normal\n";

    #[test]
    fn the_bound_is_offset_and_dispersion_and_half_the_delay() {
        let bound = understand(SYNCHRONISED).unwrap();
        assert_eq!(bound.error, Duration::from_micros(4_000));
        assert_eq!(bound.source, "by chrony from 192.168.0.1, stratum 3");
    }

    #[test]
    fn a_clock_without_a_source_is_not_synchronised() {
        let alone = SYNCHRONISED.replace("Normal", "Not synchronised");
        assert!(understand(&alone).unwrap_err().contains("\"Not synchronised\""));
        for nonsense in ["", "506 Cannot talk to daemon", "a,b,c,d,nan,,,,,,1,1,1,Normal"] {
            assert!(
                understand(nonsense).unwrap_err().contains("does not say what was expected"),
                "{nonsense}"
            );
        }
    }

    #[test]
    fn a_clock_that_follows_itself_is_not_synchronised() {
        for (reference, words) in [
            ("7F7F0101,,10", "follows its own clock"),
            ("7F7F0101,127.127.1.1,10", "follows its own clock"),
            ("4C4F434C,LOCL,10", "follows its own clock"),
            ("4D414E55,MANU,1", "was typed in"),
            ("00000000,,0", "has no source"),
            (",,3", "has no source"),
            ("C0A80001,,3", "has no source"),
            ("C0A80001,192.168.0.1,0", "no stratum"),
            ("C0A80001,192.168.0.1,16", "no stratum"),
        ] {
            let told = SYNCHRONISED.replace("C0A80001,192.168.0.1,3", reference);
            let why = understand(&told).unwrap_err();
            assert!(why.starts_with("the system clock is not synchronised") && why.contains(words), "{why}");
        }
        let clock = SYNCHRONISED.replace("C0A80001,192.168.0.1,3", "50505300,PPS,1");
        assert_eq!(understand(&clock).unwrap().source, "by chrony from PPS, stratum 1");
    }

    #[test]
    fn an_answer_serves_for_a_while() {
        let (now, bound) = (Instant::now(), Bound { error: Duration::ZERO, source: "x".into() });
        let chrony = Chrony { most: Duration::ZERO, last: Mutex::new(Some((now, bound.clone()))) };
        assert_eq!(chrony.bound(now + Duration::from_secs(15)), Ok(bound));
    }

    proptest! {
        #[test]
        fn any_answer_is_a_bound_or_refused(told in ".*", numbers in proptest::collection::vec(any::<f64>(), 14)) {
            let _ = understand(&told);
            let line: Vec<String> = numbers.iter().map(f64::to_string).collect();
            let _ = understand(&[&line[..13], &["Normal".to_owned()]].concat().join(","));
        }
    }
}
