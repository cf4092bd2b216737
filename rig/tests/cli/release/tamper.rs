//! Tampering with bundles: every change is refused, and its place named.

use std::{collections::BTreeMap, fs};

use rand_chacha::{
    ChaCha8Rng,
    rand_core::{Rng, SeedableRng},
};
use reports::release::{Envelope, Manifest, SigningSecret, Unbundled, names, pre_authentication};
use rig::release::verify::verify;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Desk, archive, files, refused, run};
use crate::forge::forged;

/// How many random bits are flipped; `.ci/full` asks for 20,000, and for every bit of what is signed.
fn count() -> usize {
    std::env::var("RIG_FLIPS").map_or(60, |count| count.parse().unwrap())
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
                let told = flipped.signed(|id, kind, number, day| trust.key(id, kind, number, day, None));
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
    forged(&(lines.collect::<Vec<_>>().join("\n") + "\n")).put_in(&run.folder);
    let bundle = desk.bundle(&run);
    verify(&bundle, &desk.trust(), true).unwrap();
    let refused = verify(&bundle, &desk.trust(), false).unwrap_err();
    assert!(refused.place == "runs/1/" && refused.what.contains("was fail, and is pass"), "{refused}");
}

/// The bundle of `files` after `edit` changed its report and its tables, signed by the tester as if it were so.
fn signed_as(files: &[(String, Vec<u8>)], edit: impl FnOnce(&mut Value, &mut Value)) -> Vec<u8> {
    let mut files: BTreeMap<String, Vec<u8>> = files.iter().cloned().collect();
    let statement = |files: &BTreeMap<String, Vec<u8>>, name: &str| -> Value {
        let payload = Envelope::read(name, &files[name]).unwrap().payload(name).unwrap();
        serde_json::from_slice(&payload).unwrap()
    };
    let mut report = statement(&files, names::REPORT);
    let mut tables: Value = serde_json::from_slice(&files[names::TABLES]).unwrap();
    edit(&mut report, &mut tables);
    files.insert(names::TABLES.to_owned(), tables.to_string().into_bytes());
    let mut manifest = Manifest::default();
    let listed =
        files.iter().filter(|(name, _)| !name.starts_with("attestations/") && *name != names::MANIFEST);
    listed.for_each(|(name, bytes)| manifest.add(name, bytes));
    let manifest = manifest.to_text().into_bytes();
    report["predicate"]["manifest_sha256"] = hex::encode(Sha256::digest(&manifest)).into();
    let mut other = statement(&files, names::TEST_RESULT);
    other["subject"] = report["subject"].clone();
    other["predicate"]["result"] = report["predicate"]["result"].clone();
    for file in other["predicate"]["configuration"].as_array_mut().unwrap() {
        if file["name"] == names::MANIFEST {
            file["digest"]["sha256"] = report["predicate"]["manifest_sha256"].clone();
        }
        if file["name"] == names::REPORT {
            file["digest"]["sha256"] = hex::encode(Sha256::digest(report.to_string())).into();
        }
    }
    files.insert(names::MANIFEST.to_owned(), manifest);
    for (name, statement) in [(names::REPORT, report), (names::TEST_RESULT, other)] {
        let (payload, secret) = (statement.to_string().into_bytes(), SigningSecret::of_seed([1; 32]));
        let mut envelope = Envelope::unsigned(&payload);
        envelope.sign(&secret.public(), &secret.sign(&pre_authentication(&payload)));
        files.insert(name.to_owned(), envelope.to_bytes());
    }
    archive(&files.into_iter().collect::<Vec<_>>())
}

#[test]
fn a_report_says_of_its_runs_what_their_records_say_whoever_signs_it() {
    let (desk, run) = (Desk::new(), run());
    let bundle = desk.bundle(&run);
    let files = files(&fs::read(&bundle).unwrap());
    let verified = |edit: &dyn Fn(&mut Value, &mut Value)| {
        let path = desk.path(bundle.file_name().unwrap().to_str().unwrap());
        fs::write(&path, signed_as(&files, edit)).unwrap();
        verify(&path, &desk.trust(), true)
    };
    // The signer's own word is not compared with anything.
    verified(&|_, _| {}).unwrap();
    verified(&|report, _| report["predicate"]["laboratory"] = "another".into()).unwrap();

    let of_run = |key: &'static str, value: Value| {
        let edit =
            move |report: &mut Value, _: &mut Value| report["predicate"]["runs"][0][key] = value.clone();
        (names::REPORT, format!("runs[0].{key} is"), Box::new(edit) as Box<dyn Fn(&mut Value, &mut Value)>)
    };
    let of_report = |key: &'static str, at: &'static str, value: Value| {
        let edit = move |report: &mut Value, _: &mut Value| {
            *report["predicate"].pointer_mut(at).unwrap() = value.clone()
        };
        (names::REPORT, format!("{key} is"), Box::new(edit) as Box<dyn Fn(&mut Value, &mut Value)>)
    };
    let of_tables = |key: &'static str, at: &'static str, value: Value| {
        let edit = move |_: &mut Value, tables: &mut Value| *tables.pointer_mut(at).unwrap() = value.clone();
        (names::TABLES, format!("{key} is"), Box::new(edit) as Box<dyn Fn(&mut Value, &mut Value)>)
    };
    let hash = "0".repeat(64);
    let cases = [
        of_run("outcome", json!("fail")),
        of_run("folder", json!("runs/2/")),
        of_run("digest", json!(hash)),
        of_run("operator", json!("somebody else")),
        of_run("begun", json!("2020-01-01T00:00:00Z")),
        of_run("defects", json!(["1-never-expires"])),
        of_run("faults", json!(["camera unplugged"])),
        of_run("incomplete", json!("stopped")),
        of_run("amended", json!(hash)),
        of_report("outcome", "/outcome", json!("fail")),
        of_report("result", "/result", json!("FAILED")),
        of_report("simulated", "/simulated", json!(false)),
        of_report("counts.pass", "/counts/pass", json!(99)),
        of_report("counts.fail", "/counts/fail", json!(1)),
        of_report("first_line", "/first_line", json!("CERTIFICATE")),
        of_report("client", "/client", json!("Example A/S")),
        of_tables("report", "/report", json!("2026-12-01-another")),
        of_tables("subjects[0].name", "/subjects/0/name", json!("a real product")),
        of_tables("clauses[S5.A.1].outcome", "/clauses/0/outcome", json!("pass")),
        of_tables("versions[0]", "/versions/0", json!("rig 9")),
        of_tables("clauses", "/clauses", json!([])),
    ];
    for (place, what, edit) in cases {
        let refused = verified(&*edit).unwrap_err();
        let clauses = what.starts_with("clauses[") && refused.what.starts_with("clauses[");
        assert!(refused.place == place && (refused.what.contains(&what) || clauses), "{what}: {refused}");
    }
    let subject = |report: &mut Value, _: &mut Value| report["subject"][0]["name"] = "a real product".into();
    let refused = verified(&subject).unwrap_err();
    assert!(refused.place == names::REPORT && refused.what.contains("subject[0].name"), "{refused}");
    let none = |report: &mut Value, _: &mut Value| report["predicate"]["runs"] = json!([]);
    assert!(verified(&none).unwrap_err().what.contains("no run"));
}
