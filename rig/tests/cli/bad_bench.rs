//! Invalid bench files, profiles and keys: one line with file and line, and nothing is opened.

use std::fs;

use crate::{
    common::{assert_refused, refused_run},
    table::{BENCH, KEYS, PROFILE, Table},
};

#[test]
fn a_bench_file_that_is_wrong_is_named_with_its_line() {
    for (from, to, words) in [
        ("language = \"en\"", "langage = \"en\"", &["unknown field `langage`", "`language`"] as &[&str]),
        ("name = \"simulated bench\"", "name = 5", &["invalid type: integer `5`", "expected a string"]),
        ("step_limit_s = 60", "step_limit_s = \"60\"", &["invalid type: string"]),
        ("step_limit_s = 60", "step_limit_s = 0", &["nonzero"]),
        ("kind = \"simulated\"", "kind = \"real\"", &["unknown variant `real`", "`simulated` or `hardware`"]),
        ("[[camera]]", "[[camera]", &["unclosed array table"]),
        (
            "driver = \"simulated\"",
            "driver = \"v4l\"",
            &["unknown camera driver \"v4l\"", "accepted: simulated"],
        ),
        ("driver = \"serialport\"", "driver = \"tty\"", &["unknown driver of a link \"tty\"", "serialport"]),
        ("driver = \"probe-rs\"", "driver = \"jlink\"", &["unknown driver of a probe", "accepted: probe-rs"]),
        ("finger = { driver = \"simulated\"", "finger = { driver = \"x\"", &["driver of a finger", "link"]),
        ("driver = \"memory\"", "driver = \"ble\"", &["unknown phone driver \"ble\"", "accepted: memory"]),
        ("port = \"pty\"", "port = \"/dev/ttyS0\"", &["port of a simulated bench", "accepted: pty"]),
        ("port = \"pty\"", "port = \"pty\", baud = 0", &["nonzero"]),
        (
            "selector = \"virtual\"",
            "selector = \"0d28:0204\"",
            &["probe of a simulated", "accepted: virtual"],
        ),
        ("firmware = \"../", "firmware = \"../nowhere/", &["there is no file", "nowhere"]),
        (
            "camera = \"camera\"",
            "camera = \"webcam\"",
            &["there is no camera \"webcam\"", "there are: camera"],
        ),
        (
            "key = \"display-1\"",
            "key = \"lost\"",
            &["there is no key \"lost\"", "there are: bench, display-1"],
        ),
        ("coverage = 0.95", "coverage = 0.5", &["at least 1, or 0.95 belongs here", "found 0.5"]),
        ("panel_s = 0.0084", "panel_s = -1.0", &["at least 0 belongs here", "found -1"]),
        (
            "back = { camera = \"label-camera\"",
            "back = { camera = \"webcam\"",
            &["there is no camera \"webcam\"", "label-camera"],
        ),
        (
            "back = { camera = \"label-camera\"",
            "back = { camera = \"camera\"",
            &["the camera \"camera\" has no `control`", ""],
        ),
        ("foreign_key = \"foreign\"", "foreign_key = \"lost\"", &["there is no key \"lost\"", "display-1"]),
        ("name = \"display-2\"", "name = \"display-1\"", &["the name \"display-1\" is used twice"]),
        ("name = \"phone-2\"", "name = \"camera\"", &["the name \"camera\" is used twice"]),
        ("language = \"en\"", "language = \"kl\"", &["language \"kl\"", "there are: da, en"]),
        ("conditions = \"office\"", "conditions = \"fog\"", &["unknown conditions \"fog\"", "clean, office"]),
        ("profile = \"../", "profile = \"../nowhere/", &["there is no file", "nowhere"]),
        ("keys = \"test-", "keys = \"lost-", &["there is no file", "lost-keys.toml"]),
        ("region = [0, 0, 1280, 360]", "region = [0, 0, 1280]", &["array of length 4"]),
        ("region = [0, 0, 1280, 360]", "region = [0, 0, 0, 360]", &["region without pixels"]),
        (
            "region = [0, 0, 1280, 360]",
            "region = [0, 0, 9999, 360]",
            &["ends at 9999, 360, outside of the picture of \"camera\": 1280 by 720 pixels"],
        ),
        (
            "region = [480, 200, 320, 320]",
            "region = [480, 9999, 320, 320]",
            &["outside of the picture", "1280 by 720 pixels"],
        ),
        (
            "serial_number = \"204815162\"",
            "serial_number = \"20481516\"",
            &["\"20481516\" is no serial number of this product", "^[0-9]{9}$"],
        ),
        ("test_password = \"zB7-kRw2-mXt9\"", "test_password = \"short\"", &["test_password", "8 to 64"]),
        ("test_password = \"zB7-kRw2-mXt9\"", "test_password = \"my-password\"", &["test_password"]),
        ("utc_uncertainty_ms = 5", "utc_uncertainty_ms = -5", &["invalid value: integer `-5`"]),
        ("port = \"pty\"", "port = { usb = \"0d28:0204\" }", &["port of a simulated bench", "accepted: pty"]),
    ] {
        let table = Table::new();
        let line = table.spoil(BENCH, from, to);
        assert_refused(&table.run(), &format!("{}:{line}", table.path(BENCH)), words);
    }
}

