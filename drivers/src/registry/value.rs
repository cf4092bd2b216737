//! A value of a TOML file with its places, which outlives the file's text.

use toml::{
    Spanned,
    de::{DeTable, DeValue},
    value::Datetime,
};

/// A value. `toml`'s own [`DeValue`] borrows from the text that it was read from.
#[derive(Clone, Debug)]
pub(super) enum Value {
    Text(String),
    /// An integer or a floating-point number, in TOML's form.
    Number(String),
    Boolean(bool),
    Datetime(Datetime),
    Array(Vec<Spanned<Value>>),
    Table(Table),
}

/// A table in the order of its keys.
pub(super) type Table = Vec<(Spanned<String>, Spanned<Value>)>;

impl From<&DeValue<'_>> for Value {
    fn from(value: &DeValue<'_>) -> Self {
        match value {
            DeValue::String(text) => Self::Text(text.as_ref().to_owned()),
            DeValue::Integer(number) => Self::Number(number.to_string()),
            DeValue::Float(number) => Self::Number(number.as_str().to_owned()),
            DeValue::Boolean(value) => Self::Boolean(*value),
            DeValue::Datetime(value) => Self::Datetime(*value),
            DeValue::Array(values) => Self::Array(values.iter().map(spanned).collect()),
            DeValue::Table(table) => Self::Table(table.iter().map(entry).collect()),
        }
    }
}

/// One key of a table, and its value.
pub(super) fn entry(
    (key, value): (&Spanned<std::borrow::Cow<'_, str>>, &Spanned<DeValue<'_>>),
) -> (Spanned<String>, Spanned<Value>) {
    (Spanned::new(key.span(), key.get_ref().as_ref().to_owned()), spanned(value))
}

fn spanned(value: &Spanned<DeValue<'_>>) -> Spanned<Value> {
    Spanned::new(value.span(), Value::from(value.get_ref()))
}

/// As `toml` reads it.
pub(super) fn borrowed(value: &Spanned<Value>) -> Spanned<DeValue<'_>> {
    let read = match value.get_ref() {
        Value::Text(text) => DeValue::String(text.as_str().into()),
        // It was a number when it was read, so that it is one again.
        Value::Number(number) => DeValue::parse(number)
            .map_or_else(|_| DeValue::String(number.as_str().into()), Spanned::into_inner),
        Value::Boolean(value) => DeValue::Boolean(*value),
        Value::Datetime(value) => DeValue::Datetime(*value),
        Value::Array(values) => DeValue::Array(values.iter().map(borrowed).collect()),
        Value::Table(table) => DeValue::Table(borrowed_table(table)),
    };
    Spanned::new(value.span(), read)
}

/// As `toml` reads it.
pub(super) fn borrowed_table(table: &Table) -> DeTable<'_> {
    table
        .iter()
        .map(|(name, value)| (Spanned::new(name.span(), name.get_ref().as_str().into()), borrowed(value)))
        .collect()
}
