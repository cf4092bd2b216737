//! Nights in which something breaks: it is named, the night goes on elsewhere, and nothing is hidden.

use std::{fs, path::Path, process::Command};

use reports::{Isolation, Journal, Summary};
use serde_json::Value;

use crate::{
    common::{Said, rig, root},
    nights::{GOLDEN, Plan},
};

/// Four scenarios of sealed displays; one of them takes eight hours.
const FEW: &str = "tags = \"@display and @sealed and not @phone\"";
const PRESS: &str = "A sealed code display: One press yields one code, in time";

fn plan(benches: &[(&str, &str)], more: &str) -> Plan {
    Plan::with(benches, &format!("{FEW}\nruns = \"nights\"\n{more}"))
}

/// The night's summary, and what it said.
fn night(plan: &Plan) -> (Value, Said) {
    let out = plan.folder.path().join("nights/first");
    let said = plan.night(&["--hours", "20", "--format", "json", "--out", out.to_str().unwrap()]);
    (said.json(), said)
}

/// The scenarios of the second round, each with the bench that it was planned for, how it ended there, the bench that it ran on then, and how.
fn again(told: &Value) -> Vec<[&str; 5]> {
    let all = told["again"].as_array().unwrap().iter();
    all.map(|one| ["scenario", "from", "before", "on", "outcome"].map(|key| one[key].as_str().unwrap()))
        .collect()
}

