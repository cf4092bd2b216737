//! Each measurement's expanded uncertainty against a Monte Carlo of its model (JCGM 101): every input is drawn by its
//! distribution, and the sums are counted. rig/METROLOGY.md tells of the models.

use reports::{Contribution, Distribution, Measurement};

use super::*;
use crate::oracle::decision::{COVERAGE, Limits};

/// How many sums are drawn for each measurement, unless `RIG_DRAWS` says otherwise.
const DRAWS: usize = 10_000;
/// By how much the stated half-width may be wider than the one that the draws give.
const WIDEST: f64 = 1.1;

/// Random numbers, the same ones each time: xorshift64*.
struct Random(u64);

impl Random {
    /// The next one, from 0 to 1.
    fn next(&mut self) -> f64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// An error of this contribution.
    fn error(&mut self, line: &Contribution) -> f64 {
        let even = 2.0 * self.next() - 1.0;
        let half_width = line.half_width.unwrap_or_default();
        match line.distribution {
            Distribution::Rectangular => even * half_width,
            Distribution::Triangular => (even + 2.0 * self.next() - 1.0) / 2.0 * half_width,
            Distribution::Normal => {
                let radius = (-2.0 * (1.0 - self.next()).ln()).sqrt();
                radius * (std::f64::consts::TAU * self.next()).cos() * line.standard
            }
        }
    }
}

/// A judgement with a measurement of each kind.
fn measured() -> Vec<Measurement> {
    let (limits, coverage, clock_ppm) = (Limits::from([0.0, 1e9]), COVERAGE, 20.0);
    let same = || speech::readings(&[("081804", "081804"), ("081804", "081804"), ("081804", "081804")]);
    let spoken = |from_s, to_s| speech::heard(3.0, vec![speech::says(from_s, to_s, "081804", "da")]);
    let interrupted = || Bench::default().press(3.0).press(5.0).saw(3.0, spoken(3.5, 5.3));
    let clock = || timing::clock(timing::clock(Bench::default(), 100.0, 5000), 3700.0, 8600);
    let answers = [(179.0, Some(true)), (180.5, Some(false))];
    let judged = [
        shown::watch(30.0, 10.01, 190.02).judge(QrShown { coverage, ..shown::shown() }),
        shown::watch(5.0, 10.01, 190.02).judge(QrShown { coverage, ..shown::shown() }),
        accepted::scans(&answers).judge(QrAccepted { coverage, ..accepted::accepted() }),
        surroundings::seen([8.0; 4], 7.5)
            .judge(QrSurroundingsReported { coverage, ..surroundings::wanted() }),
        message::asked().saw(14.0, message::pin(8, true)).judge(SmsCame {
            coverage,
            clock_ppm,
            ..message::sms()
        }),
        press::healthy().judge(PressAnswered { coverage, clock_ppm, ..press::answered() }),
        timing::presses(30.0, 5.0, 300.0).judge(StepLength { coverage, clock_ppm, ..timing::thirty() }),
        clock().judge(Drift { ppm: limits, clock_ppm, coverage }),
        drift::followed(0.0, &drift::MINUTES).judge(CodeChangeDrift {
            coverage,
            clock_ppm,
            ..drift::check()
        }),
        timing::presses(30.0, 5.0, 300.0).judge(CodeChanges { within: Duration::from_secs(120), clock_ppm }),
        Bench::default().press(3.0).saw(3.0, spoken(3.5, 8.0)).judge(SpokenOnce {
            spoken_s: limits,
            clock_ppm,
            coverage,
        }),
        interrupted().judge(FallsSilent { within_s: limits, clock_ppm, coverage }),
        same().judge(VolumeRange { db: limits, coverage }),
        same().judge(SpeedRange { ratio: limits, coverage }),
        same().judge(SpeechLevel { dba: limits, dbfs_at_94_dba: -10.0, calibration_db: 3.0, coverage }),
    ];
    let none: Vec<_> =
        judged.iter().filter(|one| one.measurements.is_empty()).map(|one| &one.reason).collect();
    assert!(none.is_empty(), "{none:?}");
    judged.into_iter().flat_map(|one| one.measurements).collect()
}

/// The share of draws that the stated uncertainty covers, and how much wider it is than the 95 % of the draws nearest to 0.
fn against_draws(figure: &Measurement, draws: usize, random: &mut Random) -> (f64, f64) {
    let sum = |random: &mut Random| figure.budget.iter().map(|line| random.error(line)).sum::<f64>().abs();
    let mut errors: Vec<f64> = (0..draws).map(|_| sum(random)).collect();
    errors.sort_by(f64::total_cmp);
    let covered = errors.partition_point(|error| *error <= figure.uncertainty);
    (covered as f64 / draws as f64, figure.uncertainty / errors[draws * 95 / 100])
}

#[test]
fn stated_uncertainties_cover_95_percent_and_are_no_wider_than_they_must_be() {
    let draws = std::env::var("RIG_DRAWS").ok().and_then(|draws| draws.parse().ok()).unwrap_or(DRAWS);
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    let figures = measured();
    let told: Vec<_> = figures
        .iter()
        .filter(|figure| figure.uncertainty > 0.0)
        .map(|figure| (figure.name.as_str(), against_draws(figure, draws, &mut random)))
        .collect();
    assert!(told.len() >= 15, "{} measurements", told.len());
    for (name, (covered, wider)) in &told {
        println!("{name}: {:.1} % covered, {wider:.3} times the half-width of the draws", 100.0 * covered);
    }
    // A count of draws is itself uncertain: three standard deviations of it.
    let luck = 3.0 * (0.95 * 0.05 / draws as f64).sqrt();
    let short = told.iter().filter(|(_, (covered, _))| *covered < COVERAGE - luck).collect::<Vec<_>>();
    let wide = told.iter().filter(|(_, (_, wider))| *wider > WIDEST).collect::<Vec<_>>();
    assert!(short.is_empty() && wide.is_empty(), "short: {short:?}; wide: {wide:?}");
}
