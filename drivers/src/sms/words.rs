//! Classifies a line of a modem by its shape: a final result code, or an unsolicited result code.
//!
//! V.250 sections 5.7.1 and 6.2.7 have the result codes in words and as digits, TS 27.007 section 9.1 and TS
//! 27.005 section 3.2.5 those with a number. Makers have their own words for a refusal ("COMMAND NOT SUPPORT"
//! and "TOO MANY PARAMETERS" in Huawei's manuals), and their own unsolicited codes with and without
//! arguments.

/// A final result code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Final {
    /// The command was done.
    Done,
    /// It was refused, in these words.
    Refused(String),
    /// It was refused in words of the maker's own, after which one of the standard codes may follow.
    RefusedInWords(String),
}

/// Reads a final result code. `digits`: the modem may still send them as digits (`ATV0`).
pub(super) fn final_code(line: &str, digits: bool) -> Option<Final> {
    let refused = || Final::Refused(line.into());
    match line {
        "OK" => return Some(Final::Done),
        "ERROR" => return Some(refused()),
        "0" if digits => return Some(Final::Done),
        "4" if digits => return Some(refused()),
        _ => {}
    }
    if line.starts_with("+CME ERROR") || line.starts_with("+CMS ERROR") {
        return Some(refused());
    }
    is_refusal_in_words(line).then(|| Final::RefusedInWords(line.into()))
}

/// Whether `line` has enough digits to be a piece of a message with a temporary PIN. Not asked of result codes.
pub(super) fn may_hold_a_secret(line: &str) -> bool {
    const DIGITS: usize = 4;
    line.bytes().filter(u8::is_ascii_digit).count() >= DIGITS
}

fn is_refusal_in_words(line: &str) -> bool {
    const WHOLE: [&str; 3] = ["ABORTED", "NO SUCH COMMAND", "BAD COMMAND"];
    const BEGINNINGS: [&str; 9] = [
        "COMMAND ",
        "INVALID ",
        "UNKNOWN ",
        "UNSUPPORTED",
        "ILLEGAL ",
        "PARAMETER",
        "SYNTAX ",
        "TOO MANY ",
        "ERROR",
    ];
    const ENDS: [&str; 8] = [
        " ERROR",
        "NOT SUPPORT",
        "NOT SUPPORTED",
        "NOT ALLOWED",
        "NOT PERMITTED",
        "NOT IMPLEMENTED",
        "FAILED",
        "DENIED",
    ];
    let words = line.split(':').next().unwrap_or_default().trim().to_ascii_uppercase();
    let plain = words.trim_start_matches('+');
    let made_of_words = !plain.is_empty() && plain.chars().all(|c| c.is_ascii_alphabetic() || c == ' ');
    made_of_words
        && (WHOLE.contains(&plain)
            || BEGINNINGS.iter().any(|begin| plain.starts_with(begin))
            || ENDS.iter().any(|end| plain.ends_with(end)))
}

/// Whether `code` says that the SIM card, or the modem itself, is still busy: the same command may be tried again.
/// TS 27.007 section 9.2.1, TS 27.005 section 3.2.5, and the code that several makers have for "please wait".
pub(super) fn is_busy(code: &str) -> bool {
    const NUMBERS: [&str; 4] = ["+CME ERROR: 14", "+CMS ERROR: 314", "+CME ERROR: 515", "+CMS ERROR: 515"];
    let words = code.to_ascii_lowercase();
    NUMBERS.contains(&code) || words.contains("sim busy") || words.contains("please wait")
}

/// Whether `line` has the shape of an unsolicited code: a name behind the mark that the standard or a maker puts before
/// it, or one of the phrases that are sent without a name.
pub(super) fn is_unsolicited(line: &str) -> bool {
    const MARKS: [char; 9] = ['+', '^', '*', '%', '#', '$', '!', '&', '@'];
    let mut letters = line.chars();
    let named = letters.next().is_some_and(|mark| MARKS.contains(&mark))
        && letters.next().is_some_and(|letter| letter.is_ascii_alphabetic());
    named || is_phrase(line)
}

