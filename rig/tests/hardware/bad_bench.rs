//! Errors in a bench file of real devices are reported before anything is opened.

use std::fs;

use crate::common::{assert_refused, refused_run, root};

const BEACON: &str = "beacon = { address = \"C0:52:49:47:00:FE\", within_ms = 5000 }";

/// The lab's bench file with `from` replaced by `to`; its path, and the line where that stands.
fn spoiled(from: &str, to: &str) -> (tempfile::TempDir, String, usize) {
    let fixtures = root().join("fixtures");
    let text = fs::read_to_string(fixtures.join("benches/lab.toml")).unwrap();
    let here = fixtures.to_str().unwrap();
    let text = text.replace("\"../", &format!("\"{here}/"));
    let text = text.replace("\"test-keys.toml\"", &format!("\"{here}/benches/test-keys.toml\""));
    let at = text.find(from).unwrap_or_else(|| panic!("no {from:?}"));
    let same = from.bytes().zip(to.bytes()).take_while(|(before, after)| before == after).count();
    let line = 1 + text[..at + same].matches('\n').count();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bench.toml");
    fs::write(&path, text.replacen(from, to, 1)).unwrap();
    (folder, path.to_str().unwrap().to_owned(), line)
}

#[test]
fn it_is_named_with_its_line() {
    let camera = "driver = \"nokhwa\"";
    for (from, to, words) in [
        ("device = \"rig lab camera\"\n", "\n", &["the driver \"nokhwa\" needs `device`"] as &[&str]),
        ("size = [1280, 720]", "size = [1280, 721]", &["1280 by 721 is no picture"]),
        ("size = [1280, 720]", "size = [1280]", &["array of length 2"]),
        ("rate_hz = 10 ", "rate_hz = 0 ", &["nonzero"]),
        (camera, "driver = \"simulated\"", &["unknown camera driver", "accepted: nokhwa"]),
        (
            camera,
            "driver = \"nokhwa\"\nconditions = \"office\"",
            &["unknown field `conditions` beside the driver \"nokhwa\"", "`device`, `size`"],
        ),
        ("usb = \"0d28:0204:rig", "usb = \"0d28-0204:rig", &["no USB device; it is VID:PID"]),
        ("usb = \"0d28:0204:rig-lab-display-1\"", "path = \"/dev/x\"", &["unknown field `path`", "`usb`"]),
        ("selector = \"0d28:0204:", "selector = \"0d28/0204:", &["is no VID:PID or VID:PID:SERIAL"]),
        (
            "finger = { driver = \"link\"",
            "finger = { driver = \"simulated\"",
            &["driver of a finger", "accepted: link"],
        ),
        ("chip_id = \"5269674c61620001\"", "chip_id = \"12\"", &["16 hexadecimal digits"]),
        ("adapter = \"02:52:49:47:00:00\"", "adapter = \"hci0\"", &["\"hci0\" is no Bluetooth address"]),
        ("advertised = \"phone-1\"", "", &["`address` or by `advertised`"]),
        ("advertised = \"phone-1\"", "address = \"phone-1\"", &["\"phone-1\" is no Bluetooth address"]),
        ("driver = \"gatt\"", "driver = \"memory\"", &["unknown phone driver", "accepted: gatt"]),
        (
            "driver = \"gatt\"",
            "driver = \"operator\"",
            &["unknown field `adapter` beside the driver \"operator\""],
        ),
        ("device = \"hw:CARD=rig,DEV=1\"\n", "", &["the driver \"cpal\" needs `device`"]),
        ("source = \"stated\"", "source = \"gps\"", &["unknown variant `gps`", "`stated` or `chrony`"]),
        ("most_noise_dbfs = -50.0", "most_noise_dbfs = 50.0", &["a figure of at most 0 belongs here", "50"]),
        ("dbfs_at_94_dba = -10.0", "dbfs_at_94_dba = nan", &["a figure that is finite belongs here"]),
        ("least_dbfs = -54.0", "least_dbfs = 54.0", &["a figure of at most 0 belongs here"]),
        (
            "calibration_uncertainty_db = 3.0",
            "calibration_uncertainty_db = -3.0",
            &["a figure of at least 0 belongs here", "-3"],
        ),
        ("tone = { hz = 6000.0", "tone = { hz = 0.0", &["a figure above 0 belongs here"]),
        ("rate_hz = 5\n", &calibrated("nan", "[[1.0, 2.0]]"), &["a figure above 0 belongs here", "NaN"]),
        ("rate_hz = 5\n", &calibrated("10.0", "[]"), &["no mark", "`rig calibrate`"]),
        (
            "device = \"rig lab phone camera\"",
            "device = \"rig lab camera\"",
            &["the camera \"rig lab camera\" is used twice"],
        ),
        (
            "serial_number = \"204816004\"",
            "serial_number = \"204815162\"",
            &["the serial number \"204815162\" is used twice"],
        ),
        (
            "usb = \"0d28:0204:rig-lab-reader-1\"",
            "usb = \"0d28:0204:rig-lab-display-1\"",
            &["the serial port \"0d28:0204:rig-lab-display-1\" is used twice"],
        ),
        (
            "port = { usb = \"1209:0004:rig-lab-relay\" }",
            "port = { usb = \"0d28:0204:rig-lab-display-1\" }",
            &["the serial port \"0d28:0204:rig-lab-display-1\" is used twice"],
        ),
        (
            "selector = \"0d28:0204:rig-lab-reader-1\"",
            "selector = \"0d28:0204:rig-lab-display-1\"",
            &["the probe \"0d28:0204:rig-lab-display-1\" is used twice"],
        ),
        ("advertised = \"phone-2\"", "advertised = \"phone-1\"", &["the phone \"phone-1\" is used twice"]),
        ("command = [\"lab\", \"restore\"]", "command = []", &["a command is a program and its arguments"]),
        ("within_s = 20", "within_s = 0", &["nonzero"]),
        ("rate_hz = 5\n", "rate_hz = 5\nlatency = { ms = 12.5 }\n", &["missing field `within_ms`"]),
        (
            "rate_hz = 5\n",
            "rate_hz = 5\nlatency = { ms = nan, within_ms = 1.0 }\n",
            &["NaN ms", "is no latency"],
        ),
        ("rate_hz = 5\n", "rate_hz = 5\nlatency = { ms = 1.0, within_ms = -1.0 }\n", &["no less than 0"]),
        (
            "driver = \"control-line\"",
            "driver = \"lamp\"",
            &["unknown driver of a light", "accepted: control-line"],
        ),
        ("line = \"rts\"\n", "", &["the driver \"control-line\" needs `line`"]),
        ("line = \"rts\"", "line = \"cts\"", &["unknown variant `cts`", "`rts` or `dtr`"]),
        (
            "power = { driver = \"modbus\"",
            "power = { driver = \"relay\"",
            &["unknown driver of a power switch", "accepted: modbus"],
        ),
        ("power = { driver = \"modbus\"", "power = { driver = \"simulated\"", &["accepted: modbus"]),
        ("unit = 1, coil = 0", "unit = 1", &["the driver \"modbus\" needs `coil`"]),
        ("unit = 1", "unit = 0", &["0 is no address of a module; it is from 1 to 247"]),
        ("unit = 1", "unit = 248", &["248 is no address of a module"]),
        (
            "\"normally-closed\"",
            "\"closed\"",
            &["unknown variant `closed`", "`normally-closed` or `normally-open`"],
        ),
        ("focus = 60", "zoom = 60", &["unknown field `zoom`", "`focus`"]),
        (BEACON, "", &["the driver \"bluez\" needs `beacon`"]),
        ("latency_ms = 500 ", "", &["the driver \"picture-file\" needs `latency_ms`"]),
    ] {
        let (_folder, bench, line) = spoiled(from, to);
        let said = refused_run(&["--bench", &bench]);
        // A missing or superfluous key of a table is reported at the line of the table or of its driver.
        if ["needs", "or by", "beside the driver"].iter().any(|said| words[0].contains(said)) {
            assert_eq!(said.code, 2, "{from}");
            words.iter().for_each(|word| assert!(said.stderr.contains(word), "{word}: {}", said.stderr));
        } else {
            assert_refused(&said, &format!("{bench}:{line}"), words);
        }
    }
}

