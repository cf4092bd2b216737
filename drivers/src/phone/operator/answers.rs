//! Parses a person's one-line answer about a screen. `None` is an answer that makes no sense.

use crate::phone::{Button, Field, Screen, Switch};

/// `a | b`.
pub(super) fn list(answer: &str) -> Vec<String> {
    answer.split('|').map(str::trim).filter(|entry| !entry.is_empty()).map(str::to_owned).collect()
}

/// `a | b (off)`.
pub(super) fn buttons(answer: &str) -> Option<Vec<Button>> {
    let button = |entry: String| match entry.strip_suffix("(off)") {
        Some(label) => Button { label: label.trim().into(), enabled: false },
        None => Button { label: entry, enabled: true },
    };
    Some(list(answer).into_iter().map(button).collect())
}

/// `a = 0 | b = 6 dots`.
pub(super) fn fields(answer: &str) -> Option<Vec<Field>> {
    let field = |entry: String| {
        let (label, value) = entry.rsplit_once('=')?;
        let (length, secret) = match value.trim().strip_suffix("dots") {
            Some(length) => (length, true),
            None => (value, false),
        };
        Some(Field { label: label.trim().into(), length: length.trim().parse().ok()?, secret })
    };
    list(answer).into_iter().map(field).collect()
}

/// `a = on | b = off`.
pub(super) fn switches(answer: &str) -> Option<Vec<Switch>> {
    let switch = |entry: String| {
        let (label, value) = entry.rsplit_once('=')?;
        let on = match value.trim() {
            "on" => true,
            "off" => false,
            _ => return None,
        };
        Some(Switch { label: label.trim().into(), on })
    };
    list(answer).into_iter().map(switch).collect()
}

/// Yes or no.
pub(super) fn yes(answer: &str) -> Option<bool> {
    match answer.to_ascii_lowercase().as_str() {
        "yes" | "y" => Some(true),
        "no" | "n" => Some(false),
        _ => None,
    }
}

/// The answers, as evidence.
pub(super) fn transcript(screen: &Screen) -> String {
    let Screen { title, texts, buttons, fields, switches } = screen;
    let mut lines = vec![format!("heading: {title}")];
    lines.extend(texts.iter().map(|text| format!("text: {text}")));
    lines.extend(
        buttons.iter().map(|Button { label, enabled }| {
            format!("button: {label}{}", if *enabled { "" } else { " (off)" })
        }),
    );
    lines.extend(fields.iter().map(|Field { label, length, secret }| {
        format!("field: {label} = {length}{}", if *secret { " dots" } else { "" })
    }));
    lines.extend(
        switches
            .iter()
            .map(|Switch { label, on }| format!("switch: {label} = {}", if *on { "on" } else { "off" })),
    );
    lines.join("\n")
}
