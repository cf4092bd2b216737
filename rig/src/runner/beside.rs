//! Runs beside a run, on the other benches of its night: read from the ends of their journals.

use std::{
    fs::File,
    io::{self, Read, Seek, SeekFrom},
    path::{Path, PathBuf},
};

use reports::{JOURNAL_FILE, Outcome};
use serde_json::Value;

/// How much of a journal's end is read: more than what follows the end of a scenario until the next one ends.
const TAIL: u64 = 1 << 20;

/// Whether runs go on in `folders`, and the last scenario that ended in each of them was an error.
pub(super) fn have_all_fallen(folders: &[PathBuf]) -> bool {
    let ends: Vec<Outcome> = folders.iter().filter_map(|folder| last_end(folder)).collect();
    !ends.is_empty() && ends.iter().all(|&outcome| outcome == Outcome::Error)
}

/// How the last scenario ended in the run in `folder`; `None` if no run goes on, or no scenario has ended.
fn last_end(folder: &Path) -> Option<Outcome> {
    let text = tail(&folder.join(JOURNAL_FILE)).ok()?;
    let events = text.lines().rev().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    for event in events {
        match event["event"].as_str() {
            Some("run_finished") => return None,
            Some("scenario_finished") => return serde_json::from_value(event["outcome"].clone()).ok(),
            _ => {}
        }
    }
    None
}

fn tail(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let size = file.metadata()?.len();
    file.seek(SeekFrom::Start(size.saturating_sub(TAIL)))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn journal(folder: &Path, name: &str, lines: &[&str]) -> PathBuf {
        let run = folder.join(name);
        fs::create_dir_all(&run).unwrap();
        fs::write(run.join(JOURNAL_FILE), lines.join("\n")).unwrap();
        run
    }

    #[test]
    fn all_benches_have_fallen_where_each_run_under_way_ended_its_last_scenario_with_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let ended = |outcome: &str| format!("{{\"event\":\"scenario_finished\",\"outcome\":\"{outcome}\"}}");
        let (error, pass) = (ended("error"), ended("pass"));
        let observed = "{\"event\":\"observed\"}";
        let left = journal(folder.path(), "left", &[&pass, &error, observed, "{\"torn"]);
        let right = journal(folder.path(), "right", &[&error, &pass]);
        let over = journal(folder.path(), "over", &[&pass, "{\"event\":\"run_finished\"}"]);
        let none = folder.path().join("none");
        assert!(have_all_fallen(&[left.clone(), over.clone(), none.clone()]));
        assert!(!have_all_fallen(&[left, right]));
        assert!(!have_all_fallen(&[over, none]), "nobody fails beside it");
        assert!(!have_all_fallen(&[]));
    }
}
