//! What a step means, as it declares itself before anything is opened: the evidence that it needs and gives, the phones,
//! devices and instruments that it uses, the clauses that it may be judged for, the figures that it states.
//!
//! The declaration is the first argument of [`Scene::step`], so no step function can do without one. The plan has
//! each sentence declared and refuses what cannot be judged; only at the bench does the step's body run.

use cucumber::World;

use super::{
    Session, SharedSession, StepResult,
    evidence::{Evidence, LastSeen},
};
use crate::{
    bench::DeviceKind,
    oracle::{Check, check::Serves},
    suite::{Instrument, figures::Stated},
};

/// The clauses that a step may be judged for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Judges {
    /// It judges nothing.
    #[default]
    Nothing,
    /// Those that a check of its serves.
    By(&'static [&'static str]),
    /// Those whose texts hold these, in the guide's English.
    Screen(Vec<String>),
}

/// A row of a table of published codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A time, in seconds since 1970.
    Time(u64),
    /// The code of a time.
    CodeAt(u64, String),
    /// The code of a counter.
    CodeOf(u64, String),
}

/// A step's table: its rows, or the number of a row from 0, the heading among them, and what is wrong with it.
pub type Rows = Result<Vec<Row>, (usize, String)>;

/// Declaration of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Means {
    /// Evidence that it takes from earlier steps.
    pub needs: Vec<Evidence>,
    /// Evidence that it leaves for later ones.
    pub gives: Vec<Evidence>,
    /// The instruments that it uses.
    pub uses: Vec<Instrument>,
    /// The clauses that it may be judged for.
    pub judges: Judges,
    /// The figures that it states.
    pub states: Vec<Stated>,
    /// Its table, where it has one.
    pub table: Option<Rows>,
}

/// A declaration to begin with: the step needs, gives, uses, judges and states nothing.
pub fn means() -> Means {
    Means::default()
}

impl Means {
    /// It takes this from earlier steps.
    pub fn needs(mut self, evidence: Evidence) -> Self {
        self.needs.push(evidence);
        self
    }

    /// It leaves this for later ones.
    pub fn gives(mut self, evidence: Evidence) -> Self {
        self.gives.push(evidence);
        self
    }

    /// It uses this.
    pub fn uses(mut self, instrument: impl Into<Instrument>) -> Self {
        self.uses.push(instrument.into());
        self
    }

    /// It acts on the phone in this place.
    pub fn on(self, phone: usize) -> Self {
        self.uses(Instrument::Phone(phone)).gives(Evidence::Phone(phone))
    }

    /// It looks at the phone in this place, on which something was done.
    pub fn sees(self, phone: usize) -> Self {
        self.uses(Instrument::Phone(phone)).needs(Evidence::Phone(phone))
    }

    /// It uses a device of this kind: the scenario's first, or the other one.
    pub fn device(self, kind: DeviceKind, other: bool) -> Self {
        self.uses(Instrument::Device(kind, other))
    }

    /// A check of this kind judges.
    pub fn judges<C: Serves>(mut self) -> Self {
        self.judges = Judges::By(C::CLAUSES);
        self
    }

    /// It judges whether a screen shows these texts, in the guide's English.
    pub fn shows(mut self, texts: &[&str]) -> Self {
        self.judges = Judges::Screen(texts.iter().map(|text| (*text).to_owned()).collect());
        self
    }

    /// Its sentence states this figure.
    pub fn states(mut self, name: &'static str, value: impl Into<f64>, unit: &'static str) -> Self {
        self.states.push(Stated { name, value: value.into(), unit });
        self
    }

    /// It has a table with these rows.
    pub fn table(mut self, rows: Rows) -> Self {
        self.table = Some(rows);
        self
    }
}

/// cucumber's World: a step function is called on it twice, while planning and at the bench.
#[derive(Debug, World)]
#[world(init = Scene::default)]
pub enum Scene {
    /// While planning: what the step called last means.
    Planning(Means),
    /// At the bench, in this session.
    AtBench(SharedSession),
}

impl Default for Scene {
    fn default() -> Self {
        Self::Planning(Means::default())
    }
}

impl Scene {
    /// Declares what a step means and, at the bench, runs its `body` and keeps how it ended.
    pub(crate) fn step(&mut self, means: Means, body: impl FnOnce(&mut Session) -> StepResult) {
        match self {
            Self::Planning(planned) => *planned = means,
            Self::AtBench(session) => session.borrow_mut().step(body),
        }
    }

    /// As [`step`](Self::step), for a step whose body leaves evidence of type `E` for the steps to come.
    pub(crate) fn observes<E: LastSeen>(
        &mut self,
        means: Means,
        body: impl FnOnce(&mut Session) -> StepResult<E>,
    ) {
        let means = E::KINDS.iter().fold(means, |means, kind| means.gives(*kind));
        self.step(means, |session| {
            let evidence = body(session)?;
            session.memory.leave(evidence);
            Ok(())
        });
    }

    /// As [`step`](Self::step), for a step that judges the evidence of type `E` that was left last.
    pub(crate) fn judges<E: LastSeen, C: Serves + Into<Check>>(
        &mut self,
        means: Means,
        check: impl FnOnce(&Session) -> StepResult<C>,
    ) {
        self.step(means.needs(E::KINDS[0]).judges::<C>(), |session| {
            let evidence: E = session.memory.left()?;
            let check = check(session)?;
            session.judge(check, evidence)
        });
    }

    /// Declaration of the step called last.
    pub fn planned(self) -> Means {
        match self {
            Self::Planning(means) => means,
            Self::AtBench(_) => Means::default(),
        }
    }
}
