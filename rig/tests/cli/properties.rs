//! Any content of an outside file: reading it gives a value or an error, never a panic.

use std::{fs, path::PathBuf};

use proptest::prelude::*;
use rig::{
    bad_input::BadInput,
    bench::Bench,
    keys::KeyRing,
    profile::ProfileFile,
    runner::FaultAt,
    suite::{Plan, Register, features},
};
use tempfile::TempDir;

use crate::common::root;

/// A temporary file with `bytes` in it.
fn file(name: &str, bytes: &[u8]) -> (TempDir, PathBuf) {
    let temporary = tempfile::tempdir().unwrap();
    let path = temporary.path().join(name);
    fs::write(&path, bytes).unwrap();
    (temporary, path)
}

/// A good file of the suite with some of its lines left out, doubled or overwritten.
fn spoilt(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let text = fs::read_to_string(root().join(good)).unwrap();
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let spot = (0..lines.len(), 0..4_u8, "[ -~]{0,40}", 0..60_usize);
    prop::collection::vec(spot, 1..4).prop_map(move |spots| {
        let mut lines = lines.clone();
        for (line, how, junk, column) in spots {
            let at = lines[line].char_indices().nth(column).map_or(lines[line].len(), |(at, _)| at);
            match how {
                0 => lines[line].clear(),
                1 => lines[line] = lines[line].repeat(2),
                2 => lines[line].truncate(at),
                _ => lines[line].insert_str(at, &junk),
            }
        }
        lines.join("\n").into_bytes()
    })
}

fn bytes_or_spoilt(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![1 => prop::collection::vec(any::<u8>(), 0..200), 4 => spoilt(good)]
}

/// Plans what stands in a feature file, as `rig run` does.
fn plan(feature: &std::path::Path) -> Result<Plan, BadInput> {
    let register = Register::load(&root().join("features/clauses.toml"))?;
    let bench = Bench::load(&root().join("fixtures/benches/simulated.toml"))?;
    let written = features::read(&[feature.to_owned()])?;
    Plan::new(&written, &root(), &register, &bench.profile, &bench.capacity())?.equipped(&root())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_bytes_are_a_bench_or_an_error(bytes in bytes_or_spoilt("fixtures/benches/simulated.toml")) {
        let (_temporary, path) = file("bench.toml", &bytes);
        if let Err(error) = Bench::load(&path) {
            prop_assert!(error.to_string().lines().count() == 1, "{}", error);
        }
    }

    #[test]
    fn any_bytes_are_a_profile_or_an_error(bytes in bytes_or_spoilt("fixtures/profiles/mitid.toml")) {
        let (_temporary, path) = file("profile.toml", &bytes);
        if let Err(error) = ProfileFile::load(&path) {
            prop_assert!(error.to_string().lines().count() == 1, "{}", error);
        }
    }

    #[test]
    fn any_bytes_are_keys_or_an_error(bytes in bytes_or_spoilt("fixtures/benches/test-keys.toml")) {
        let (_temporary, path) = file("keys.toml", &bytes);
        if let Err(error) = KeyRing::load(&path) {
            let told = error.to_string();
            prop_assert!(told.lines().count() == 1 && !told.contains("5e1fca3b"), "{}", told);
        }
    }

    #[test]
    fn any_bytes_are_a_register_or_an_error(bytes in bytes_or_spoilt("features/clauses.toml")) {
        let (_temporary, path) = file("clauses.toml", &bytes);
        if let Err(error) = Register::load(&path) {
            prop_assert!(error.to_string().lines().count() == 1, "{}", error);
        }
    }

    #[test]
    fn any_bytes_are_a_plan_or_an_error(bytes in bytes_or_spoilt("features/code-device/code.feature")) {
        let (_temporary, path) = file("any.feature", &bytes);
        match plan(&path) {
            Ok(plan) => for scenario in &plan.scenarios {
                prop_assert!(scenario.steps.iter().any(|step| step.clause.is_some()), "{}", scenario.name);
            },
            Err(error) => prop_assert!(error.to_string().lines().count() == 1, "{}", error),
        }
    }

    #[test]
    fn a_fault_is_read_as_it_is_written(text in "\\PC*|[a-z-]{0,8}@[A-Z0-9.@]{0,8}") {
        if let Ok(fault) = text.parse::<FaultAt>() {
            prop_assert_eq!(fault.to_string(), text);
        }
    }
}
