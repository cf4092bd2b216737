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

impl Quarantine {
    /// Quarantines an instrument after `limit` errors in a row.
    pub(super) fn after(limit: Option<u32>) -> Self {
        Self { limit, errors: Mutex::default() }
    }

    /// A scenario with the instruments `held` ended; `failed` is the one that failed. Returns whether that one is
    /// quarantined from now on.
    pub(super) fn ended(&self, held: &Names, failed: Option<&str>) -> bool {
        let mut errors = self.lock();
        let Some(failed) = failed else {
            // What is quarantined stays so: a scenario that ran beside it says nothing of it.
            let is_over = |count: u32| self.limit.is_some_and(|limit| count >= limit);
            errors.retain(|name, count| !held.contains(name) || is_over(*count));
            return false;
        };
        let count = errors.entry(failed.to_owned()).or_default();
        *count += 1;
        Some(*count) == self.limit
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

    #[test]
    fn three_errors_in_a_row_are_too_many_and_a_scenario_without_one_ends_the_row() {
        let quarantine = Quarantine::after(Some(3));
        let (both, camera) = (names(&["camera", "phone"]), names(&["camera"]));
        for _ in 0..5 {
            assert!(!quarantine.ended(&both, Some("camera")));
            assert!(!quarantine.ended(&both, Some("camera")));
            assert!(!quarantine.ended(&camera, None));
        }
        assert_eq!(quarantine.reason(&both), None);
        let ends = [(); 3].map(|()| quarantine.ended(&both, Some("camera")));
        assert_eq!(ends, [false, false, true]);
        let reason = "camera is quarantined: it failed in 3 scenarios in a row";
        assert_eq!(quarantine.reason(&camera).as_deref(), Some(reason));
        assert_eq!(quarantine.reason(&names(&["phone"])), None, "only what depends on it");
        quarantine.ended(&camera, None);
        assert!(quarantine.reason(&camera).is_some(), "it stays so for the run");
    }

    #[test]
    fn without_a_limit_nothing_is_quarantined() {
        let quarantine = Quarantine::after(None);
        let held = names(&["camera"]);
        assert!((0..9).all(|_| !quarantine.ended(&held, Some("camera"))));
        assert_eq!(quarantine.reason(&held), None);
    }
}
