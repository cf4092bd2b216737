//! The next action of a campaign: no retries. A repetition that was cut short, or ended in an error, can be done once more, with
//! the reason in the ledger; whatever failed stays so.

use reports::{Journal, Outcome, Summary, release::tables_of};

use super::rules;

/// An attempt that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Tried {
    /// The repetition that it was for, from 1.
    pub repetition: u32,
    /// Its outcome.
    pub outcome: Outcome,
    /// Whether only clauses of level should were broken.
    pub warned: bool,
    /// Whether it reached its end.
    pub complete: bool,
}

/// The next move of a campaign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Next {
    /// Every repetition is done.
    Done,
    /// Take an attempt at this repetition; the reason, where it is not the first.
    Take {
        /// The repetition.
        repetition: u32,
        /// The reason.
        reason: Option<String>,
    },
    /// Nothing more is done.
    Stop {
        /// The campaign's outcome.
        outcome: Outcome,
        /// The reason.
        why: String,
    },
}

/// The next move after these attempts; `redo` is the reason why an error may be tried again.
pub fn next(tried: &[Tried], repetitions: u32, redo: Option<&str>) -> Next {
    for repetition in 1..=repetitions {
        let of: Vec<&Tried> = tried.iter().filter(|one| one.repetition == repetition).collect();
        let failed = of.iter().any(|one| one.outcome == Outcome::Fail && !one.warned);
        let stop =
            |outcome, why: &str| Next::Stop { outcome, why: format!("repetition {repetition}: {why}") };
        if failed {
            return stop(Outcome::Fail, "the product failed; nothing is tried again");
        }
        let Some(last) = of.last() else { return Next::Take { repetition, reason: None } };
        let reason = match (last.outcome, last.complete) {
            (Outcome::Pass | Outcome::Fail, true) => continue,
            (outcome, _) if of.len() > 1 => return stop(outcome, "it was done once more already"),
            (_, false) => "the attempt before was cut short".to_owned(),
            (Outcome::Error, true) => match redo {
                Some(reason) => reason.to_owned(),
                None => {
                    return stop(
                        Outcome::Error,
                        "the bench or the rig failed; --redo-error REASON does it once more",
                    );
                }
            },
            (outcome, true) => return stop(outcome, "not everything could be decided"),
        };
        return Next::Take { repetition, reason: Some(reason) };
    }
    Next::Done
}

/// Why a product with this run as its first repetition gets no certificate, however the campaign goes on: the campaign stops at
/// its fail, and a clause that binds the product is broken. `None` where that is not decided yet.
pub fn barred(run: (Journal, Summary)) -> Option<String> {
    let (outcome, complete) = (run.1.outcome, run.1.incomplete.is_none());
    let tables = tables_of("", &[], &[run]);
    let warned = tables.result_of(outcome) == "WARNED";
    let Next::Stop { outcome: Outcome::Fail, .. } =
        next(&[Tried { repetition: 1, outcome, warned, complete }], 1, None)
    else {
        return None;
    };
    rules::broken(&tables).next().map(|bar| bar.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(repetition: u32, outcome: Outcome) -> Tried {
        Tried { repetition, outcome, warned: false, complete: true }
    }

    fn take(repetition: u32, reason: Option<&str>) -> Next {
        Next::Take { repetition, reason: reason.map(str::to_owned) }
    }

    #[test]
    fn what_passed_is_not_done_again_and_what_failed_stays() {
        let (pass, fail) = (tried(1, Outcome::Pass), tried(1, Outcome::Fail));
        assert_eq!(next(&[], 2, None), take(1, None));
        assert_eq!(next(&[pass], 2, None), take(2, None));
        assert_eq!(next(&[pass, tried(2, Outcome::Pass)], 2, None), Next::Done);
        for redo in [None, Some("I want it to pass")] {
            assert!(matches!(next(&[fail], 2, redo), Next::Stop { outcome: Outcome::Fail, .. }));
            assert!(matches!(next(&[fail, pass], 1, redo), Next::Stop { outcome: Outcome::Fail, .. }));
        }
        assert_eq!(next(&[Tried { warned: true, ..fail }], 2, None), take(2, None));
    }

    #[test]
    fn an_error_is_done_once_more_for_a_reason_and_never_twice() {
        let error = tried(1, Outcome::Error);
        assert!(matches!(next(&[error], 1, None), Next::Stop { outcome: Outcome::Error, .. }));
        assert_eq!(next(&[error], 1, Some("a cable")), take(1, Some("a cable")));
        assert!(matches!(next(&[error, error], 1, Some("a cable")), Next::Stop { .. }));
        let unsure = tried(1, Outcome::Inconclusive);
        assert!(matches!(
            next(&[unsure], 1, Some("a cable")),
            Next::Stop { outcome: Outcome::Inconclusive, .. }
        ));
    }

    #[test]
    fn what_was_cut_short_goes_on_once_and_a_fail_in_it_counts() {
        let cut = Tried { complete: false, ..tried(1, Outcome::NotRun) };
        assert!(matches!(next(&[cut], 1, None), Next::Take { repetition: 1, reason: Some(_) }));
        assert!(matches!(next(&[cut, cut], 1, None), Next::Stop { .. }));
        let failing = Tried { outcome: Outcome::Fail, ..cut };
        assert!(matches!(next(&[failing], 1, None), Next::Stop { outcome: Outcome::Fail, .. }));
    }
}
