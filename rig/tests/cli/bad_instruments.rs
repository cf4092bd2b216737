//! Invalid entries of a bench file for phones and the instruments around them; and suites that need more than
//! a bench has.

use crate::{
    common::{assert_refused, root},
    table::{BENCH, Table},
};

/// Spoils the bench file, `from` to `to`, and expects the one error at the line that changed.
fn refuses(from: &str, to: &str, words: &[&str]) {
    let table = Table::new();
    let line = table.spoil(BENCH, from, to);
    assert_refused(&table.run(), &format!("{}:{line}", table.path(BENCH)), words);
}

#[test]
fn an_unknown_driver_is_named_with_its_line() {
    for (head, driver, words) in [
        ("[modem]\nname = \"modem\"", "at", &["unknown driver of a modem \"x\"", "accepted: at"]),
        (
            "[radio]\nname = \"radio\"",
            "simulated",
            &["unknown driver of a radio \"x\"", "accepted: simulated"],
        ),
        ("[screen]\nname = \"screen\"", "simulated", &["unknown driver of a screen \"x\"", "simulated"]),
        ("[holder]\nname = \"holder\"", "simulated", &["unknown driver of a holder \"x\"", "simulated"]),
    ] {
        let [from, to] = [driver, "x"].map(|driver| format!("{head}\ndriver = \"{driver}\""));
        refuses(&from, &to, words);
    }
}

#[test]
fn an_instrument_that_is_wrong_is_named_with_its_line() {
    for (from, to, words) in [
        (
            "driver = \"at\"\nport = \"pty\"",
            "driver = \"at\"\nport = \"/dev/ttyUSB9\"",
            &["port of a simulated bench", "accepted: pty"] as &[&str],
        ),
        ("[modem]\nname = \"modem\"", "[modem]\nname = \"phone-1\"", &["the name \"phone-1\" is used twice"]),
        (
            "[holder]\nname = \"holder\"",
            "[holder]\nname = \"screen\"",
            &["the name \"screen\" is used twice"],
        ),
        ("name = \"phone-camera\"", "name = \"camera\"", &["the name \"camera\" is used twice"]),
        ("[screen]\nname = \"screen\"", "[screen]\ntitle = \"screen\"", &["unknown field `title`"]),
        ("rate_hz = 30", "rate_hz = 0", &["nonzero"]),
        ("payload = \"rig:control\"", "payload = 5", &["invalid type: integer `5`"]),
        ("region = [840, 20, 400, 680]", "region = [840, 20, 400, 0]", &["region without pixels"]),
        (
            "view = { camera = \"phone-camera\"",
            "view = { camera = \"phones-camera\"",
            &["there is no camera \"phones-camera\"", "there are: camera, camera-2"],
        ),
        (
            "view = { camera = \"phone-camera\"",
            "view = { camera = \"camera\"",
            &["the camera \"camera\" has no `control` in its view"],
        ),
    ] {
        refuses(from, to, words);
    }
}

#[test]
fn a_camera_without_a_control_sees_no_phone() {
    let table = Table::new();
    let control = "rate_hz = 30\ncontrol = ";
    table.spoil(BENCH, control, "rate_hz = 30\n# control = ");
    let line = table.spoil(BENCH, "view = { camera = \"phone-camera\"", "view = { camera = \"phone-camera\"");
    let place = format!("{}:{line}", table.path(BENCH));
    assert_refused(&table.run(), &place, &["the camera \"phone-camera\" has no `control` in its view"]);
}

