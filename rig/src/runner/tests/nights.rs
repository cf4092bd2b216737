//! Nights on benches whose instruments fail at random: a sound product breaks no clause, and no retry hides a defect.

use std::collections::BTreeSet;

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};

use super::*;
use crate::{bench::simulated, night::Times};

/// How many nights there are of each kind; `.ci/full` asks for more.
fn count() -> u64 {
    std::env::var("RIG_NIGHTS").map_or(2, |count| count.parse().unwrap())
}

/// How many scenarios a night has.
const SCENARIOS: usize = 20;
/// The longest scenarios that are drawn, in seconds on the bench clock.
const LONGEST_S: u64 = 600;
/// A fault strikes before one in this number of steps. Only those that judge are struck, which are fewer.
const STEPS_BY_FAULT: u32 = 50;

/// The suite on the simulated bench.
struct Suite {
    bench: Arc<Bench>,
    register: Register,
    /// All scenarios that are not too long.
    plan: Plan,
}

impl Suite {
    fn open() -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let bench = Bench::load(&root.join("fixtures/benches/simulated.toml")).unwrap();
        let register = Register::load(&root.join("features/clauses.toml")).unwrap();
        let written = features::read(&[root.join("features")]).unwrap();
        let mut plan = Plan::new(&written, &root, &register, &bench.profile, &bench.capacity()).unwrap();
        let times = Times::load(&root.join("features/times.toml")).unwrap();
        plan.scenarios.retain(|one| times.of(&one.name).is_some_and(|seconds| seconds <= LONGEST_S));
        Self { bench: Arc::new(bench), register, plan }
    }

    /// As many scenarios of those that `wanted` holds for as a night has.
    fn drawn(&self, random: &mut ChaCha8Rng, wanted: impl Fn(&PlannedScenario) -> bool) -> Plan {
        let mut all: Vec<PlannedScenario> =
            self.plan.scenarios.iter().filter(|one| wanted(one)).cloned().collect();
        let mut scenarios = Vec::new();
        while scenarios.len() < SCENARIOS && !all.is_empty() {
            scenarios.push(all.swap_remove(below(random, all.len())));
        }
        Plan { scenarios, ..self.plan.clone() }
    }

    /// A night with these scenarios, defects and faults.
    fn night(&self, plan: &Plan, seed: u64, defects: Vec<String>, faults: Vec<FaultAt>) -> Summary {
        let given = SimParams { defects, ..SimParams::seed(seed) };
        let config = RunConfig {
            faults,
            on_errors: OnErrors { retries: 2, quarantine_after: Some(3) },
            ..RunConfig::plain(self.bench.clone(), plan.clone(), given, 2, Provenance::default())
        };
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("run");
        let sink = Arc::new(Sink::create(&path, reports::Access::PRIVATE, Vec::new()).unwrap());
        let controller: Arc<dyn StepController> = Arc::new(StopSignal::default());
        run(&config, config.head(self.register.infos()), &sink, &controller).unwrap();
        Summary::new(&Journal::read(&path).unwrap())
    }
}

fn below(random: &mut ChaCha8Rng, count: usize) -> usize {
    random.next_u32() as usize % count
}

/// Faults of the instruments that the scenarios hold; half of them are gone in the next attempt.
fn faults(plan: &Plan, random: &mut ChaCha8Rng) -> Vec<FaultAt> {
    let known = simulated::faults();
    let mut drawn = Vec::new();
    for scenario in &plan.scenarios {
        let clauses: Vec<&String> = scenario.steps.iter().filter_map(|step| step.clause.as_ref()).collect();
        for _ in &scenario.steps {
            if !random.next_u32().is_multiple_of(STEPS_BY_FAULT) || clauses.is_empty() {
                continue;
            }
            let of_scenario: Vec<_> =
                known.iter().filter(|fault| scenario.needs.includes(fault.instrument)).collect();
            let fault = of_scenario[below(random, of_scenario.len())];
            let clause = clauses[below(random, clauses.len())].clone();
            let attempt = random.next_u32().is_multiple_of(2).then_some(1);
            drawn.push(FaultAt { name: fault.name.to_owned(), clause, attempt });
        }
    }
    drawn
}

fn with_outcome(summary: &Summary, outcome: Outcome) -> BTreeSet<&str> {
    let scenarios = summary.scenarios.iter().filter(|one| one.outcome == outcome);
    scenarios.map(|one| one.name.as_str()).collect()
}

#[test]
fn a_sound_product_breaks_no_clause_whatever_instrument_fails() {
    let suite = Suite::open();
    let (mut struck, mut retried, mut by_outcome) = (0, 0, [0; Outcome::ALL.len()]);
    for number in 0..count() {
        let mut random = ChaCha8Rng::seed_from_u64(number);
        let plan = suite.drawn(&mut random, |_| true);
        let faults = faults(&plan, &mut random);
        struck += faults.len();
        let told: Vec<String> = faults.iter().map(FaultAt::to_string).collect();
        let summary = suite.night(&plan, number, Vec::new(), faults);
        let failed = with_outcome(&summary, Outcome::Fail);
        assert!(failed.is_empty() && summary.counts.fail == 0, "night {number}, {told:?}: {failed:?}");
        retried += summary.retried.iter().filter(|one| one.outcome == Outcome::Pass).count();
        for (count, outcome) in by_outcome.iter_mut().zip(Outcome::ALL) {
            *count += with_outcome(&summary, outcome).len();
        }
    }
    let outcomes = Outcome::ALL.into_iter().zip(by_outcome);
    let outcomes: Vec<String> = outcomes.map(|(outcome, count)| format!("{count} {outcome}")).collect();
    println!(
        "{} nights, {struck} faults: {}; {retried} passes at a second attempt",
        count(),
        outcomes.join(", ")
    );
}

#[test]
fn no_retry_hides_a_defect_whatever_instrument_fails() {
    let suite = Suite::open();
    let defects = simulated::defects();
    let (mut nights, mut caught, mut still, mut in_doubt) = (0, 0, 0, 0);
    for number in 0..count() {
        let mut random = ChaCha8Rng::seed_from_u64(1_000_000 + number);
        let defect = &defects[below(&mut random, defects.len())];
        let judges = |one: &PlannedScenario| defect.clauses.iter().any(|clause| one.judges(clause));
        let plan = suite.drawn(&mut random, judges);
        let given = || vec![defect.name.to_owned()];
        let undisturbed = suite.night(&plan, number, given(), Vec::new());
        let failed = with_outcome(&undisturbed, Outcome::Fail);
        caught += usize::from(!failed.is_empty());
        let disturbed = suite.night(&plan, number, given(), faults(&plan, &mut random));
        let passed = with_outcome(&disturbed, Outcome::Pass);
        let hidden: Vec<_> = failed.intersection(&passed).collect();
        assert!(hidden.is_empty(), "night {number}, {}: {hidden:?}", defect.name);
        for one in &disturbed.scenarios {
            let gave_way = one.attempts.iter().filter(|attempt| attempt.superseded);
            assert!(gave_way.into_iter().all(|attempt| attempt.outcome != Outcome::Fail), "{}", one.name);
        }
        let now = with_outcome(&disturbed, Outcome::Fail);
        still += failed.intersection(&now).count();
        in_doubt += failed.difference(&now).count();
        nights += 1;
    }
    println!(
        "{nights} nights, the defect caught in {caught} undisturbed; of its fails {still} stayed, {in_doubt} were kept from \
         being judged, none passed"
    );
    assert!(caught > 0 || nights < 5);
}
