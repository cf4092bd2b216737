//! Selects the frames that the page carries: those that decided, within a size limit that keeps the page
//! small enough to send.

use std::collections::{HashMap, HashSet};

use base64::prelude::{BASE64_STANDARD, Engine};

use crate::{Evidence, EvidenceStore, Journal, Observation, Outcome};

/// The frames of a page, by SHA-256.
pub(super) struct Frames {
    /// `data:` URIs, or the reason for a missing one.
    frames: HashMap<String, Result<String, String>>,
    /// The observation at which each frame is shown; elsewhere it is linked.
    homes: HashMap<String, (usize, u32)>,
}

impl Frames {
    /// No frame at all.
    pub(super) fn none() -> Self {
        Self { frames: HashMap::new(), homes: HashMap::new() }
    }

    /// Chooses the frames behind verdicts other than pass, then one frame for each clause: the last one
    /// behind its first verdict, which shows the awaited result.
    ///
    /// Together they take `room` bytes of the page at most.
    pub(super) fn choose(journal: &Journal, store: &EvidenceStore, room: u64) -> Self {
        let mut wanted: Vec<&Evidence> = Vec::new();
        let mut last_of_clause: Vec<&Evidence> = Vec::new();
        let mut clauses: HashSet<&str> = HashSet::new();
        for (_, verdict, observations) in journal.verdicts() {
            let images: Vec<&Evidence> = observations.into_iter().filter_map(image).collect();
            if verdict.outcome != Outcome::Pass {
                wanted.extend(images);
            } else if !images.is_empty() && clauses.insert(&verdict.clause) {
                last_of_clause.extend(images.last());
            }
        }
        wanted.extend(last_of_clause);
        let mut frames = HashMap::new();
        let mut left = room;
        for evidence in wanted {
            if frames.contains_key(&evidence.sha256) {
                continue;
            }
            let frame = load(evidence, store);
            let size = frame.as_ref().map_or_else(String::len, String::len) as u64;
            let Some(after) = left.checked_sub(size) else { break };
            left = after;
            frames.insert(evidence.sha256.clone(), frame);
        }
        Self { homes: homes(journal, &frames), frames }
    }

    /// The frame of an observation, if the page carries it: a `data:` URI, or why it cannot be shown.
    pub(super) fn get(&self, evidence: &Evidence) -> Option<Result<&str, &str>> {
        self.frames.get(&evidence.sha256).map(|frame| frame.as_deref().map_err(String::as_str))
    }

    /// Whether the frame is shown at this observation of this scenario, not only linked.
    pub(super) fn at_home(&self, evidence: &Evidence, scenario: usize, observation: u32) -> bool {
        self.homes.get(&evidence.sha256) == Some(&(scenario, observation))
    }
}

/// The evidence of an observation, where it is a picture that browsers show.
fn image(observation: &Observation) -> Option<&Evidence> {
    let shown = |evidence: &&Evidence| matches!(evidence.media_type.as_str(), "image/png" | "image/jpeg");
    observation.evidence.as_ref().filter(shown)
}

/// Frames that were kept without loss are shown as people see them; another picture as it is.
fn load(evidence: &Evidence, store: &EvidenceStore) -> Result<String, String> {
    let bytes = store.read(evidence).map_err(|error| error.to_string())?;
    let (media_type, bytes) = match readers::camera::shown(&bytes) {
        Ok(picture) => ("image/png", picture),
        Err(_) => (evidence.media_type.as_str(), bytes),
    };
    Ok(format!("data:{media_type};base64,{}", BASE64_STANDARD.encode(bytes)))
}

/// The first observation of each frame, in plan order.
fn homes(
    journal: &Journal,
    frames: &HashMap<String, Result<String, String>>,
) -> HashMap<String, (usize, u32)> {
    let mut homes = HashMap::new();
    for (index, (_, entries)) in journal.scenarios().enumerate() {
        for observation in crate::journal::observations(entries) {
            let Some(evidence) = image(observation) else { continue };
            if frames.contains_key(&evidence.sha256) {
                homes.entry(evidence.sha256.clone()).or_insert((index, observation.id));
            }
        }
    }
    homes
}
