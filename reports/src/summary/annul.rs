//! Results withdrawn after the run: they count as not run.

use super::ScenarioSummary;
use crate::{Amended, Amendments, Outcome, ScenarioInfo};

impl ScenarioSummary {
    /// Withdraws what `amendments` say.
    pub(super) fn withdraw(&mut self, info: &ScenarioInfo, amendments: &Amendments) {
        let worst_step = Outcome::worst(self.steps.iter().map(|step| step.outcome));
        let after_steps = self.outcome > worst_step;
        let mut any = None;
        for number in 0..self.judgements.len() {
            let judgement = &mut self.judgements[number];
            let Some(amended) = amendments.annulling(&info.name, &judgement.clause) else { continue };
            let (step, was) = (judgement.step, judgement.outcome);
            judgement.reason = withdrawn(amended, was, &judgement.reason);
            (judgement.outcome, judgement.reported, judgement.annulled) = (Outcome::NotRun, false, true);
            judgement.cause = None;
            self.withdraw_step(step, was, amended);
            any.get_or_insert(amended);
        }
        if let Some(amended) = amendments.annulling_all_of(&info.name) {
            for step in 0..self.steps.len() {
                self.withdraw_step(step, self.steps[step].outcome, amended);
            }
            self.outcome = Outcome::NotRun;
            self.reason = Some(amended.told());
        } else if let Some(amended) = any {
            let left = Outcome::worst(self.steps.iter().map(|step| step.outcome)).max(Outcome::NotRun);
            if !after_steps {
                self.outcome = left;
            }
            let step = self.steps.iter().find(|step| step.outcome == self.outcome);
            let reason = step.and_then(|step| step.reason.clone()).unwrap_or_else(|| amended.told());
            self.reason = Some(reason).filter(|_| !after_steps).or(self.reason.take());
        }
    }

    /// Marks a step as not run if nothing in it is worse than the withdrawn result; its other results stay.
    fn withdraw_step(&mut self, number: usize, was: Outcome, amended: &Amended) {
        let others =
            self.judgements.iter().filter(|one| one.step == number && !one.annulled && !one.reported);
        let left = others.map(|one| one.outcome).max().unwrap_or(Outcome::Pass);
        let step = &mut self.steps[number];
        if step.outcome <= was && left < was.max(Outcome::NotRun) {
            step.reason = Some(withdrawn(amended, step.outcome, step.reason.as_deref().unwrap_or_default()));
            step.outcome = Outcome::NotRun;
        }
    }
}

/// Why a result no longer counts, and what it was.
fn withdrawn(amended: &Amended, was: Outcome, reason: &str) -> String {
    let colon = if reason.is_empty() { "" } else { ": " };
    format!("{} (it was {was}{colon}{reason})", amended.told())
}
