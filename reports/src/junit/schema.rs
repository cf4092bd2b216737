//! Completes JUnit XML for the schemas, beyond the features of the XML writer.

use crate::mask::masked;

/// `xml` as both schemas, and XML 1.0 itself, take it: no attribute at the root (Ant's schema knows none, Jenkins' refuses
/// `skipped`), and no character that XML forbids even where it is escaped. One-time codes are masked.
pub(super) fn conform(xml: &str) -> String {
    const ROOT: &str = "<testsuites";
    let bare = xml.split_once(ROOT).and_then(|(before, rest)| {
        let (_, after) = rest.split_once('>')?;
        Some(format!("{before}{ROOT}>{after}"))
    });
    let bare = bare.unwrap_or_else(|| xml.to_owned());
    masked(&bare).chars().map(|c| if is_allowed(c) { c } else { char::REPLACEMENT_CHARACTER }).collect()
}

/// Whether XML 1.0 has this character (section 2.2).
fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// A moment in the schemas' form: UTC to the second, without a zone. If the journal has no readable one,
/// 1970-01-01.
pub(super) fn timestamp(utc: &str) -> String {
    const LIKE: &[u8] = b"0000-00-00T00:00:00";
    let to_the_second = utc.get(..LIKE.len()).filter(|text| {
        let alike =
            |(byte, like): (u8, &u8)| if *like == b'0' { byte.is_ascii_digit() } else { byte == *like };
        text.bytes().zip(LIKE).all(alike)
    });
    to_the_second.unwrap_or("1970-01-01T00:00:00").to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_bare_and_no_forbidden_character_is_left() {
        let xml = "<?xml?>\n<testsuites tests=\"1\" skipped=\"0\">\n<a b=\"\u{fffe}\u{ffff}\u{1}x\u{1F600}\"/></testsuites>";
        let wanted = "<?xml?>\n<testsuites>\n<a b=\"\u{fffd}\u{fffd}\u{fffd}x\u{1F600}\"/></testsuites>";
        assert_eq!(conform(xml), wanted);
    }

    #[test]
    fn a_moment_is_told_to_the_second() {
        assert_eq!(timestamp("2026-11-30T22:15:04.250Z"), "2026-11-30T22:15:04");
        for none in ["", "yesterday", "2026-11-30 22:15:04.250Z", "2026-11-30T22:15"] {
            assert_eq!(timestamp(none), "1970-01-01T00:00:00");
        }
    }
}
