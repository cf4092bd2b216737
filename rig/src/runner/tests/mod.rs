use std::{path::Path, time::Duration};

use super::*;
use crate::{
    bench::PhoneAtBench,
    session::SharedSession,
    suite::{Register, features},
};

mod nights;
mod phone;

use phone::{BadPhone, Nature};

#[test]
fn seeds_differ_by_run_and_by_scenario() {
    assert_eq!(scenario_seed(1, "a"), scenario_seed(1, "a"));
    assert_ne!(scenario_seed(1, "a"), scenario_seed(2, "a"));
    assert_ne!(scenario_seed(1, "a"), scenario_seed(1, "b"));
}

/// The end of a scenario with a bad phone.
struct Watched {
    journal: String,
    outcome: Outcome,
    let_go: mpsc::Sender<()>,
    asked: mpsc::Receiver<&'static str>,
    setting: Setting,
}

const TWO_STEPS: &str = "@phone\nFeature: F\n  Scenario: S\n    \
    Given step 5 of the guide on the phone that scanned my passport\n    \
    When I tap \"On this phone\" [S5.0.1]\n";

/// A bench, a plan of `scenarios` and a run's folder.
struct Setting {
    config: RunConfig,
    sink: Arc<Sink>,
    folder: tempfile::TempDir,
}

impl Setting {
    fn new(feature: &str, limit: Duration) -> Self {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut bench = Bench::load(&root.join("fixtures/benches/simulated.toml")).unwrap();
        bench.step_limit = limit;
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("two.feature");
        std::fs::write(&file, feature).unwrap();
        let register = Register::load(&root.join("features/clauses.toml")).unwrap();
        let written = features::read(&[file]).unwrap();
        let plan = Plan::new(&written, &root, &register, &bench.profile, &bench.capacity()).unwrap();
        let config = RunConfig::plain(Arc::new(bench), plan, SimParams::seed(1), 1, Provenance::default());
        let run = folder.path().join("run");
        let sink = Arc::new(Sink::create(&run, reports::Access::PRIVATE, Vec::new()).unwrap());
        sink.begin(config.head(register.infos()), reports::Origin::default()).unwrap();
        Self { config, sink, folder }
    }

    /// Runs the plan on phones that `phone` makes.
    fn run(
        &self,
        broker: &dyn LeaseBroker,
        controller: Arc<dyn StepController>,
        phone: impl Fn(&str) -> BadPhone + Send + Sync + 'static,
    ) -> Option<Outcome> {
        let phone = Arc::new(phone);
        let open = move |bench: &Arc<Bench>, planned: &PlannedScenario| -> Opener {
            let (bench, planned, phone) = (bench.clone(), planned.clone(), phone.clone());
            Box::new(move |given: &SimParams| {
                let bad = Box::new(phone(&planned.name));
                let bad = PhoneAtBench { phone: bad, user: "test-user-1".into(), view: None };
                let opened = bench::open(&bench, &planned.needs, given)?;
                Ok(Instruments { phones: vec![bad], ..opened })
            })
        };
        let (config, sink) = (&self.config, &self.sink);
        Run::new(config, sink, &controller, broker, &open).run().unwrap()
    }

    fn journal(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("run").join(reports::JOURNAL_FILE)).unwrap()
    }
}

fn watched(nature: Nature, limit: Duration) -> Watched {
    let setting = Setting::new(TWO_STEPS, limit);
    let (let_go, told) = mpsc::channel();
    let (asked, heard) = mpsc::channel();
    let phone = Mutex::new(Some(BadPhone { nature, let_go: told, asked, title: "MitID" }));
    let only = move |_: &str| phone.lock().unwrap().take().unwrap();
    let outcome = setting.run(&LocalLeases::default(), Arc::new(StopSignal::default()), only).unwrap();
    Watched { journal: setting.journal(), outcome, let_go, asked: heard, setting }
}

