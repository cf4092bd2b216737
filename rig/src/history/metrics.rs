//! The history as OpenMetrics text, for Prometheus.

use reports::Outcome;

use super::{
    facts::RunFacts,
    nights::{newest, settled},
    query::flaky,
};

/// The newest run of each bench, of a night all runs, without what gave way in it; and the flakes of all runs.
pub fn open_metrics(runs: &[&RunFacts]) -> String {
    let newest = settled(&newest(runs));
    let mut out = String::new();
    family(&mut out, "rig_scenarios", "Scenarios of the newest run by outcome.");
    for run in &newest {
        by_outcome(&mut out, "rig_scenarios", run, run.scenarios.iter().map(|one| one.outcome));
    }
    family(&mut out, "rig_clauses", "Clauses of the newest run by outcome.");
    for run in &newest {
        by_outcome(&mut out, "rig_clauses", run, run.clauses.iter().map(|one| one.outcome));
    }
    family(&mut out, "rig_run_complete", "Whether the newest run reached its end.");
    for run in &newest {
        sample(&mut out, "rig_run_complete", &labels(run), f64::from(u8::from(run.complete)));
    }
    family(&mut out, "rig_second_attempts", "Scenarios of the newest run that were tried again.");
    for run in &newest {
        let count = run.scenarios.iter().filter(|one| one.attempts > 1).count();
        sample(&mut out, "rig_second_attempts", &labels(run), count as f64);
    }
    out += "# TYPE rig_bench_time_seconds gauge\n# UNIT rig_bench_time_seconds seconds\n";
    out += "# HELP rig_bench_time_seconds Bench time of the newest run.\n";
    for run in &newest {
        let seconds = run.scenarios.iter().map(|one| one.seconds).sum();
        sample(&mut out, "rig_bench_time_seconds", &labels(run), seconds);
    }
    let help = "Scenarios that came to different outcomes with the same inputs.";
    family(&mut out, "rig_flaky_scenarios", help);
    let flakes = flaky(runs).iter().filter(|rate| rate.flakes > 0).count();
    sample(&mut out, "rig_flaky_scenarios", &[], flakes as f64);
    out + "# EOF\n"
}

/// The bench, and the run's name in its night. Other runs have names of their own, each another one: they would be a new series
/// each time.
fn labels(run: &RunFacts) -> [(&'static str, &str); 2] {
    let (night, name) = run.place();
    [("bench", &run.bench), ("run", if night.is_empty() { "" } else { name })]
}

fn by_outcome(out: &mut String, name: &str, run: &RunFacts, outcomes: impl Iterator<Item = Outcome> + Clone) {
    for outcome in Outcome::ALL {
        let count = outcomes.clone().filter(|one| *one == outcome).count();
        let [bench, place] = labels(run);
        sample(out, name, &[bench, place, ("outcome", outcome.word())], count as f64);
    }
}

fn family(out: &mut String, name: &str, help: &str) {
    *out += &format!("# TYPE {name} gauge\n# HELP {name} {help}\n");
}

fn sample(out: &mut String, name: &str, labels: &[(&str, &str)], value: f64) {
    let labels: Vec<String> =
        labels.iter().map(|(label, value)| format!("{label}=\"{}\"", escaped(value))).collect();
    let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
    *out += &format!("{name}{labels} {value}\n");
}

fn escaped(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
