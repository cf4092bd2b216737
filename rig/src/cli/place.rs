//! Where the suite lies: its features, its register, its benches.

use std::path::{Path, PathBuf};

use super::CliError;

/// The suite's folder: the nearest one above the current folder that holds `features/clauses.toml`.
pub struct Place(PathBuf);

/// The register, below the suite's folder.
const REGISTER: &str = "features/clauses.toml";

impl Place {
    /// Looks for the suite from the current folder upwards.
    pub fn find() -> Result<Self, CliError> {
        let here = std::env::current_dir()
            .map_err(|error| CliError::Usage(format!("the current folder cannot be read: {error}")))?;
        let root = here.ancestors().find(|folder| folder.join(REGISTER).is_file());
        root.map(|root| Self(relative(root, &here))).ok_or_else(|| {
            CliError::Usage(format!("no {REGISTER} here or in a folder above: run rig inside its suite"))
        })
    }

    /// The suite's folder.
    pub fn root(&self) -> &Path {
        &self.0
    }

    /// The register of clauses.
    pub fn register(&self) -> PathBuf {
        self.0.join(REGISTER)
    }

    /// The feature files of the suite.
    pub fn features(&self) -> PathBuf {
        self.0.join("features")
    }

    /// The bench that is used where none is named.
    pub fn simulated_bench(&self) -> PathBuf {
        self.0.join("fixtures/benches/simulated.toml")
    }

    /// The voices that the listener knows.
    pub fn enrolment(&self) -> PathBuf {
        self.0.join("fixtures/recordings/speech/enrolment")
    }

    /// A folder for the next run that nobody named: `runs/0001` and on, with `prefix` before the number.
    pub fn next(&self, prefix: &str) -> PathBuf {
        let runs = self.0.join("runs");
        let free =
            (1..).map(|number| runs.join(format!("{prefix}{number:04}"))).find(|folder| !folder.exists());
        free.expect("there are more numbers than folders")
    }

    /// The folder of `runs` whose journal was written to last.
    pub fn newest_run(&self) -> Option<PathBuf> {
        let runs = std::fs::read_dir(self.0.join("runs")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let dated = runs.filter_map(|run| {
            let journal = std::fs::metadata(run.join(reports::JOURNAL_FILE)).ok()?;
            Some((journal.modified().ok()?, run))
        });
        dated.max().map(|(_, run)| run)
    }
}

/// `root` as seen from `here`, so that messages and journals name files as people do.
fn relative(root: &Path, here: &Path) -> PathBuf {
    match here.strip_prefix(root).map(|below| below.components().count()) {
        Ok(depth) => std::iter::repeat_n("..", depth).collect(),
        Err(_) => root.to_path_buf(),
    }
}
