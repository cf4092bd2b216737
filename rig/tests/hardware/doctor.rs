//! Output of the doctor for such a bench.

use crate::{
    bus::on_a_bus,
    common::{Said, rig},
    table::{ADAPTER, Table},
    world,
};

fn doctor(table: &Table, more: &[&str]) -> Said {
    let bench = table.file();
    rig(&[&["doctor", "--bench", bench.to_str().unwrap()], more].concat())
}

#[test]
fn every_instrument_is_tried_and_those_in_trouble_are_named() {
    on_a_bus(|bluetoothd| {
        let world = world::in_real_time();
        bluetoothd.adapter("hci0", ADAPTER).phone(world::phone(&world));
        let screen =
            "[screen]\nname = \"screen\"\ndriver = \"picture-file\"\nfile = \"code.png\"\nlatency_ms = 100";
        let table =
            Table::new().with_display(&world, "").with_phone().with_modem(&world.modem_path()).with(screen);
        let said = doctor(&table, &[]);
        let lines: Vec<&str> = said.stdout.lines().collect();
        assert_eq!(said.code, 4, "{}{}", said.stdout, said.stderr);
        let begin = [
            "ok       clock (system): system clock, as the bench file states",
            "trouble  camera (nokhwa): not found: no camera is named \"a camera that is not there\"",
            "ok       display/serial (serialport): rig code display ",
            "ok       display/finger (link): rig code display ",
            "trouble  display/probe (probe-rs): ",
            "ok       phone-1 (gatt): ",
            "ok       modem (at): ",
            "ok       screen (picture-file): a monitor that shows ",
        ];
        assert_eq!(lines.len(), begin.len(), "{}", said.stdout);
        for (line, begin) in lines.iter().zip(begin) {
            assert!(line.starts_with(begin), "expected {begin:?}: {line}");
        }
        assert!(table.beside("code.png").is_file(), "the screen was dark and stays so");

        let json = doctor(&table, &["--format", "json"]).json();
        let outcomes: Vec<_> =
            json["instruments"].as_array().unwrap().iter().map(|one| &one["outcome"]).collect();
        let well = |line: &&str| if line.starts_with("ok") { "ok" } else { "trouble" };
        assert_eq!(outcomes, lines.iter().map(well).collect::<Vec<_>>());
    });
}

#[test]
fn a_bench_that_is_well_ends_with_0() {
    on_a_bus(|bluetoothd| {
        let world = world::in_real_time();
        bluetoothd.adapter("hci0", ADAPTER).phone(world::phone(&world));
        let table = Table::new().with_phone().with_modem(&world.modem_path());
        let said = doctor(&table, &[]);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    });
}

#[test]
fn another_board_than_the_bench_files_is_the_wrong_device() {
    let world = world::in_real_time();
    let said = doctor(&Table::new().with_display(&world, "chip_id = \"0000000000000001\""), &[]);
    assert_eq!(said.code, 4);
    let refused = "display/serial (serialport): wrong device: its chip is ";
    let line =
        said.stdout.lines().find(|line| line.contains(refused)).unwrap_or_else(|| panic!("{}", said.stdout));
    assert!(line.ends_with(", the bench file's is 0000000000000001"), "{line}");
}

#[test]
fn a_simulated_bench_is_not_the_doctors() {
    let said = rig(&["doctor", "--bench", "fixtures/benches/simulated.toml"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("takes a bench of real devices; this one is simulated"), "{}", said.stderr);
}

#[test]
fn this_machine_is_listed_for_people_and_programs() {
    let said = rig(&["doctor"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    for heading in ["Serial ports", "Debug probes", "Cameras", "Microphones", "Bluetooth adapters"] {
        assert!(said.stdout.lines().any(|line| line == heading), "no {heading}: {}", said.stdout);
    }
    let json = rig(&["doctor", "--format", "json"]).json();
    let kinds = ["serial_ports", "debug_probes", "cameras", "microphones", "bluetooth_adapters"];
    assert!(kinds.iter().all(|kind| json[kind].is_array() || json[kind]["trouble"].is_string()), "{json}");
}
