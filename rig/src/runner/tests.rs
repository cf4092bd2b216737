use std::path::Path;

use drivers::{
    DriverError, ErrorKind, Identity, Instrument, Reading,
    phone::{Phone, Screen},
};

use super::*;
use crate::{
    bench::PhoneAtBench,
    suite::{Register, features},
};

#[test]
fn seeds_differ_by_run_and_by_scenario() {
    assert_eq!(scenario_seed(1, "a"), scenario_seed(1, "a"));
    assert_ne!(scenario_seed(1, "a"), scenario_seed(2, "a"));
    assert_ne!(scenario_seed(1, "a"), scenario_seed(1, "b"));
}

/// Misbehaviour of a phone.
#[derive(Clone, Copy, PartialEq)]
enum Nature {
    /// Blocks until the test lets it go, and works then.
    Hangs,
    /// Panics when asked who it is, before the first step.
    Panics,
    /// Says that it is gone when asked who it is.
    IsGone,
    /// Works, and was lost for a while.
    Recovered,
}

/// A phone that tells what is asked of it.
struct BadPhone {
    nature: Nature,
    let_go: mpsc::Receiver<()>,
    asked: mpsc::Sender<&'static str>,
    title: &'static str,
}

impl BadPhone {
    fn tell(&self, asked: &'static str) {
        self.asked.send(asked).unwrap();
    }
}

impl Instrument for BadPhone {
    fn name(&self) -> &str {
        "phone-1"
    }
    fn identity(&mut self) -> drivers::Result<Identity> {
        match self.nature {
            Nature::Hangs | Nature::Recovered => Ok(Identity::default()),
            Nature::Panics => panic!("a driver with a mistake in it"),
            Nature::IsGone => Err(DriverError::new("phone-1", ErrorKind::Unplugged, "gone")),
        }
    }
    fn check(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn make_safe(&mut self) -> drivers::Result<()> {
        self.tell("make_safe");
        Ok(())
    }
    fn recoveries(&self) -> u32 {
        u32::from(self.nature == Nature::Recovered)
    }
}

impl Phone for BadPhone {
    fn screen(&mut self) -> drivers::Result<Reading<Screen>> {
        let buttons = ["Activate MitID", "On this phone"];
        let button = |label: &str| drivers::phone::Button { label: label.into(), enabled: true };
        let buttons = buttons.map(button).to_vec();
        let screen = Screen { title: self.title.into(), buttons, ..Screen::default() };
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, screen))
    }
    fn tap(&mut self, _: &str) -> drivers::Result<bool> {
        self.tell("tap");
        self.title = "How do you want to authenticate with MitID?";
        Ok(true)
    }
    fn enter(&mut self, _: &str, _: &str) -> drivers::Result<bool> {
        Ok(true)
    }
    fn set(&mut self, _: &str, _: bool) -> drivers::Result<bool> {
        Ok(true)
    }
    fn reopen(&mut self) -> drivers::Result<()> {
        self.tell("reopen");
        if self.nature == Nature::Hangs {
            self.let_go.recv().unwrap();
        }
        Ok(())
    }
    fn background(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn foreground(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn reinstall(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn set_clock(&mut self, _: i64) -> drivers::Result<()> {
        Ok(())
    }
    fn screenshot(&mut self) -> drivers::Result<Reading<bool>> {
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, true))
    }
    fn biometric(&mut self, _: bool) -> drivers::Result<bool> {
        Ok(false)
    }
    fn notify(&mut self, _: &str) -> drivers::Result<()> {
        Ok(())
    }
    fn notifications(&mut self) -> drivers::Result<Reading<Vec<String>>> {
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, Vec::new()))
    }
    fn scanned(&mut self) -> drivers::Result<Reading<Option<String>>> {
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, None))
    }
}

/// A run of one scenario with a bad phone, watched to its end.
struct Watched {
    journal: String,
    outcome: Outcome,
    let_go: mpsc::Sender<()>,
    asked: mpsc::Receiver<&'static str>,
    folder: tempfile::TempDir,
}

const TWO_STEPS: &str = "@phone\nFeature: F\n  Scenario: S\n    \
    Given step 5 of the guide on the phone that scanned my passport\n    \
    When I tap \"On this phone\" [S5.0.1]\n";

fn watched(nature: Nature, limit: Duration) -> Watched {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let bench = Arc::new(Bench::load(&root.join("fixtures/benches/simulated.toml")).unwrap());
    let folder = tempfile::tempdir().unwrap();
    let feature = folder.path().join("two.feature");
    std::fs::write(&feature, TWO_STEPS).unwrap();
    let register = Register::load(&root.join("features/clauses.toml")).unwrap();
    let written = features::read(&[feature]).unwrap();
    let plan = Plan::new(&written, &root, &register, &bench.profile, &bench.capacity()).unwrap();
    let planned = plan.scenarios[0].clone();

    let run = folder.path().join("run");
    let sink = Arc::new(Sink::create(&run, reports::Access::PRIVATE, Vec::new()).unwrap());
    let (let_go, told) = mpsc::channel();
    let (asked, heard) = mpsc::channel();
    let (bench_of_it, needs) = (bench.clone(), planned.needs.clone());
    let open = Box::new(move || {
        let phone = Box::new(BadPhone { nature, let_go: told, asked, title: "MitID" });
        let bad = PhoneAtBench { phone, user: "test-user-1".into(), view: None };
        let opened = bench::open(&bench_of_it, &needs, &SimParams::seed(1))?;
        Ok(Instruments { phones: vec![bad], ..opened })
    });
    let recorder = Arc::new(Recorder::new(sink.clone(), 0, 1));
    let gate = Arc::new(UntilStopped::default());
    let (faults, reached) = (Vec::new(), Reached::default());
    let job = Job { bench, planned, seed: 1, faults, reached, gate, recorder };
    let outcome = watch(job, open, limit).unwrap();
    let journal = std::fs::read_to_string(run.join(reports::JOURNAL_FILE)).unwrap();
    Watched { journal, outcome, let_go, asked: heard, folder }
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
    let Watched { journal, outcome, let_go, asked, folder } =
        watched(Nature::Hangs, Duration::from_millis(300));
    assert_eq!(outcome, Outcome::Error);
    assert!(journal.contains("the step hangs") && journal.contains("scenario_finished"), "{journal}");
    assert_eq!(asked.recv().unwrap(), "reopen");

    let_go.send(()).unwrap();
    // The step under way goes on to its end, which is one tap; the next one, another tap, never begins.
    assert_eq!(asked.iter().collect::<Vec<_>>(), ["tap", "make_safe"]);
    let later = std::fs::read_to_string(folder.path().join("run").join(reports::JOURNAL_FILE)).unwrap();
    assert_eq!(later, journal, "a thread that was given up writes nothing more");
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