#[test]
fn a_phone_that_got_over_a_loss_by_itself_is_marked_in_the_journal_once() {
    let Watched { journal, outcome, .. } = watched(Nature::Recovered, Duration::from_secs(30));
    assert_eq!(outcome, Outcome::Pass, "{journal}");
    let marks: Vec<&str> = journal.lines().filter(|line| line.contains("\"recovered\"")).collect();
    assert!(
        matches!(marks[..], [mark] if mark.contains("\"phone-1\"") && mark.contains("{\"times\":1}")),
        "{marks:?}"
    );
}

#[test]
fn a_step_that_hangs_is_an_error_and_its_thread_does_nothing_more_but_make_the_bench_safe() {
    let Watched { journal, outcome, let_go, asked, setting } =
        watched(Nature::Hangs, Duration::from_millis(300));
    assert_eq!(outcome, Outcome::Error);
    assert!(journal.contains("the step hangs") && journal.contains("scenario_finished"), "{journal}");
    assert_eq!(asked.recv().unwrap(), "reopen");

    let_go.send(()).unwrap();
    // The step under way goes on to its end, which is one tap; the next one, another tap, never begins.
    assert_eq!(asked.iter().collect::<Vec<_>>(), ["tap", "make_safe"]);
    assert_eq!(setting.journal(), journal, "a thread that was given up writes nothing more");
}

#[test]
fn a_panic_outside_of_the_steps_is_an_error_and_makes_the_bench_safe() {
    let Watched { journal, outcome, asked, .. } = watched(Nature::Panics, Duration::from_secs(60));
    assert_eq!(outcome, Outcome::Error);
    assert!(journal.contains("scenario_finished"), "{journal}");
    assert_eq!(asked.iter().collect::<Vec<_>>(), ["make_safe"]);
}

#[test]
fn a_bench_whose_instruments_do_not_say_who_they_are_is_made_safe() {
    let Watched { journal, outcome, asked, .. } = watched(Nature::IsGone, Duration::from_secs(60));
    assert_eq!(outcome, Outcome::Error);
    assert!(journal.contains("phone-1: unplugged: gone"), "{journal}");
    assert_eq!(asked.iter().collect::<Vec<_>>(), ["make_safe"]);
}

/// Two scenarios of one phone.
const TWO_SCENARIOS: &str = "@phone\nFeature: F\n  Scenario: first\n    \
    Given step 5 of the guide on the phone that scanned my passport\n    \
    When I tap \"On this phone\" [S5.0.1]\n  Scenario: second\n    \
    Given step 5 of the guide on the phone that scanned my passport\n    \
    When I tap \"On this phone\" [S5.0.1]\n";

/// Leases the phone, as a bench of real devices does, and lets the hanging phone go once it is out of use.
struct OnePhone {
    leases: LocalLeases,
    let_go: Mutex<Option<mpsc::Sender<()>>>,
}

impl LeaseBroker for OnePhone {
    fn lease(&self, _: &Names, holder: &str) -> Result<Lease, Unavailable> {
        self.leases.lease(&["phone-1".to_owned()].into(), holder)
    }
    fn give_up(&self, _: &Names) {
        self.leases.give_up(&["phone-1".to_owned()].into());
    }
    fn version(&self) -> u64 {
        self.leases.version()
    }
    fn wait(&self, seen: u64, limit: Option<Duration>) {
        if let Some(let_go) = self.let_go.lock().unwrap().take() {
            let_go.send(()).unwrap();
        }
        self.leases.wait(seen, limit);
    }
}

/// Runs both scenarios: the phone of the first one hangs until it is let go, if ever.
fn two_scenarios(
    limit: Duration,
    let_go: Option<mpsc::Sender<()>>,
    told: mpsc::Receiver<()>,
) -> (Setting, String) {
    let setting = Setting::new(TWO_SCENARIOS, limit);
    let (asked, heard) = mpsc::channel();
    let (told, asked) = (Mutex::new(Some(told)), Mutex::new(asked));
    let phone = move |scenario: &str| {
        let asked = asked.lock().unwrap().clone();
        match told.lock().unwrap().take() {
            Some(let_go) => BadPhone { nature: Nature::Hangs, let_go, asked, title: "MitID" },
            None => {
                asked.send(if scenario.ends_with("second") { "SECOND" } else { "FIRST" }).unwrap();
                BadPhone { nature: Nature::Works, let_go: mpsc::channel().1, asked, title: "MitID" }
            }
        }
    };
    let broker = OnePhone { leases: LocalLeases::default(), let_go: Mutex::new(let_go) };
    let outcome = setting.run(&broker, Arc::new(StopSignal::default()), phone);
    assert_eq!(outcome, Some(Outcome::Error));
    (setting, heard.try_iter().collect::<Vec<_>>().join(" "))
}

