//! JUnit XML: what continuous integration reads. A suite for each feature file, a case for each scenario.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::{Error, Journal, LeftOut, Outcome, Result, RunStarted, ScenarioInfo, ScenarioSummary, Summary};

/// The run as JUnit XML.
///
/// A fail is a `<failure>`; an error and an inconclusive are an `<error>` whose type says which; not run is
/// `<skipped>`, as is a scenario that does not apply, whose type says so and whose message says why. A step
/// whose clause is of level info is `reported` in the case's output and changes nothing. Times are bench seconds and there are no time stamps: the same run gives the same file.
///
/// # Errors
/// [`Error::Report`] where the XML cannot be written.
pub fn junit(journal: &Journal, summary: &Summary) -> Result<String> {
    let mut report = Report::new("rig");
    let mut files: Vec<&str> = Vec::new();
    let outside = || {
        let left_out = summary.left_out().into_iter();
        left_out.flat_map(|(why, scenarios)| scenarios.iter().map(move |scenario| (why, scenario)))
    };
    let planned = journal.head().scenarios.iter().map(|info| &info.file);
    for file in planned.chain(outside().map(|(_, scenario)| &scenario.file)) {
        if !files.contains(&file.as_str()) {
            files.push(file);
        }
    }
    let reported: Vec<&str> = (journal.head().clauses.iter())
        .filter(|clause| clause.is_reported())
        .map(|clause| clause.id.as_str())
        .collect();
    let planned = || journal.head().scenarios.iter().zip(&summary.scenarios);
    for file in files {
        let mut suite = TestSuite::new(file);
        suite.add_properties(properties(journal.head(), summary));
        suite.add_test_cases(
            planned().filter(|(info, _)| info.file == file).map(|(info, s)| case(info, s, &reported)),
        );
        let outside = outside().filter(|(_, scenario)| scenario.file == file);
        suite.add_test_cases(outside.map(|(why, scenario)| left_out(why, scenario)));
        let bench_ns = planned().filter(|(info, _)| info.file == file).map(|(_, s)| s.bench_ns).sum();
        suite.set_time(Duration::from_nanos(bench_ns));
        report.add_test_suite(suite);
    }
    report.set_time(Duration::from_nanos(summary.scenarios.iter().map(|scenario| scenario.bench_ns).sum()));
    report.to_string().map_err(|error| Error::Report(error.to_string()))
}

fn properties(head: &RunStarted, summary: &Summary) -> [Property; 10] {
    [
        ("rig", head.rig.clone()),
        ("bench", head.bench.clone()),
        ("simulated", head.simulated.to_string()),
        ("profile", head.profile.clone()),
        ("environment", head.environment.clone()),
        ("seed", head.seed.to_string()),
        ("defects", head.defects.join(" ")),
        ("faults", head.faults.join(" ")),
        ("complete", summary.complete.to_string()),
        ("digest", summary.digest.clone()),
    ]
    .map(|(name, value)| Property::new(name, value))
}

/// A scenario that is not in the plan.
fn left_out(why: &str, scenario: &LeftOut) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_type(why);
    status.set_message(format!("{why}: {}", scenario.reason));
    let mut case = TestCase::new(scenario.name.as_str(), status);
    case.set_classname(class(&scenario.file));
    case
}

fn class(file: &str) -> String {
    file.trim_end_matches(".feature").replace('/', ".")
}

fn case(info: &ScenarioInfo, scenario: &ScenarioSummary, reported: &[&str]) -> TestCase {
    let mut case = TestCase::new(info.name.as_str(), status(info, scenario));
    case.set_classname(class(&info.file));
    case.set_time(Duration::from_nanos(scenario.bench_ns));
    let steps = info.steps.iter().zip(&scenario.steps);
    let lines = steps.enumerate().map(|(number, (step, summary))| {
        let reports = step.clause.as_deref().is_some_and(|clause| reported.contains(&clause));
        let found = scenario.judgements.iter().find(|judgement| judgement.step == number);
        match found.filter(|_| reports && summary.outcome == Outcome::Pass) {
            Some(found) => format!("{:<12}  {} {}: {}", "reported", step.keyword, step.text, found.reason),
            None => format!("{:<12}  {} {}", summary.outcome, step.keyword, step.text),
        }
    });
    case.set_system_out(lines.collect::<Vec<_>>().join("\n"));
    case
}

fn status(info: &ScenarioInfo, scenario: &ScenarioSummary) -> TestCaseStatus {
    let mut status = match scenario.outcome {
        Outcome::Pass => return TestCaseStatus::success(),
        Outcome::NotRun => TestCaseStatus::skipped(),
        Outcome::Inconclusive | Outcome::Error => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
    };
    let judgement = scenario.judgements.iter().find(|judgement| judgement.outcome == scenario.outcome);
    let reason = scenario.reason.as_deref().unwrap_or("no reason was given");
    status.set_message(match judgement {
        Some(judgement) => format!("{}: {}", judgement.clause, judgement.reason),
        None => reason.to_owned(),
    });
    match judgement.and_then(|judgement| judgement.cause) {
        Some(cause) => {
            status.set_type(format!("{}: {}", scenario.outcome, cause.word()));
        }
        None if scenario.outcome != Outcome::NotRun => {
            status.set_type(scenario.outcome.word());
        }
        None => {}
    }
    if let Some(step) = scenario.steps.iter().position(|step| step.outcome == scenario.outcome) {
        let planned = &info.steps[step];
        status
            .set_description(format!("{}:{}: {} {}", info.file, planned.line, planned.keyword, planned.text));
    }
    status
}
