//! The plan: every step resolved, every clause known, what each scenario needs, before an instrument is
//! touched.

use std::{collections::BTreeSet, path::Path, sync::Arc};

use reports::{Again, Deviation, LeftOut, Level, ScenarioInfo, StepInfo};

use super::{
    applies,
    bound::Bound,
    capacity::Capacity,
    features::{WrittenScenario, WrittenStep},
    matching::{self, MatchedStep},
    needs::Needs,
    register::{Register, SeenBy},
    settings,
    uses::{self, SideEffect},
};
use crate::{bad_input::BadInput, profile::Profile};

/// Plan of a run.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The scenarios, in order.
    pub scenarios: Vec<PlannedScenario>,
    /// Scenarios that do not apply to the product.
    pub not_applicable: Vec<LeftOut>,
    /// Scenarios that the bench has not the instruments for.
    pub not_equipped: Vec<LeftOut>,
    /// Values of the profile that differ from the register's defaults.
    pub deviations: Vec<Deviation>,
}

/// A scenario that can run.
#[derive(Clone, Debug)]
pub struct PlannedScenario {
    /// Unique in the suite: feature and scenario, and a number where several are named so.
    pub name: String,
    /// The feature's file, relative to the suite where it lies in it.
    pub file: String,
    /// Its line there.
    pub line: usize,
    /// Its tags, without `@`.
    pub tags: Vec<String>,
    /// Its needs of the bench.
    pub needs: Needs,
    /// Devices and test identities that it uses up.
    pub uses: Vec<SideEffect>,
    /// Its steps.
    pub steps: Vec<PlannedStep>,
    /// The scenario that it is a repetition of, where scenarios are repeated.
    pub repeats: Option<String>,
    /// How often it is tried again after an error, where the run has another rule for the others.
    pub retries: Option<u32>,
    /// Why it is run again, where it was run on another bench before.
    pub again: Option<Again>,
}

/// A step that has a function.
#[derive(Clone, Debug)]
pub struct PlannedStep {
    /// The step as cucumber matches it, without the clause and with the screens' texts in English, and its function.
    pub matched: Arc<MatchedStep>,
    /// Its text as it is written, without the clause.
    pub text: String,
    /// The clause it judges.
    pub clause: Option<String>,
    /// The clause that fails if the product breaks this step: its own, or that of the next judging step, a
    /// judged one before one that is only reported.
    pub at_stake: Option<ClauseAtStake>,
}

/// A clause that a step may break.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseAtStake {
    /// Its id.
    pub clause: String,
    /// Whether it is of level info: reported, never judged.
    pub reported: bool,
}

impl Plan {
    /// Resolves `written`, for a product with `profile` on a bench with `capacity`; the first thing that is wrong is the
    /// error. What does not apply to the product need not be there on the bench.
    pub fn new(
        written: &[WrittenScenario],
        root: &Path,
        register: &Register,
        profile: &Profile,
        capacity: &Capacity,
    ) -> Result<Self, BadInput> {
        let mut plan = Self {
            scenarios: Vec::new(),
            not_applicable: Vec::new(),
            not_equipped: Vec::new(),
            deviations: settings::deviations(register, profile.file(), profile.source())?,
        };
        for one in written {
            let planned = PlannedScenario::new(one, root, register, profile)?;
            match (applies::why_not(&one.tags, &profile.has), capacity.check(&planned.needs)) {
                (Some(reason), _) => plan.not_applicable.push(planned.left_out(one.clauses(), reason)),
                (None, Ok(())) => plan.scenarios.push(planned),
                (None, Err(reason)) => plan.not_equipped.push(planned.left_out(one.clauses(), reason)),
            }
        }
        Ok(plan)
    }

    /// The plan, if the bench has the instruments for all of it; else the first scenario that lacks some is the error.
    /// `root` is the suite's, as for [`Plan::new`].
    pub fn equipped(self, root: &Path) -> Result<Self, BadInput> {
        match self.not_equipped.first() {
            None => Ok(self),
            Some(LeftOut { file, line, reason, .. }) => {
                Err(BadInput::in_line(&root.join(file), *line as usize, reason))
            }
        }
    }

    /// The plan with each scenario `times` times, one round after the other. Repetitions have names of their own, and so seeds
    /// of their own.
    #[must_use]
    pub fn repeated(self, times: u32) -> Self {
        if times == 1 {
            return self;
        }
        let rounds =
            (1..=times).flat_map(|round| self.scenarios.iter().map(move |one| one.repeated(round, times)));
        Self { scenarios: rounds.collect(), ..self }
    }

    /// The scenarios that judge `clause`.
    pub fn judging(&self, clause: &str) -> impl Iterator<Item = &PlannedScenario> {
        self.scenarios.iter().filter(move |one| one.judges(clause))
    }
}

impl PlannedScenario {
    /// Resolves one scenario, as [`Plan::new`] does.
    pub fn new(
        written: &WrittenScenario,
        root: &Path,
        register: &Register,
        profile: &Profile,
    ) -> Result<Self, BadInput> {
        resolve(written, root, register, profile)
    }