#[test]
fn a_hanging_steps_phone_is_made_safe_before_the_next_scenario_has_it() {
    let (let_go, told) = mpsc::channel();
    let (setting, asked) = two_scenarios(Duration::from_secs(2), Some(let_go), told);
    assert_eq!(asked, "reopen tap make_safe SECOND reopen tap tap make_safe");
    let summary = reports::Summary::new(&reports::Journal::read(&setting.folder.path().join("run")).unwrap());
    let outcomes: Vec<_> = summary.scenarios.iter().map(|scenario| scenario.outcome).collect();
    assert_eq!(outcomes, [Outcome::Error, Outcome::Pass]);
}

#[test]
fn a_phone_that_a_hanging_step_has_for_good_is_out_of_use_by_name() {
    let (_let_go, told) = mpsc::channel();
    let (setting, asked) = two_scenarios(Duration::from_millis(300), None, told);
    assert_eq!(asked, "reopen");
    let summary = reports::Summary::new(&reports::Journal::read(&setting.folder.path().join("run")).unwrap());
    let second = &summary.scenarios[1];
    assert_eq!(second.outcome, Outcome::Error);
    assert_eq!(
        second.reason.as_deref(),
        Some("phone-1 is out of use: the step of \"F: first\" that hangs has not let go of it")
    );
}

/// Answers from a list, and then lets everything run.
struct Script {
    before: Mutex<Vec<Action>>,
    after: Mutex<Vec<Action>>,
    asked: Mutex<Vec<String>>,
}

impl StepController for Script {
    fn begins(&self, _: &PlannedScenario) -> bool {
        true
    }
    fn before(&self, at: &StepAt<'_>, _: &SharedSession) -> Action {
        self.asked.lock().unwrap().push(format!("{}.{}", at.attempt, at.step));
        self.before.lock().unwrap().pop().unwrap_or(Action::Run)
    }
    fn after(&self, _: &StepAt<'_>, _: &SharedSession, end: &StepEnd) -> Action {
        self.asked.lock().unwrap().push(end.outcome.to_string());
        self.after.lock().unwrap().pop().unwrap_or(Action::Run)
    }
    fn stopped_by(&self) -> String {
        "the script".into()
    }
}

/// The controller's calls, and the run's outcome, with these answers.
fn steered(before: &[Action], after: &[Action]) -> (String, Outcome, reports::Summary) {
    let setting = Setting::new(TWO_STEPS, Duration::from_secs(60));
    let list = |actions: &[Action]| Mutex::new(actions.iter().rev().copied().collect());
    let script = Arc::new(Script { before: list(before), after: list(after), asked: Mutex::default() });
    let (asked, _heard) = mpsc::channel();
    let asked = Mutex::new(asked);
    let phone = move |_: &str| {
        let asked = asked.lock().unwrap().clone();
        BadPhone { nature: Nature::Works, let_go: mpsc::channel().1, asked, title: "MitID" }
    };
    setting.run(&LocalLeases::default(), script.clone(), phone);
    let journal = reports::Journal::read(&setting.folder.path().join("run")).unwrap();
    let summary = reports::Summary::new(&journal);
    let asked = script.asked.lock().unwrap().join(" ");
    (asked, summary.outcome, summary)
}

#[test]
fn a_controller_is_asked_before_and_after_each_step() {
    let (asked, outcome, _) = steered(&[], &[]);
    assert_eq!((asked.as_str(), outcome), ("1.0 pass 1.1 pass", Outcome::Pass));
}

