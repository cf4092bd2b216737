//! Page sources as evidence: without what was typed.

use roxmltree::Document;

use super::Held;

/// Placeholder for a typed character.
const DOT: &str = "•";
/// A text of at least this many characters is cut wherever it occurs; a shorter one only where it stands
/// alone, since it might be part of any word.
const TELLING: usize = 4;

/// The text of `document` with dots for what fields hold, and for each of `typed` wherever else it stands.
pub(super) fn redact(document: &Document<'_>, held: &[Held], typed: &[String]) -> String {
    let secrets: Vec<&str> =
        held.iter().map(|held| held.text.as_str()).chain(typed.iter().map(String::as_str)).collect();
    let mut cuts: Vec<_> = held.iter().map(|held| (held.at.clone(), dots(&held.text))).collect();
    for attribute in document.descendants().flat_map(|node| node.attributes()) {
        let at = attribute.range_value();
        let already = held.iter().any(|held| held.at == at);
        let tells = secrets.iter().any(|secret| is_told(attribute.value(), secret));
        if tells && !already {
            cuts.push((at, dots(attribute.value())));
        }
    }
    cuts.sort_by_key(|(at, _)| at.start);
    let mut text = document.input_text().to_owned();
    for (at, dots) in cuts.into_iter().rev() {
        text.replace_range(at, &dots);
    }
    text
}

fn is_told(text: &str, secret: &str) -> bool {
    // Dots tell nothing.
    if secret.trim_matches(['•', '●', '*']).is_empty() {
        return false;
    }
    text == secret || (secret.chars().count() >= TELLING && text.contains(secret))
}

fn dots(text: &str) -> String {
    DOT.repeat(text.chars().count())
}
