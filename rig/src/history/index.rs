//! The index: a text file beside the runs. It is written anew as a whole and renamed, so that no kill leaves half of one.
//!
//! A line begins with its kind, and its fields are separated by tabs; a run's lines stand between `run` and `end`, which has
//! their number. A run whose journal has another size or time than its lines say is read anew.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
    str::Split,
    time::SystemTime,
};

use reports::{AMENDMENTS_FILE, JOURNAL_FILE, Journal, Outcome};

use super::facts::{ClauseFact, InputsKey, MeasureFact, RunFacts, ScenarioFact};
use crate::bad_input::BadInput;

/// The name of the index in the folder of the runs.
pub const INDEX_FILE: &str = "history.index";
/// First line of an index of this format.
const HEAD: &str = "rig history 1";
/// How deep below the folder of the runs a run may lie: nights have a folder of their own.
const DEPTH: usize = 2;

/// The runs below one folder, the oldest first.
#[derive(Debug, Default)]
pub struct Index {
    /// Every run that could be read.
    pub runs: Vec<RunFacts>,
    /// Folders with a journal that cannot be read, and why.
    pub unreadable: Vec<(String, String)>,
    /// How many runs were read anew.
    pub read_anew: usize,
    /// Why the index could not be kept for the next time, where that is so.
    pub not_kept: Option<String>,
}

/// When a run's folder was written to last.
type Stamp = String;

impl Index {
    /// The runs below `folder`; with `anew` all of them are read from their journals.
    ///
    /// # Errors
    /// The folder cannot be read.
    pub fn of(folder: &Path, anew: bool) -> Result<Self, BadInput> {
        let failed = |error: io::Error| BadInput::new(folder, format!("runs cannot be read: {error}"));
        let mut known = if anew { BTreeMap::new() } else { read(&folder.join(INDEX_FILE)) };
        let mut index = Self::default();
        let mut stamps = Vec::new();
        let had = known.len();
        for run in runs(folder, DEPTH).map_err(failed)? {
            let name = run.strip_prefix(folder).unwrap_or(&run).display().to_string();
            let stamp = stamp(&run);
            let facts = match known.remove(&name) {
                Some((was, facts)) if was == stamp => facts,
                _ => match Journal::read(&run) {
                    Ok(journal) => {
                        index.read_anew += 1;
                        RunFacts::of(&journal, &name)
                    }
                    Err(error) => {
                        index.unreadable.push((name, error.to_string()));
                        continue;
                    }
                },
            };
            stamps.push((facts.begun.clone(), stamp, facts));
        }
        stamps.sort_by(|one, other| (&one.0, &one.2.folder).cmp(&(&other.0, &other.2.folder)));
        if index.read_anew > 0 || had != stamps.len() {
            let text = written(stamps.iter().map(|(_, stamp, facts)| (stamp, facts)));
            let kept = replace(&folder.join(INDEX_FILE), &text);
            index.not_kept = kept.err().map(|error| error.to_string());
        }
        index.runs = stamps.into_iter().map(|(_, _, facts)| facts).collect();
        Ok(index)
    }

    /// The runs that are verdicts on a product: those that nobody stepped through by hand, and that do not check a bench.
    pub fn verdicts(&self) -> impl DoubleEndedIterator<Item = &RunFacts> {
        self.runs.iter().filter(|run| !run.by_hand && run.checks().is_none())
    }

    /// The runs that check a bench.
    pub fn golden(&self) -> impl DoubleEndedIterator<Item = &RunFacts> {
        self.runs.iter().filter(|run| run.checks().is_some())
    }
}

/// The folders with a journal, at most `depth` below `folder`.
fn runs(folder: &Path, depth: usize) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> = match fs::read_dir(folder) {
        Ok(entries) => entries.filter_map(|entry| Some(entry.ok()?.path())).collect(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    entries.sort();
    for entry in entries.into_iter().filter(|entry| entry.is_dir()) {
        if entry.join(JOURNAL_FILE).is_file() {
            found.push(entry);
        } else if depth > 1 {
            found.extend(runs(&entry, depth - 1)?);
        }
    }
    Ok(found)
}

fn stamp(run: &Path) -> Stamp {
    let of = |file: &str| {
        let Ok(file) = fs::metadata(run.join(file)) else { return "-".to_owned() };
        let modified = file.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
        format!("{}@{}", file.len(), modified.unwrap_or_default().as_nanos())
    };
    format!("{} {}", of(JOURNAL_FILE), of(AMENDMENTS_FILE))
}

/// Writes beside, syncs and renames.
fn replace(path: &Path, text: &str) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let mut beside = tempfile::NamedTempFile::new_in(folder)?;
    beside.write_all(text.as_bytes())?;
    beside.as_file().sync_all()?;
    beside.persist(path).map(|_| ()).map_err(|error| error.error)
}

