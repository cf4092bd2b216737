//! Test reports and certificates: what is issued holds, and nothing that was changed does.

use std::{
    fs,
    path::{Path, PathBuf},
};

use reports::release::{ArchiveWriter, Refused, SigningSecret, Unbundled, read_archive};
use rig::release::trust::Trust;
use tempfile::TempDir;

use crate::common::{Run, Said, rig};

mod change;
mod lab;
mod public;
mod tamper;

/// The day of every report here.
const DAY: &str = "2026-12-01";

/// A folder with the keys of a tester, a reviewer and a certification body, and a trust file that names them.
struct Desk(TempDir);

impl Desk {
    fn new() -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        for (seed, name) in (1..).zip(["tester", "reviewer", "body", "stranger"]) {
            fs::write(desk.path(&format!("{name}.pem")), &*SigningSecret::of_seed([seed; 32]).to_pem())
                .unwrap();
        }
        desk.write_trust("trust.toml", "2026-12-31");
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn text(&self, name: &str) -> String {
        self.path(name).display().to_string()
    }

    fn write_trust(&self, name: &str, until: &str) {
        let entry = |(seed, name, may): (u8, &str, &str)| {
            let public = SigningSecret::of_seed([seed; 32]).public().to_pem();
            format!(
                "[[key]]\nname = \"the {name}\"\nmay = [\"{may}\"]\nfrom = \"2026-01-01\"\nuntil = \"{until}\"\n\
                 public = \"\"\"\n{public}\"\"\"\n"
            )
        };
        let keys = [(1, "tester", "issue"), (2, "reviewer", "review"), (3, "body", "certify")];
        fs::write(self.path(name), keys.map(entry).concat()).unwrap();
    }

    /// `rig issue` of `runs` by `key`, into a folder of its own.
    fn issue(&self, folder: &str, key: &str, runs: &[&str]) -> Said {
        fs::create_dir_all(self.path(folder)).unwrap();
        let (key, out) = (self.text(key), self.text(folder));
        let options = ["issue", "--format", "json", "--key", &key, "--date", DAY, "--out", &out];
        rig(&[&options[..], runs].concat())
    }

