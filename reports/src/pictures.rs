//! The pictures that decided a step, as they are shown beside it.

use crate::{
    Entry, Event, Evidence, EvidenceStore, Journal, Outcome, StepSummary, Summary,
    html::{decisive_pictures, image},
    journal::{observations_of, verdicts},
    picture,
};

/// Pictures that are shown of a step that ended without a verdict.
const LAST_SEEN: usize = 2;

/// A picture: its media type and its bytes in base64.
pub(crate) struct Picture {
    pub media_type: String,
    pub base64: String,
}

/// The pictures that decided the outcome of the scenario at `place` of the plan, `most` at most, as `data:` URIs. A scenario that
/// passed has none.
pub fn deciding_pictures(journal: &Journal, summary: &Summary, place: usize, most: usize) -> Vec<String> {
    let (entries, store) = (journal.scenario(place), EvidenceStore::new(journal.run_dir()));
    let steps = summary.scenarios.get(place).map_or(&[] as &[_], |scenario| &scenario.steps);
    let troubled = steps
        .iter()
        .enumerate()
        .filter(|(_, step)| !matches!(step.outcome, Outcome::Pass | Outcome::NotRun))
        .flat_map(|(number, step)| of_step(entries, entries, number, step, &store));
    let uri = |picture: Picture| format!("data:{};base64,{}", picture.media_type, picture.base64);
    troubled.take(most).map(uri).collect()
}

/// The pictures of the step with this number in an attempt, the `entries` at the end of the scenario's `whole`: the last one
/// behind each verdict that is a pass, those that decided any other, and the last ones of a step that ended otherwise than with
/// a pass and has no verdict.
pub(crate) fn of_step(
    whole: &[Entry],
    entries: &[Entry],
    number: usize,
    step: &StepSummary,
    store: &EvidenceStore,
) -> Vec<Picture> {
    let judged: Vec<_> = verdicts(entries).filter(|verdict| verdict.step as usize == number).collect();
    let mut wanted: Vec<&Evidence> = Vec::new();
    for verdict in &judged {
        let seen = observations_of(verdict, whole);
        match verdict.outcome {
            Outcome::Pass => wanted.extend(seen.into_iter().filter_map(image).next_back()),
            _ => wanted.extend(decisive_pictures(&seen)),
        }
    }
    if judged.is_empty() && !matches!(step.outcome, Outcome::Pass | Outcome::NotRun) {
        wanted.extend(last_seen(entries, number));
    }
    let mut shown: Vec<&str> = Vec::new();
    wanted.retain(|evidence| {
        let is_new = !shown.contains(&evidence.sha256.as_str());
        shown.push(&evidence.sha256);
        is_new
    });
    wanted.into_iter().filter_map(|evidence| shown_of(evidence, store)).collect()
}

/// The last pictures that instruments took in a step.
fn last_seen(entries: &[Entry], number: usize) -> Vec<&Evidence> {
    let mut seen = Vec::new();
    let mut is_in_step = false;
    for entry in entries {
        match &entry.event {
            Event::StepStarted { step, .. } => is_in_step = *step as usize == number,
            Event::StepFinished { .. } => is_in_step = false,
            Event::Observed(observation) if is_in_step => seen.extend(image(observation)),
            _ => {}
        }
    }
    seen.split_off(seen.len().saturating_sub(LAST_SEEN))
}

/// The picture as people see it; `None` if its file is gone.
fn shown_of(evidence: &Evidence, store: &EvidenceStore) -> Option<Picture> {
    let uri = picture::small(&store.read(evidence).ok()?)?;
    let (media_type, base64) = uri.strip_prefix("data:")?.split_once(";base64,")?;
    Some(Picture { media_type: media_type.to_owned(), base64: base64.to_owned() })
}
