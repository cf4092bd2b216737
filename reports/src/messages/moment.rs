//! Moments as seconds since 1970.

use std::time::Duration;

use serde_json::Value;

/// A moment in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment(Duration);

impl Moment {
    /// The moment of `utc`, as "2026-11-30T22:15:04.250Z"; the begin of 1970 for any other text.
    pub(super) fn parse(utc: &str) -> Self {
        Self(parsed(utc).unwrap_or_default())
    }

    pub(super) fn after(self, span: Duration) -> Self {
        Self(self.0 + span)
    }

    pub(super) fn json(self) -> Value {
        super::span(self.0)
    }
}

fn parsed(utc: &str) -> Option<Duration> {
    let number = |from: usize, to: usize| utc.get(from..to)?.parse::<u64>().ok();
    let (year, month, day) = (number(0, 4)?, number(5, 7)?, number(8, 10)?);
    let (hour, minute, second) = (number(11, 13)?, number(14, 16)?, number(17, 19)?);
    let ms = number(20, 23).unwrap_or(0);
    if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Years that begin in March: the day that some years have more is the last one.
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(Duration::from_millis((((days * 24 + hour) * 60 + minute) * 60 + second) * 1000 + ms))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_the_seconds_since_1970() {
        let seconds = |utc| Moment::parse(utc).0.as_secs_f64();
        assert_eq!(seconds("1970-01-01T00:00:00.000Z"), 0.0);
        assert_eq!(seconds("2000-02-29T12:00:00Z"), 951_825_600.0);
        assert_eq!(seconds("2026-11-30T22:15:04.250Z"), 1_796_076_904.25);
        for none in ["", "yesterday", "1969-12-31T23:59:59Z", "2026-13-01T00:00:00Z", "é026-11-30T22:15:04Z"]
        {
            assert_eq!(seconds(none), 0.0, "{none}");
        }
    }
}
