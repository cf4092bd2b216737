//! Messages of text mode (TS 27.005 sections 3.4.2 and 3.4.3), in the requested character set "UCS2", or in
//! another one that the modem sends regardless.
//!
//! Four hexadecimal digits stand for a character in "UCS2". A field that is not UCS2 is taken literally, if
//! that is unambiguous; an ambiguous field is an error.

use super::{assemble::Kind, fields::Field, pdu::Content};

/// Why a message of text mode cannot be decoded.
pub(super) type Why = &'static str;

/// A message of text mode.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct TextMessage {
    pub from: String,
    pub text: String,
}

/// How many characters the first line says that the text has: the last value of those that `AT+CSDH=1` adds.
pub(super) fn length(kind: Kind, values: &[Field]) -> Option<usize> {
    let place = match kind {
        Kind::Listed => 6,
        Kind::Direct => 9,
        Kind::Report | Kind::Broadcast => return None,
    };
    values.get(place)?.number()
}

/// Whether `lines` have `length` characters: in "UCS2", where some modems count octets, or as they stand.
pub(super) fn has_length(lines: &[String], length: usize) -> bool {
    if let [line] = lines
        && is_ucs2(line)
    {
        return [4 * length, 2 * length, length].contains(&line.trim().len());
    }
    let letters: usize = lines.iter().map(|line| line.chars().count()).sum();
    let ends = lines.len().saturating_sub(1);
    letters + ends == length || letters + 2 * ends == length
}

/// Whether a listed message is a status report: in place of the sender it has a number, the first octet
/// (`<fo>`), and it lacks names and texts behind it.
pub(super) fn is_report(values: &[Field]) -> bool {
    values.get(2).is_some_and(|field| field.number::<u8>().is_some_and(|first| first & 0b11 == 0b10))
        && values.len() >= 6
}

/// Whether a listed message was written here rather than received.
pub(super) fn is_own(values: &[Field]) -> bool {
    let state = values.get(1).map(|field| field.text.as_str()).unwrap_or_default();
    let state = ascii_of_ucs2(state).unwrap_or_else(|| state.to_owned());
    state.starts_with("STO") || state == "2" || state == "3"
}

/// Reads a message whose first line has `values`, and `lines` below it. `None`: a status report.
pub(super) fn read(kind: Kind, values: &[Field], lines: &[String]) -> Result<Option<TextMessage>, Why> {
    if kind == Kind::Listed && is_report(values) {
        return Ok(None);
    }
    let place = if kind == Kind::Listed { 2 } else { 0 };
    let sender = values.get(place).map(|field| field.text.as_str()).unwrap_or_default();
    let from = sender_of(sender)?;
    let text = match lines {
        [] => return Err("a message was listed without its text"),
        lines => text_of(lines, length(kind, values))?,
    };
    Ok(Some(TextMessage { from, text }))
}

/// A sender: a number, or a name of the GSM alphabet. Numbers as they stand would be rare letters in "UCS2".
fn sender_of(field: &str) -> Result<String, Why> {
    const OF_NAMES: [char; 11] = ['Δ', 'Φ', 'Γ', 'Λ', 'Ω', 'Π', 'Ψ', 'Σ', 'Θ', 'Ξ', '€'];
    if let Some(letters) = from_ucs2(field)
        && letters.chars().all(|c| matches!(c, ' '..='\u{ff}') || OF_NAMES.contains(&c))
    {
        return Ok(letters);
    }
    as_it_stands(field)
}

fn text_of(lines: &[String], length: Option<usize>) -> Result<String, Why> {
    const UNSURE: Why = "a message reads one way in UCS2 and another way as it stands";
    const OTHER_LENGTH: Why = "a message has not the length that its first line tells";
    if let ([line], Some(length)) = (lines, length) {
        let digits = line.trim().len();
        match from_ucs2(line.trim()) {
            Some(text) if digits == 4 * length || digits == 2 * length => return Ok(text),
            Some(_) if digits != length => return Err(OTHER_LENGTH),
            _ => {}
        }
    } else if let [line] = lines
        && let Some(text) = from_ucs2(line.trim())
    {
        return if is_surely_ucs2(line.trim(), &text) { Ok(text) } else { Err(UNSURE) };
    }
    match length {
        Some(length) if has_length(lines, length) => lines
            .iter()
            .map(|line| as_it_stands(line))
            .collect::<Result<Vec<_>, _>>()
            .map(|lines| lines.join("\n")),
        Some(_) => Err(OTHER_LENGTH),
        None => match lines {
            [line] => as_it_stands(line),
            _ => Err("a message has lines that may not all be its own"),
        },
    }
}

/// A field in another character set than the requested one. Characters that are the same in all character
/// sets of modems are accepted; others only in UTF-8.
fn as_it_stands(field: &str) -> Result<String, Why> {
    const UNKNOWN: Why = "a message is in a character set that was not asked for";
    // Where the GSM alphabet and ASCII have different characters (TS 23.038 section 6.2.1).
    const DIFFERS: &str = "$@[\\]^_`{|}~";
    let bytes: Vec<u8> = field.chars().map(|byte| byte as u8).collect();
    let text = String::from_utf8(bytes).map_err(|_| UNKNOWN)?;
    if text.chars().any(|c| c.is_control() || DIFFERS.contains(c)) { Err(UNKNOWN) } else { Ok(text) }
}

fn is_ucs2(field: &str) -> bool {
    let field = field.trim();
    !field.is_empty() && field.len().is_multiple_of(4) && field.chars().all(|c| c.is_ascii_hexdigit())
}

