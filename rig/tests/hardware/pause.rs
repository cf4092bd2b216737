//! A debugger's session on such a bench: it has the bench to itself, and what is measured across a pause cannot pass.

use std::{
    io::Write,
    process::{Child, Command, Stdio},
};

use reports::{Cause, Event, Journal, Outcome};

use crate::{
    bus::on_a_bus,
    common::{Said, command},
    table::{ADAPTER, Table},
    world,
};

const SCENARIO: &str = "It comes by SMS and has eight digits";

/// `rig` with these arguments, on the bench, with its locks in `locks`.
fn on_bench(args: &[&str], bench: &str, locks: &std::path::Path) -> Command {
    let mut rig = command(args);
    rig.args(["--bench", bench, "--operator", "the first", SCENARIO]).env("RIG_LOCKS", locks);
    rig.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    rig
}

/// Types the lines, one after the other, and ends the input.
fn typed(mut rig: Child, lines: &str) -> Said {
    rig.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    rig.wait_with_output().unwrap().into()
}

#[test]
fn a_session_has_the_bench_to_itself_and_a_pause_keeps_a_figure_from_passing() {
    on_a_bus(|bluetoothd| {
        let world = world::in_real_time();
        bluetoothd.adapter("hci0", ADAPTER).phone(world::phone(&world));
        let bench = Table::new().with_modem(&world.modem_path()).with_phone();
        let (bench, temporary) = (bench.file(), tempfile::tempdir().unwrap());
        let (bench, locks) = (bench.to_str().unwrap(), temporary.path().join("locks"));
        std::fs::create_dir(&locks).unwrap();
        let folder = temporary.path().join("run");
        let out = folder.to_str().unwrap();

        let first = on_bench(&["step", "--out", out], bench, &locks).spawn().unwrap();
        // It holds the bench before it writes anything.
        while !folder.join(reports::JOURNAL_FILE).exists() {
            std::thread::yield_now();
        }
        for other in ["step", "page"] {
            let second = temporary.path().join(other);
            let said: Said =
                on_bench(&[other, "--out", second.to_str().unwrap()], bench, &locks).output().unwrap().into();
            assert_eq!((said.code, said.stdout.as_str()), (4, ""), "{other}: {}", said.stderr);
            assert!(said.stderr.contains("in use by the first, process "), "{other}: {}", said.stderr);
            assert!(!second.exists(), "{other}");
        }

        // The message comes meanwhile: in time, but nobody can say what else the bench did.
        let said = typed(first, "next\nadvance 5 s\nnext\nnext\n");
        assert_eq!(said.code, 3, "{}{}", said.stdout, said.stderr);
        let journal = Journal::read(&folder).unwrap();
        let mut verdicts = journal.entries().iter().filter_map(|entry| match &entry.event {
            Event::Judged(verdict) if verdict.clause == "H.1" => Some(verdict),
            _ => None,
        });
        let verdict = verdicts.next_back().unwrap_or_else(|| panic!("{}", said.stdout));
        assert_eq!((verdict.outcome, verdict.cause), (Outcome::Inconclusive, Some(Cause::Paused)));
        assert!(verdict.reason.starts_with("paused by hand meanwhile: "), "{}", verdict.reason);
        assert!(verdict.measurements.iter().all(|figure| figure.outcome != Outcome::Pass), "{verdict:?}");
        assert!(journal.origin().unwrap().by_hand);
    });
}
