//! Who keeps the system clock where chronyd does not, in words: no other program that does so says how far off the clock is.

use std::time::Duration;

use crate::command;

/// Command that queries systemd.
const ASKING: (&str, [&str; 3]) = ("timedatectl", ["show", "--property=NTP", "--property=NTPSynchronized"]);

const TIME_LIMIT: Duration = Duration::from_secs(3);

/// Who keeps the clock, and what to do about it.
pub(super) fn who_else() -> String {
    let (program, arguments) = ASKING;
    let told = command::ask(program, &arguments, TIME_LIMIT).unwrap_or_default();
    format!("{}: run chronyd, or say source = \"stated\"", understand(&told))
}

/// Reads what `timedatectl show` says.
fn understand(told: &str) -> &'static str {
    let says = |key: &str| told.lines().find_map(|line| line.trim().strip_prefix(key)?.strip_prefix('='));
    match (says("NTP"), says("NTPSynchronized")) {
        (_, Some("no")) => "nothing synchronises the system clock",
        (Some("yes"), Some("yes")) => {
            "systemd-timesyncd keeps the system clock, and does not say how far off it is"
        }
        (_, Some("yes")) => {
            "a program that is not chronyd keeps the system clock, and does not say how far off it is"
        }
        _ => "chronyd does not answer",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_keeps_the_clock_is_said_in_words() {
        assert!(understand("NTP=yes\nNTPSynchronized=yes\n").contains("systemd-timesyncd"));
        assert!(understand("NTP=no\nNTPSynchronized=yes\n").contains("not chronyd"));
        assert!(understand("NTP=yes\nNTPSynchronized=no\n").contains("nothing"));
        for nothing in ["", "Failed to connect to bus"] {
            assert_eq!(understand(nothing), "chronyd does not answer");
        }
    }
}