/// A camera's line with a calibration of this.
fn calibrated(within_px: &str, marks: &str) -> String {
    format!("rate_hz = 5\ncalibrated = {{ until = 2099-12-31, within_px = {within_px}, marks = {marks} }}\n")
}

#[test]
fn an_environment_is_set_up_within_a_step() {
    let (_folder, bench, _) = spoiled("within_s = 20", "within_s = 240");
    let text = fs::read_to_string(&bench).unwrap();
    let line = 1 + text.lines().position(|line| line == "[environment]").unwrap();
    let said = refused_run(&["--bench", &bench]);
    assert_refused(
        &said,
        &format!("{bench}:{line}"),
        &["`restore` has 240 s; `step_limit_s` is 240, and has to be more"],
    );
}

#[test]
fn a_bench_says_how_far_its_clock_may_be_off() {
    let (_folder, bench, _) = spoiled(
        "[clock]\nsource = \"stated\"        # the lab sets the guest's clock by the host's, and watches it\n\
         utc_uncertainty_ms = 20\n",
        "",
    );
    let said = refused_run(&["--bench", &bench]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("missing field `clock`"), "{}", said.stderr);
}

#[test]
fn a_beacon_is_known_by_its_address_or_by_what_it_says() {
    let beacon = |keys: &str| {
        let (_folder, bench, _) = spoiled(BEACON, &format!("beacon = {{ {keys} }}"));
        let args =
            ["run", "--bench", &bench, "--list", "--name", "The documented way", "features/this-phone"];
        crate::common::rig(&args)
    };
    let service = "service = \"0000fd6f-0000-1000-8000-00805f9b34fb\"";
    for keys in [
        "address = \"00:11:22:33:44:55\", within_ms = 3000",
        &format!("{service}, data = \"0a1b\", within_ms = 3000"),
    ] {
        let said = beacon(keys);
        assert_eq!(said.code, 0, "{keys}: {}", said.stderr);
    }
    for (keys, words) in [
        ("within_ms = 3000", "a beacon is known by its `address`"),
        ("address = \"x\", within_ms = 3000", "\"x\" is no Bluetooth address"),
        (&*format!("{service}, data = \"0a1\", within_ms = 3000"), "two digits a byte"),
        (&*format!("{service}, data = \"0a1b\""), "missing field `within_ms`"),
        (&*format!("{service}, data = \"0é\", within_ms = 3000"), "two digits a byte"),
    ] {
        let said = beacon(keys);
        assert!(said.code == 2 && said.stderr.contains(words), "{keys}: {}", said.stderr);
    }
}

