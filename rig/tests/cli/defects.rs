//! Runs with a defect, and without: on the sound product nothing may fail. That the suite catches every defect is
//! for `rig prove` to show.

use crate::common::Run;

/// How many seeds the sound product is run with; more by hand: `RIG_SEEDS=50 cargo test sound_product`.
const SEEDS: u64 = 2;

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
