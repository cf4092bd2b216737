//! Where the suite lies: its features, its register, its benches. In a folder, or in this binary.

use std::{
    env,
    path::{Path, PathBuf},
};

use clap::Args;
use serde::Deserialize;
use tempfile::TempDir;

use super::{CliError, embedded};
use crate::bad_input::BadInput;

/// Where a command takes its suite from.
#[derive(Clone, Debug, Default, Args)]
pub(super) struct SuiteArgs {
    /// The folder of the suite, with `features/clauses.toml` in it. Default: the nearest folder above that has one, or
    /// a `rig.toml` that names it; else the suite inside this binary.
    #[arg(long, value_name = "DIR")]
    suite: Option<PathBuf>,
}

impl SuiteArgs {
    /// As the command line names this folder.
    pub fn of(suite: Option<PathBuf>) -> Self {
        Self { suite }
    }

    /// The folder that is named, if one is.
    pub fn folder(&self) -> Option<&Path> {
        self.suite.as_deref()
    }

    /// The same arguments, for another command.
    pub fn words(&self) -> Vec<String> {
        self.suite.iter().flat_map(|suite| ["--suite".to_owned(), suite.display().to_string()]).collect()
    }

    /// The suite that the arguments select.
    pub fn find(&self) -> Result<SuiteFolder, CliError> {
        match &self.suite {
            Some(root) => SuiteFolder::of_suite(root),
            None => SuiteFolder::find(),
        }
    }
}

/// The suite's folder, and what a run without further words uses.
pub struct SuiteFolder {
    root: PathBuf,
    /// The folder of the simulated bench: the suite's, or the unpacked one.
    simulated: PathBuf,
    /// The folder that `runs` is made in.
    work: PathBuf,
    /// The bench file that `rig.toml` names.
    bench: Option<PathBuf>,
    /// Deleted when the command ends.
    _unpacked: Option<TempDir>,
}

/// The register, below the suite's folder.
const REGISTER: &str = "features/clauses.toml";
/// The simulated bench, below the suite's folder.
const SIMULATED_BENCH: &str = "fixtures/benches/simulated.toml";
/// Names the suite's folder and the usual bench, for commands at and below its own folder.
const SETTINGS: &str = "rig.toml";

/// The keys of `rig.toml`. Paths are relative to its folder.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    suite: Option<PathBuf>,
    bench: Option<PathBuf>,
}

impl SuiteFolder {
    /// The suite of the nearest folder, from the current one upwards, that holds a `rig.toml` or a register;
    /// the suite inside this binary without such a folder.
    pub fn find() -> Result<Self, CliError> {
        let here = env::current_dir()
            .map_err(|error| CliError::Usage(format!("the current folder cannot be read: {error}")))?;
        match here.ancestors().find(holds_suite) {
            Some(folder) => Self::of_folder(relative(folder, &here)),
            None => Self::embedded(PathBuf::new()),
        }
    }

    /// The suite in the folder `root`.
    pub fn of_suite(root: &Path) -> Result<Self, CliError> {
        Self::at(root.to_owned(), root.to_owned())
    }

    /// The suite of the nearest folder above `file` that holds a `rig.toml` or a register.
    pub fn above(file: &Path) -> Result<Self, CliError> {
        match file.ancestors().skip(1).find(holds_suite) {
            Some(folder) => Self::of_folder(folder.to_owned()),
            None => {
                Err(BadInput::new(file, format!("no folder above it has a {SETTINGS} or a {REGISTER}"))
                    .into())
            }
        }
    }

    fn of_folder(folder: PathBuf) -> Result<Self, CliError> {
        let settings = settings(&folder.join(SETTINGS))?;
        let mut place = match settings.suite {
            Some(suite) => Self::at(folder.join(suite), folder.clone())?,
            None if folder.join(REGISTER).is_file() => Self::at(folder.clone(), folder.clone())?,
            None => Self::embedded(folder.clone())?,
        };
        place.bench = settings.bench.map(|bench| folder.join(bench));
        Ok(place)
    }

