//! The record of a run: dated, hashed, readable by other programs, withdrawn only by name, kept for its time.

use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::Path,
    process::{Command, Stdio},
};

use reports::{Journal, Outcome, SEALED_FILE, Secrets, Summary};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    common::{Run, Said, assert_refused, command, refused_run, rig, root},
    forge::forged,
};

/// One short scenario, with one clause.
const SHORT: &[&str] = &["--name", "^Three ways"];

fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(fs::read(path).unwrap()))
}

#[test]
fn a_record_has_its_date_its_version_and_the_hash_of_all_that_it_was_made_with() {
    let run = Run::new(&[SHORT, &["--operator", "the night shift"]].concat());
    let journal = run.journal();
    let day = |utc: Option<&str>| utc.unwrap().len() == "2026-11-30T22:15:04.250Z".len();
    assert!(day(journal.begun()) && day(journal.ended()) && journal.begun() <= journal.ended());
    let origin = journal.origin().unwrap();
    assert_eq!(origin.operator, "the night shift");
    assert_eq!(origin.program_sha256, Some(sha256(Path::new(env!("CARGO_BIN_EXE_rig")))));
    assert!(origin.arguments.contains(&"--operator".to_owned()) && !origin.host.is_empty());
    let revision = origin.revision.as_deref().unwrap_or("outside of a checkout, it is not known");
    assert!(revision.len() >= 40, "{revision}");

    assert_eq!(journal.head().readers, readers::VERSION);

    let inputs: BTreeMap<&str, &str> =
        journal.head().inputs.iter().map(|input| (&*input.name, &*input.sha256)).collect();
    for file in ["features/clauses.toml", "fixtures/benches/simulated.toml", "fixtures/profiles/mitid.toml"] {
        assert_eq!(inputs[file], sha256(&root().join(file)));
    }
    assert_eq!(inputs["code-display.bin"], sha256(&root().join("fixtures/firmware/code-display.bin")));
    assert!(inputs.keys().any(|name| name.ends_with("feature files")), "{inputs:?}");

    let record = &run.last()["record"];
    assert_eq!((&record["format"], &record["operator"]), (&2.into(), &"the night shift".into()));
    assert_eq!(run.last()["head"], journal.chain_head());
    let page = run.file("report.html");
    assert!(page.contains(journal.chain_head()) && page.contains("the night shift"));
}

#[test]
fn who_runs_it_where_and_when_does_not_change_the_digest() {
    let one = Run::new(SHORT);
    let other = Run::new(&[SHORT, &["--operator", "somebody else", "--mode", "0640"]].concat());
    assert_eq!(one.last()["digest"], other.last()["digest"]);
    assert_ne!(one.last()["head"], other.last()["head"]);
}

/// Output of the reader of `JOURNAL.md`, in another language, for a run.
fn read_by_python(run: &Path, args: &[&str]) -> Said {
    let reader = root().join("reports/tests/reader.py");
    Command::new("python3").arg(reader).arg(run).args(args).output().unwrap().into()
}