    /// Its repetition in this round of `times`.
    fn repeated(&self, round: u32, times: u32) -> Self {
        let name = format!("{} (repetition {round} of {times})", self.name);
        Self { name, repeats: Some(self.name.clone()), ..self.clone() }
    }

    /// Whether a step of it names `clause`.
    pub fn judges(&self, clause: &str) -> bool {
        self.steps.iter().any(|step| step.clause.as_deref() == Some(clause))
    }

    /// The pairs of clause and sentence that it judges: what a sentence checks is one check of its clause.
    pub fn pairs(&self) -> BTreeSet<(String, String)> {
        let judging = self.steps.iter().filter_map(|step| Some((step.clause.clone()?, step.text.clone())));
        judging.collect()
    }

    /// Whether it judges anything: one whose clauses are all of level info only reports.
    pub fn is_judging(&self) -> bool {
        self.steps.iter().filter_map(|step| step.at_stake.as_ref()).any(|at_stake| !at_stake.reported)
    }

    /// As the journal keeps it.
    pub fn info(&self) -> ScenarioInfo {
        ScenarioInfo {
            name: self.name.clone(),
            file: self.file.clone(),
            line: small(self.line),
            steps: self.steps.iter().map(PlannedStep::info).collect(),
            uses: self.uses.iter().map(SideEffect::to_string).collect(),
            repeats: self.repeats.clone(),
        }
    }

    /// The journal's entry for a scenario that is not in the plan.
    fn left_out(self, clauses: Vec<String>, reason: String) -> LeftOut {
        LeftOut { name: self.name, file: self.file, line: small(self.line), clauses, reason }
    }

    /// The kinds of instrument that it holds, in the register's words.
    pub fn instruments(&self) -> Vec<&'static str> {
        let kinds = [
            (SeenBy::Phone, "phone"),
            (SeenBy::Camera, "camera"),
            (SeenBy::Sms, "modem"),
            (SeenBy::Ble, "radio"),
            (SeenBy::Board, "board"),
            (SeenBy::Probe, "probe"),
            (SeenBy::Microphone, "microphone"),
            (SeenBy::Finger, "finger"),
        ];
        let held = kinds.into_iter().filter(|(_, instrument)| self.needs.includes(instrument));
        held.map(|(kind, _)| kind.word()).collect()
    }
}

impl PlannedStep {
    /// Its line in the feature's file.
    pub fn line(&self) -> usize {
        self.matched.step().position.line
    }

    /// Its keyword as it is written.
    pub fn keyword(&self) -> &str {
        self.matched.step().keyword.trim()
    }

    /// Whether it has to judge, as a Then does.
    pub fn judges(&self) -> bool {
        matching::judges(self.matched.step().ty)
    }

    fn info(&self) -> StepInfo {
        StepInfo {
            keyword: self.keyword().to_owned(),
            text: self.text.clone(),
            line: small(self.line()),
            clause: self.clause.clone(),
        }
    }
}

/// A line number; no feature has four thousand million lines.
fn small(line: usize) -> u32 {
    u32::try_from(line).unwrap_or(u32::MAX)
}

fn resolve(
    written: &WrittenScenario,
    root: &Path,
    register: &Register,
    profile: &Profile,
) -> Result<PlannedScenario, BadInput> {
    let at = |line, message: String| BadInput::in_line(&written.file, line, message);
    let line = written.line;
    if written.steps.is_empty() {
        return Err(at(line, "a scenario without steps proves nothing".into()));
    }
    let needs = Needs::from_tags(&written.tags).map_err(|message| at(line, message))?;
    let uses = uses::from_tags(&written.tags).map_err(|message| at(line, message))?;
    let mut steps = Vec::with_capacity(written.steps.len());
    let mut bound = Bound::new(&needs, register, profile);
    for one in &written.steps {
        let here = |message| at(one.step.position.line, message);
        let planned = resolve_step(one, &written.language, register, profile).map_err(here)?;
        if needs.sealed {
            seen_on_sealed(&planned, register).map_err(here)?;
        }
        let means = planned.matched.means();
        bound.step(&planned, &means, &one.rows).map_err(|(line, message)| at(line, message))?;
        steps.push(planned);
    }
    if steps.iter().all(|step: &PlannedStep| step.clause.is_none()) {
        return Err(at(line, "no step of this scenario names a clause, as in \"… [S5.C.8b]\"".into()));
    }
    put_at_stake(&mut steps, register);
    let file = written.file.strip_prefix(root).unwrap_or(&written.file).display().to_string();
    let (name, tags) = (written.name.clone(), written.tags.clone());
    Ok(PlannedScenario {
        name,
        file,
        line,
        tags,
        needs,
        uses,
        steps,
        repeats: None,
        retries: None,
        again: None,
    })
}

/// An error where a step judges on a sealed product what the register says cannot be seen on one.
fn seen_on_sealed(step: &PlannedStep, register: &Register) -> Result<(), String> {
    let clause = step.clause.as_ref().and_then(|clause| register.get(clause));
    match clause.filter(|clause| !clause.sealed) {
        Some(clause) => Err(format!("{} cannot be seen on a sealed product, says the register", clause.id)),
        None => Ok(()),
    }
}

