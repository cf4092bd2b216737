//! Settings of a profile: each of its figures stands in the register with default, permitted range and
//! source.
//!
//! A profile is a file that people edit, so it cannot weaken the guide: a value outside of its range is
//! refused, and deviations from the defaults are listed in the head of every record.

use std::{collections::BTreeMap, path::Path};

use reports::Deviation;
use serde::Deserialize;
use toml::{
    Spanned, Value,
    de::{DeTable, DeValue},
};

use super::register::Register;
use crate::bad_input::BadInput;

/// One figure or choice that a profile sets.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Its key in the profile, "totp.window_past".
    key: String,
    /// Default value.
    default: Value,
    /// Permitted values.
    permitted: Permitted,
    /// The clause or document that says so, or the lab.
    source: String,
}

/// Permitted values of a setting.
#[derive(Clone, Debug, Default, PartialEq)]
struct Permitted {
    /// The least number.
    min: Option<f64>,
    /// The largest number.
    max: Option<f64>,
    /// Another key: a pair encloses the value there, and departs from it by no more than this.
    around: Option<(String, f64)>,
    /// Words.
    one_of: Vec<String>,
}

/// The sections of a profile whose values are texts and names, not settings.
const FREE: [&str; 7] = ["name", "version", "has", "environment", "words", "texts", "sms"];

/// A profile's values by their keys, each with its place in the text.
type Values = BTreeMap<String, (Value, usize)>;

/// Checks the profile `source`, the text of `file`, against the register: what in it is not the default.
pub fn deviations(register: &Register, file: &Path, source: &str) -> Result<Vec<Deviation>, BadInput> {
    let table = DeTable::parse(source).map_err(|error| BadInput::of_toml(file, source, &error))?;
    let mut values = Values::new();
    for (key, value) in table.get_ref() {
        if !FREE.contains(&key.get_ref().as_ref()) {
            collect(key.get_ref(), value, &mut values);
        }
    }
    let at = |offset, message: String| BadInput::at(file, source, offset, message);
    for (key, (value, offset)) in &values {
        if register.setting(key).is_none() && needs_range(value) {
            return Err(at(*offset, format!("`{key}` has no permitted range in the register of clauses")));
        }
    }
    let mut deviations = Vec::new();
    for setting in register.settings() {
        let Some((value, offset)) = values.get(&setting.key) else { continue };
        setting.permits(value, &values).map_err(|message| at(*offset, message))?;
        if !same(value, &setting.default) {
            deviations.push(Deviation {
                key: setting.key.clone(),
                value: value.to_string(),
                default: setting.default.to_string(),
                source: setting.source.clone(),
            });
        }
    }
    Ok(deviations)
}

/// Keeps every value of a table under its whole key.
fn collect(key: &str, value: &Spanned<DeValue>, values: &mut Values) {
    if let DeValue::Table(table) = value.get_ref() {
        for (name, value) in table {
            collect(&format!("{key}.{}", name.get_ref()), value, values);
        }
        return;
    }
    if let Some(plain) = plain(value.get_ref()) {
        values.insert(key.to_owned(), (plain, value.span().start));
    }
}

/// A value without its positions; `None` unless it is a number, a text or a list of such.
fn plain(value: &DeValue) -> Option<Value> {
    Some(match value {
        DeValue::String(text) => Value::String(text.clone().into_owned()),
        DeValue::Integer(number) => {
            Value::Integer(i64::from_str_radix(&number.as_str().replace('_', ""), number.radix()).ok()?)
        }
        DeValue::Float(number) => Value::Float(number.as_str().replace('_', "").parse().ok()?),
        DeValue::Array(items) => {
            Value::Array(items.iter().filter_map(|item| plain(item.get_ref())).collect())
        }
        DeValue::Boolean(_) | DeValue::Datetime(_) | DeValue::Table(_) => return None,
    })
}

/// Whether a value is a figure: texts and lists of texts are free.
fn needs_range(value: &Value) -> bool {
    !numbers(value).is_empty()
}

/// The numbers of a value.
fn numbers(value: &Value) -> Vec<f64> {
    match value {
        Value::Integer(number) => vec![*number as f64],
        Value::Float(number) => vec![*number],
        Value::Array(items) => items.iter().flat_map(numbers).collect(),
        _ => Vec::new(),
    }
}

/// Whether two values are the same, whole numbers with or without a point.
fn same(one: &Value, other: &Value) -> bool {
    one == other || (needs_range(one) && numbers(one) == numbers(other))
}

impl Setting {
    /// An error that says what is permitted, where `value` is not.
    fn permits(&self, value: &Value, all: &Values) -> Result<(), String> {
        let Self { key, permitted, source, .. } = self;
        let refused = |accepted: String| Err(format!("`{key} = {value}`: {accepted} ({source})"));
        if let Value::String(word) = value
            && !permitted.one_of.contains(word)
        {
            return refused(format!("accepted: {}", permitted.one_of.join(", ")));
        }
        let (min, max) = (permitted.min.unwrap_or(f64::MIN), permitted.max.unwrap_or(f64::MAX));
        let numbers = numbers(value);
        if numbers.iter().any(|number| !(min..=max).contains(number)) {
            return refused(permitted.in_words());
        }
        let Some((middle, within)) = &permitted.around else { return Ok(()) };
        let Some(&[about]) = all.get(middle).map(|(value, _)| self::numbers(value)).as_deref() else {
            return refused(format!("the profile has no number `{middle}` that it lies around"));
        };
        let [lowest, highest] = numbers[..] else { return refused("two numbers are accepted".into()) };
        if lowest > about || highest < about || about - lowest > *within || highest - about > *within {
            return refused(format!(
                "it encloses `{middle} = {about}` and departs from it by {within} at most"
            ));
        }
        Ok(())
    }
}

