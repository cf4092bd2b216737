//! How far the system clock may be off, as chronyd knows.
//!
//! The kernel knows too, but cannot be asked without `unsafe`; `chronyc -c tracking` can, and says more.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use crate::command;

/// What chronyd is asked with.
const ASKING: (&str, [&str; 2]) = ("chronyc", ["-c", "tracking"]);

/// How long an answer may take, and how long it serves.
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
        let bound = understand(&told.map_err(|(_, why)| format!("{why}; does chronyd run?"))?)?;
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

/// chronyc's fields, by their place: the source, its stratum, how far the system clock is from it, the delay and the
/// dispersion on the way to it, and whether there is one at all.
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
    let seconds = |place: usize| {
        let value = field(place).parse::<f64>().ok().filter(|value| value.is_finite());
        value.ok_or_else(|| format!("chronyc does not say what was expected: {:?}", told.trim()))
    };
    let error = seconds(OFFSET)?.abs() + seconds(ROOT_DISPERSION)?.abs() + seconds(ROOT_DELAY)?.abs() / 2.0;
    if !matches!(field(LEAP), "Normal" | "Insert second" | "Delete second") {
        return Err(format!("the system clock is not synchronised: chrony says {:?}", field(LEAP)));
    }
    let error = Duration::try_from_secs_f64(error).map_err(|_| format!("chrony says {error} s"))?;
    Ok(Bound { error, source: format!("by chrony from {}, stratum {}", field(SOURCE), field(STRATUM)) })
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
