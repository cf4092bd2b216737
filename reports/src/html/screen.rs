//! A phone's screen as text: what it reads, and what it offers.

use maud::{Markup, html};
use serde_json::Value;

/// A line of a screen.
struct Line {
    /// "field", "switch", "button"; empty for plain text.
    kind: &'static str,
    text: String,
    disabled: bool,
}

impl Line {
    fn words(&self) -> String {
        let kind = if self.kind.is_empty() { String::new() } else { format!("{}: ", self.kind) };
        format!("{kind}{}{}", self.text, if self.disabled { " (disabled)" } else { "" })
    }
}

/// The title and the lines of the screen in `value`; `None` for another kind of value.
fn lines(value: &Value) -> Option<(&str, Vec<Line>)> {
    let title = value.get("title")?.as_str()?;
    let kinds = [("texts", ""), ("fields", "field"), ("switches", "switch"), ("buttons", "button")];
    let lines = kinds.into_iter().flat_map(|(name, kind)| {
        let list = value.get(name).and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
        list.iter().map(move |value| Line {
            kind,
            text: value.get("label").unwrap_or(value).as_str().unwrap_or_default().to_owned(),
            disabled: value.get("enabled") == Some(&Value::Bool(false)),
        })
    });
    Some((title, lines.collect()))
}

/// The screen in one line.
pub(super) fn words(value: &Value) -> Option<String> {
    let (title, lines) = lines(value)?;
    let lines = lines.iter().map(|line| format!(" / {}", line.words()));
    Some(format!("“{title}”{}", lines.collect::<String>()))
}

/// The screen as a picture of its text.
pub(super) fn screen(value: &Value) -> Option<Markup> {
    let (title, lines) = lines(value)?;
    Some(html! {
        div.screen {
            p.title { (title) }
            @for line in &lines { p class=[(!line.kind.is_empty()).then_some(line.kind)] { (line.words()) } }
        }
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_screen_is_all_its_text_and_nothing_else_is_one() {
        let shown = json!({
            "title": "Welcome", "texts": ["One & two"], "fields": ["PIN code"], "switches": ["Notify me"],
            "buttons": [{"label": "Next", "enabled": false}, {"label": "Back", "enabled": true}],
        });
        let text = screen(&shown).unwrap().into_string();
        for part in
            ["Welcome", "One &amp; two", "field: PIN code", "switch: Notify me", "Next (disabled)", "Back<"]
        {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert_eq!(
            words(&shown).unwrap(),
            "“Welcome” / One & two / field: PIN code / switch: Notify me / button: Next (disabled) / button: Back"
        );
        assert!(screen(&json!({"lit": true})).is_none());
        assert!(words(&json!("text")).is_none());
    }
}