#[test]
fn an_error_is_tried_again_on_another_bench_and_what_was_quarantined_is_noted() {
    // The bench that the planner gives the scenario to is the one that fails.
    let shown =
        plan(&[("a", ""), ("b", "")], "").night(&["--plan", "--hours", "20", "--format", "json"]).json();
    let placed = shown["placed"].as_array().unwrap();
    let press = placed.iter().find(|one| one["scenario"] == PRESS).unwrap();
    let (from, on) = if press["bench"] == "a" { ("a", "b") } else { ("b", "a") };
    let fault = "faults = [\"camera-covered@S5.C.8b\"]";
    let of = |bench: &str| if bench == from { fault } else { "" };
    let plan = plan(&[("a", of("a")), ("b", of("b"))], "quarantine_after = 1");
    let (told, said) = night(&plan);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    let again = again(&told);
    assert!(again.contains(&[PRESS, from, "error", on, "pass"]), "{again:?}");
    assert!(again.iter().all(|[.., outcome]| *outcome == "pass"), "{again:?}");
    // The attempt on the other bench says that it is a second one.
    let second = plan.folder.path().join("nights/first").join(format!("{on}.again"));
    let retried = Summary::new(&Journal::read(&second).unwrap()).retried;
    let press = retried.iter().find(|one| one.scenario == PRESS).unwrap();
    assert_eq!((press.grade, press.attempts[0].isolation), ("second attempt", Some(Isolation::OtherBench)));
    // The instrument is in use again afterwards, and the notes say by whose word.
    let notes: Vec<&Value> = told["quarantine"].as_array().unwrap().iter().collect();
    assert_eq!(notes.len(), 2, "{notes:?}");
    assert!(notes[0]["what"]["quarantined"].is_string() && notes[0]["bench"] == from);
    assert_eq!(notes[1]["what"]["cleared_by"], "a new simulated world");
    let kept = fs::read_to_string(plan.folder.path().join("nights/quarantine.jsonl")).unwrap();
    assert_eq!(kept.lines().count(), 2);
    // The morning page tells of the error, and where it passed.
    let runs = plan.folder.path().join("nights");
    let (page, known) = (runs.join("morning.html"), runs.join("known.toml"));
    let entry = "[[known]]\nclause = \"S5.C.8b\"\noutcome = \"error\"\nreason = \"a lens cap\"\nby = \"Ada\"\nuntil = 2100-01-01\n";
    fs::write(&known, entry).unwrap();
    let files =
        [("--html", &page), ("--known", &known)].map(|(option, file)| [option, file.to_str().unwrap()]);
    let news = rig(&[&["history", "--runs", runs.to_str().unwrap()][..], &files.concat()].concat());
    assert!(news.stdout.starts_with("Valid: "), "{}", news.stdout);
    let page = fs::read_to_string(page).unwrap();
    let told = ["It ran again in ", "Whose fault: the bench.", "a lens cap, by Ada", "bench hours in "];
    for words in told {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn a_person_takes_an_instrument_back_into_use_by_name() {
    let plan = plan(&[("a", ""), ("b", "")], "");
    let runs = plan.folder.path().join("nights");
    fs::create_dir_all(&runs).unwrap();
    let note =
        r#"{"at":"2026-11-30T22:00:00Z","bench":"a","instrument":"camera-3","what":{"quarantined":"x"}}"#;
    fs::write(runs.join("quarantine.jsonl"), format!("{note}\n")).unwrap();
    let on_a = || {
        let told = plan.night(&["--plan", "--hours", "20", "--format", "json"]).json();
        told["placed"].as_array().unwrap().iter().filter(|one| one["bench"] == "a").count()
    };
    assert_eq!(on_a(), 0, "all of it needs the camera");
    let ready = plan.night(&["--ready", "--hours", "20"]).stdout;
    assert!(
        ready.contains("camera-3 on a is out of use since 2026-11-30")
            && ready.contains("--clear a/camera-3")
    );
    let other = plan.night(&["--clear", "a/finger"]);
    assert!(other.code == 2 && other.stderr.contains("out of use: a/camera-3"), "{}", other.stderr);
    let said = plan.night(&["--clear", "a/camera-3", "--operator", "Ada"]);
    assert!(said.code == 0 && said.stdout.contains("by the word of Ada"), "{}{}", said.stdout, said.stderr);
    assert!(on_a() > 0);
    let kept = fs::read_to_string(runs.join("quarantine.jsonl")).unwrap();
    assert!(kept.lines().nth(1).unwrap().contains("\"cleared_by\":\"Ada\""), "{kept}");
}

#[test]
fn a_bench_that_is_not_sound_at_the_begin_is_not_used_and_the_night_is_not_valid() {
    let golden = format!("golden = {GOLDEN:?}");
    let plan = plan(&[("a", "faults = [\"camera-covered@S5.C.8b\"]"), ("b", "")], &golden);
    let (told, said) = night(&plan);
    assert_eq!(said.code, 4, "{}{}", said.stdout, said.stderr);
    let benches = told["benches"].as_array().unwrap();
    assert!(benches[0]["not_used"].as_str().unwrap().contains("came to error"), "{benches:?}");
    assert_eq!((benches[0]["planned"].as_u64(), benches[1]["planned"].as_u64()), (Some(0), Some(4)));
    assert_eq!(benches[1]["outcome"], "pass");
    let runs = plan.folder.path().join("nights");
    let news = rig(&["history", "--runs", runs.to_str().unwrap()]).stdout;
    assert!(news.starts_with("Not valid: the first check of a came to error: it was not used;"), "{news}");
}

/// Runs a night with the plan in `folder`, with a disk of `size` mounted at `full` and one without write access at `locked`.
fn with_bad_disks(folder: &Path) -> Said {
    let script = "cd \"$1\" && mkdir full locked && mount -t tmpfs -o size=700k none full && \
                  mount -t tmpfs -o ro,size=1m none locked && shift && exec \"$@\"";
    let night = folder.join("nights/first");
    let suite = root();
    Command::new("unshare")
        .args(["--user", "--map-root-user", "--mount", "sh", "-c", script, "sh"])
        .arg(folder)
        .arg(env!("CARGO_BIN_EXE_rig"))
        .args(["night", "plan.toml", "--hours", "20", "--format", "json", "--suite"])
        .arg(suite)
        .arg("--out")
        .arg(night)
        .output()
        .unwrap()
        .into()
}

#[test]
fn a_full_disk_and_one_without_write_access_are_named_and_the_night_goes_on_elsewhere() {
    let benches = [("a", "runs = \"full\""), ("b", "runs = \"locked\""), ("c", "")];
    let plan = plan(&benches, "");
    let said = with_bad_disks(plan.folder.path());
    let told = said.json();
    assert_eq!(said.code, 4, "{}{}", said.stdout, said.stderr);
    let benches = told["benches"].as_array().unwrap();
    assert_eq!(benches[0]["not_used"], "its run ended: the disk was full");
    let full = fs::read_to_string(plan.folder.path().join("nights/first/a.log")).unwrap();
    assert!(full.contains("rig: the disk is full"), "{full}{}", said.stdout);
    assert!(benches[1]["not_used"].as_str().unwrap().contains("Read-only file system"), "{benches:?}");
    // Each of their scenarios was run on the third bench.
    let planned = |place: usize| benches[place]["planned"].as_u64().unwrap();
    let again = again(&told);
    assert!(planned(0) > 0 && planned(1) > 0);
    assert!(again.len() as u64 >= planned(1), "{again:?}");
    assert!(
        again.iter().all(|[_, from, _, on, outcome]| *from != "c" && *on == "c" && *outcome == "pass"),
        "{again:?}"
    );
}
