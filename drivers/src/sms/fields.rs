//! The values of a line that has a name before it: `+CMGL: 1,0,"A, B",45`.

/// One value between two commas.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    /// The value, without its quotes.
    pub text: String,
    /// Whether it stood in quotes: a string by V.250 section 5.4.2.2.
    pub quoted: bool,
}

impl Field {
    /// The value as a number; `None` for a string.
    pub fn number<T: std::str::FromStr>(&self) -> Option<T> {
        if self.quoted { None } else { self.text.parse().ok() }
    }
}

/// The text after `name` (as in `+CREG`) and its colon, if `line` begins with them.
pub(super) fn after<'l>(line: &'l str, name: &str) -> Option<&'l str> {
    let (before, values) = line.split_once(':')?;
    before.trim_end().eq_ignore_ascii_case(name).then(|| values.trim())
}

/// The values in `values`, separated by commas outside quotes.
pub(super) fn split(values: &str) -> Vec<Field> {
    let (mut fields, mut field, mut inside) = (Vec::new(), String::new(), false);
    for letter in values.chars() {
        match letter {
            '"' => inside = !inside,
            ',' if !inside => fields.push(std::mem::take(&mut field)),
            _ => {}
        }
        if letter != ',' || inside {
            field.push(letter);
        }
    }
    fields.push(field);
    fields.iter().map(|field| read(field.trim())).collect()
}

fn read(field: &str) -> Field {
    match field.strip_prefix('"') {
        Some(rest) => Field { text: rest.strip_suffix('"').unwrap_or(rest).into(), quoted: true },
        None => Field { text: field.into(), quoted: false },
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn values_are_split_at_commas_outside_quotes() {
        let texts: Vec<String> =
            split(r#"1,"REC, READ" ,,"+45",145"#).into_iter().map(|field| field.text).collect();
        assert_eq!(texts, ["1", "REC, READ", "", "+45", "145"]);
        assert_eq!(split("\"1\"")[0].number::<u8>(), None, "a string is no number");
        assert_eq!(split(" 7 ")[0].number::<u8>(), Some(7));
    }

    #[test]
    fn a_name_stands_before_its_colon() {
        assert_eq!(after("+CREG: 0,1", "+CREG"), Some("0,1"));
        assert_eq!(after("+CREG :0,1", "+CREG"), Some("0,1"));
        assert_eq!(after("+CREGX: 0,1", "+CREG"), None);
        assert_eq!(after("+CREG 0,1", "+CREG"), None);
    }

    proptest! {
        #[test]
        fn any_line_is_split(line: String) {
            prop_assert!(!split(&line).is_empty());
            let _ = after(&line, "+CREG");
        }
    }
}
