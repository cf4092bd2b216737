//! Keys, and what a laboratory hands in.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use reports::release::product_hash;
use rig::{locks::Locks, release::product::Product};

use crate::common::{assert_refused, rig};

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
    assert_eq!(fs::metadata(path("lab.pem")).unwrap().permissions().mode() & 0o777, 0o600);
    let public = Command::new("openssl")
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

#[test]
fn two_campaigns_do_not_write_one_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let hash = "a".repeat(64);
    let declaration =
        format!("name = \"P\"\nclient = \"C\"\n[[part]]\nname = \"app\"\nsha256 = \"{hash}\"\n");
    let product = folder.path().join("product.toml");
    fs::write(&product, declaration).unwrap();
    let hash = product_hash(&Product::load(&product).unwrap().subjects());
    let campaign = folder.path().join(&hash[..16]);
    fs::create_dir(&campaign).unwrap();
    let what = format!("the campaign in {}", campaign.canonicalize().unwrap().display());
    let _lock = Locks::take(&[what.clone()].into(), "the other").unwrap();
    let (product, campaigns) = (product.to_str().unwrap(), folder.path().to_str().unwrap());
    let said = rig(&["campaign", "--product", product, "--campaigns", campaigns]);
    assert_eq!(said.code, 4, "{}", said.stderr);
    assert!(said.stderr.contains(&format!("{what} is in use by the other")), "{}", said.stderr);
    assert_eq!(fs::read_dir(&campaign).unwrap().count(), 0, "nothing was begun");
}
