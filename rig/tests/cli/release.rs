//! Test reports and certificates: what is issued holds, and nothing that was changed does.

use std::{
    fs,
    path::{Path, PathBuf},
};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::release::{ArchiveWriter, Refused, SigningSecret, Unbundled, names, read_archive};
use rig::release::{trust::Trust, verify::verify};
use tempfile::TempDir;

use crate::{
    common::{Run, Said, assert_refused, rig},
    forge::{chain_copy, forged},
};

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
    unbundled.signed(|id, kind, number, day| trust.key(id, kind, number, day)).map(drop)
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

/// How many random bits are flipped; `.ci/full` asks for 20,000, and for every bit of what is signed.
fn count() -> usize {
    std::env::var("RIG_FLIPS").map_or(60, |count| count.parse().unwrap())
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

#[test]
fn no_flipped_bit_goes_unseen() {
    let (desk, run) = (Desk::new(), run());
    let (bundle, trust) = (desk.bundle(&run), desk.trust());
    let sound = fs::read(&bundle).unwrap();
    refused(&sound, &trust).unwrap();
    let mut random = ChaCha8Rng::seed_from_u64(27);

    // What is signed: bit by bit where there is time, otherwise one bit of each byte.
    let unbundled = Unbundled::read("bundle", &sound[..], |_, _| Ok(())).unwrap();
    for name in [names::REPORT, names::TEST_RESULT] {
        let bytes = unbundled.attestations[name].clone();
        for place in 0..bytes.len() {
            let bits = if count() < 1000 { vec![random.next_u32() % 8] } else { (0..8).collect() };
            for bit in bits {
                let mut flipped = unbundled.clone();
                flipped.attestations.get_mut(name).unwrap()[place] ^= 1 << bit;
                let told = flipped.signed(|id, kind, number, day| trust.key(id, kind, number, day));
                assert!(told.unwrap_err().place.starts_with("attestations/"), "{name}: bit {bit} of {place}");
            }
        }
    }
    // One bit of each byte of the manifest.
    for place in 0..unbundled.listed.len() {
        let mut listed = unbundled.listed.clone();
        listed[place] ^= 1 << (random.next_u32() % 8);
        assert!(unbundled.manifest.check(names::MANIFEST, &listed).is_err(), "byte {place} of the manifest");
    }
    // Any bit of the whole file.
    let mut flipped = sound.clone();
    for _ in 0..count() {
        let (place, bit) = ((random.next_u64() % sound.len() as u64) as usize, random.next_u32() % 8);
        flipped[place] ^= 1 << bit;
        assert!(refused(&flipped, &trust).is_err(), "bit {bit} of {place}");
        flipped[place] = sound[place];
    }
}

#[test]
fn files_that_are_removed_added_swapped_doubled_or_moved_are_named() {
    let (desk, run) = (Desk::new(), run());
    let (bundle, trust) = (desk.bundle(&run), desk.trust());
    let sound = fs::read(&bundle).unwrap();
    let files = files(&sound);
    assert_eq!(archive(&files), sound, "one form for each byte");
    let place = |bytes: &[u8]| refused(bytes, &trust).unwrap_err().to_string();
    // Every file of which there is one, and a few of the many frames.
    for (number, (name, _)) in files.iter().enumerate().filter(|(number, _)| number % 9 == 0 || *number < 8) {
        let mut fewer = files.clone();
        fewer.remove(number);
        let told = place(&archive(&fewer));
        assert!(told.contains(name.as_str()), "{name} removed: {told}");
        let mut swapped = files.clone();
        let other = if number + 1 < files.len() { number + 1 } else { 0 };
        swapped[number].1 = files[other].1.clone();
        assert!(refused(&archive(&swapped), &trust).is_err(), "{name} swapped");
    }
    let mut more = files.clone();
    more.push(("runs/2/journal.jsonl".to_owned(), b"{}".to_vec()));
    assert!(place(&archive(&more)).contains("runs/2/journal.jsonl: added"));
    let mut more = files.clone();
    more.insert(0, ("attestations/another.json".to_owned(), b"{}".to_vec()));
    assert!(place(&archive(&more)).contains("attestations/another.json: added"));
    let one = archive(&files[..1]);
    let entry = &one[..one.len() - 1024];
    assert!(place(&[entry, &sound].concat()).contains("twice"));
    let moved = [&sound[entry.len()..sound.len() - 1024], entry, &[0; 1024]].concat();
    assert!(place(&moved).contains("order"));
}

#[test]
fn a_signed_record_is_judged_again() {
    let (desk, run) = (Desk::new(), run());
    let full = verify(&desk.bundle(&run), &desk.trust(), false).unwrap();
    assert!(full.runs[0].readings.unwrap() > 30 && full.runs[0].verdicts >= 3, "{:?}", full.runs);
    // Whoever holds a key can sign a record that was written anew; its evidence still tells.
    let mut edited = false;
    let lines = run.file("journal.jsonl");
    let lines = lines.lines().map(|line| {
        let is_first = !edited && line.contains("\"event\":\"judged\"");
        edited |= is_first;
        if is_first {
            line.replacen("\"outcome\":\"pass\"", "\"outcome\":\"fail\"", 1)
        } else {
            line.to_owned()
        }
    });
    let journal = forged(&(lines.collect::<Vec<_>>().join("\n") + "\n"));
    fs::write(run.folder.join("journal.jsonl"), &journal).unwrap();
    fs::write(run.folder.join("evidence/chain.txt"), chain_copy(&journal)).unwrap();
    let bundle = desk.bundle(&run);
    verify(&bundle, &desk.trust(), true).unwrap();
    let refused = verify(&bundle, &desk.trust(), false).unwrap_err();
    assert!(refused.place == "runs/1/" && refused.what.contains("was fail, and is pass"), "{refused}");
}

#[test]
fn openssl_reads_the_keys() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("passphrase"), "correct horse\n").unwrap();
    let said = rig(&["key", "new", "--passphrase", &path("passphrase"), &path("lab.pem")]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert!(said.stdout.contains("[[key]]") && said.stdout.contains("BEGIN PUBLIC KEY"));
    let text = fs::read_to_string(path("lab.pem")).unwrap();
    assert!(text.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----"));
    use std::os::unix::fs::PermissionsExt;
    assert_eq!(fs::metadata(path("lab.pem")).unwrap().permissions().mode() & 0o777, 0o600);
    let public = std::process::Command::new("openssl")
        .args([
            "pkey",
            "-pubout",
            "-in",
            &path("lab.pem"),
            "-passin",
            &format!("file:{}", path("passphrase")),
        ])
        .output();
    // Machines without OpenSSL still build and test; `.ci/bundle` needs it.
    if let Ok(public) = public {
        assert_eq!(
            public.stdout,
            fs::read(path("lab.pem.pub")).unwrap(),
            "{}",
            String::from_utf8_lossy(&public.stderr)
        );
    }
    let again = rig(&["key", "new", "--unencrypted", &path("lab.pem")]);
    assert!(again.code == 2 && again.stderr.contains("exists"), "{}", again.stderr);
}

#[test]
fn a_campaign_tells_everything_that_is_missing_at_once() {
    let said = rig(&["campaign", "--dry-run", "--format", "json"]);
    assert_eq!((said.code, said.json()["missing"].to_string().as_str()), (0, "[]"), "{}", said.stderr);
    let folder = tempfile::tempdir().unwrap();
    let campaigns = folder.path().join("campaigns").display().to_string();
    let bench = ["--bench", "fixtures/benches/lab.toml"];
    let said = rig(&[&["campaign", "--format", "json", "--campaigns", &campaigns], &bench[..]].concat());
    assert_eq!(said.code, 3, "{}", said.stderr);
    let missing = said.json()["missing"].to_string();
    for what in ["product: ", "people: ", "instruments: ", "items: "] {
        assert!(missing.contains(what), "{what}: {missing}");
    }
    assert!(!folder.path().join("campaigns").exists(), "nothing was begun");
}

#[test]
fn what_a_laboratory_hands_in_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let people = "[[person]]\nname = \"Ada\"\nmay = [\"review\"]\nuntil = \"2020-01-01\"\n";
    let instruments =
        "[[instrument]]\nname = \"modem\"\ncertificate = \"C-1\"\nlaboratory = \"L\"\ndue = \"2020-01-01\"\n";
    let items = "[[item]]\nid = \"1\"\nreceived_from = \"\"\nreceived = \"2020-01-01\"\nsampled_by = \"B\"\nseal = \"s\"\n\
                 state = \"blocked\"\n";
    let files = [
        ("--people", write("people.toml", people)),
        ("--instruments", write("instruments.toml", instruments)),
        ("--items", write("items.toml", items)),
    ];
    let mut args = vec!["campaign", "--dry-run", "--operator", "Ada", "--format", "json"];
    args.extend(files.iter().flat_map(|(option, file)| [*option, file.as_str()]));
    let said = rig(&args);
    let missing = said.json()["missing"].to_string();
    for what in [
        "Ada may not run",
        "has no entry",
        "1 specimens",
        "from whom it came is empty",
        "no photograph",
        "not new",
    ] {
        assert!(said.code == 3 && missing.contains(what), "{what}: {missing}");
    }
    let bad = write("people.toml", &people.replace("review", "sing"));
    let said = rig(&["campaign", "--dry-run", "--people", &bad]);
    assert_refused(&said, &format!("{bad}:3"), &["sing", "review"]);
}
