//! JUnit XML: what continuous integration reads. A suite for each feature file, a case for each scenario.

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use crate::{Error, Journal, LeftOut, Outcome, Result, ScenarioInfo, ScenarioSummary, Summary};

mod case;
mod schema;

use case::Case;

/// The run as JUnit XML, valid against the schema of Jenkins' xUnit plugin and against that of Apache Ant.
///
/// A fail is a `<failure>`; an error, an inconclusive and a withdrawn result are an `<error>` whose type says
/// which; not run is `<skipped>`, as is a scenario that does not apply, whose type says so and whose message
/// says why. A run that did not reach its end has an `<error>` of its own, which says where it stopped and
/// why. A step whose clause is of level info is `reported` in the suite's output and changes nothing. Times
/// are wall-clock seconds; bench seconds and the clauses of each scenario are properties of the suite.
///
/// # Errors
/// [`Error::Report`] where the XML cannot be written.
pub fn junit(journal: &Journal, summary: &Summary) -> Result<String> {
    let mut report = Report::unnamed();
    let cases = case::all(journal, summary);
    for (id, file) in files(journal, summary).into_iter().enumerate() {
        let mut suite = suite(journal, file, id);
        suite.add_properties(properties(journal, summary));
        let of_file: Vec<&Case> = cases.iter().filter(|case| case.info.file == file).collect();
        for case in &of_file {
            suite.add_properties(case.properties());
            suite.add_test_case(case.test_case());
        }
        let outside = outside(summary).filter(|(_, scenario)| scenario.file == file);
        suite.add_test_cases(outside.map(|(why, scenario)| left_out(why, scenario)));
        suite.set_time(of_file.iter().map(|case| case.wall).sum());
        suite.set_system_out(of_file.iter().map(|case| case.steps()).collect::<Vec<_>>().join("\n\n"));
        suite.set_system_err("");
        report.add_test_suite(suite);
    }
    if let Some(why) = &summary.incomplete {
        report.add_test_suite(incomplete(journal, summary, why, report.test_suites.len()));
    }
    let xml = report.to_string().map_err(|error| Error::Report(error.to_string()))?;
    Ok(schema::conform(&xml))
}

/// The feature files of the run, each once, in the order of the plan.
fn files<'r>(journal: &'r Journal, summary: &'r Summary) -> Vec<&'r str> {
    let mut files: Vec<&str> = Vec::new();
    let planned = journal.head().scenarios.iter().map(|info| &info.file);
    for file in planned.chain(outside(summary).map(|(_, scenario)| &scenario.file)) {
        if !files.contains(&file.as_str()) {
            files.push(file);
        }
    }
    files
}

/// Scenarios that are not in the plan, with what is said of them.
fn outside(summary: &Summary) -> impl Iterator<Item = (&'static str, &LeftOut)> {
    let left_out = summary.left_out().into_iter();
    left_out.flat_map(|(why, scenarios)| scenarios.iter().map(move |scenario| (why, scenario)))
}

/// A suite with what both schemas want of one: when and where it ran, its place, a package.
fn suite(journal: &Journal, name: &str, id: usize) -> TestSuite {
    let mut suite = TestSuite::new(name);
    let origin = journal.origin();
    let host = origin.map_or("", |origin| origin.host.trim());
    let extra = [
        ("timestamp", schema::timestamp(journal.begun().unwrap_or_default())),
        ("hostname", if host.is_empty() { "localhost" } else { host }.to_owned()),
        ("package", class(name)),
        ("id", id.to_string()),
    ];
    suite.extra.extend(extra.map(|(name, value)| (name.into(), value.into())));
    suite
}

fn properties(journal: &Journal, summary: &Summary) -> Vec<Property> {
    let head = journal.head();
    let origin = journal.origin().cloned().unwrap_or_default();
    let mut all = vec![
        ("rig", head.rig.clone()),
        ("revision", origin.revision.unwrap_or_default()),
        ("operator", origin.operator),
        ("bench", head.bench.clone()),
        ("simulated", head.simulated.to_string()),
        ("profile", head.profile.clone()),
        ("environment", head.environment.clone()),
        ("deviations", head.deviations.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")),
        ("seed", head.seed.to_string()),
        ("defects", head.defects.join(" ")),
        ("faults", head.faults.join(" ")),
        ("complete", summary.complete.to_string()),
        ("digest", summary.digest.clone()),
        ("head", summary.head.clone()),
    ];
    if origin.by_hand {
        all.push(("not-a-verdict", "stepped through by hand".to_owned()));
    }
    let amendments = journal.amendments().all();
    all.extend(amendments.iter().map(|amended| ("amendment", amended.told())));
    all.extend(summary.record.resumed.iter().map(|resumed| ("resumed", resumed.clone())));
    let retried = summary.retried.iter();
    all.extend(retried.map(|one| (one.grade, format!("{}: {}", one.scenario, one.told()))));
    let flaky = summary.flaky.iter();
    all.extend(flaky.map(|one| ("flaky", format!("{}: {}", one.scenario, one.rate()))));
    all.into_iter().map(|(name, value)| Property::new(name, value)).collect()
}

/// A scenario that is not in the plan.
fn left_out(why: &str, scenario: &LeftOut) -> TestCase {
    let mut status = TestCaseStatus::skipped();
    status.set_type(why);
    status.set_message(format!("{why}: {}", scenario.reason));
    let mut case = TestCase::new(scenario.name.as_str(), status);
    case.set_classname(class(&scenario.file));
    case.set_time(Duration::ZERO);
    case
}

/// The suite of a run that did not reach its end: never green.
fn incomplete(journal: &Journal, summary: &Summary, why: &str, id: usize) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    let mut planned = journal.head().scenarios.iter().zip(&summary.scenarios);
    let stopped = planned.find(|(_, scenario)| scenario.outcome == Outcome::NotRun);
    let place = stopped.map_or_else(
        || "after the last scenario".to_owned(),
        |(info, scenario)| format!("{}:{}: {}", info.file, where_stopped(info, scenario), info.name),
    );
    status.set_type("incomplete");
    status.set_message(format!("the run did not reach its end: {why}"));
    status.set_description(format!("first not run: {place}"));
    let mut case = TestCase::new("the run reaches its end", status);
    case.set_classname("rig").set_time(Duration::ZERO);
    let mut suite = suite(journal, "rig", id);
    suite.add_properties(properties(journal, summary)).add_test_case(case);
    suite.set_time(Duration::ZERO).set_system_out("").set_system_err("");
    suite
}

/// The line of the first step that was not reached.
fn where_stopped(info: &ScenarioInfo, scenario: &ScenarioSummary) -> u32 {
    let steps = info.steps.iter().zip(&scenario.steps);
    steps
        .into_iter()
        .find(|(_, step)| step.outcome == Outcome::NotRun)
        .map_or(info.line, |(step, _)| step.line)
}

fn class(file: &str) -> String {
    file.trim_end_matches(".feature").replace('/', ".")
}
