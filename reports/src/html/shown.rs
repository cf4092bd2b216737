//! Small pieces that several parts of the page show alike.

use maud::{Markup, html};

use crate::{Evidence, Outcome, Standing};

/// The name that the style knows a standing by.
pub(super) fn class(standing: Standing) -> &'static str {
    match standing {
        Standing::Judged(Outcome::Pass) => "pass",
        Standing::Judged(Outcome::NotRun) => "not-run",
        Standing::Judged(Outcome::Inconclusive) => "inconclusive",
        Standing::Judged(Outcome::Error) => "error",
        Standing::Judged(Outcome::Fail) => "fail",
        Standing::Reported | Standing::NotApplicable | Standing::Uncovered => "outside",
    }
}

/// The sign before an outcome's word.
pub(super) fn sign(standing: Standing) -> &'static str {
    match standing {
        Standing::Judged(Outcome::Pass) => "✓",
        Standing::Judged(Outcome::NotRun) => "–",
        Standing::Judged(Outcome::Inconclusive) => "?",
        Standing::Judged(Outcome::Error) => "!",
        Standing::Judged(Outcome::Fail) => "✕",
        Standing::Reported => "i",
        Standing::NotApplicable => "∅",
        Standing::Uncovered => "○",
    }
}

/// A link to a file of evidence, named by its kind; the name alone for a file outside of the evidence folder.
pub(super) fn evidence_link(evidence: &Evidence) -> Markup {
    let kind = match evidence.media_type.as_str() {
        "image/png" | "image/jpeg" => "frame as kept",
        "audio/wav" => "sound",
        _ if evidence.offset.is_some() => "transcript",
        _ => "file",
    };
    let title = match evidence.offset {
        Some(offset) => format!("line at byte {offset}, SHA-256 {}", evidence.sha256),
        None => format!("SHA-256 {}", evidence.sha256),
    };
    html! {
        @match file(evidence) {
            Some(file) => a href=(file) title=(title) { (kind) },
            None => (kind),
        }
    }
}

/// Relative link to the evidence; `None` if the journal names a file outside of the evidence folder.
fn file(evidence: &Evidence) -> Option<&str> {
    let name = evidence.file.strip_prefix("evidence/")?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-');
    name.chars().all(plain).then_some(&evidence.file)
}
