//! The public form of a bundle, and the difference of two.

use std::{
    fs,
    path::{Path, PathBuf},
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
    let out = desk.text("issued");
    let said = rig(&["publish", "--format", "json", "--out", &out, whole.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let public = PathBuf::from(said.json()["bundle"].as_str().unwrap());
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
