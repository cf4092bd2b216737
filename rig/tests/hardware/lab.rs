//! The lab's bench file, on a machine that is not the lab.

use crate::common::rig;

const LAB: &str = "fixtures/benches/lab.toml";

#[test]
fn it_is_a_bench_that_the_documented_ways_fit() {
    for feature in ["features/code-device/activation.feature", "features/this-phone/activation.feature"] {
        let listed = rig(&["run", "--bench", LAB, "--list", "--tags", "not @all-apps", feature]);
        assert_eq!((listed.code, &*listed.stderr), (0, ""), "{feature}");
        assert!(listed.stdout.contains("The documented way"), "{}", listed.stdout);
    }
}

#[test]
fn seeds_and_defects_are_not_for_it() {
    let said = rig(&["run", "--bench", LAB, "--seed", "1"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--seed is for a simulated bench; \"lab\" is made of real devices"));
}
