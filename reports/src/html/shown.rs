//! Small pieces that several parts of the page show alike.

use maud::{Markup, html};

use crate::{ClauseStatus, Evidence, Outcome};

/// The name that the style knows a status by.
pub(super) fn class(status: ClauseStatus) -> &'static str {
    match status {
        ClauseStatus::Judged(Outcome::Pass) => "pass",
        ClauseStatus::Judged(Outcome::NotRun) => "not-run",
        ClauseStatus::Judged(Outcome::Inconclusive) => "inconclusive",
        ClauseStatus::Judged(Outcome::Error) => "error",
        ClauseStatus::Judged(Outcome::Fail) => "fail",
        ClauseStatus::Reported | ClauseStatus::NotApplicable | ClauseStatus::Uncovered => "outside",
    }
}

/// The sign before an outcome's word.
pub(super) fn sign(status: ClauseStatus) -> &'static str {
    match status {
        ClauseStatus::Judged(Outcome::Pass) => "✓",
        ClauseStatus::Judged(Outcome::NotRun) => "–",
        ClauseStatus::Judged(Outcome::Inconclusive) => "?",
        ClauseStatus::Judged(Outcome::Error) => "!",
        ClauseStatus::Judged(Outcome::Fail) => "✕",
        ClauseStatus::Reported => "i",
        ClauseStatus::NotApplicable => "∅",
        ClauseStatus::Uncovered => "○",
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
