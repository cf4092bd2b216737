//! `rig attach`: a break armed in a run that is under way.

use std::{
    fs,
    io::Write,
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use reports::{Journal, Outcome, Summary};

use crate::common::{Run, Said, command, rig};

const SCENARIO: &str = "It is shown for 3 minutes";
/// So often that somebody can come meanwhile.
const OFTEN: &str = "200";

/// A run that somebody can attach to, once this returns.
fn run(folder: &Path, args: &[&str]) -> Child {
    let args =
        [&["run", "--jobs", "1", "--seed", "1", "--format", "json", "--name", SCENARIO], args].concat();
    let run = command(&args)
        .args(["--out", folder.to_str().unwrap()])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let patience = Instant::now() + Duration::from_secs(60);
    let is_guarded = args.contains(&"--no-attach");
    let begun = || fs::metadata(folder.join(reports::JOURNAL_FILE)).is_ok_and(|journal| journal.len() > 0);
    while !begun() || !is_guarded && !folder.join("attach.socket").exists() {
        assert!(Instant::now() < patience, "no run begins");
        std::thread::yield_now();
    }
    run.unwrap()
}

/// Attaches to the run, and types `lines` at its prompts.
fn attach(folder: &Path, args: &[&str], lines: &str) -> Said {
    let mut attach = command(&["attach", folder.to_str().unwrap()]);
    let attach = attach.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut attach = attach.spawn().unwrap();
    attach.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
    attach.wait_with_output().unwrap().into()
}

#[test]
fn a_break_stops_a_run_that_is_under_way_and_the_record_says_so() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let mut run = run(&folder, &["--repeat", OFTEN]);
    let socket = fs::symlink_metadata(folder.join("attach.socket")).unwrap();
    assert!(socket.file_type().is_socket());
    assert_eq!(socket.permissions().mode() & 0o777, 0o600);
    let said =
        attach(&folder, &["--break", "S5.B.5b"], "why\nlook\ndefect 2\nback 2\nnext\nnext\nrerun\nstop\n");
    assert_eq!((said.code, said.stderr.as_str()), (0, ""), "{}", said.stdout);
    for words in [
        "attached; help lists the commands",
        "breakpoint 3: clause S5.B.5b",
        "step 3 of 4",
        "phone-camera: frame",
        "a run that others began keeps its product",
        "step 2 of 4",
        "rig step --seed 1 --break features/another-phone/qr-code.feature:9",
    ] {
        assert!(said.stdout.contains(words), "{words}: {}", said.stdout);
    }
    assert_eq!(run.wait().unwrap().code(), Some(3));
    assert!(!folder.join("attach.socket").exists());
    let journal = Journal::read(&folder).unwrap();
    assert!(journal.origin().unwrap().by_hand);
    assert!(journal.incomplete().unwrap().contains("a person at the bench"));
    let over = attach(&folder, &[], "");
    assert!(over.code == 2 && over.stderr.contains("it is over"), "{}", over.stderr);
    let resumed = rig(&["resume", folder.to_str().unwrap()]);
    assert!(
        resumed.code == 2 && resumed.stderr.contains("was stepped through by hand"),
        "{}",
        resumed.stderr
    );
}

#[test]
fn a_guest_who_looks_and_leaves_changes_nothing_but_the_mark() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("run");
    let ordinary = Run::new(&["--seed", "1", "--name", SCENARIO, "--repeat", "20"]);
    let mut run = run(&folder, &["--repeat", "20"]);
    let said = attach(&folder, &[], "list\nbreak S9.Z\nnext\n");
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("it stops before the next step"), "{}", said.stdout);
    assert!(said.stdout.contains("\"S9.Z\" is no line, clause, tag or step"), "{}", said.stdout);
    assert_eq!(run.wait().unwrap().code(), Some(0));
    let journal = Journal::read(&folder).unwrap();
    assert_eq!(journal.digest(), ordinary.journal().digest());
    assert!(journal.origin().unwrap().by_hand && !ordinary.journal().origin().unwrap().by_hand);
    let summary = Summary::new(&journal);
    assert_eq!(summary.outcome, Outcome::Pass);
    assert!(reports::text(&summary, false).contains("stepped through by hand: not a verdict"));
}

#[test]
fn nobody_attaches_to_a_campaigns_run_nor_to_another_users() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path().join("campaign");
    let mut guarded = run(&folder, &["--no-attach", "--repeat", OFTEN]);
    let said = attach(&folder, &[], "");
    assert!(
        said.code == 2 && said.stderr.contains("a run of a campaign is not to be touched"),
        "{}",
        said.stderr
    );
    guarded.kill().unwrap();
    guarded.wait().unwrap();

    let can_be_another =
        fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0);
    if !can_be_another {
        eprintln!("NOT RUN: only root can be another user");
        return;
    }
    let folder = temporary.path().join("mine");
    let mut mine = run(&folder, &["--repeat", OFTEN]);
    // Whatever modes somebody gives them: the peer is asked who it is.
    for path in [temporary.path(), &folder] {
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    fs::set_permissions(folder.join("attach.socket"), fs::Permissions::from_mode(0o666)).unwrap();
    let program = temporary.path().join("rig");
    fs::copy(env!("CARGO_BIN_EXE_rig"), &program).unwrap();
    let other = Command::new("setpriv")
        .args(["--reuid", "65534", "--clear-groups", "--"])
        .arg(&program)
        .args(["attach", folder.to_str().unwrap()])
        .stdin(Stdio::null())
        .current_dir("/")
        .output();
    let said: Said = other.unwrap().into();
    assert_eq!(said.stdout, "refused: another user runs this\n", "{}", said.stderr);
    assert_eq!(said.code, 2);
    mine.kill().unwrap();
    mine.wait().unwrap();
}