#[test]
fn a_reader_written_from_the_page_alone_reads_verifies_and_judges() {
    for args in [
        &["--name", "^One press|^A new one takes"] as &[&str],
        &["--name", "^One press", "--defect", "37-five-digits"],
        &["--name", "^One press|^Three ways", "--fault", "camera-covered@S5.C.8a"],
    ] {
        let run = Run::new(args);
        let said = read_by_python(&run.folder, &["--head", run.last()["head"].as_str().unwrap()]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        let read = said.json();
        for same in ["outcome", "complete", "digest", "head"] {
            assert_eq!(read[same], run.last()[same], "{same} of {args:?}");
        }
        assert!(read["evidence"].as_u64().unwrap() > 0);
    }
}

#[test]
fn a_reader_written_from_the_page_alone_names_what_was_changed() {
    let run = Run::new(&["--name", "^One press"]);
    let journal = run.folder.join("journal.jsonl");
    let text = fs::read_to_string(&journal).unwrap();
    let refused = |words: &str| {
        let said = read_by_python(&run.folder, &[]);
        assert!(said.code == 1 && said.stderr.contains(words), "{}", said.stderr);
    };
    fs::write(&journal, text.replacen("\"outcome\":\"pass\"", "\"outcome\":\"fail\"", 1)).unwrap();
    refused("the chain breaks");
    fs::write(&journal, &text[..text.len() - 1]).unwrap();
    assert_eq!(read_by_python(&run.folder, &[]).json()["outcome"], "not_run");
    let forged = forged(&text.replacen("\"wall_ms\":0", "\"wall_ms\":1", 1));
    fs::write(&journal, forged.journal).unwrap();
    let said = read_by_python(&run.folder, &["--head", run.last()["head"].as_str().unwrap()]);
    assert!(said.stderr.contains("its head is"), "{}", said.stderr);
    fs::write(&journal, &text).unwrap();
    let mut files = fs::read_dir(run.folder.join("evidence")).unwrap().map(|entry| entry.unwrap().path());
    let frame = files.find(|path| path.extension().is_some_and(|extension| extension == "png")).unwrap();
    let bytes = fs::read(&frame).unwrap();
    fs::write(&frame, &bytes[1..]).unwrap();
    refused(frame.file_name().unwrap().to_str().unwrap());
    fs::remove_file(&frame).unwrap();
    refused("missing");
}

#[test]
fn what_is_typed_and_what_comes_by_sms_is_sealed_and_the_chain_does_without() {
    let run = Run::new(&["--name", "^A new one takes"]);
    let journal = run.journal();
    let secrets = Secrets::read(&run.folder).unwrap();
    let sealed: Vec<_> = (journal.entries().iter())
        .filter_map(|entry| match &entry.event {
            reports::Event::Observed(seen) => Some((seen.quantity.as_str(), seen.sealed.as_ref()?)),
            _ => None,
        })
        .collect();
    let secret = |quantity| {
        let found = sealed.iter().find(|(of, _)| *of == quantity).unwrap();
        String::from_utf8(secrets.get(found.1).unwrap().to_vec()).unwrap()
    };
    assert!(secret("temporary_pin").contains("temporary PIN code for MitID is"));
    assert!(!secret("act").is_empty());
    assert_eq!(fs::metadata(run.folder.join(SEALED_FILE)).unwrap().permissions().mode() & 0o777, 0o600);

    fs::remove_file(run.folder.join(SEALED_FILE)).unwrap();
    assert_eq!(Journal::read(&run.folder).unwrap().chain_head(), journal.chain_head());
    let findings = journal.findings().unwrap();
    assert!(findings.iter().any(|finding| finding.to_string().contains("missing")), "{findings:?}");
}

#[test]
fn codes_do_not_leave_the_runs_folder() {
    let run = Run::new(&["--name", "^One press", "--defect", "37-five-digits"]);
    let reason = regex::Regex::new("“[0-9]{5}_").unwrap();
    assert!(reason.is_match(&run.file("journal.jsonl")));
    for (name, told) in [
        ("junit.xml", run.file("junit.xml")),
        ("summary.json", run.file("summary.json")),
        ("standard output", run.said.stdout.clone()),
        ("standard error", run.said.stderr.clone()),
    ] {
        assert!(!reason.is_match(&told) && told.contains("“•••••_”"), "{name}: {told}");
    }
}

#[test]
fn files_are_the_owners_alone_unless_somebody_asks_for_more() {
    let modes = |run: &Run| {
        ["", "evidence", "journal.jsonl", "junit.xml"]
            .map(|file| fs::metadata(run.folder.join(file)).unwrap().permissions().mode() & 0o777)
    };
    let with = |mode| Run::new(&["--name", "^One press", "--mode", mode]);
    assert_eq!(modes(&Run::new(&["--name", "^One press"])), [0o700, 0o700, 0o600, 0o600]);
    assert_eq!(modes(&with("0640")), [0o750, 0o750, 0o640, 0o640]);
    let script = "umask 027; exec \"$0\" \"$@\"";
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let out = folder.to_str().unwrap();
    let bin = env!("CARGO_BIN_EXE_rig");
    let args = ["-c", script, bin, "run", "--name", "^One press", "--mode", "umask", "--out", out];
    let mut shell = Command::new("sh");
    shell.args(args).current_dir(root()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(shell.status().unwrap().success());
    let mode = |file: &str| fs::metadata(folder.join(file)).unwrap().permissions().mode() & 0o777;
    assert_eq!(["", "evidence", "journal.jsonl", "junit.xml"].map(mode), [0o750, 0o750, 0o640, 0o640]);
    let said = refused_run(&["--mode", "0755", "--name", "^One press"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("nobody executing"), "{}", said.stderr);
}

#[test]
fn a_result_is_withdrawn_by_name_and_reason_and_by_nothing_else() {
    let run = Run::new(&["--name", "^One press yields", "--defect", "37-five-digits"]);
    assert_eq!((run.said.code, run.clause("S5.C.8b")), (1, "fail".into()));
    let annul = |more: &[&str]| rig(&[&["annul", run.path()], more].concat());
    let why: &[&str] = &["--reason", "the display's glass was cracked", "--by", "Ada"];
    for (args, word) in [
        (vec!["--clause", "S5.C.8b", "--by", "Ada"], "--reason"),
        (vec!["--clause", "S5.C.8b", "--reason", "so"], "--by"),
        (why.to_vec(), "--scenario"),
        ([&["--clause", "H.3"], why].concat(), "no such scenario of the run judges H.3"),
        ([&["--scenario", "Nothing"], why].concat(), "no scenario \"Nothing\""),
        (vec!["--clause", "S5.C.8b", "--reason", " ", "--by", "Ada"], "a reason and a name are wanted"),
    ] {
        let said = annul(&args);
        assert!(said.code == 2 && said.stderr.contains(word), "{args:?}: {}", said.stderr);
    }
    assert!(!run.folder.join("amendments.jsonl").exists());

    let said = annul(&[&["--clause", "S5.C.8b", "--format", "json"], why].concat());
    assert_eq!((said.code, &said.json()["outcome"]), (0, &"not_run".into()), "{}", said.stderr);
    let again = rig(&["report", run.path(), "--format", "json"]);
    let summary = again.json();
    assert_eq!((again.code, &summary["outcome"]), (3, &"not_run".into()));
    let clauses = summary["clauses"].as_array().unwrap();
    let clause = clauses.iter().find(|clause| clause["id"] == "S5.C.8b").unwrap();
    let told = "annulled by Ada: the display's glass was cracked (it was fail: ";
    assert!(clause["reason"].as_str().unwrap().starts_with(told), "{clause}");
    assert_eq!(summary["record"]["amendments"][0]["by"], "Ada");
    assert!(run.file("report.html").contains("annulled by Ada"));
    assert!(run.file("junit.xml").contains("type=\"annulled\""), "withdrawn is not green");
    assert_eq!(summary["head"], run.last()["head"], "the journal stays as it is");
    assert_eq!(read_by_python(&run.folder, &[]).json()["amendments"], 1);

    let file = run.folder.join("amendments.jsonl");
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, text.replace("Ada", "Bob")).unwrap();
    assert_refused(
        &rig(&["report", run.path()]),
        &format!("{}:1", file.display()),
        &["the chain breaks here"],
    );
    let other = Run::new(SHORT);
    fs::write(other.folder.join("amendments.jsonl"), text).unwrap();
    let place = format!("{}:1", other.folder.join("amendments.jsonl").display());
    assert_refused(&rig(&["report", other.path()]), &place, &["the chain breaks here"]);
}

/// A run whose record says that it began long ago.
fn old_run(args: &[&str]) -> Run {
    let run = Run::new(args);
    let begun = run.journal().begun().unwrap().to_owned();
    let text = run.file("journal.jsonl").replacen(&begun, "2020-02-29T12:00:00.000Z", 1);
    forged(&text).put_in(&run.folder);
    run
}

#[test]
fn evidence_whose_time_is_over_leaves_its_hashes() {
    let scenario = ["--name", "^A new one takes"];
    let (new, old) = (Run::new(&scenario), old_run(&scenario));
    let kept = old_run(&[&scenario as &[&str], &["--class", "hold"]].concat());
    let state = |args: &[&str]| -> Vec<Value> {
        let said = rig(&[&["retain", "--format", "json"], args].concat());
        assert_eq!(said.code, 0, "{}", said.stderr);
        said.json_lines().into_iter().map(|line| line["state"].clone()).collect()
    };
    let all = [new.path(), old.path(), kept.path()];
    assert_eq!(state(&[&["--dry-run"], &all[..]].concat()), ["kept", "over", "kept"]);
    assert!(old.folder.join(SEALED_FILE).is_file());
    assert_eq!(state(&["--hold", "--reason", "a complaint", old.path()]), ["held"]);
    assert_eq!(state(&all), ["kept", "held", "kept"]);
    assert_eq!(state(&["--let-go", "--reason", "it is settled", old.path()]), ["let go"]);
    assert_eq!(state(&all), ["kept", "deleted", "kept"]);
    assert_eq!(state(&all), ["kept", "deleted", "kept"], "again, with nothing left to do");

    for gone in ["sealed.jsonl", "report.html"] {
        assert!(!old.folder.join(gone).exists() && new.folder.join(gone).exists(), "{gone}");
    }
    let journal = Journal::read(&old.folder).unwrap();
    let findings = journal.findings().unwrap();
    assert!(!findings.is_empty());
    assert!(findings.iter().all(|finding| finding.kept == reports::Kept::Deleted), "{findings:?}");
    let amended = journal.amendments().all().last().unwrap();
    assert_eq!(amended.reason, "the time of class night is over");
    assert_eq!(Summary::new(&journal).outcome, Outcome::Pass, "what was judged then is still told");
    assert_eq!(read_by_python(&old.folder, &[]).code, 0);
    for command in ["judge", "report"] {
        assert_eq!(rig(&[command, old.path()]).code, 3, "{command}: what is gone cannot be checked again");
    }
    assert!(old.file("summary.json").contains("\"outcome\":\"inconclusive\""));

    let said = refused_run(&["--class", "forever", "--name", "^Three ways"]);
    assert_eq!(said.stderr, "rig: no class \"forever\" of retention; accepted: hold, night, signed\n");
    let said: Said = command(&["retain", "no/such/run"]).output().unwrap().into();
    assert_refused(&said, "no/such/run/journal.jsonl", &["cannot be read"]);
}