/// Phrases that stand alone: of calls (V.250 section 6.3), of modems that come up or go down, and of their parts that
/// become ready.
fn is_phrase(line: &str) -> bool {
    const PHRASES: [&str; 27] = [
        "RING",
        "CONNECT",
        "NO CARRIER",
        "BUSY",
        "NO ANSWER",
        "NO DIALTONE",
        "NO DIAL TONE",
        "DELAYED",
        "BLACKLISTED",
        "RDY",
        "READY",
        "CALL READY",
        "SMS READY",
        "SMS DONE",
        "PB DONE",
        "PB READY",
        "SIM READY",
        "SIM NOT READY",
        "SIM NOT INSERTED",
        "SIM REMOVED",
        "NORMAL POWER DOWN",
        "POWER DOWN",
        "UNDER-VOLTAGE WARNNING",
        "OVER-VOLTAGE WARNNING",
        "UNDER-VOLTAGE POWER DOWN",
        "OVER-VOLTAGE POWER DOWN",
        "MODEM:STARTUP",
    ];
    const BEGINNINGS: [&str; 7] = ["CONNECT ", "SIM DROP", "ALARM", "SMS FULL", "MODEM:", "DST:", "SRING:"];
    let upper = line.to_ascii_uppercase();
    PHRASES.contains(&upper.as_str()) || BEGINNINGS.iter().any(|begin| upper.starts_with(begin))
}

/// Whether `line` says that the modem has started anew, and forgot what it was set up to.
pub(super) fn is_start(line: &str) -> bool {
    const STARTS: [&str; 6] = ["RDY", "^SYSSTART", "MODEM:STARTUP", "*EMRDY: 1", "^BOOT: READY", "+CFUN: 1"];
    STARTS.contains(&line.to_ascii_uppercase().as_str())
}

/// Whether `line` says that a storage is full, or that a message is there without saying where.
pub(super) fn is_hint(line: &str) -> bool {
    let upper = line.to_ascii_uppercase();
    is_unsolicited(line) && (upper.contains("FULL") || upper.contains("\"MESSAGE\""))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn result_codes_are_words_or_digits() {
        assert_eq!(final_code("OK", false), Some(Final::Done));
        assert_eq!(final_code("0", true), Some(Final::Done));
        assert_eq!(final_code("0", false), None, "a line of an answer");
        for refused in ["ERROR", "+CME ERROR: 14", "+CMS ERROR: SIM busy"] {
            assert_eq!(final_code(refused, false), Some(Final::Refused(refused.into())));
        }
        for refused in [
            "COMMAND NOT SUPPORT",
            "TOO MANY PARAMETERS",
            "INVALID COMMAND LINE",
            "Command not supported",
            "+EXT ERROR: 3",
            "ERROR: 100",
            "OPERATION NOT ALLOWED",
        ] {
            assert_eq!(final_code(refused, false), Some(Final::RefusedInWords(refused.into())));
        }
        for other in
            ["+CREG: 1", "RING", "NO CARRIER", "Quectel", "+CPIN: NOT READY", "SIM NOT INSERTED", "O"]
        {
            assert_eq!(final_code(other, true), None, "{other}");
        }
    }

    #[test]
    fn a_line_with_digits_may_be_a_piece_of_a_message() {
        for line in ["Your code is 12345678", "0031003200", "C6D19"] {
            assert_eq!(may_hold_a_secret(line), line.len() > 5, "{line}");
        }
        assert!(!may_hold_a_secret("Quectel 25") && !may_hold_a_secret(""));
    }

    #[test]
    fn unsolicited_codes_have_a_mark_or_are_known_phrases() {
        for line in
            ["+CREG: 1", "^RSSI: 3", "*EMRDY: 1", "$QCSQ", "%CTZV: 3", "Call Ready", "PB DONE", "RING"]
        {
            assert!(is_unsolicited(line), "{line}");
        }
        for line in ["SIMCOM_Ltd", "+4512345678", "07915421436587F9", "Your code is 12345678", "", "+"] {
            assert!(!is_unsolicited(line), "{line}");
        }
        assert!(is_hint("^SMMEMFULL: \"SM\"") && is_hint("+CIEV: \"MESSAGE\",1"));
        assert!(is_start("^SYSSTART") && !is_start("+CFUN: 4"));
    }

    #[test]
    fn a_busy_card_is_told_from_a_refusal() {
        assert!(is_busy("+CME ERROR: 14") && is_busy("+CME ERROR: SIM busy") && is_busy("+CMS ERROR: 515"));
        assert!(!is_busy("+CME ERROR: 10") && !is_busy("ERROR"));
    }

    proptest! {
        #[test]
        fn any_line_has_a_shape(line: String) {
            let _ = (final_code(&line, true), is_unsolicited(&line), is_start(&line), is_hint(&line));
        }
    }
}
