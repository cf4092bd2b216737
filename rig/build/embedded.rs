//! Puts the suite into the binary: features and register, the simulated bench, its profile, keys, images and voices.
//!
//! Writes `embedded.rs`, a list of (path below the suite's folder, bytes), which `src/cli/embedded.rs` includes.

use std::{
    env, fs,
    io::Result,
    path::{Path, PathBuf},
};

/// The files and folders that a run on the simulated bench reads, below the suite's folder.
const PARTS: [&str; 8] = [
    "features",
    "fixtures/benches/simulated.toml",
    "fixtures/benches/test-keys.toml",
    "fixtures/firmware/audio-reader.bin",
    "fixtures/firmware/code-display.bin",
    "fixtures/profiles",
    "fixtures/recordings/speech/enrolment",
    "fixtures/retention.toml",
];

/// Writes the list.
pub fn write() -> Result<()> {
    let manifest = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let root = manifest.join("..").canonicalize()?;
    let mut files = Vec::new();
    for part in PARTS {
        println!("cargo::rerun-if-changed={}", root.join(part).display());
        find(&root.join(part), &mut files)?;
    }
    files.sort();
    let entry = |file: &PathBuf| {
        let below = file.strip_prefix(&root).unwrap_or(file).display().to_string();
        format!("    ({below:?}, include_bytes!({:?})),\n", file.display().to_string())
    };
    let entries: String = files.iter().map(entry).collect();
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default()).join("embedded.rs");
    fs::write(out, format!("&[\n{entries}]\n"))
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        find(&entry?.path(), files)?;
    }
    Ok(())
}