#[test]
fn a_person_who_is_wrong_is_named_with_its_line() {
    for (from, to, words) in [
        (
            "driver = \"memory\"\nuser = \"test-user-1\"",
            "driver = \"memory\"\nuser = \"nobody\"",
            &["there is no person \"nobody\"", "there are: test-user-1, test-user-2"] as &[&str],
        ),
        ("active_apps = 3", "active_apps = -1", &["invalid value: integer `-1`"]),
        ("active_apps = 3", "active_app = 3", &["unknown field `active_app`", "`active_apps`"]),
    ] {
        refuses(from, to, words);
    }
    for number in ["4520000001", "+45 20000001", "+1234567890123456", "+12", ""] {
        let said = format!("{number:?} is no number; it is a plus and 3 to 15 digits");
        refuses("number = \"+4520000001\"", &format!("number = \"{number}\""), &[&said]);
        let of_modem = "driver = \"at\"\nport = \"pty\"\nnumber = ";
        refuses(&format!("{of_modem}\"+4520000001\""), &format!("{of_modem}\"{number}\""), &[&said]);
    }
}

#[test]
fn a_number_that_no_modem_has_is_named_with_its_line() {
    let words = &["no modem has this number; the modem's is \"+4520000001\""];
    refuses("number = \"+4520000001\"", "number = \"+4520000002\"", words);
}

#[test]
fn a_test_pin_that_must_be_refused_is_not_repeated() {
    for (pin, words) in [
        ("70931", &["`test_pin` is refused: it has 6 digits"]),
        ("7093184", &["`test_pin` is refused: it has 6 digits"]),
        ("70931x", &["`test_pin` is refused: it has 6 digits"]),
        ("654321", &["`test_pin` is refused: the profile forbids it"]),
    ] {
        let table = Table::new();
        let line = table.spoil(BENCH, "test_pin = \"482915\"", &format!("test_pin = \"{pin}\""));
        let said = table.run();
        assert_refused(&said, &format!("{}:{line}", table.path(BENCH)), words);
        assert!(!said.stderr.contains(pin), "{}", said.stderr);
    }
}

#[test]
fn a_bench_key_is_known_and_long_enough() {
    refuses(
        "bench_key = \"bench\"",
        "bench_key = \"lost\"",
        &["there is no key \"lost\"", "bench, display-1"],
    );
    refuses("bench_key = \"bench\"", "bench_key = \"display-1\"", &["a bench key has 32 bytes"]);
}

#[test]
fn what_the_suite_needs_and_the_bench_lacks_is_named() {
    for (head, paths, place, missing) in [
        ("[modem]", "features/this-phone", "features/this-phone/activation.feature:5", "1 × SMS modem"),
        ("[modem]", "features/another-phone", "features/another-phone/activation.feature:6", "1 × SMS modem"),
        ("[radio]", "features/another-phone", "features/another-phone/activation.feature:6", "1 × BLE radio"),
        ("[holder]", "features/another-phone", "features/another-phone/activation.feature:6", "1 × holder"),
        ("[screen]", "features/another-phone", "features/another-phone/proximity.feature:5", "1 × screen"),
    ] {
        let table = Table::new();
        table.without(head);
        let missing = format!("the scenario needs {missing}, the bench has 0");
        assert_refused(&table.run_of(&[paths]), place, &[&missing]);
    }
}

#[test]
fn phones_that_no_camera_sees_are_too_few_for_a_camera() {
    let table = Table::new();
    table.blank("view = { camera = \"phone-camera\", region = [840");
    let said = table.run_of(&["features/another-phone"]);
    let words = &["the scenario needs 2 × camera on a phone, the bench has 1"];
    assert_refused(&said, "features/another-phone/activation.feature:6", words);
}

#[test]
fn a_person_with_all_apps_is_needed_for_one_too_many() {
    let table = Table::new();
    table.blank("active_apps = ");
    let said = table.run_of(&["features/this-phone"]);
    let words = &["needs 1 × phone of a person with all apps, the bench has 0"];
    let feature = "features/this-phone/activation.feature";
    let text = std::fs::read_to_string(root().join(feature)).unwrap();
    let line = 1 + text.lines().position(|line| line.contains("Scenario: A fourth app")).unwrap();
    assert_refused(&said, &format!("{feature}:{line}"), words);
}
