//! The public form of a bundle, and the difference of two.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use readers::{
    camera::{find_displays, kept_frames, read_codes},
    microphone::{Listener, decode_wav, wav_note},
};
use rig::readings::{
    note::{Look, Note},
    speech,
};

use super::{Desk, archive, files, refused, run};
use crate::common::{Run, rig};

/// What people could do harm with, as it stands in the record of `run`: the codes that its displays showed, what it sealed, and
/// what its bench file keeps.
fn secrets(run: &Run) -> Vec<String> {
    let glyphs = regex::Regex::new(r#""glyphs":\[("[0-9]"(?:,"[0-9]"){5})\]"#).unwrap();
    let journal = run.file("journal.jsonl");
    let codes = glyphs.captures_iter(&journal).map(|found| found[1].replace(['"', ','], ""));
    let mut secrets: Vec<String> = codes.collect();
    secrets.sort();
    secrets.dedup();
    assert!(secrets.len() > 3, "codes of three scenarios: {secrets:?}");
    secrets.extend(
        ["482915", "zB7-kRw2-mXt9", "8d1f60c2a97be354", "temporary PIN code for MitID is"].map(str::to_owned),
    );
    for line in run.file("sealed.jsonl").lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        secrets.push(line["secret"].as_str().unwrap().to_owned());
    }
    secrets
}

#[test]
fn the_public_form_holds_and_tells_no_secret() {
    let (desk, run) = (Desk::new(), run());
    let whole = desk.bundle(&run);
    let public = published(&desk, &whole, &[]);
    assert!(public.to_str().unwrap().ends_with("-simulated.public.rigcert"));
    let told = desk.on("verify", &public, &[]).json();
    assert!(told["verified"] == true && told["left_out"].as_u64().unwrap() > 30, "{told}");
    let reviewed = desk.on("review", &public, &["--key", &desk.text("reviewer.pem")]);
    assert!(reviewed.code == 1 && reviewed.stdout.contains("the public form"), "{}", reviewed.stdout);

    let (public, found) = (fs::read(&public).unwrap(), secrets(&run));
    let whole = fs::read(&whole).unwrap();
    for secret in found {
        let pattern =
            regex::bytes::Regex::new(&format!(r"(?:^|[^0-9a-f]){}(?:$|[^0-9a-f])", regex::escape(&secret)))
                .unwrap();
        assert!(!pattern.is_match(&public), "{secret}");
    }
    // What is left out is all of the record, or the bundle is refused.
    let mut files = files(&whole);
    files.retain(|(name, _)| !name.ends_with(".png"));
    assert!(refused(&archive(&files), &desk.trust()).is_err());
}

