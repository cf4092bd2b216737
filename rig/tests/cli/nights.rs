//! Nights: planned, run on simulated benches, and told by the history.

use std::{fs, path::PathBuf, time::Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::common::{Said, assert_refused, rig, root};

/// A short scenario that shows that a bench is sound.
pub const GOLDEN: &str = "The code on the display: One press yields one code, in time";

/// A plan file in a folder of its own, with benches that are all the simulated one.
pub struct Plan {
    pub folder: TempDir,
    pub file: PathBuf,
}

impl Plan {
    fn new(benches: &[&str], more: &str) -> Self {
        Self::with(&benches.iter().map(|&name| (name, "")).collect::<Vec<_>>(), more)
    }

    /// As [`new`](Self::new); each bench has further lines.
    pub fn with(benches: &[(&str, &str)], more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("plan.toml");
        let simulated = root().join("fixtures/benches/simulated.toml");
        let bench = |(name, lines): &(&str, &str)| {
            format!("[[bench]]\nname = \"{name}\"\nfile = {simulated:?}\n{lines}\n")
        };
        let benches: String = benches.iter().map(bench).collect();
        let windows = "[[window]]\ndays = [\"mon\", \"tue\", \"wed\", \"thu\"]\nfrom = \"22:00\"\nhours = 8\n\
                       [[window]]\ndays = [\"fri\"]\nfrom = \"22:00\"\nhours = 56\n";
        fs::write(&file, format!("{more}\n{benches}{windows}")).unwrap();
        Self { folder, file }
    }

    pub fn night(&self, args: &[&str]) -> Said {
        rig(&[&["night", self.file.to_str().unwrap()], args].concat())
    }
}

fn strings(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|one| one.as_str().unwrap()).collect()
}

#[test]
fn the_suite_on_four_benches_is_planned_near_the_bound() {
    let plan = Plan::new(&["a", "b", "c", "d"], "");
    let told = plan.night(&["--plan", "--hours", "60", "--format", "json"]).json();
    assert_eq!((strings(&told["left"]).len(), strings(&told["impossible"]).len()), (0, 0));
    let (makespan, bound) = (told["makespan_s"].as_f64().unwrap(), told["bound_s"].as_f64().unwrap());
    assert!(makespan <= 1.1 * bound, "{makespan} s, bound {bound} s");
    // Without the scenario of a day, the work of the benches is what bounds.
    let told = plan.night(&["--plan", "--hours", "20", "--format", "json"]).json();
    let (makespan, bound) = (told["makespan_s"].as_f64().unwrap(), told["bound_s"].as_f64().unwrap());
    assert!(makespan <= 1.1 * bound, "{makespan} s, bound {bound} s");
}

#[test]
fn a_night_of_eight_hours_judges_every_clause_and_a_week_runs_every_scenario() {
    let plan = Plan::new(&["a"], "");
    let told = plan.night(&["--plan", "--hours", "8", "--format", "json"]).json();
    let clauses = rig(&["clauses", "--format", "json"]).json();
    let judged =
        clauses.as_array().map_or_else(|| clauses["clauses"].as_array().unwrap().clone(), Clone::clone);
    let with = judged.iter().filter(|clause| !clause["scenarios"].as_array().unwrap().is_empty()).count();
    assert_eq!(told["clauses"], with);
    let week = plan.night(&["--nights", "7"]);
    assert_eq!(week.code, 0, "{}", week.stdout);
    assert!(week.stdout.contains("0 scenarios did not run"), "{}", week.stdout);
}

#[test]
fn a_plan_is_the_same_each_time_and_has_no_overlaps_of_an_instrument() {
    let plan = Plan::new(&["a", "b"], "");
    let plans = [(); 2].map(|()| plan.night(&["--plan", "--hours", "8"]).stdout);
    assert_eq!(plans[0], plans[1]);
}

