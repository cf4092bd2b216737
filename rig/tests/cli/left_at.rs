//! The state in which a device was left, by an earlier scenario or by its last user, must not change its
//! results.

use std::fs;

use crate::common::{Run, root};

const SUITE: &str = "features/audio-reader/speech.feature";
const PRESS: &str = "When I press the button on my audio code reader and then the keys for";
const GIVEN: &str = "Given an audio code reader that holds its test key and the right time\n";

#[test]
fn a_reader_passes_at_whatever_volume_and_speed_it_was_left() {
    let suite = fs::read_to_string(root().join(SUITE)).unwrap();
    assert!(suite.contains(GIVEN), "{SUITE} begins in another way");
    for times in 1..=3 {
        let press = |key| format!("{PRESS} {key} {times} times, and listen\n");
        let temporary = tempfile::tempdir().unwrap();
        let file = temporary.path().join("left.feature");
        fs::write(&file, suite.replace(GIVEN, &[GIVEN, &press("volume"), &press("speed")].concat())).unwrap();
        let run = Run::new(&["--name", "volume|loudest|speed", file.to_str().unwrap()]);
        assert_eq!(run.said.code, 0, "left {times} times further: {}", run.said.stderr);
    }
}
