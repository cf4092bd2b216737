//! How well the rig measures for how long a QR code shows (S5.B.5b): its figures against the truth.
//!
//! `cargo run --release -p rig --example time_shown -- [SEEDS [RATE...]]` runs the scenario "It is shown for
//! 3 minutes" as `rig run` does, with seeds 1 to SEEDS (200) at each RATE of the phones' camera in frames a
//! second (5, 15, 30 and 60), and prints a line for each rate. An error is the measured time less the true
//! one; U is the expanded uncertainty that the rig states.
//!
//! The truth is the validity that the product is given, in a copy of the profile: 180 s and up to half a
//! second more or less, other for each seed. A validity of whole frame periods would put the same error
//! on both ends of the measurement, and they would cancel. The rig takes its limits from the profile and
//! leaves the validity unread, so that the figure rests on pixels alone.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::Instant,
};

use reports::{Journal, Measurement};
use rig::{
    bench::{Bench, SimParams},
    recorder::Sink,
    runner::{self, DefectCoverage, OnErrors, RunConfig, StopSignal},
    suite::{Plan, Register, features},
};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

const SCENARIO: &str = "It is shown for 3 minutes";
const FEATURE: &str = "features/another-phone/qr-code.feature";
const BENCH: &str = "benches/simulated.toml";
const PROFILE: &str = "profiles/mitid.toml";
const KEYS: &str = "benches/test-keys.toml";
const FIRMWARE: &str = "firmware/code-display.bin";

const SEEDS: u64 = 200;
const RATES_HZ: [u32; 4] = [5, 15, 30, 60];

fn main() -> Result<()> {
    let numbers = std::env::args().skip(1).map(|argument| argument.parse::<u32>());
    let numbers = numbers.collect::<std::result::Result<Vec<_>, _>>()?;
    let seeds = numbers.first().map_or(SEEDS, |&seeds| seeds.into());
    let rates = numbers.get(1..).filter(|rates| !rates.is_empty()).unwrap_or(&RATES_HZ);
    let suite = Suite::open()?;
    println!("rate   runs       bias  deviation      worst    truth inside U       widest U      time");
    for &rate_hz in rates {
        let started = Instant::now();
        let runs = (1..=seeds).map(|seed| suite.measure(rate_hz, seed)).collect::<Result<Vec<_>>>()?;
        println!("{} {:6.1} s", line(rate_hz, &runs), started.elapsed().as_secs_f64());
    }
    Ok(())
}

/// The measured time, and the true one.
struct Run {
    figure: Measurement,
    truth_s: f64,
}

impl Run {
    fn error_s(&self) -> f64 {
        self.figure.value - self.truth_s
    }

    fn is_inside(&self) -> bool {
        self.error_s().abs() <= self.figure.uncertainty
    }
}

/// The runs at one rate, in a line.
fn line(rate_hz: u32, runs: &[Run]) -> String {
    let count = runs.len() as f64;
    let errors = || runs.iter().map(Run::error_s);
    let bias = errors().sum::<f64>() / count;
    let variance = errors().map(|error| (error - bias).powi(2)).sum::<f64>() / (count - 1.0).max(1.0);
    let worst = errors().max_by(|one, other| one.abs().total_cmp(&other.abs())).unwrap_or_default();
    let inside = runs.iter().filter(|run| run.is_inside()).count();
    let widest = runs.iter().map(|run| run.figure.uncertainty).fold(0.0, f64::max);
    format!(
        "{rate_hz:4} {:6} {:+7.2} ms {:7.2} ms {:+7.2} ms {inside:6} ({:5.1} %) {:6.3} periods",
        runs.len(),
        bias * 1e3,
        variance.sqrt() * 1e3,
        worst * 1e3,
        100.0 * inside as f64 / count,
        widest * f64::from(rate_hz),
    )
}

/// The suite, and a copy of its bench to change.
struct Suite {
    root: PathBuf,
    register: Register,
    copy: tempfile::TempDir,
}

impl Suite {
    fn open() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let copy = tempfile::tempdir()?;
        for file in [BENCH, PROFILE, KEYS, FIRMWARE] {
            let to = copy.path().join(file);
            fs::create_dir_all(to.parent().unwrap_or(copy.path()))?;
            fs::copy(root.join("fixtures").join(file), to)?;
        }
        let register = Register::load(&root.join("features/clauses.toml"))?;
        Ok(Self { root, register, copy })
    }

    /// One run, with a product and a camera of its own.
    fn measure(&self, rate_hz: u32, seed: u64) -> Result<Run> {
        let truth_s = valid_s(seed);
        self.change(BENCH, "rate_hz = 30", &format!("rate_hz = {rate_hz}"))?;
        self.change(PROFILE, "valid_s = 180 ", &format!("valid_s = {truth_s} "))?;
        let bench = Bench::load(&self.copy.path().join(BENCH))?;
        let figure = self.time_shown(bench, seed)?;
        let figure = figure.ok_or_else(|| format!("no time at {rate_hz} frames a second, seed {seed}"))?;
        Ok(Run { figure, truth_s })
    }

    /// Writes `file` of the copy anew, with `to` in the place of `from`.
    fn change(&self, file: &str, from: &str, to: &str) -> Result<()> {
        let text = fs::read_to_string(self.root.join("fixtures").join(file))?;
        if text.matches(from).count() != 1 {
            return Err(format!("{file}: expected one {from:?}").into());
        }
        Ok(fs::write(self.copy.path().join(file), text.replace(from, to))?)
    }

    /// Runs the scenario, and reads the figure in its journal.
    fn time_shown(&self, bench: Bench, seed: u64) -> Result<Option<Measurement>> {
        let mut written = features::read(&[self.root.join(FEATURE)])?;
        written.retain(|one| one.title == SCENARIO);
        let plan = Plan::new(&written, &self.root, &self.register, &bench.profile, &bench.capacity())?;
        let plan = plan.equipped(&self.root)?;
        let config = RunConfig {
            bench: Arc::new(bench),
            plan,
            given: SimParams::seed(seed),
            jobs: 1,
            faults: Vec::new(),
            provenance: rig::provenance::Provenance::default(),
            coverage: DefectCoverage::default(),
            on_errors: OnErrors::default(),
            beside: Vec::new(),
        };
        let folder = tempfile::tempdir_in(self.copy.path())?;
        let run = folder.path().join("run");
        let sink = Arc::new(Sink::create(&run, reports::Access::PRIVATE, Vec::new())?);
        let controller: Arc<dyn runner::StepController> = Arc::new(StopSignal::default());
        runner::run(&config, config.head(self.register.infos()), &sink, &controller)?;
        let journal = Journal::read(&run)?;
        let mut figures = journal.verdicts().flat_map(|(_, verdict, _)| &verdict.measurements);
        Ok(figures.find(|figure| figure.name == "time shown").cloned())
    }
}

/// How long the product of this seed shows a code: 180 s and a part of a second, the parts of successive seeds
/// spread evenly (multiples of the golden ratio), in whole microseconds.
fn valid_s(seed: u64) -> f64 {
    const GOLDEN: f64 = 0.618_033_988_749_894_9;
    let part = (seed as f64 * GOLDEN).fract() - 0.5;
    180.0 + (part * 1e6).round() / 1e6
}