#[test]
fn fifty_benches_are_planned_at_once() {
    let names: Vec<String> = (0..50).map(|number| format!("bench-{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let plan = Plan::new(&names, "");
    let began = Instant::now();
    assert_eq!(plan.night(&["--plan", "--hours", "60"]).code, 0);
    println!("50 benches: {:?}", began.elapsed());
}

#[test]
fn a_night_runs_on_each_bench_and_the_history_tells_of_it() {
    let notified = "notify = [\"sh\", \"-c\", \"cat > told.json\"]";
    let golden = format!("golden = {GOLDEN:?}");
    let plan =
        Plan::new(&["a", "b"], &format!("tags = \"@sealed\"\n{golden}\n{notified}\nruns = \"nights\""));
    let out = plan.folder.path().join("nights/first");
    let said = {
        let args = ["night", plan.file.to_str().unwrap(), "--hours", "9", "--out", out.to_str().unwrap()];
        let mut command = crate::common::command(&[&args[..], &["--format", "json"]].concat());
        let suite = ["--suite", root().to_str().unwrap()].map(str::to_owned);
        Said::from(command.args(suite).current_dir(plan.folder.path()).output().unwrap())
    };
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    let told: Value =
        serde_json::from_str(&fs::read_to_string(plan.folder.path().join("told.json")).unwrap()).unwrap();
    assert_eq!(told, said.json());
    assert_eq!(told["benches"].as_array().unwrap().len(), 2);
    let runs = plan.folder.path().join("nights");
    let history = |args: &[&str]| rig(&[&["history", "--runs", runs.to_str().unwrap()], args].concat());
    let page = plan.folder.path().join("morning.html");
    let news = history(&["--html", page.to_str().unwrap()]);
    assert_eq!(news.code, 0, "{}", news.stderr);
    let first = news.stdout.lines().next().unwrap();
    assert!(first.starts_with("Valid: ") && first.ends_with("2 closing checks passed."), "{first}");
    let last = out.join("a.golden-last");
    assert!(out.join("b.golden-first/journal.jsonl").is_file() && last.is_dir());
    let index = fs::read_to_string(runs.join("history.index")).unwrap();
    assert!(index.contains("a.golden-last"));
    let flaky = history(&["--affected", "camera"]);
    assert!(!flaky.stdout.contains("golden"), "checks of a bench judge no product: {}", flaky.stdout);
    fs::remove_dir_all(last).unwrap();
    let without = history(&[]).stdout;
    assert!(without.starts_with("Not valid: the closing check of a is missing"), "{without}");
    assert_eq!(history(&["--flaky", "--html", "x.html"]).code, 2);
    assert!(fs::read_to_string(page).unwrap().contains("The morning after"));
    assert!(history(&["--metrics"]).stdout.ends_with("# EOF\n"));
    assert!(history(&["--stale"]).stdout.contains("RFC6238"));
    assert_eq!(history(&["--rebuild"]).code, 0);
}

#[test]
fn a_plan_file_that_is_wrong_is_named_with_its_line() {
    for (more, line, words) in [
        ("every_nights = 0", 1, &["0 is not accepted", "1 to 366"] as &[&str]),
        ("tags = \"@a and\"", 1, &["@a and"]),
        ("nights = 3", 1, &["unknown field `nights`"]),
        ("retries_on_error = 3", 1, &["0 to 2"]),
    ] {
        let plan = Plan::new(&["a"], more);
        let place = format!("{}:{line}", plan.file.display());
        assert_refused(&plan.night(&["--plan"]), &place, words);
    }
}

#[test]
fn readiness_is_one_verdict() {
    let plan = Plan::new(&["a"], "");
    let said = plan.night(&["--ready", "--hours", "8"]);
    assert_eq!((said.code, said.stdout.lines().next()), (0, Some("GO")), "{}", said.stdout);
    let none = plan.night(&["--ready", "--hours", "0.01"]);
    assert_eq!(none.stdout.lines().next(), Some("GO"), "short scenarios fit into 36 s: {}", none.stdout);
}
