//! A failing walk is made shorter: first to its beginning up to the failure, then by one action after the other, as long as
//! the model allows what is left and it still breaks the same clause.

use super::{ExploreConfig, ExploreError, Lead, Tried, write};
use crate::{
    model::{Facts, Walk, feature},
    runner::StopSignal,
};

/// The lead with this number that `found` gives, which broke `clause`.
pub(super) fn shrink(
    config: &ExploreConfig,
    facts: &Facts,
    found: &Tried,
    clause: &str,
    number: usize,
    stop: &StopSignal,
) -> Result<Lead, ExploreError> {
    let shorter = |walks: Vec<Walk>| -> Result<Option<Tried>, ExploreError> {
        if walks.is_empty() || stop.is_stopped() {
            return Ok(None);
        }
        let failing = config.run("shorter", walks, stop)?.into_iter();
        Ok(failing
            .filter(|one| one.broken.as_deref() == Some(clause))
            .min_by_key(|one| one.walk.actions.len()))
    };
    let mut shortest = shorter(beginnings(&found.walk, facts))?;
    while let Some(next) =
        shorter(without_one(shortest.as_ref().map_or(&found.walk, |one| &one.walk), facts))?
    {
        shortest = Some(next);
    }
    let shortest = shortest.as_ref().unwrap_or(found);
    let walk = &shortest.walk;
    let file = config.folder.join(format!("lead-{number}-{clause}.feature"));
    write(&file, &feature(&walk.subject, &[(walk.title(), walk)]))?;
    let again = config.judged(&config.folder.join("again"), std::slice::from_ref(&file), stop)?;
    let repeats =
        again.iter().any(|(planned, summary)| super::broken(planned, summary).as_deref() == Some(clause));
    super::forget(&config.folder.join("again"))?;
    Ok(Lead {
        clause: clause.to_owned(),
        reason: shortest.summary.reason.clone().unwrap_or_default(),
        found_with: found.walk.actions.len(),
        actions: walk.actions.clone(),
        file,
        repeats,
    })
}

/// The walk's beginnings, without the whole of it.
fn beginnings(walk: &Walk, facts: &Facts) -> Vec<Walk> {
    (1..walk.actions.len()).filter_map(|length| walk.again(&walk.actions[..length], facts)).collect()
}

/// The walk without each one of its actions, where the model allows that.
fn without_one(walk: &Walk, facts: &Facts) -> Vec<Walk> {
    let without = |place: usize| {
        let mut actions = walk.actions.clone();
        actions.remove(place);
        walk.again(&actions, facts)
    };
    (0..walk.actions.len()).filter_map(without).collect()
}