#[test]
fn a_diff_tells_what_changed() {
    let desk = Desk::new();
    let sound = desk.bundle(&run());
    let broken = Run::new(&["--seed", "21", "--name", "^One press", "--defect", "37-five-digits"]);
    let broken = desk.bundle(&broken);
    let diff = |old: &Path, new: &Path| {
        let said = rig(&["diff", "--format", "json", old.to_str().unwrap(), new.to_str().unwrap()]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        said.json()["differences"].clone()
    };
    assert_eq!(diff(&sound, &sound), serde_json::json!([]));
    let found = diff(&sound, &broken);
    let clause = found.as_array().unwrap().iter().find(|one| one["about"] == "clause S5.C.8b").unwrap();
    assert_eq!((&clause["was"], &clause["is"]), (&"pass".into(), &"fail".into()));
    assert!(found.to_string().contains("with defects: 37-five-digits"), "{found}");
}

/// The public form of a bundle, and what `rig publish` said.
fn published(desk: &Desk, whole: &Path, options: &[&str]) -> PathBuf {
    let out = desk.text("issued");
    let said =
        rig(&[&["publish", "--format", "json", "--out", &out], options, &[whole.to_str().unwrap()]].concat());
    assert_eq!(said.code, 0, "{}", said.stderr);
    PathBuf::from(said.json()["bundle"].as_str().unwrap())
}

/// Findings of a reader in pictures and sounds: QR codes that are no printed ones, lit displays, spoken words.
#[derive(Debug, Default, PartialEq)]
struct Found {
    codes: usize,
    displays: usize,
    words: usize,
}

/// Looks at every picture, and listens to every sound, that a reading rests on. The listener knows the voices of `listener`.
fn found(files: &[(String, Vec<u8>)], listener: &Listener) -> Found {
    let (mut found, mut printed) = (Found::default(), BTreeSet::new());
    let pictures: Vec<_> = files.iter().filter(|(name, _)| name.ends_with(".png")).collect();
    let kept: Vec<_> = pictures.iter().map(|(_, bytes)| kept_frames(bytes).unwrap()).collect();
    for kept in &kept {
        let note: Note = serde_json::from_str(&kept.note).unwrap();
        if let Look::CodeView { control, .. }
        | Look::Checkmark { control, .. }
        | Look::BackLabel { control, .. } = note.look
        {
            printed.insert(control.payload);
        }
    }
    for frame in kept.iter().flat_map(|kept| &kept.frames) {
        let codes = read_codes(frame, None).codes;
        found.codes += codes.iter().filter(|code| !printed.contains(&code.payload)).count();
        found.displays += find_displays(frame, None).iter().filter(|display| display.lit).count();
    }
    for (_, bytes) in files.iter().filter(|(name, bytes)| name.ends_with(".wav") && wav_note(bytes).is_some())
    {
        found.words += listener.listen(&decode_wav(bytes).unwrap()).utterances.len();
    }
    found
}

/// A listener with the voices that the record in `files` names.
fn listener(files: &[(String, Vec<u8>)]) -> Listener {
    let named = |end: &str| {
        files.iter().find(|(name, _)| name.ends_with(end)).map(|(_, bytes)| bytes.clone()).unwrap()
    };
    let notes =
        files.iter().filter(|(name, _)| name.ends_with(".wav")).filter_map(|(_, bytes)| wav_note(bytes));
    let looks = notes.filter_map(|note| serde_json::from_str::<Note>(&note).ok()).map(|note| note.look);
    let list = looks.into_iter().find_map(|look| match look {
        Look::Heard { enrolment, .. } => Some(enrolment),
        _ => None,
    });
    speech::listener(&named(&format!("{}.json", list.unwrap())), |hash| Ok(named(&format!("{hash}.wav"))))
        .unwrap()
}

#[test]
fn nothing_public_shows_or_says_a_code() {
    let desk = Desk::new();
    let names = "^One press yields|read aloud|^Its quiet zone|^The documented way|^No checkmark";
    let run = Run::new(&["--seed", "21", "--name", names]);
    assert_eq!(run.said.code, 0, "{}", run.said.stderr);
    let whole = desk.bundle(&run);
    let key = desk.text("body.age");
    let recipient = rig(&["key", "sealing", &key]).stdout;
    let public = published(&desk, &whole, &["--seal-for", recipient.trim()]);
    let shown = files(&fs::read(&public).unwrap());
    let record = files(&fs::read(&whole).unwrap());
    let listener = listener(&record);
    // The same search finds them in the record.
    let there = found(&record, &listener);
    assert!(there.codes > 0 && there.displays > 0 && there.words > 0, "{there:?}");
    assert_eq!(found(&shown, &listener), Found::default());
    assert!(shown.iter().filter(|(name, _)| name.starts_with("public/1/evidence/")).count() > 4);

    // What stays as it is was read again; the rest is counted.
    let told = desk.on("verify", &public, &[]).json();
    let all = desk.on("verify", &whole, &[]).json();
    let count = |told: &serde_json::Value, key: &str| told["runs"][0][key].as_u64().unwrap();
    assert!(count(&told, "readings") > 0, "{told}");
    assert_eq!(count(&told, "readings") + count(&told, "masked"), count(&all, "readings"), "{told} {all}");
    let opened = desk.on("verify", &public, &["--identity", &key]).json();
    assert_eq!(opened["runs"], all["runs"]);
    let other = desk.text("other.age");
    assert_eq!(rig(&["key", "sealing", &other]).code, 0);
    let refused = desk.on("verify", &public, &["--identity", &other]);
    assert!(refused.code == 1 && refused.stdout.contains("another key"), "{}", refused.stdout);

    // What was masked is what was signed; what was not is what was recorded.
    let trust = desk.trust();
    for start in ["public/1/evidence/", "public/1/readings", "runs/1/evidence/"] {
        let number = shown.iter().position(|(name, _)| name.starts_with(start)).unwrap();
        let mut changed = shown.clone();
        let last = changed[number].1.len() - 1;
        changed[number].1[last] ^= 1;
        let told = super::refused(&archive(&changed), &trust).unwrap_err();
        assert!(told.place.starts_with(start), "{told}");
        let mut fewer = shown.clone();
        fewer.remove(number);
        let is_masked = start.starts_with("public/");
        assert_eq!(super::refused(&archive(&fewer), &trust).is_err(), is_masked, "{start} removed");
    }
}
