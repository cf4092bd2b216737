//! A copy of the simulated bench, for one test to spoil or to change.

use std::{fs, os::unix::fs::symlink};

use tempfile::TempDir;

use crate::common::{Said, refused_run, root};

pub const BENCH: &str = "benches/simulated.toml";
pub const KEYS: &str = "benches/test-keys.toml";
pub const PROFILE: &str = "profiles/mitid.toml";

/// The bench file and what it names, in a folder of their own.
pub struct Table(TempDir);

impl Table {
    pub fn new() -> Self {
        let table = tempfile::tempdir().unwrap();
        let firmware = fs::read_dir(root().join("fixtures/firmware")).unwrap();
        let images =
            firmware.map(|entry| format!("firmware/{}", entry.unwrap().file_name().to_str().unwrap()));
        let files = [BENCH, KEYS, PROFILE].map(str::to_owned);
        for file in images.filter(|file| file.ends_with(".bin")).chain(files) {
            let copy = table.path().join(&file);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(root().join("fixtures").join(&file), copy).unwrap();
        }
        symlink(root().join("fixtures/recordings"), table.path().join("recordings")).unwrap();
        Self(table)
    }

    pub fn path(&self, file: &str) -> String {
        self.0.path().join(file).to_str().unwrap().to_owned()
    }

    /// Replaces the first `from` in `file`; the line (from 1) of the first character that changed.
    pub fn spoil(&self, file: &str, from: &str, to: &str) -> usize {
        let text = fs::read_to_string(self.path(file)).unwrap();
        let at = text.find(from).unwrap_or_else(|| panic!("no {from:?} in {file}"));
        fs::write(self.path(file), text.replacen(from, to, 1)).unwrap();
        let same = from.bytes().zip(to.bytes()).take_while(|(before, after)| before == after).count();
        1 + text[..at + same].matches('\n').count()
    }

    /// Has the profile name a test environment, authorised until `until`, with these identities.
    pub fn authorise(&self, until: &str, identities: &[&str]) {
        let profile = fs::read_to_string(self.path(PROFILE)).unwrap();
        let environment = format!(
            "[environment]\nname = \"preproduction\"\noperator = \"the operator\"\n\
             authorised_by = \"contract 17\"\nuntil = {until}\nidentities = {identities:?}\n"
        );
        fs::write(self.path(PROFILE), format!("{profile}\n{environment}")).unwrap();
    }

    /// Takes every line that begins with `start` out of the bench file, and leaves an empty one.
    pub fn blank(&self, start: &str) {
        let text = fs::read_to_string(self.path(BENCH)).unwrap();
        assert!(text.lines().any(|line| line.starts_with(start)), "no line begins with {start:?}");
        let keep = |line| if str::starts_with(line, start) { "" } else { line };
        fs::write(self.path(BENCH), text.lines().map(keep).collect::<Vec<_>>().join("\n")).unwrap();
    }

    /// Takes a table of the bench file out, from its head to the next empty line.
    pub fn without(&self, head: &str) {
        let text = fs::read_to_string(self.path(BENCH)).unwrap();
        let (before, rest) = text.split_once(head).unwrap_or_else(|| panic!("no {head:?}"));
        let after = rest.split_once("\n\n").map_or("", |(_, after)| after);
        fs::write(self.path(BENCH), format!("{before}{after}")).unwrap();
    }

    /// A run on this bench that must be refused.
    pub fn run(&self) -> Said {
        self.run_of(&[])
    }

    /// A run of `paths` on this bench that must be refused.
    pub fn run_of(&self, paths: &[&str]) -> Said {
        refused_run(&[&["--bench", &self.path(BENCH)], paths].concat())
    }
}
