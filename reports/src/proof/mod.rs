//! The proof of a suite by mutation testing: its results on the sound product, and on each seeded defect.
//!
//! A defect is *caught* if every clause that it breaks was judged, and failed; any other status is a reason to
//! look at the suite. On the sound product every outcome other than pass is a *false alarm*.

use serde::Serialize;

use crate::{ClauseInfo, Level};

mod deciding;
mod matrix;
mod proven;
mod text;

pub use deciding::Deciding;
pub use matrix::{Cell, Matrix, Misblamed, Tried, Worth};
pub use proven::{MutantStatus, Proven};
pub use text::text;

/// A defect that the product can be given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefectInfo {
    /// Its number in the list of defects; variants of one entry share it.
    pub number: u16,
    /// Its name.
    pub name: String,
    /// The clauses that it breaks.
    pub clauses: Vec<String>,
    /// The component that has it: app, service, firmware, hardware, radio.
    pub component: String,
    /// Description of the defect, one sentence.
    pub text: String,
}

/// A scenario that did not pass on the sound product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FalseAlarm {
    /// The seed of the run.
    pub seed: u64,
    /// The scenario.
    pub scenario: String,
    /// Its outcome, and why.
    pub reason: String,
}

/// Result of mutation testing: the defects that a suite was run on, and the status of each.
#[derive(Clone, Debug, PartialEq)]
pub struct Proof {
    /// The bench's name, and the title of the product's profile.
    pub bench: String,
    /// The profile's title.
    pub profile: String,
    /// The rig's version.
    pub rig: String,
    /// The seed of the runs with a defect, and the first one of the sound runs.
    pub seed: u64,
    /// By how much the world's delays were spread further than usual.
    pub jitter: f64,
    /// Every clause of the register, in its order.
    pub clauses: Vec<ClauseInfo>,
    /// The defects, in the order of their list.
    pub defects: Vec<Proven>,
    /// Whether these are all that there are: only then is a clause that none of them breaks a hole.
    pub all_defects: bool,
    /// How often the whole suite was run on the sound product, each time with another seed.
    pub sound_runs: u64,
    /// Scenarios that did not pass there.
    pub false_alarms: Vec<FalseAlarm>,
    /// How many scenarios were run in all.
    pub scenario_runs: u64,
    /// Which scenario catches what, where each was run on every defect.
    pub matrix: Option<Matrix>,
    /// Wall-clock time in seconds.
    pub wall_s: f64,
}

impl Proof {
    /// Whether every defect was caught, nothing was a false alarm, no defect was blamed on the bench, and every must
    /// clause was put to a test.
    pub fn holds(&self) -> bool {
        self.count(MutantStatus::Caught) == self.defects.len()
            && self.false_alarms.is_empty()
            && self.misblamed().is_empty()
            && self.unbroken().next().is_none()
    }

    /// The scenarios that blame the bench for a defect, where every scenario was run on every defect.
    pub fn misblamed(&self) -> &[Misblamed] {
        self.matrix.as_ref().map_or(&[], Matrix::misblamed)
    }

    /// Number of defects with this status.
    pub fn count(&self, status: MutantStatus) -> usize {
        self.defects.iter().filter(|defect| defect.status == status).count()
    }

    /// The must clauses that no defect breaks: nothing shows that a scenario which judges them can fail.
    pub fn unbroken(&self) -> impl Iterator<Item = &ClauseInfo> {
        let broken = |clause: &ClauseInfo| self.breaking(&clause.id).next().is_some();
        let must = |clause: &&ClauseInfo| clause.level == Level::Must && clause.not_applicable.is_none();
        self.clauses.iter().filter(must).filter(move |clause| self.all_defects && !broken(clause))
    }

    /// The defects that break this clause.
    pub fn breaking(&self, clause: &str) -> impl Iterator<Item = &Proven> {
        self.defects.iter().filter(move |one| one.defect.clauses.iter().any(|broken| broken == clause))
    }