impl Permitted {
    fn in_words(&self) -> String {
        match (self.min, self.max) {
            (Some(min), Some(max)) if min == max => format!("only {min} is accepted"),
            (Some(min), Some(max)) => format!("{min} to {max} is accepted"),
            (Some(min), None) => format!("at least {min} is accepted"),
            (None, Some(max)) => format!("at most {max} is accepted"),
            (None, None) => "any number is accepted".into(),
        }
    }
}

/// A setting's entry in the register.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SettingEntry {
    key: Spanned<String>,
    default: Value,
    min: Option<f64>,
    max: Option<f64>,
    around: Option<String>,
    within: Option<f64>,
    #[serde(default)]
    one_of: Vec<String>,
    /// The figure of the clause in `source` that binds it.
    figure: Option<String>,
    source: String,
}

impl SettingEntry {
    /// The setting, or the byte offset and the message of what is wrong.
    pub fn check(self, register: &Register) -> Result<Setting, (usize, String)> {
        let at = self.key.span().start;
        let key = self.key.into_inner();
        let (mut min, mut max) = (self.min, self.max);
        if let Some(figure) = &self.figure {
            let clause = register.get(&self.source);
            let figure = clause
                .and_then(|clause| clause.figures.get(figure))
                .ok_or_else(|| (at, format!("setting `{key}`: {} has no figure `{figure}`", self.source)))?;
            let (least, most) = figure.range();
            (min, max) = (min.or(least), max.or(most));
        }
        let around = match (self.around, self.within) {
            (Some(middle), Some(within)) => Some((middle, within)),
            (None, None) => None,
            _ => return Err((at, format!("setting `{key}`: `around` and `within` go together"))),
        };
        let permitted = Permitted { min, max, around, one_of: self.one_of };
        Ok(Setting { key, default: self.default, permitted, source: self.source })
    }
}

impl Setting {
    /// Its key in the profile.
    pub fn key(&self) -> &str {
        &self.key
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const REGISTER: &str = r#"
[[clause]]
id = "S5.B.5b"
level = "must"
quote = "The QR code is valid for 3 minutes."
source = "MitID user guide"
instruments = ["camera"]
sealed = true
figures = { validity = { is = 3, unit = "min" } }

[[setting]]
key = "qr.valid_s"
default = 180
figure = "validity"
source = "S5.B.5b"

[[setting]]
key = "limits.qr_shown_s"
default = [178, 182]
around = "qr.valid_s"
within = 2
source = "lab"

[[setting]]
key = "totp.hash"
default = "SHA-1"
one_of = ["SHA-1", "SHA-256"]
source = "lab"
"#;
    const PROFILE: &str = "name = \"x\"\n[qr]\nvalid_s = 180\n[limits]\nqr_shown_s = [178.0, 182.0]\n[totp]\nhash = \"SHA-1\"\n";

    fn checked(profile: &str) -> Result<Vec<Deviation>, String> {
        let register = Register::parse(Path::new("clauses.toml"), REGISTER).unwrap();
        deviations(&register, Path::new("p.toml"), profile).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_no_deviation() {
        assert_eq!(checked(PROFILE), Ok(Vec::new()));
    }

    #[test]
    fn what_is_permitted_and_not_the_default_is_told() {
        let found = checked(&PROFILE.replace("[178.0, 182.0]", "[179.0, 181.0]")).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to_string(), "limits.qr_shown_s = [179.0, 181.0] (default [178, 182], lab)");
        assert_eq!(checked(&PROFILE.replace("SHA-1", "SHA-256")).unwrap()[0].key, "totp.hash");
    }

    #[test]
    fn what_is_outside_is_refused_with_its_line() {
        for (from, to, line, words) in [
            ("= 180", "= 120", 3, "`qr.valid_s = 120`: only 180 is accepted (S5.B.5b)"),
            ("[178.0, 182.0]", "[118.0, 122.0]", 5, "encloses `qr.valid_s = 180` and departs from it by 2"),
            ("[178.0, 182.0]", "[178.0, 190.0]", 5, "departs from it by 2 at most"),
            ("[178.0, 182.0]", "[181.0, 182.0]", 5, "encloses"),
            ("SHA-1", "MD5", 7, "accepted: SHA-1, SHA-256"),
            ("valid_s", "lives_s", 3, "`qr.lives_s` has no permitted range"),
            ("hash", "salt = 0x_\nhash", 7, ""),
        ] {
            let error = checked(&PROFILE.replace(from, to)).unwrap_err();
            assert!(error.starts_with(&format!("p.toml:{line}: ")) && error.contains(words), "{error}");
        }
    }

    #[test]
    fn the_suites_own_profile_has_no_deviation() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let register = Register::load(&root.join("features/clauses.toml")).unwrap();
        let file = root.join("fixtures/profiles/mitid.toml");
        let source = BadInput::read(&file).unwrap();
        assert_eq!(deviations(&register, &file, &source), Ok(Vec::new()));
    }

    proptest! {
        #[test]
        fn no_profile_moves_the_guides_figure(valid in 0_u32..100_000, lower in -1e6..1e6_f64, upper in -1e6..1e6_f64) {
            let profile = PROFILE.replace("= 180", &format!("= {valid}"));
            prop_assert_eq!(checked(&profile).is_ok(), valid == 180);
            let limits = format!("[{lower:.3}, {upper:.3}]");
            if checked(&PROFILE.replace("[178.0, 182.0]", &limits)).is_ok() {
                prop_assert!((178.0..=180.0).contains(&lower) && (180.0..=182.0).contains(&upper));
            }
        }

        #[test]
        fn any_text_is_a_profile_or_an_error(text in "\\PC*") {
            let _ = checked(&text);
        }
    }
}
