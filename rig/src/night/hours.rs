//! Times as people write and read them.

use chrono::Weekday;

/// `22:00` as seconds since midnight.
///
/// # Errors
/// It is no time of day.
pub fn clock_time(text: &str) -> Result<u32, String> {
    let number = |part: &str, most: u32| {
        let digits = part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        part.parse().ok().filter(|&number: &u32| digits && number <= most)
    };
    let split =
        text.split_once(':').and_then(|(hour, minute)| Some((number(hour, 23)?, number(minute, 59)?)));
    let (hour, minute) =
        split.ok_or_else(|| format!("{text:?} is no time of day; accepted: 00:00 to 23:59"))?;
    Ok(hour * 3600 + minute * 60)
}

/// `fri` as a day of the week.
///
/// # Errors
/// It is no day of the week.
pub fn day_name(text: &str) -> Result<Weekday, String> {
    text.parse()
        .map_err(|_| format!("{text:?} is no day of the week; accepted: mon, tue, wed, thu, fri, sat, sun"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_and_days_are_read_strictly() {
        assert_eq!(clock_time("22:30"), Ok(22 * 3600 + 30 * 60));
        for bad in ["", "24:00", "2:00", "22", "22:60", "22:00:00", "+2:00", "é2:00"] {
            assert!(clock_time(bad).is_err(), "{bad:?}");
        }
        assert_eq!(day_name("fri"), Ok(Weekday::Fri));
        assert!(day_name("friyay").unwrap_err().contains("mon, tue"));
    }
}