    /// The bundle of `run`, signed by the tester.
    fn bundle(&self, run: &Run) -> PathBuf {
        let said = self.issue("issued", "tester.pem", &[run.path()]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        PathBuf::from(said.json()["bundle"].as_str().unwrap())
    }

    /// `rig COMMAND` on a bundle, with the trust file and further options.
    fn on(&self, command: &str, bundle: &Path, options: &[&str]) -> Said {
        let trust = self.text("trust.toml");
        let bundle = bundle.to_str().unwrap();
        rig(&[&[command, "--format", "json", "--trust", &trust], options, &[bundle]].concat())
    }

    fn trust(&self) -> Trust {
        Trust::load(&self.path("trust.toml")).unwrap()
    }
}

/// A run of three scenarios.
fn run() -> Run {
    let run = Run::new(&["--seed", "21", "--name", "^One press"]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    run
}

/// Why the bundle of these bytes is refused, its runs left aside.
fn refused(bytes: &[u8], trust: &Trust) -> Result<(), Refused> {
    let unbundled = Unbundled::read("bundle", bytes, |_, _| Ok(()))?;
    unbundled.signed(|id, kind, number, day| trust.key(id, kind, number, day, None)).map(drop)
}

/// The files of a bundle, in their order.
fn files(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    let read = read_archive("bundle", bytes, |name, bytes| {
        files.push((name.to_owned(), bytes));
        Ok(())
    });
    read.unwrap();
    files
}

/// A bundle of these files.
fn archive(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut archive = ArchiveWriter::new(Vec::new());
    files.iter().for_each(|(name, bytes)| archive.add(name, bytes).unwrap());
    archive.finish().unwrap()
}

#[test]
fn a_report_is_issued_reviewed_verified_and_the_same_each_time() {
    let (desk, run) = (Desk::new(), run());
    let bundle = desk.bundle(&run);
    let name = bundle.file_name().unwrap().to_str().unwrap();
    assert!(name.starts_with(DAY) && name.ends_with("-simulated.rigcert"), "{name}");
    let again = desk.issue("again", "tester.pem", &[run.path()]);
    assert_eq!(again.code, 0);
    assert_eq!(fs::read(&bundle).unwrap(), fs::read(desk.path("again").join(name)).unwrap());

    for fast in [&["--fast"][..], &[]] {
        let said = desk.on("verify", &bundle, fast);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
        let told = said.json();
        assert_eq!((&told["verified"], &told["certified"]), (&true.into(), &false.into()));
        assert_eq!(told["runs"][0]["readings"].is_null(), !fast.is_empty());
    }
    // The reviewer is another person, and one signature is not two.
    let own = desk.on("review", &bundle, &["--key", &desk.text("tester.pem")]);
    assert!(own.code == 1 && own.stdout.contains("another person"), "{}", own.stdout);
    let reviewed = desk.on("review", &bundle, &["--key", &desk.text("reviewer.pem")]);
    assert_eq!(reviewed.code, 0, "{}{}", reviewed.stdout, reviewed.stderr);
    let told = desk.on("verify", &bundle, &["--fast"]).json();
    assert_eq!(told["signers"].as_array().unwrap().len(), 2);
    assert_eq!(told["report"]["simulated"], true);
    let line = told["report"]["first_line"].as_str().unwrap();
    assert!(
        line.starts_with("SIMULATED PRODUCT ON A SIMULATED BENCH. TEST REPORT, not a certificate."),
        "{line}"
    );

    // A part of the suite, run once, is no ground for a certificate.
    let certified = desk.on("certify", &bundle, &["--key", &desk.text("body.pem")]);
    assert_eq!(certified.code, 1);
    let bars = certified.json()["bars"].to_string();
    assert!(bars.contains("1 repetitions") && bars.contains("S5.A.2"), "{bars}");
}

#[test]
fn the_report_of_a_fail_is_as_good_a_report() {
    let desk = Desk::new();
    let run = Run::new(&["--seed", "21", "--name", "^One press", "--defect", "37-five-digits"]);
    assert_eq!(run.said.code, 1);
    let bundle = desk.bundle(&run);
    let said = desk.on("verify", &bundle, &["--fast"]);
    let report = &said.json()["report"];
    assert_eq!(
        (said.code, report["result"].as_str(), report["outcome"].as_str()),
        (0, Some("FAILED"), Some("fail"))
    );
    let certified = desk.on("certify", &bundle, &["--key", &desk.text("body.pem")]);
    assert!(certified.code == 1 && certified.stdout.contains("S5.C.8b"), "{}", certified.stdout);
}

#[test]
fn other_keys_names_and_days_are_refused() {
    let (desk, run) = (Desk::new(), run());
    let bundle = desk.bundle(&run);
    let strange = desk.issue("strange", "stranger.pem", &[run.path()]).json();
    let strange = PathBuf::from(strange["bundle"].as_str().unwrap());
    let said = desk.on("verify", &strange, &["--fast"]);
    assert!(said.code == 1 && said.stdout.contains("does not name"), "{}", said.stdout);

    let renamed = desk.path("other-product-simulated.rigcert");
    fs::copy(&bundle, &renamed).unwrap();
    let said = desk.on("verify", &renamed, &["--fast"]);
    assert!(said.code == 1 && said.stdout.contains("renamed"), "{}", said.stdout);

    desk.write_trust("trust.toml", "2026-11-30");
    let said = desk.on("verify", &bundle, &["--fast"]);
    assert!(said.code == 1 && said.stdout.contains("counts from"), "{}", said.stdout);
}

#[test]
fn what_is_no_run_to_sign_for_is_refused() {
    let (desk, run) = (Desk::new(), run());
    let evidence = fs::read_dir(run.folder.join("evidence")).unwrap();
    let frame = evidence.map(|entry| entry.unwrap().path()).find(|path| path.extension().unwrap() == "png");
    fs::remove_file(frame.unwrap()).unwrap();
    let said = desk.issue("issued", "tester.pem", &[run.path()]);
    assert!(said.code == 2 && said.stderr.contains("missing"), "{}", said.stderr);
    assert_eq!(fs::read_dir(desk.path("issued")).unwrap().count(), 0, "nothing is left behind");
    let other = Run::new(&["--seed", "22", "--name", "^One press yields"]);
    let said = desk.issue("issued", "tester.pem", &[other.path(), "no-such-run"]);
    assert_eq!(said.code, 2);
}