/// The finger of the lab's first device as solenoids on a relay module, with these keys.
fn solenoids(unit: &str, keys: &str) -> String {
    format!(
        "finger = {{ driver = \"modbus\", port = {{ usb = \"1209:0004:finger\" }}, baud = 9600, unit = {unit}, keys = [{keys}]"
    )
}

const LINK_FINGER: &str = "finger = { driver = \"link\"";
const BUTTON: &str = "{ key = \"button\", coil = 0, input = 0 }";

#[test]
fn a_finger_of_solenoids_is_read() {
    let counted = "{ key = \"repeat\", coil = 1, counter = 7 }";
    let (_folder, bench, _) = spoiled(LINK_FINGER, &solenoids("1", &format!("{BUTTON}, {counted}")));
    let said = crate::common::rig(&["run", "--bench", &bench, "--list", "features/code-device/code.feature"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for (unit, keys, words) in [
        ("0", BUTTON, &["0 is no address of a module"] as &[&str]),
        ("1", "", &["no key; a finger presses one at least"]),
        ("1", "{ key = \"button\", coil = 0 }", &["a contact is sensed by `input` or by `counter`"]),
        ("1", "{ key = \"knob\", coil = 0, input = 0 }", &["unknown variant `knob`", "`button`"]),
        ("1", &format!("{BUTTON}, {BUTTON}"), &["the button is pressed twice"]),
        (
            "1",
            &format!("{BUTTON}, {}", counted.replace("coil = 1", "coil = 0")),
            &["the coil 0 is used twice"],
        ),
        ("1", "{ key = \"button\", coil = 0, input = 0, ms = 5 }", &["unknown field `ms`"]),
    ] {
        let (_folder, bench, line) = spoiled(LINK_FINGER, &solenoids(unit, keys));
        assert_refused(&refused_run(&["--bench", &bench]), &format!("{bench}:{line}"), words);
    }
}

#[test]
#[cfg(feature = "webdriver")]
fn a_phone_through_appium_is_read() {
    let agent = "driver = \"gatt\"\nuser = \"test-user-1\"\nadapter = \"02:52:49:47:00:00\"\nadvertised = \"phone-1\"";
    let appium = "driver = \"appium\"\nuser = \"test-user-1\"\nurl = \"http://127.0.0.1:4723\"\napp = \"dk.mitid.app\"\n\
                  capabilities = { automationName = \"UiAutomator2\", udid = \"1\" }";
    let (_folder, bench, _) = spoiled(agent, appium);
    let said = crate::common::rig(&["run", "--bench", &bench, "--list", "features/this-phone"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for (from, to, words) in [
        ("UiAutomator2", "Espresso", "`automationName` is \"Espresso\"; accepted: UiAutomator2, XCUITest"),
        ("udid = \"1\"", "fullReset = true", "`fullReset` = true would change what is judged"),
        ("http:", "https:", "http://HOST"),
        ("url = ", "# url = ", "the driver \"appium\" needs `url`"),
        ("dk.mitid.app", "/mitid.apk", "is not a package or bundle identifier"),
    ] {
        let (_folder, bench, line) = spoiled(agent, &appium.replace(from, to));
        assert_refused(&refused_run(&["--bench", &bench]), &format!("{bench}:{line}"), &[words]);
    }
}
