//! A suite is worth what it catches: with each defect that the reference product can be given, exactly the
//! clauses that it breaks have to fail; with none, nothing may.

use serde_json::Value;

use crate::common::{Run, rig, side_by_side};

/// How many seeds the sound product is run with; more by hand: `RIG_SEEDS=50 cargo test sound_product`.
const SEEDS: u64 = 2;

#[test]
fn every_defect_fails_its_clauses() {
    let defects = rig(&["defects", "--format", "json"]).json();
    let defects = defects["defects"].as_array().unwrap();
    assert!(defects.len() >= 148, "{} defects", defects.len());
    let scenarios = rig(&["clauses", "--format", "json"]).json();
    side_by_side(defects, |defect| {
        let name = defect["name"].as_str().unwrap();
        let clauses: Vec<&str> =
            defect["clauses"].as_array().unwrap().iter().map(|clause| clause.as_str().unwrap()).collect();
        let judging = judging(&scenarios, &clauses);
        let run = Run::new(&["--jobs", "1", "--defect", name, "--name", &judging]);
        assert_eq!(run.said.code, 1, "{name}: {}", run.said.stderr);
        for clause in clauses {
            assert_eq!(run.clause(clause), "fail", "{name}: {clause}\n{}", run.said.stderr);
        }
    });
}

/// A pattern for the scenarios that judge one of `clauses`.
fn judging(scenarios: &Value, clauses: &[&str]) -> String {
    let of = |clause: &&Value| clauses.contains(&clause["id"].as_str().unwrap());
    let names =
        scenarios["clauses"].as_array().unwrap().iter().filter(of).flat_map(|clause| {
            clause["scenarios"].as_array().unwrap().iter().map(|name| name.as_str().unwrap())
        });
    // The suite's names are "Feature: Scenario", and "#2" where an outline has many.
    let scenario = |name: &str| name.split_once(": ").unwrap().1.split(" #").next().unwrap().to_owned();
    let names: Vec<String> = names.map(|name| format!("^{}$", regex::escape(&scenario(name)))).collect();
    assert!(!names.is_empty(), "nothing judges {clauses:?}");
    names.join("|")
}

#[test]
fn a_number_stands_for_the_first_of_its_variants() {
    let run = Run::new(&["--defect", "62", "--name", "7 characters|65 characters"]);
    assert_eq!((run.said.code, run.clause("H.5").as_str()), (1, "fail"));
    assert!(
        run.said.stderr.contains("pass         The personal password of a code display: A password of 65")
    );
}

#[test]
fn a_sound_product_passes_with_every_seed() {
    let seeds = std::env::var("RIG_SEEDS").map_or(SEEDS, |seeds| seeds.parse().unwrap());
    for seed in 1..=seeds {
        let seed = seed.to_string();
        let run = Run::new(&["--seed", &seed]);
        assert_eq!(run.said.code, 0, "seed {seed}:\n{}", run.said.stderr);
    }
}
