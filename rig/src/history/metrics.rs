//! The history as OpenMetrics text, for Prometheus.

use std::collections::BTreeMap;

use reports::Outcome;

use super::{facts::RunFacts, query::flaky};

/// The newest run of each bench, and the flakes of all of them.
pub fn open_metrics(runs: &[&RunFacts]) -> String {
    let newest: BTreeMap<&str, &RunFacts> = runs.iter().map(|run| (run.bench.as_str(), *run)).collect();
    let mut out = String::new();
    family(&mut out, "rig_scenarios", "Scenarios of the newest run by outcome.");
    for (bench, run) in &newest {
        for outcome in Outcome::ALL {
            let count = run.scenarios.iter().filter(|one| one.outcome == outcome).count();
            sample(&mut out, "rig_scenarios", &[("bench", bench), ("outcome", outcome.word())], count as f64);
        }
    }
    family(&mut out, "rig_clauses", "Clauses of the newest run by outcome.");
    for (bench, run) in &newest {
        for outcome in Outcome::ALL {
            let count = run.clauses.iter().filter(|one| one.outcome == outcome).count();
            sample(&mut out, "rig_clauses", &[("bench", bench), ("outcome", outcome.word())], count as f64);
        }
    }
    family(&mut out, "rig_run_complete", "Whether the newest run reached its end.");
    for (bench, run) in &newest {
        sample(&mut out, "rig_run_complete", &[("bench", bench)], f64::from(u8::from(run.complete)));
    }
    family(&mut out, "rig_second_attempts", "Scenarios of the newest run that were tried again.");
    for (bench, run) in &newest {
        let count = run.scenarios.iter().filter(|one| one.attempts > 1).count();
        sample(&mut out, "rig_second_attempts", &[("bench", bench)], count as f64);
    }
    out += "# TYPE rig_bench_time_seconds gauge\n# UNIT rig_bench_time_seconds seconds\n";
    out += "# HELP rig_bench_time_seconds Bench time of the newest run.\n";
    for (bench, run) in &newest {
        let seconds = run.scenarios.iter().map(|one| one.seconds).sum();
        sample(&mut out, "rig_bench_time_seconds", &[("bench", bench)], seconds);
    }
    family(
        &mut out,
        "rig_flaky_scenarios",
        "Scenarios that came to different outcomes with the same inputs.",
    );
    let flakes = flaky(runs).iter().filter(|rate| rate.flakes > 0).count();
    sample(&mut out, "rig_flaky_scenarios", &[], flakes as f64);
    out + "# EOF\n"
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