#[test]
fn a_password_that_fails_its_own_rules_is_not_repeated() {
    let table = Table::new();
    table.spoil(BENCH, "zB7-kRw2-mXt9", "k7-qwertyui-Zw");
    let said = table.run();
    assert!(said.code == 2 && !said.stderr.contains("k7-qwertyui"), "{}", said.stderr);
}

#[test]
fn a_bench_without_instruments_lacks_what_the_suite_needs() {
    let table = Table::new();
    let text = fs::read_to_string(table.path(BENCH)).unwrap();
    fs::write(table.path(BENCH), &text[..text.find("[[camera]]").unwrap()]).unwrap();
    let said = table.run();
    assert_refused(&said, "features/another-phone/activation.feature:6", &["2 × phone", "the bench has 0"]);
}

#[test]
fn seeds_defects_and_faults_are_for_a_simulated_bench() {
    let table = Table::new();
    let text = fs::read_to_string(table.path(BENCH)).unwrap();
    let head =
        text[..text.find("[[camera]]").unwrap()].replace("kind = \"simulated\"", "kind = \"hardware\"");
    fs::write(table.path(BENCH), head).unwrap();
    table.authorise("9999-12-31", &["test-user-2"]);
    let bench = table.path(BENCH);
    for option in [["--seed", "1"], ["--defect", "36"], ["--fault", "camera-covered@S5.C.8b"]] {
        let said = refused_run(&["--bench", &bench, option[0], option[1]]);
        let told = format!(
            "rig: {} is for a simulated bench; \"simulated bench\" is made of real devices\n",
            option[0]
        );
        assert_eq!((said.code, said.stderr), (2, told));
    }
}

#[test]
fn a_file_that_is_no_bench_file_is_named() {
    let table = Table::new();
    assert_refused(&refused_run(&["--bench", "no/such.toml"]), "no/such.toml", &["cannot be read"]);
    let folder = table.path("benches");
    assert_refused(&refused_run(&["--bench", &folder]), &folder, &["cannot be read"]);
    for (bytes, place, word) in
        [(b"" as &[u8], ":1", "missing field `name`"), (b"\xff\xfe", "", "UTF-8"), (b"\0", ":1", "")]
    {
        fs::write(table.path(BENCH), bytes).unwrap();
        assert_refused(&table.run(), &format!("{}{place}", table.path(BENCH)), &[word]);
    }
}

#[test]
fn a_profile_that_is_wrong_is_named_with_its_line() {
    for (from, to, words) in [
        ("step_s = 30", "stepp_s = 30", &["unknown field `stepp_s`", "`step_s`"] as &[&str]),
        ("step_s = 30", "step_s = 0", &["nonzero"]),
        ("answer_s = [0.0, 5.0]", "answer_s = [5.0, 0.0]", &["limits are [lowest, highest]"]),
        ("press_to_code_s = [0.0, 1.0]", "press_to_code_s = [-1.0, nan]", &["limits are [lowest, highest]"]),
        ("code_shown_s = [18.0, 22.0]", "code_shown_s = [-18.0, 22.0]", &["limits of a time are 0 to"]),
        ("digits = 6", "digits = 60", &["a code of 60 digits; 6, 7 and 8 are accepted"]),
        ("time_step_s = [29.0, 31.0]", "time_step_s = 30.0", &["invalid type"]),
        ("\"button.next\" = \"Next\"", "\"button.next\" = 5", &["invalid type: integer `5`"]),
    ] {
        let table = Table::new();
        let line = table.spoil(PROFILE, from, to);
        let place = format!("{}/../{PROFILE}:{line}", table.path("benches"));
        assert_refused(&table.run(), &place, words);
    }
}

#[test]
fn keys_that_are_wrong_are_named_and_never_shown() {
    const SECRET: &str = "5e1fca3b2d9046a7f10c88e4b3592d6a7714c0de";
    let hex = format!("{{ hex = \"{SECRET}\" }}");
    for to in [
        format!("{{ hex = \"{SECRET}x\" }}"),
        format!("{{ hex = \"{SECRET}\", ascii = \"{SECRET}\" }}"),
        format!("{{ base32 = \"{SECRET}\" }}"),
        format!("\"{SECRET}\""),
        format!("\"{SECRET}"),
    ] {
        let table = Table::new();
        let line = table.spoil(KEYS, &hex, &to);
        let said = table.run();
        assert_refused(&said, &format!("{}:{line}", table.path(KEYS)), &["hex"]);
        assert!(!said.stderr.contains(&SECRET[..8]), "{}", said.stderr);
    }
}
