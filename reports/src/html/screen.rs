//! A phone's screen as text: what it reads, and what it offers.

use maud::{Markup, html};
use serde_json::Value;

/// The screen in `value`; `None` for another kind of value.
pub(super) fn screen(value: &Value) -> Option<Markup> {
    let title = value.get("title")?.as_str()?;
    let list = |name: &str| value.get(name).and_then(Value::as_array).map_or(&[] as &[Value], Vec::as_slice);
    let label = |value: &Value| value.get("label").unwrap_or(value).as_str().unwrap_or_default().to_owned();
    let disabled = |button: &Value| button.get("enabled") == Some(&Value::Bool(false));
    Some(html! {
        details.screen {
            summary { (title) }
            @for text in list("texts") { p { (label(text)) } }
            @for field in list("fields") { p { "field: " (label(field)) } }
            @for switch in list("switches") { p { "switch: " (label(switch)) } }
            @for button in list("buttons") {
                p { "button: " (label(button)) @if disabled(button) { " (disabled)" } }
            }
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
        assert!(screen(&json!({"lit": true})).is_none());
        assert!(screen(&json!("text")).is_none());
    }
}
