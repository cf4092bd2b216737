//! Quarantine: an instrument that failed in several scenarios in a row is not used again in the same run.

use std::{
    collections::BTreeMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::lease::Names;

/// The instruments' errors in a row.
pub(super) struct Quarantine {
    /// How many errors in a row are too many; none where nothing is quarantined.
    limit: Option<u32>,
    errors: Mutex<BTreeMap<String, u32>>,
}

/// The consequence of an error for an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AfterError {
    /// It stays in use.
    InUse,
    /// It is quarantined from now on.
    Quarantined,
    /// It would be, but all benches fail at once.
    Spared,
}

impl Quarantine {
    /// Quarantines an instrument after `limit` errors in a row.
    pub(super) fn after(limit: Option<u32>) -> Self {
        Self { limit, errors: Mutex::default() }
    }

    /// A scenario with the instruments `held` ended; `failed` is the one that failed. Before it is quarantined,
    /// `have_all_fallen` is asked whether every bench fails at once: then the instrument is not to blame, and the next error
    /// asks anew.
    pub(super) fn ended(
        &self,
        held: &Names,
        failed: Option<&str>,
        have_all_fallen: impl FnOnce() -> bool,
    ) -> AfterError {
        let mut errors = self.lock();
        let Some(failed) = failed else {
            // What is quarantined stays so: a scenario that ran beside it says nothing of it.
            let is_over = |count: u32| self.limit.is_some_and(|limit| count >= limit);
            errors.retain(|name, count| !held.contains(name) || is_over(*count));
            return AfterError::InUse;
        };
        let count = errors.entry(failed.to_owned()).or_default();
        *count += 1;
        if Some(*count) != self.limit {
            return AfterError::InUse;
        }
        if have_all_fallen() {
            *count -= 1;
            return AfterError::Spared;
        }
        AfterError::Quarantined
    }

    /// Why a scenario with the instruments `held` cannot run; none if it can.
    pub(super) fn reason(&self, held: &Names) -> Option<String> {
        let limit = self.limit?;
        let errors = self.lock();
        let (name, _) = errors.iter().find(|(name, count)| held.contains(*name) && **count >= limit)?;
        Some(format!("{name} is quarantined: it failed in {limit} scenarios in a row"))
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<String, u32>> {
        // A count is changed in one statement: a panic elsewhere leaves nothing half done.
        self.errors.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(names: &[&str]) -> Names {
        names.iter().map(|&name| name.to_owned()).collect()
    }

    /// The consequence for an instrument that failed on this bench alone.
    fn ended(quarantine: &Quarantine, held: &Names, failed: Option<&str>) -> AfterError {
        quarantine.ended(held, failed, || false)
    }

    #[test]
    fn three_errors_in_a_row_are_too_many_and_a_scenario_without_one_ends_the_row() {
        let quarantine = Quarantine::after(Some(3));
        let (both, camera) = (names(&["camera", "phone"]), names(&["camera"]));
        for failed in [Some("camera"), Some("camera"), None].repeat(5) {
            assert_eq!(ended(&quarantine, &both, failed), AfterError::InUse);
        }
        assert_eq!(quarantine.reason(&both), None);
        let ends = [(); 3].map(|()| ended(&quarantine, &both, Some("camera")));
        assert_eq!(ends, [AfterError::InUse, AfterError::InUse, AfterError::Quarantined]);
        let reason = "camera is quarantined: it failed in 3 scenarios in a row";
        assert_eq!(quarantine.reason(&camera).as_deref(), Some(reason));
        assert_eq!(quarantine.reason(&names(&["phone"])), None, "only what depends on it");
        ended(&quarantine, &camera, None);
        assert!(quarantine.reason(&camera).is_some(), "it stays so for the run");
    }

    #[test]
    fn what_fails_on_all_benches_at_once_is_not_quarantined_until_it_fails_on_this_one_alone() {
        let quarantine = Quarantine::after(Some(2));
        let held = names(&["phone"]);
        let fails = |all: bool| quarantine.ended(&held, Some("phone"), || all);
        assert_eq!([true; 4].map(fails)[..2], [AfterError::InUse, AfterError::Spared]);
        assert_eq!(quarantine.reason(&held), None);
        assert_eq!(fails(false), AfterError::Quarantined);
    }

    #[test]
    fn without_a_limit_nothing_is_quarantined() {
        let quarantine = Quarantine::after(None);
        let held = names(&["camera"]);
        assert!((0..9).all(|_| ended(&quarantine, &held, Some("camera")) == AfterError::InUse));
        assert_eq!(quarantine.reason(&held), None);
    }
}
