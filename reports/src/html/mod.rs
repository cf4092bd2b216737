//! One HTML page that a lab can hand to a customer: self-contained, no scripts, nothing fetched, the same
//! in print, on a phone, in the dark and to a screen reader. An outcome is never told by color alone.

use std::fs;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{ClauseStatus, EvidenceStore, Journal, Level, Outcome, Summary, journal::JOURNAL_FILE};

mod chart;
mod clauses;
mod filter;
mod frames;
mod measurements;
mod overview;
mod problems;
mod proof;
mod reading;
mod run;
mod scenarios;
mod screen;
mod shown;
#[cfg(test)]
mod testing;
mod timeline;

use clauses::SeenThrough;
use frames::Frames;
pub(crate) use frames::image;
use problems::Problem;
pub(crate) use problems::decisive_pictures;
pub use proof::proof;

/// Nothing runs and nothing is fetched, whatever a journal from outside brings.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

/// Bytes of a page at most, so that it can be sent; what stands around a frame fits between this and 5 MB.
const PAGE: u64 = 4_900_000;

/// The run as one HTML page.
///
/// The frames that decided are embedded, up to a size that keeps the page below 5 MB. Evidence that is
/// missing or was altered is named as such in its place.
pub fn html(journal: &Journal, summary: &Summary) -> String {
    let store = EvidenceStore::new(journal.run_dir());
    let found = problems::problems(journal, summary);
    let mut page = Page { journal, summary, found, frames: Frames::none(), seen: SeenThrough::of(journal) };
    let mut room = PAGE.saturating_sub(expected_text(journal));
    loop {
        page.frames = Frames::choose(journal, &store, room, &page.found);
        let rendered = page.render().into_string();
        let too_long = (rendered.len() as u64).saturating_sub(PAGE);
        if too_long == 0 || room == 0 {
            return rendered;
        }
        room = page.frames.bytes().saturating_sub(too_long);
    }
}

/// Bytes of a page without its frames, from above in most cases: of whole runs it is half of the journal, and the style.
fn expected_text(journal: &Journal) -> u64 {
    let journal = fs::metadata(journal.run_dir().join(JOURNAL_FILE)).map_or(0, |file| file.len());
    journal * 6 / 10 + 100_000
}

/// A page with the style that all pages share.
pub(crate) fn document(title: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="color-scheme" content="light dark";
                title { (title) }
                style { (PreEscaped(include_str!("style.css"))) }
            }
            body { (body) }
        }
    }
}

/// Input of the page's parts.
struct Page<'a> {
    journal: &'a Journal,
    summary: &'a Summary,
    found: Vec<Problem<'a>>,
    frames: Frames,
    seen: SeenThrough,
}

impl Page<'_> {
    fn render(&self) -> Markup {
        let title = format!("{} – {}", capital(self.summary.outcome.word()), self.summary.run);
        let body = html! {
            (self.overview())
            main {
                (self.problems())
                (self.filter())
                (self.clauses())
                (self.measurements())
                (self.scenarios())
                (self.not_judged())
                (self.the_run())
                (self.legend())
            }
        };
        document(&title, &body)
    }

    /// Meanings of the words, and the decision rule for figures.
    fn legend(&self) -> Markup {
        let meanings = [
            (ClauseStatus::Judged(Outcome::Fail), "Judged, and broken. Stays so, whatever happens later."),
            (
                ClauseStatus::Judged(Outcome::Error),
                "The bench or the rig failed. Says nothing of the product.",
            ),
            (
                ClauseStatus::Judged(Outcome::Inconclusive),
                "Limit: within the uncertainty of a limit. Not observed: the instrument could not see. Neither pass nor fail.",
            ),
            (ClauseStatus::Judged(Outcome::NotRun), "Planned, but not reached. Neither pass nor fail."),
            (ClauseStatus::Judged(Outcome::Pass), "Judged, and kept."),
            (ClauseStatus::Reported, "Of level info: found out, and not judged. Changes no outcome."),
            (ClauseStatus::NotApplicable, "The product has not what it needs; its profile says why."),
            (ClauseStatus::Uncovered, "No scenario of this run judges it."),
        ];
        html! {
            section aria-labelledby="legend" {
                h2 id="legend" { "How to read this report" }
                dl.meanings {
                    @for (status, meaning) in meanings {
                        div { dt { (mark(status)) } dd { (meaning) } }
                    }
                }
                p {
                    "The worst outcome wins: over the steps of a scenario, over the scenarios that judge a \
                     clause, and over the run. A measured value passes where it lies inside its limits by \
                     more than its expanded uncertainty, fails where it lies outside by more, and is \
                     inconclusive in the guard band between (JCGM 106, ILAC-G8)."
                }
                p {
                    "Levels: must – the guide says it; should – a help page or a standard says it; profile – \
                     nobody documents it and the lab's profile sets it; info – reported, never judged."
                }
            }
        }
    }
}

/// An outcome as a sign, a word and a color, in this order of importance.
fn badge(outcome: Outcome) -> Markup {
    mark(ClauseStatus::Judged(outcome))
}

fn mark(status: ClauseStatus) -> Markup {
    html! { span.badge.(shown::class(status)) { (shown::sign(status)) " " (status.word()) } }
}

fn level(level: Level) -> &'static str {
    match level {
        Level::Must => "must",
        Level::Should => "should",
        Level::Profile => "profile",
        Level::Info => "info",
    }
}

/// Bench time for people: "34.160 s".
fn seconds(ns: u64) -> String {
    format!("{:.3} s", ns as f64 / 1e9)
}

fn capital(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|first| first.to_uppercase().chain(chars).collect()).unwrap_or_default()
}

/// Where on the page the scenario at this place of the plan stands.
fn scenario_anchor(index: usize) -> String {
    format!("scenario-{}", index + 1)
}

impl Page<'_> {
    /// Where on the page a clause stands: by its place in the register, because ids come from outside.
    fn clause_anchor(&self, id: &str) -> String {
        let place = self.summary.clauses.iter().position(|clause| clause.id == id);
        format!("clause-{}", place.map_or(0, |place| place + 1))
    }

    /// Whether a clause is of level info.
    fn is_reported(&self, id: &str) -> bool {
        self.journal.head().clauses.iter().any(|clause| clause.id == id && clause.is_reported())
    }

    /// A clause's id as a link to its row.
    fn clause_link(&self, id: &str) -> Markup {
        html! { a.id href={ "#" (self.clause_anchor(id)) } { (id) } }
    }

    /// A scenario's name as a link to its place.
    fn scenario_link(&self, index: usize) -> Markup {
        html! { a href={ "#" (scenario_anchor(index)) } { (self.summary.scenarios[index].name) } }
    }
}