fn written<'f>(runs: impl Iterator<Item = (&'f Stamp, &'f RunFacts)>) -> String {
    let mut out = format!("{HEAD}\n");
    for (stamp, run) in runs {
        let InputsKey { product, suite, profile, bench } = &run.key;
        let flags =
            [run.simulated, run.complete, run.by_hand].map(|flag| if flag { "1" } else { "0" }).concat();
        let head = [&run.folder, stamp, &run.begun, &run.bench, &flags, product, suite, profile, bench];
        line(&mut out, "run", &head.map(String::as_str), run.outcome.word());
        for one in &run.scenarios {
            let (seconds, attempts) = (one.seconds.to_string(), one.attempts.to_string());
            let (clauses, instruments) = (one.clauses.join(" "), one.instruments.join("\u{1f}"));
            let fields = [&one.name, &seconds, &attempts, &clauses, &instruments, &one.reason];
            line(&mut out, "s", &fields.map(String::as_str), one.outcome.word());
        }
        for one in &run.clauses {
            line(&mut out, "c", &[one.id.as_str(), if one.must { "1" } else { "0" }], one.outcome.word());
        }
        for one in &run.measurements {
            let figure = |figure: Option<f64>| figure.map(|figure| figure.to_string()).unwrap_or_default();
            let figures = [Some(one.value), Some(one.uncertainty), one.lower, one.upper].map(figure);
            let [value, uncertainty, lower, upper] = &figures;
            let fields = [&one.clause, &one.name, &one.unit, value, uncertainty, lower];
            line(&mut out, "m", &fields.map(String::as_str), upper);
        }
        let count = run.scenarios.len() + run.clauses.len() + run.measurements.len();
        line(&mut out, "end", &[], &count.to_string());
    }
    out
}

fn line(out: &mut String, kind: &str, fields: &[&str], last: &str) {
    out.push_str(kind);
    for field in fields.iter().chain([&last]) {
        out.push('\t');
        out.extend(field.chars().map(|c| if matches!(c, '\t' | '\n' | '\r') { ' ' } else { c }));
    }
    out.push('\n');
}

/// The runs of the index in `path`, by folder; nothing where it cannot be read as one: it is made anew then.
fn read(path: &Path) -> BTreeMap<String, (Stamp, RunFacts)> {
    let text = fs::read_to_string(path).unwrap_or_default();
    let mut runs = BTreeMap::new();
    let mut lines = text.lines();
    if lines.next() != Some(HEAD) {
        return runs;
    }
    let mut under_way: Option<(Stamp, RunFacts)> = None;
    for line in lines {
        let mut fields = line.split('\t');
        let kind = fields.next();
        match (kind, &mut under_way) {
            (Some("run"), none) => *none = run(&mut fields),
            (Some("end"), Some((_, facts))) => {
                let count = facts.scenarios.len() + facts.clauses.len() + facts.measurements.len();
                if fields.next().and_then(|field| field.parse().ok()) == Some(count)
                    && let Some((stamp, facts)) = under_way.take()
                {
                    runs.insert(facts.folder.clone(), (stamp, facts));
                }
            }
            (Some("s"), Some((_, facts))) => facts.scenarios.extend(scenario(&mut fields)),
            (Some("c"), Some((_, facts))) => facts.clauses.extend(clause(&mut fields)),
            (Some("m"), Some((_, facts))) => facts.measurements.extend(measurement(&mut fields)),
            _ => {}
        }
    }
    runs
}

type Fields<'l> = Split<'l, char>;

fn text(fields: &mut Fields<'_>) -> Option<String> {
    fields.next().map(str::to_owned)
}

fn figure(fields: &mut Fields<'_>) -> Option<f64> {
    fields.next()?.parse().ok()
}

fn outcome(fields: &mut Fields<'_>) -> Option<Outcome> {
    let word = fields.next()?;
    Outcome::ALL.into_iter().find(|outcome| outcome.word() == word)
}

fn run(fields: &mut Fields<'_>) -> Option<(Stamp, RunFacts)> {
    let (folder, stamp) = (text(fields)?, text(fields)?);
    let (begun, bench, flags) = (text(fields)?, text(fields)?, text(fields)?);
    let flag = |place| flags.as_bytes().get(place) == Some(&b'1');
    let (simulated, complete, by_hand) = (flag(0), flag(1), flag(2));
    let (product, suite, profile) = (text(fields)?, text(fields)?, text(fields)?);
    let key = InputsKey { product, suite, profile, bench: text(fields)? };
    let (scenarios, clauses, measurements) = (Vec::new(), Vec::new(), Vec::new());
    let outcome = outcome(fields)?;
    let facts = RunFacts {
        folder,
        begun,
        bench,
        simulated,
        outcome,
        complete,
        by_hand,
        key,
        scenarios,
        clauses,
        measurements,
    };
    Some((stamp, facts))
}

fn scenario(fields: &mut Fields<'_>) -> Option<ScenarioFact> {
    let words = |text: &str, between: char| {
        text.split(between).filter(|word| !word.is_empty()).map(str::to_owned).collect()
    };
    Some(ScenarioFact {
        name: text(fields)?,
        seconds: figure(fields)?,
        attempts: fields.next()?.parse().ok()?,
        clauses: words(fields.next()?, ' '),
        instruments: words(fields.next()?, '\u{1f}'),
        reason: text(fields)?,
        outcome: outcome(fields)?,
    })
}

fn clause(fields: &mut Fields<'_>) -> Option<ClauseFact> {
    Some(ClauseFact { id: text(fields)?, must: fields.next()? == "1", outcome: outcome(fields)? })
}

fn measurement(fields: &mut Fields<'_>) -> Option<MeasureFact> {
    Some(MeasureFact {
        clause: text(fields)?,
        name: text(fields)?,
        unit: text(fields)?,
        value: figure(fields)?,
        uncertainty: figure(fields)?,
        lower: figure(fields),
        upper: figure(fields),
    })
}