#[test]
fn a_step_is_repeated_from_either_side() {
    let (asked, outcome, _) = steered(&[], &[Action::Repeat]);
    assert_eq!((asked.as_str(), outcome), ("1.0 pass 1.0 pass 1.1 pass", Outcome::Pass));
    let (asked, outcome, _) = steered(&[Action::Run, Action::Repeat], &[]);
    assert_eq!((asked.as_str(), outcome), ("1.0 pass 1.1 1.0 pass 1.1 pass", Outcome::Pass));
}

#[test]
fn a_skipped_step_is_not_run() {
    let (asked, outcome, summary) = steered(&[Action::Run, Action::Skip], &[]);
    assert_eq!((asked.as_str(), outcome), ("1.0 pass 1.1", Outcome::NotRun));
    assert_eq!(summary.scenarios[0].steps[1].reason.as_deref(), Some("skipped by hand"));
}

#[test]
fn a_restarted_scenario_is_the_next_attempt_on_a_bench_opened_anew() {
    let (asked, outcome, _) = steered(&[Action::Run, Action::Restart], &[]);
    assert_eq!((asked.as_str(), outcome), ("1.0 pass 1.1 2.0 pass 2.1 pass", Outcome::Pass));
}

#[test]
fn a_stopped_run_is_not_run_from_there_on() {
    let (asked, outcome, summary) = steered(&[Action::Run, Action::Stop], &[]);
    assert_eq!((asked.as_str(), outcome), ("1.0 pass 1.1", Outcome::NotRun));
    assert!(
        summary.incomplete.as_deref().is_some_and(|why| why.contains("the script")),
        "{:?}",
        summary.incomplete
    );
}

/// A scenario with a code display.
const ONE_DISPLAY: &str = "@display @event\nFeature: F\n  Scenario: S\n    \
    Given a code display that holds its test key and the right time\n    \
    When I press the button on my code display and watch it\n    \
    Then the press yields exactly one code, in time [S5.C.8a]\n";

#[test]
fn a_device_that_failed_is_cut_from_its_supply_before_the_next_attempt() {
    let mut setting = Setting::new(ONE_DISPLAY, Duration::from_secs(60));
    let simulated = setting.config.bench.clone();
    let mut on_real_devices =
        Bench::load(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../fixtures/benches/simulated.toml"))
            .unwrap();
    on_real_devices.kind = bench::Kind::Hardware;
    setting.config.on_errors.retries = 1;
    // The display with a relay in its supply.
    let turns = 0..simulated.turns(&setting.config.plan.scenarios[0].needs);
    let needs = |turn| crate::suite::Needs { turn, ..setting.config.plan.scenarios[0].needs.clone() };
    let turn = turns.into_iter().find(|&turn| on_real_devices.supplies(&needs(turn)).is_some()).unwrap();
    let device = on_real_devices.supplied(&needs(turn)).into_iter().next().unwrap();
    setting.config.plan.scenarios[0].needs.turn = turn;
    setting.config.bench = Arc::new(on_real_devices);
    let opened = Arc::new(Mutex::new(Vec::new()));
    let told = opened.clone();
    let open = move |_: &Arc<Bench>, planned: &PlannedScenario| -> Opener {
        let (bench, needs, told, device) =
            (simulated.clone(), planned.needs.clone(), told.clone(), device.clone());
        Box::new(move |given: &SimParams| {
            let mut told = told.lock().unwrap();
            told.push(needs.power);
            if told.len() == 1 {
                let gone = drivers::ErrorKind::Unplugged;
                return Err(drivers::DriverError::new(device.clone(), gone, "gone"));
            }
            bench::open(&bench, &needs, given)
        })
    };
    let controller: Arc<dyn StepController> = Arc::new(StopSignal::default());
    let leases = LocalLeases::default();
    let outcome = Run::new(&setting.config, &setting.sink, &controller, &leases, &open).run().unwrap();
    let journal = setting.journal();
    assert_ne!(outcome, Some(Outcome::Error), "the bench is whole again: {journal}");
    assert_eq!(*opened.lock().unwrap(), [false, true, false], "the devices alone, between two attempts");
    assert!(journal.contains("power_cycled"), "{journal}");
}
