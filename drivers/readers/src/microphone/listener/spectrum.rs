//! Sound as short-time power in mel bands, at any sample rate: windows and bands are laid out in seconds and
//! hertz, so that nothing has to be resampled.

use std::f32::consts::TAU;

use crate::microphone::transform;

/// Bands; equally wide on the mel scale.
pub(super) const BANDS: usize = 20;
/// Where the bands lie, in hertz: the upper edge keeps clear of the reference tone at 6 kHz.
const LOWEST_HZ: f32 = 150.0;
const HIGHEST_HZ: f32 = 5_000.0;
/// A window, and from one window to the next, in seconds.
const WINDOW: f64 = 0.025;
pub(super) const HOP: f64 = 0.010;

/// The power in each band during one window, in full-scale squares.
pub(super) type Powers = [f32; BANDS];

/// The power in each band over time.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Spectrum {
    /// One frame every [`HOP`].
    pub frames: Vec<Powers>,
    /// How many bands lie below half the sample rate; the others hold nothing.
    pub bands: usize,
}

impl Spectrum {
    /// The spectrum of `samples`, `rate_hz` of them a second; empty for fewer samples than a window.
    pub fn of(samples: &[f32], rate_hz: u32) -> Self {
        let rate = f64::from(rate_hz);
        let window = hann((WINDOW * rate).round() as usize);
        let filters = Filters::new(window.len(), rate_hz);
        let mut spectrum = Self { frames: Vec::new(), bands: filters.bands.len() };
        if window.is_empty() || samples.len() < window.len() {
            return spectrum;
        }
        let fft = transform::forward(filters.size);
        let (mut input, mut output) = (fft.make_input_vec(), fft.make_output_vec());
        let mut scratch = fft.make_scratch_vec();
        let frames = ((samples.len() - window.len()) as f64 / (HOP * rate)) as usize + 1;
        for frame in 0..frames {
            let begin = (frame as f64 * HOP * rate) as usize;
            let Some(stretch) = samples.get(begin..begin + window.len()) else { break };
            input.fill(0.0);
            for ((place, sample), weight) in input.iter_mut().zip(stretch).zip(&window) {
                *place = sample * weight;
            }
            fft.process_with_scratch(&mut input, &mut output, &mut scratch)
                .expect("the buffers are of the plan's own sizes");
            let power: Vec<f32> = output.iter().map(|bin| bin.norm_sqr()).collect();
            spectrum.frames.push(filters.apply(&power));
        }
        spectrum
    }
}

/// A Hann window whose squares sum to one, so that a frame's power does not depend on the sample rate.
fn hann(length: usize) -> Vec<f32> {
    let step = TAU / length.max(1) as f32;
    let window: Vec<f32> = (0..length).map(|place| 0.5 - 0.5 * ((place as f32 + 0.5) * step).cos()).collect();
    let energy: f32 = window.iter().map(|weight| weight * weight).sum();
    window.iter().map(|weight| weight / energy.sqrt()).collect()
}

/// Triangular filters over the bins of a Fourier transform.
struct Filters {
    /// Of the transform, in samples.
    size: usize,
    /// For each band its first bin, and the weights from there on.
    bands: Vec<(usize, Vec<f32>)>,
}

impl Filters {
    fn new(window: usize, rate_hz: u32) -> Self {
        let size = window.next_power_of_two().max(2);
        let mel = |hz: f32| 2595.0 * (1.0 + hz / 700.0).log10();
        let hz = |mel: f32| 700.0 * (10_f32.powf(mel / 2595.0) - 1.0);
        let (lowest, highest) = (mel(LOWEST_HZ), mel(HIGHEST_HZ));
        let edge = |number: usize| hz(lowest + (highest - lowest) * number as f32 / (BANDS + 1) as f32);
        let bin_hz = rate_hz as f32 / size as f32;
        let filter = |band: usize| {
            let (low, middle, high) = (edge(band), edge(band + 1), edge(band + 2));
            let first = (low / bin_hz).floor() as usize + 1;
            let bins = (first..).map(|bin| bin as f32 * bin_hz).take_while(|hz| *hz < high);
            let weight = |hz: f32| ((hz - low) / (middle - low)).min((high - hz) / (high - middle));
            // A bin's power is spread over the transform's length.
            (first, bins.map(|hz| 2.0 * weight(hz) / size as f32).collect())
        };
        let below_nyquist = |band: &usize| edge(band + 2) < rate_hz as f32 / 2.0;
        Self { size, bands: (0..BANDS).take_while(below_nyquist).map(filter).collect() }
    }

    fn apply(&self, power: &[f32]) -> Powers {
        let mut powers = [0.0; BANDS];
        for (total, (first, weights)) in powers.iter_mut().zip(&self.bands) {
            *total = power[*first..].iter().zip(weights).map(|(power, weight)| power * weight).sum();
        }
        powers
    }
}
