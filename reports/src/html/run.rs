//! The run itself: on what, by whom, with which files.

use maud::{Markup, html};

use super::Page;

impl Page<'_> {
    pub(super) fn the_run(&self) -> Markup {
        html! {
            section aria-labelledby="run" {
                h2 id="run" { "The run" }
                (self.facts())
            }
        }
    }

    fn facts(&self) -> Markup {
        let head = self.journal.head();
        let origin = self.journal.origin().cloned().unwrap_or_default();
        let given = |names: &[String]| if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        let facts = [
            ("Bench", self.bench()),
            ("Profile", head.profile.clone()),
            ("Environment", head.environment.clone()),
            ("Begun", self.journal.begun().unwrap_or("unknown").to_owned()),
            ("Ended", self.journal.ended().unwrap_or("not in order").to_owned()),
            ("Operator", origin.operator.clone()),
            ("Machine", origin.host.clone()),
            ("Rig", format!("{}, revision {}", head.rig, origin.revision.as_deref().unwrap_or("unknown"))),
            ("Seed", head.seed.to_string()),
            ("Defects given to the product", given(&head.defects)),
            ("Faults given to the bench", given(&head.faults)),
            ("Scenarios", self.summary.scenarios.len().to_string()),
            (
                "Bench time",
                format!("{:.1} s, judged in {:.1} s", self.summary.virtual_s, self.summary.wall_s),
            ),
        ];
        html! {
            dl.facts {
                @for (name, value) in facts {
                    div { dt { (name) } dd { (value) } }
                }
                @if !head.deviations.is_empty() {
                    div.wide {
                        dt { "Profile departs from the register's defaults" }
                        @for deviation in &head.deviations { dd { (deviation) } }
                    }
                }
                div.wide { dt { "Run" } dd { (self.summary.run) } }
                div.wide { dt { "Digest of the journal (SHA-256)" } dd.hash { (self.summary.digest) } }
                div.wide { dt { "Head of the journal's chain" } dd.hash { (self.summary.head) } }
                @for (what, sha256) in self.hashes() {
                    div.wide { dt { (what) } dd.hash { (sha256) } }
                }
            }
        }
    }

    /// The bench's name, which says that it is simulated where it is.
    pub(super) fn bench(&self) -> String {
        let head = self.journal.head();
        let said = head.bench.contains("simulated") || !head.simulated;
        if said { head.bench.clone() } else { format!("{} (simulated)", head.bench) }
    }

    /// The files that the run was made with, and their SHA-256.
    fn hashes(&self) -> Vec<(String, &str)> {
        let program = self.journal.origin().and_then(|origin| origin.program_sha256.as_deref());
        let program = program.map(|sha256| ("Program".to_owned(), sha256));
        let inputs = self.journal.head().inputs.iter();
        program.into_iter().chain(inputs.map(|input| (input.name.clone(), input.sha256.as_str()))).collect()
    }
}
