//! Lines of feature files, as an editor names them, and the steps that stand there.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use crate::suite::Plan;

/// The files of a plan, by their full paths, and the lines of the steps in each.
#[derive(Debug, Default)]
pub struct Places {
    files: BTreeMap<PathBuf, FilePlaces>,
}

/// A file of the plan.
#[derive(Debug, Default)]
pub struct FilePlaces {
    /// As the plan names it.
    pub name: String,
    /// The lines of its steps, rising.
    lines: Vec<usize>,
}

impl Places {
    /// The places of `plan`, whose files are below `root`.
    pub fn new(plan: &Plan, root: &Path) -> Self {
        let mut files = BTreeMap::<PathBuf, FilePlaces>::new();
        for scenario in &plan.scenarios {
            let file = files.entry(full(&root.join(&scenario.file))).or_default();
            file.name.clone_from(&scenario.file);
            file.lines.extend(scenario.steps.iter().map(|step| step.line()));
        }
        for file in files.values_mut() {
            file.lines.sort_unstable();
            file.lines.dedup();
        }
        Self { files }
    }

    /// The file at `path`.
    pub fn file(&self, path: &str) -> Option<&FilePlaces> {
        self.files.get(&full(Path::new(path)))
    }

    /// The full path of the file that the plan names so.
    pub fn path(&self, name: &str) -> Option<&Path> {
        self.files.iter().find(|(_, file)| file.name == name).map(|(path, _)| path.as_path())
    }
}

impl FilePlaces {
    /// The line of the step on `line`, or of the next one below it.
    pub fn step_at_or_below(&self, line: usize) -> Option<usize> {
        self.lines.iter().copied().find(|step| *step >= line)
    }

    /// The lines with steps from `first` to `last`.
    pub fn between(&self, first: usize, last: usize) -> impl Iterator<Item = usize> {
        self.lines.iter().copied().filter(move |line| (first..=last).contains(line))
    }
}

/// The path without links and detours, or as it is where it does not exist.
fn full(path: &Path) -> PathBuf {
    fs::canonicalize(path).unwrap_or_else(|_| path.to_owned())
}
