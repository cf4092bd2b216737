//! Tells the program which revision it is built from, as `RIG_REVISION`: named in the environment, or that of the
//! checkout around it. Outside of both it is empty, and a record says that it is not known.

use std::{env, path::Path, process::Command};

/// Sources of the program, seen from this crate.
const SOURCES: [&str; 9] = [
    "../Cargo.toml",
    "../Cargo.lock",
    "../drivers/src",
    "../drivers/link/src",
    "../fixtures/firmware",
    "../fixtures/sim/src",
    "../reports/src",
    "build",
    "src",
];

/// Sets `RIG_REVISION` for the crate.
pub fn set() {
    println!("cargo::rerun-if-env-changed=RIG_REVISION");
    for source in SOURCES.iter().filter(|source| Path::new(source).exists()) {
        println!("cargo::rerun-if-changed={source}");
    }
    let revision = env::var("RIG_REVISION").ok().or_else(of_checkout).unwrap_or_default();
    println!("cargo::rustc-env=RIG_REVISION={revision}");
}

/// The revision of the checkout that tracks this file, with `-dirty` behind it where the sources differ from it.
fn of_checkout() -> Option<String> {
    git(&["ls-files", "--error-unmatch", "build/main.rs"])?;
    let revision = git(&["rev-parse", "HEAD"])?;
    // Git writes to it whenever HEAD moves.
    let moves = git(&["rev-parse", "--git-path", "logs/HEAD"])?;
    if Path::new(&moves).exists() {
        println!("cargo::rerun-if-changed={moves}");
    }
    let status = ["status", "--porcelain", "--untracked-files=no", "--"];
    let changed = git(&[&status, &SOURCES[..]].concat())?;
    Some(if changed.is_empty() { revision } else { format!("{revision}-dirty") })
}

/// Output of git with `args`; `None` if git is missing or refuses.
fn git(args: &[&str]) -> Option<String> {
    // A checkout of another user (a container's, a server's) is read all the same.
    let told = Command::new("git").args(["-c", "safe.directory=*"]).args(args).output().ok()?;
    let text = String::from_utf8(told.stdout).ok()?;
    told.status.success().then(|| text.trim().to_owned())
}