/// Says of each step which clause a product breaks that breaks it.
fn put_at_stake(steps: &mut [PlannedStep], register: &Register) {
    let mut next: Option<ClauseAtStake> = None;
    for step in steps.iter_mut().rev() {
        let own = step.clause.clone().map(|clause| {
            let reported = register.get(&clause).is_some_and(|clause| clause.level == Level::Info);
            ClauseAtStake { clause, reported }
        });
        if own.as_ref().is_some_and(|own| !own.reported || next.is_none()) {
            next = own.clone();
        }
        step.at_stake = own.or_else(|| next.clone());
    }
}

fn resolve_step(
    written: &WrittenStep,
    language: &str,
    register: &Register,
    profile: &Profile,
) -> Result<PlannedStep, String> {
    let (text, clause) = (&written.step.value, &written.clause);
    let unjudged = |ty| clause.is_none() && matching::judges(ty);
    let nameless = || "a Then judges: it names its clause at its end, as in \"… [S5.C.8b]\"".to_owned();
    if !written.any && unjudged(written.step.ty) {
        return Err(nameless());
    }
    if let Some(id) = clause
        && register.get(id).is_none()
    {
        return Err(format!("unknown clause {id:?}: features/clauses.toml has no such id"));
    }
    let matched = matching::matched(written, in_english(text, language, profile)?)?;
    if unjudged(matched.step().ty) {
        return Err(nameless());
    }
    Ok(PlannedStep { matched: Arc::new(matched), text: text.clone(), clause: clause.clone(), at_stake: None })
}

/// `text` with what stands in double quotes, always a text of the screen in `language`, in the guide's English:
/// so the step functions know it, and the bench's language is another matter.
fn in_english(text: &str, language: &str, profile: &Profile) -> Result<String, String> {
    let mut parts = Vec::new();
    for (place, part) in text.split('"').enumerate() {
        parts.push(if place % 2 == 1 { profile.english(language, part)? } else { part });
    }
    Ok(parts.join("\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{profile::ProfileFile, suite::features};

    fn profile() -> Profile {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/profiles/mitid.toml");
        ProfileFile::load(&file).unwrap().in_language("en").unwrap()
    }

    #[test]
    fn quotes_are_texts_of_the_screen_in_the_features_language() {
        let profile = profile();
        let english = "I tap \"Next\" and then \"OK\"";
        assert_eq!(in_english(english, "en", &profile).unwrap(), english);
        let danish = "jeg trykker \"Næste\" og derefter \"OK\"";
        let mixed = "jeg trykker \"Next\" og derefter \"OK\"";
        assert_eq!(in_english(danish, "da", &profile).unwrap(), mixed);
        assert!(in_english(danish, "en", &profile).unwrap_err().contains("no screen text \"Næste\""));
        assert!(in_english(english, "kl", &profile).unwrap_err().contains("there are: da, en"));
        assert_eq!(in_english("no quote", "kl", &profile).unwrap(), "no quote");
    }

    /// Of steps that name these clauses, whom each blames; `I` stands for a clause of level info.
    fn blamed(clauses: &[Option<&str>]) -> Vec<Option<String>> {
        let clause = |(id, level)| {
            format!(
                "[[clause]]\nid = \"{id}\"\nlevel = \"{level}\"\nquote = \"q\"\nsource = \"s\"\ninstruments = [\"phone\"]\nsealed = true\n"
            )
        };
        let text: String = [("A", "must"), ("B", "must"), ("I", "info")].map(clause).concat();
        let register = Register::parse(Path::new("clauses.toml"), &text).unwrap();
        let feature = "Feature: F\n  Scenario: S\n    When nobody presses the button\n";
        let (written, _) = features::examine(Path::new("f.feature"), feature);
        let matched = matching::matched(&written[0].steps[0], "nobody presses the button".into()).unwrap();
        let matched = Arc::new(matched);
        let step = |clause: &Option<&str>| PlannedStep {
            matched: matched.clone(),
            text: String::new(),
            clause: clause.map(str::to_owned),
            at_stake: None,
        };
        let mut steps: Vec<PlannedStep> = clauses.iter().map(step).collect();
        put_at_stake(&mut steps, &register);
        steps.into_iter().map(|step| step.at_stake.map(|at_stake| at_stake.clause)).collect()
    }

    #[test]
    fn a_step_blames_its_own_clause_or_the_next_that_is_judged() {
        let own = |ids: &[&str]| ids.iter().map(|id| Some((*id).to_owned())).collect::<Vec<_>>();
        assert_eq!(blamed(&[None, Some("A"), None, Some("B")]), own(&["A", "A", "B", "B"]));
        assert_eq!(blamed(&[None, Some("I"), Some("A")]), own(&["A", "I", "A"]));
        assert_eq!(blamed(&[Some("A"), None, Some("I")]), own(&["A", "I", "I"]));
        assert_eq!(blamed(&[Some("A"), None]), vec![Some("A".to_owned()), None]);
    }
}