/// Decodes four digits per character; `None` where the field is not UCS2.
pub(super) fn from_ucs2(field: &str) -> Option<String> {
    is_ucs2(field).then_some(())?;
    let octets = hex::decode(field.trim()).ok()?;
    Some(Content::Ucs2(octets).text())
}

fn ascii_of_ucs2(field: &str) -> Option<String> {
    from_ucs2(field).filter(|text| text.chars().all(|c| matches!(c, ' '..='~')))
}

/// Whether `digits` can hardly be a text of digits and of the letters from A to F: as "UCS2" they read as Latin letters, or they
/// are more than a code or a word has, and read as letters, marks and pictures of the scripts that messages here may be in.
fn is_surely_ucs2(digits: &str, text: &str) -> bool {
    const LONGEST_CODE: usize = 8;
    let usual = |c: char| {
        matches!(c, '\n' | '\r' | ' '..='~' | '\u{a0}'..='\u{24f}' | '\u{370}'..='\u{52f}' | '\u{1e00}'..='\u{2bff}')
            || c >= '\u{1f000}'
    };
    let latin = |c: char| matches!(c, '\n' | '\r' | ' '..='\u{ff}');
    let is_a_number = digits.chars().all(|c| c.is_ascii_digit());
    (digits.len() > LONGEST_CODE && text.chars().all(usual)) || (!is_a_number && text.chars().all(latin))
}

/// `text` in "UCS2".
pub(super) fn to_ucs2(text: &str) -> String {
    hex::encode_upper(text.encode_utf16().flat_map(u16::to_be_bytes).collect::<Vec<_>>())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sms::fields::split;

    fn listed(values: &str, lines: &[&str]) -> Result<Option<(String, String)>, Why> {
        let lines: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
        let told = read(Kind::Listed, &split(values), &lines)?;
        Ok(told.map(|TextMessage { from, text }| (from, text)))
    }

    const HEAD: &str = r#"1,"REC UNREAD","004D0069007400490044",,"26/11/22,12:34:56+04""#;

    fn text(lines: &[&str]) -> Result<String, Why> {
        Ok(listed(HEAD, lines)?.unwrap().1)
    }

    #[test]
    fn senders_are_ucs2_or_stand_as_they_are() {
        for (sender, from) in [
            ("004D0069007400490044", "MitID"),
            ("1234", "1234"),
            ("+4587654321", "+4587654321"),
            ("MitID", "MitID"),
            ("CAFE", "CAFE"),
            ("002B00340035", "+45"),
            ("12345678", "12345678"),
        ] {
            let told =
                listed(&format!("1,\"REC READ\",\"{sender}\",,\"\""), &["00480065006A"]).unwrap().unwrap();
            assert_eq!(told, (from.to_owned(), "Hej".to_owned()));
        }
    }

    #[test]
    fn texts_are_ucs2_or_stand_as_they_are_or_are_refused() {
        assert_eq!(text(&[&to_ucs2("Din kode: 12345678 æøå 😀")]).unwrap(), "Din kode: 12345678 æøå 😀");
        assert_eq!(text(&["Your code is 12345678"]).unwrap(), "Your code is 12345678");
        assert_eq!(text(&[&to_ucs2("OK")]).unwrap(), "OK");
        for unsure in ["12345678", "0042", "CAFE", "471147114711", "DEADBEEFDEADBEEF"] {
            assert!(text(&[unsure]).is_err(), "{unsure}");
        }
        for other in ["Caf\u{e9}", "a\u{0}b", "x@y", "{}"] {
            assert!(text(&[other]).is_err(), "{other:?}");
        }
        assert_eq!(text(&["r\u{c3}\u{b8}d"]).unwrap(), "rød", "UTF-8, a byte to a character");
        assert!(text(&["two", "lines"]).is_err() && text(&[]).is_err());
    }

    #[test]
    fn a_length_settles_what_a_text_is() {
        let with = |length: usize, lines: &[&str]| {
            listed(&format!("{HEAD},145,{length}"), lines).map(|told| told.unwrap().1)
        };
        assert_eq!(with(8, &["12345678"]).unwrap(), "12345678");
        assert_eq!(with(2, &["12345678"]).unwrap(), "\u{1234}\u{5678}");
        assert_eq!(with(4, &["0048006500A00041"]).unwrap(), "He\u{a0}A");
        assert_eq!(with(9, &["two", "lines"]).unwrap(), "two\nlines");
        assert!(with(7, &["12345678"]).is_err() && with(3, &["two", "lines"]).is_err());
    }

    #[test]
    fn reports_and_own_messages_are_no_messages_that_came() {
        let report =
            r#"1,"REC UNREAD",6,15,"+4587654321",145,"26/11/22,12:34:56+04","26/11/22,12:34:58+04",0"#;
        assert_eq!(listed(report, &[]), Ok(None));
        assert!(!is_report(&split(HEAD)));
        assert!(is_own(&split(r#"1,"STO SENT","+45""#)) && is_own(&split("1,3,,20")));
        assert!(is_own(&split(r#"1,"00530054004F002000530045004E0054","+45""#)) && !is_own(&split(HEAD)));
    }

    proptest! {
        #[test]
        fn what_is_written_in_ucs2_is_read_or_refused(written in "\\PC{1,70}") {
            if let Ok(read) = text(&[&to_ucs2(&written)]) {
                prop_assert_eq!(read, written);
            }
        }

        #[test]
        fn any_lines_are_survived(values: String, lines: Vec<String>) {
            let _ = read(Kind::Listed, &split(&values), &lines);
            let _ = read(Kind::Direct, &split(&values), &lines);
        }
    }
}
