//! Selects the frames that the page carries: those that decided, within a size limit that keeps the page
//! small enough to send.

use std::collections::{HashMap, HashSet};

use base64::prelude::{BASE64_STANDARD, Engine};
use maud::{Markup, html};

use super::{
    Page,
    problems::{Problem, decisive},
    reading::reading,
    seconds,
};
use crate::{
    Evidence, EvidenceStore, Journal, Observation, Outcome,
    journal::{observations_of, verdicts},
    picture,
};

/// The frames of a page, by SHA-256.
pub(super) struct Frames {
    /// `data:` URIs, or the reason for a missing one.
    frames: HashMap<String, Result<String, String>>,
    /// The place at which each frame is shown; elsewhere it is linked.
    homes: HashMap<String, Home>,
}

/// A place on the page at which a frame can be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Home {
    /// Beside a problem.
    Problem { problem: usize, observation: u32 },
    /// In the step of a scenario.
    Step { scenario: usize, observation: u32 },
}

impl Frames {
    /// No frame at all.
    pub(super) fn none() -> Self {
        Self { frames: HashMap::new(), homes: HashMap::new() }
    }

    /// Bytes of all of them.
    pub(super) fn bytes(&self) -> u64 {
        self.frames.values().map(|frame| frame.as_ref().map_or_else(String::len, String::len) as u64).sum()
    }

    /// Chooses the frames beside the problems, the most telling of each first; then those that decided other verdicts than
    /// pass; then one frame for each clause: the last one behind its first verdict.
    ///
    /// Together they take `room` bytes of the page at most.
    pub(super) fn choose(journal: &Journal, store: &EvidenceStore, room: u64, found: &[Problem]) -> Self {
        let mut chosen = Self::none();
        let mut left = room;
        for (evidence, home) in beside_problems(journal, found).chain(behind_verdicts(journal)) {
            if chosen.frames.contains_key(&evidence.sha256) {
                continue;
            }
            let frame = load(evidence, store);
            let size = frame.as_ref().map_or_else(String::len, String::len) as u64;
            let Some(after) = left.checked_sub(size) else { break };
            left = after;
            chosen.frames.insert(evidence.sha256.clone(), frame);
            chosen.homes.insert(evidence.sha256.clone(), home);
        }
        chosen
    }
}

/// A frame that no verdict rests on was kept only where its step did not pass.
fn beside_problems<'a>(
    journal: &Journal,
    found: &'a [Problem],
) -> impl Iterator<Item = (&'a Evidence, Home)> {
    let kept: Vec<_> = found.iter().map(|one| journal.due(one.scenario)).collect();
    let most = found.iter().map(|one| one.decisive.len()).max().unwrap_or(0);
    let ranked = (0..most).flat_map(move |rank| {
        found
            .iter()
            .enumerate()
            .filter_map(move |(problem, one)| Some((problem, one.decisive.get(rank)?.observation)))
    });
    let was_kept = move |(problem, seen): &(usize, &Observation)| kept[*problem].contains(&seen.id);
    ranked
        .filter(was_kept)
        .filter_map(|(problem, seen)| Some((image(seen)?, Home::Problem { problem, observation: seen.id })))
}

fn behind_verdicts(journal: &Journal) -> impl Iterator<Item = (&Evidence, Home)> {
    let mut wanted = Vec::new();
    let mut last_of_clause = Vec::new();
    let mut clauses: HashSet<&str> = HashSet::new();
    let verdicts = journal.scenarios().enumerate().flat_map(|(scenario, (_, entries))| {
        verdicts(entries).map(move |verdict| (scenario, verdict, observations_of(verdict, entries)))
    });
    for (scenario, verdict, observations) in verdicts {
        let home = |seen: &Observation| Home::Step { scenario, observation: seen.id };
        let shown = |seen| Some((image(seen)?, home(seen)));
        if verdict.outcome != Outcome::Pass {
            wanted.extend(decisive(&observations).iter().filter_map(|one| shown(one.observation)));
        } else if let Some(last) = observations.into_iter().filter_map(shown).next_back()
            && clauses.insert(&verdict.clause)
        {
            last_of_clause.push(last);
        }
    }
    wanted.into_iter().chain(last_of_clause)
}

/// The evidence of an observation, where it is a picture that browsers show.
pub(crate) fn image(observation: &Observation) -> Option<&Evidence> {
    let shown = |evidence: &&Evidence| matches!(evidence.media_type.as_str(), "image/png" | "image/jpeg");
    observation.evidence.as_ref().filter(shown)
}

/// Frames that were kept without loss are shown as people see them; another picture as it is.
fn load(evidence: &Evidence, store: &EvidenceStore) -> Result<String, String> {
    let bytes = store.read(evidence).map_err(|error| error.to_string())?;
    if let Some(uri) = picture::of_kept(&bytes) {
        return Ok(uri);
    }
    Ok(format!("data:{};base64,{}", evidence.media_type, BASE64_STANDARD.encode(bytes)))
}

impl Page<'_> {
    /// The frame of an observation, where the page has it: the picture at its `home`, elsewhere a link to it.
    pub(super) fn picture(&self, scenario: usize, observation: &Observation, home: Home) -> Option<Markup> {
        let evidence = image(observation)?;
        let frame = self.frames.frames.get(&evidence.sha256)?;
        let anchor = format!("frame-{}", evidence.sha256.chars().take(16).collect::<String>());
        let seen = format!("{} at {}", observation.instrument, seconds(observation.at_ns));
        let scenario = &self.summary.scenarios[scenario].name;
        Some(match frame {
            Err(why) => html! { p.notice { strong { "Evidence cannot be shown. " } (why) } },
            Ok(uri) if self.frames.homes.get(&evidence.sha256) == Some(&home) => html! {
                img id=(anchor) src=(uri) alt={ "Frame: " (seen) ", " (reading(observation)) ", in " (scenario) };
            },
            Ok(_) => html! { p.source { a href={ "#" (anchor) } { "The frame, elsewhere on this page" } } },
        })
    }
}
