//! A run of the suite on such a bench.

use crate::{
    bus::on_a_bus,
    common::Run,
    table::{ADAPTER, Table},
    world,
};

const ACTIVATION: &str = "features/this-phone/activation.feature";

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
        assert_eq!(run.clause("S5.A.1"), "error");
        let journal = run.file(reports::JOURNAL_FILE);
        assert!(journal.contains("modem: not found: /dev/ttyNOSUCH"), "{journal}");
    });
}
