//! A run of the suite on such a bench.

use std::fs;

use crate::{
    bus::on_a_bus,
    common::Run,
    table::{ADAPTER, Table},
    world,
};

const ACTIVATION: &str = "features/this-phone/activation.feature";
const CODE: &str = "features/code-device/code.feature";
const TEMPORARY_PIN: &str = "features/this-phone/temporary-pin.feature";

#[test]
fn the_app_is_activated_by_the_documented_way() {
    on_a_bus(|bluetoothd| {
        let world = world::in_real_time();
        bluetoothd.adapter("hci0", ADAPTER).phone(world::phone(&world));
        let table = Table::new().with_modem(&world.modem_path()).with_phone();
        let bench = table.file();
        let run = Run::new(&["--bench", bench.to_str().unwrap(), "--name", "The documented way", ACTIVATION]);
        assert_eq!(run.said.code, 0, "{}{}", run.said.stdout, run.said.stderr);
        for clause in ["S5.A.1", "S5.A.2", "S5.A.3a", "S5.A.5", "S5.A.6", "S5.A.0"] {
            assert_eq!(run.clause(clause), "pass", "{clause}");
        }
        let journal = run.file(reports::JOURNAL_FILE);
        for seen in [r#""driver":"gatt""#, r#""driver":"at""#, "the test's own of the test"] {
            assert!(journal.contains(seen), "no {seen}");
        }
        assert!(!journal.contains("simulated\":true"));
    });
}

#[test]
fn a_modem_that_is_not_there_is_the_benchs_error() {
    on_a_bus(|bluetoothd| {
        let world = world::in_real_time();
        bluetoothd.adapter("hci0", ADAPTER).phone(world::phone(&world));
        let table = Table::new().with_modem("/dev/ttyNOSUCH").with_phone();
        let bench = table.file();
        let run = Run::new(&["--bench", bench.to_str().unwrap(), "--name", "The documented way", ACTIVATION]);
        assert_eq!(run.said.code, 4, "{}", run.said.stderr);
        assert_eq!(run.clause("S5.A.1"), "not_run");
        let journal = run.file(reports::JOURNAL_FILE);
        assert!(journal.contains("modem: not found: /dev/ttyNOSUCH"), "{journal}");
    });
}

#[test]
fn the_environment_is_set_up_anew_before_each_scenario_with_a_phone() {
    let restored = |script: &str, table: Table| {
        let table = table.restored_by(script);
        let (bench, two) = (table.file(), "A wrong one|third wrong one");
        let run = Run::new(&["--bench", bench.to_str().unwrap(), "--name", two, TEMPORARY_PIN]);
        assert_eq!(run.said.code, 4, "{}", run.said.stderr);
        let journal = run.file(reports::JOURNAL_FILE);
        assert!(journal.contains("set up anew before each scenario with a phone by `sh -c"), "{journal}");
        journal
    };
    // Nothing that the scenarios need is there: what comes first is said.
    let table = || Table::new().with_modem("/dev/ttyNOSUCH").with_phone();
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let journal = restored(&format!("echo anew >>{}", log.display()), table());
    assert!(!journal.contains("test environment: "), "{journal}");
    assert_eq!(fs::read_to_string(&log).unwrap(), "anew\nanew\n", "once for each of two scenarios");
    for (script, words) in [
        ("echo nobody is there >&2; exit 1", "test environment: protocol error: sh ended with"),
        ("exec sleep 60", "test environment: no answer: sh did not end within 2s"),
    ] {
        let journal = restored(script, table());
        assert!(journal.contains(words) && !journal.contains("phone-1: "), "{journal}");
    }
}

#[test]
fn a_scenario_without_a_phone_leaves_the_environment_as_it_is() {
    let world = world::in_real_time();
    let table = Table::new().with_display(&world, "").restored_by("exit 1");
    let bench = table.file();
    let run = Run::new(&["--bench", bench.to_str().unwrap(), "--name", "Every segment", CODE]);
    assert_eq!(run.said.code, 4, "{}", run.said.stderr);
    let journal = run.file(reports::JOURNAL_FILE);
    assert!(journal.contains("\"camera: ") && !journal.contains("test environment: "), "{journal}");
}
