//! Masking: one-time codes stay in the run's folder. What is made for others (the lines on a terminal, JUnit, the
//! machine-readable line) says how many digits a code has, and not which.

use std::borrow::Cow;

/// The signs around what a display showed or a reader spoke.
const QUOTES: (char, char) = ('“', '”');
/// Placeholder for a digit.
const MASK: char = '•';

/// `text`, with the digits of every quoted code masked.
pub fn masked(text: &str) -> Cow<'_, str> {
    if !text.contains(QUOTES.1) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((upto, after)) = rest.split_once(QUOTES.1) {
        match upto.rsplit_once(QUOTES.0) {
            Some((before, code)) if is_code(code) => {
                out.push_str(before);
                out.push(QUOTES.0);
                out.extend(code.chars().map(|c| if c.is_ascii_digit() { MASK } else { c }));
            }
            _ => out.push_str(upto),
        }
        out.push(QUOTES.1);
        rest = after;
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// Whether it is digits as displays show them: dark places and what could not be read among them.
fn is_code(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits >= 4 && text.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'?' | b'-' | b' '))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn codes_are_masked_and_nothing_else() {
        let masked = |text| masked(text).into_owned();
        assert_eq!(masked("the display shows “81804_”: 5 digits"), "the display shows “•••••_”: 5 digits");
        assert_eq!(masked("“081804” was spoken, “81?804” seen"), "“••••••” was spoken, “••?•••” seen");
        for kept in ["“Activate MitID”", "59.2 s ± 1.1 s", "step 58918226", "“123", "”“", "“123”", ""]
        {
            assert_eq!(masked(kept), kept);
        }
    }

    proptest! {
        #[test]
        fn no_code_comes_through(before in "[a “”]{0,4}", code in "[0-9]{4,8}", after in "[a “”]{0,4}") {
            let text = format!("{before}“{code}”{after}");
            prop_assert!(!masked(&text).contains(&format!("“{code}”")), "{}", masked(&text));
        }
    }
}