    /// The verdict in one sentence.
    pub fn headline(&self) -> String {
        let (caught, all) = (self.count(MutantStatus::Caught), self.defects.len());
        let runs = |count: u64| if count == 1 { "1 run".to_owned() } else { format!("{count} runs") };
        let alarms = match self.false_alarms.len() {
            0 => "no false alarm".to_owned(),
            1 => "1 false alarm".to_owned(),
            count => format!("{count} false alarms"),
        };
        let unbroken = match self.unbroken().count() {
            0 => String::new(),
            1 => "; no defect breaks 1 must clause".to_owned(),
            count => format!("; no defect breaks {count} must clauses"),
        };
        let misblamed = match (&self.matrix, self.misblamed().len()) {
            (None, _) => String::new(),
            (Some(_), 0) => "; no defect is blamed on the bench".to_owned(),
            (Some(_), 1) => "; 1 scenario blames the bench for a defect".to_owned(),
            (Some(_), count) => format!("; {count} times a scenario blames the bench for a defect"),
        };
        let sound = runs(self.sound_runs);
        format!(
            "{caught} of {all} defects caught, {alarms} in {sound} of the sound product{misblamed}{unbroken}"
        )
    }

    /// The machine-readable line, without a line feed.
    pub fn to_json(&self) -> String {
        serde_json::to_string(&Line::of(self)).expect("a proof holds strings and finite numbers only")
    }
}

/// A proof as one line of JSON.
#[derive(Serialize)]
struct Line<'a> {
    defects: Vec<DefectLine<'a>>,
    sound_runs: u64,
    false_alarms: usize,
    alarms: &'a [FalseAlarm],
    unbroken: Vec<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    misblamed: Option<&'a [Misblamed]>,
    scenario_runs: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    scenarios: Option<Vec<Worth<'a>>>,
    wall_s: f64,
}

#[derive(Serialize)]
struct DefectLine<'a> {
    number: u16,
    name: &'a str,
    clauses: &'a [String],
    result: MutantStatus,
    scenario: Option<&'a str>,
    reason: &'a str,
    barred: Option<&'a str>,
    #[serde(flatten)]
    cells: Option<CellsLine<'a>>,
}

/// Results of the scenarios on a defect, if each was run on it; those not named passed.
#[derive(Serialize)]
struct CellsLine<'a> {
    caught_by: Vec<&'a str>,
    failed_elsewhere: Vec<&'a str>,
    misblamed: Vec<&'a str>,
    undecided: Vec<&'a str>,
}

impl<'a> CellsLine<'a> {
    fn of(matrix: &'a Matrix, place: usize) -> Self {
        let [caught_by, failed_elsewhere, misblamed, undecided] =
            [Cell::Caught, Cell::Elsewhere, Cell::Misblamed, Cell::Undecided]
                .map(|cell| matrix.that_made(cell, place));
        Self { caught_by, failed_elsewhere, misblamed, undecided }
    }
}

impl<'a> Line<'a> {
    fn of(proof: &'a Proof) -> Self {
        let defects = proof.defects.iter().enumerate().map(|(place, one)| DefectLine {
            number: one.defect.number,
            name: &one.defect.name,
            clauses: &one.defect.clauses,
            result: one.status,
            scenario: one.deciding.as_ref().map(|deciding| deciding.scenario.as_str()),
            reason: &one.reason,
            barred: one.barred.as_deref(),
            cells: proof.matrix.as_ref().map(|matrix| CellsLine::of(matrix, place)),
        });
        Self {
            defects: defects.collect(),
            sound_runs: proof.sound_runs,
            false_alarms: proof.false_alarms.len(),
            alarms: &proof.false_alarms,
            unbroken: proof.unbroken().map(|clause| clause.id.as_str()).collect(),
            misblamed: proof.matrix.as_ref().map(Matrix::misblamed),
            scenario_runs: proof.scenario_runs,
            scenarios: proof.matrix.as_ref().map(|matrix| matrix.worth().collect()),
            wall_s: proof.wall_s,
        }
    }
}