    /// The suite in `root`; its runs go to `work`. A suite without a simulated bench of its own has the one inside this
    /// binary.
    fn at(root: PathBuf, work: PathBuf) -> Result<Self, CliError> {
        if !root.join(REGISTER).is_file() {
            let message = format!("there is no {REGISTER} in it; a suite's folder has one, and its features");
            return Err(BadInput::new(&root, message).into());
        }
        if root.join(SIMULATED_BENCH).is_file() {
            return Ok(Self { simulated: root.clone(), root, work, bench: None, _unpacked: None });
        }
        Ok(Self { root, ..Self::embedded(work)? })
    }

    /// The suite inside this binary, unpacked to a private folder until the command ends.
    fn embedded(work: PathBuf) -> Result<Self, CliError> {
        let failed = |what: String| CliError::Failed(format!("the suite cannot be unpacked: {what}"));
        let folder =
            tempfile::Builder::new().prefix("rig-").tempdir().map_err(|error| failed(error.to_string()))?;
        embedded::unpack(folder.path(), 0o700, 0o600).map_err(failed)?;
        let root = folder.path().to_path_buf();
        Ok(Self { simulated: root.clone(), root, work, bench: None, _unpacked: Some(folder) })
    }

    /// The suite's folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The register of clauses.
    pub fn register(&self) -> PathBuf {
        self.root.join(REGISTER)
    }

    /// The feature files of the suite.
    pub fn features(&self) -> PathBuf {
        self.root.join("features")
    }

    /// The default bench of a run: that of `rig.toml`, or the simulated one.
    pub fn usual_bench(&self) -> PathBuf {
        self.bench.clone().unwrap_or_else(|| self.simulated_bench())
    }

    /// The simulated bench.
    pub fn simulated_bench(&self) -> PathBuf {
        self.simulated.join(SIMULATED_BENCH)
    }

    /// The folder of the runs.
    pub fn runs(&self) -> PathBuf {
        self.work.join("runs")
    }

    /// How long scenarios take.
    pub fn times(&self) -> PathBuf {
        self.root.join("features/times.toml")
    }

    /// How long runs are kept.
    pub fn retention(&self) -> PathBuf {
        self.root.join("fixtures/retention.toml")
    }

    /// The voices that the listener knows.
    pub fn enrolment(&self) -> PathBuf {
        self.simulated.join("fixtures/recordings/speech/enrolment")
    }

    /// Default folder of the next run: `runs/0001` and on, with `prefix` before the number.
    pub fn next(&self, prefix: &str) -> PathBuf {
        let runs = self.work.join("runs");
        let free =
            (1..).map(|number| runs.join(format!("{prefix}{number:04}"))).find(|folder| !folder.exists());
        free.expect("there are more numbers than folders")
    }

    /// The folder of `runs` whose journal was written to last.
    pub fn newest_run(&self) -> Option<PathBuf> {
        let runs =
            std::fs::read_dir(self.work.join("runs")).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
        let dated = runs.filter_map(|run| {
            let journal = std::fs::metadata(run.join(reports::JOURNAL_FILE)).ok()?;
            Some((journal.modified().ok()?, run))
        });
        dated.max().map(|(_, run)| run)
    }
}

/// Whether commands at and below `folder` take its suite.
fn holds_suite(folder: &&Path) -> bool {
    folder.join(SETTINGS).is_file() || folder.join(REGISTER).is_file()
}

/// The settings in `file`; the defaults if it is missing.
fn settings(file: &Path) -> Result<Settings, BadInput> {
    if !file.is_file() {
        return Ok(Settings::default());
    }
    let text = BadInput::read(file)?;
    toml::from_str(&text).map_err(|error| BadInput::of_toml(file, &text, &error))
}

/// `root` as seen from `here`, so that messages and journals name files as people do.
fn relative(root: &Path, here: &Path) -> PathBuf {
    match here.strip_prefix(root).map(|below| below.components().count()) {
        Ok(depth) => std::iter::repeat_n("..", depth).collect(),
        Err(_) => root.to_path_buf(),
    }
}
