//! Time warping of connected digits: every way to read a stretch of sound as digits with pauses between them,
//! each with its cost.
//!
//! A template says how loud each band is without noise. What a microphone would hear of it is the template at
//! the utterance's gain, plus the room's noise, band by band (parallel model combination, Gales and Young
//! 1996). The cost of hearing a frame is the squared difference to that in log power; it is near the same
//! for right templates however loud the noise is.

use super::{
    enrolment::Language,
    spectrum::{BANDS, Powers},
};

/// The spread of log power about a right template, in nepers of power.
const SPREAD: f32 = 1.0;
/// A band cannot say more against a frame than this, so that one loud disturbance does not rule out a word.
const MOST_A_BAND: f32 = 4.5;
/// Costs of beginning a word, of hearing a template's frame again, and of leaving one out.
const BEGIN: f32 = 6.0;
const AGAIN: f32 = 0.7;
const LEAVE_OUT: f32 = 0.7;
/// Power below this part of the loudness is not told from silence.
pub(super) const FLOOR: f32 = 1e-4;

/// The expected spectrum of each template at the microphone.
pub(super) struct Expected {
    /// Log power by band, of all frames of all templates of a language.
    bands: [Vec<f32>; BANDS],
    words: Vec<Word>,
    /// Log power of the noise alone.
    silence: Powers,
    floor: f32,
    used_bands: usize,
}

struct Word {
    digit: u8,
    begin: usize,
    end: usize,
}

/// A digit that may have been spoken.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Edge {
    pub digit: u8,
    /// The frames it takes: from here,
    pub begin: usize,
    /// up to here, exclusive.
    pub end: usize,
    pub cost: f32,
}

/// Every digit that may have been spoken, by the frame at which it ends, and what silence costs in each frame.
pub(super) struct Lattice {
    pub ends: Vec<Vec<Edge>>,
    pub silence: Vec<f32>,
}

impl Expected {
    /// The expected spectra of `language` at `gain` (power) over `noise`.
    pub fn new(language: &Language, gain: f32, noise: &Powers, used_bands: usize) -> Self {
        let floor = (gain * FLOOR).max(f32::MIN_POSITIVE);
        let (mut bands, mut words) = (std::array::from_fn(|_| Vec::new()), Vec::new());
        let mut begin = 0;
        for template in &language.templates {
            for frame in &template.frames {
                for (band, states) in bands.iter_mut().enumerate() {
                    states.push((gain * frame[band] + noise[band] + floor).ln());
                }
            }
            let end = begin + template.frames.len();
            words.push(Word { digit: template.digit, begin, end });
            begin = end;
        }
        let silence = noise.map(|power| (power + floor).ln());
        Self { bands, words, silence, floor, used_bands }
    }

    /// Fills in the cost of each state in `frame`; returns the cost of silence.
    fn costs(&self, frame: &Powers, costs: &mut [f32]) -> f32 {
        costs.fill(0.0);
        let mut silence = 0.0;
        let bands = frame.iter().zip(&self.bands).zip(&self.silence);
        for ((power, states), quiet) in bands.take(self.used_bands) {
            let heard = (power + self.floor).ln();
            for (cost, expected) in costs.iter_mut().zip(states) {
                *cost += penalty(heard - expected);
            }
            silence += penalty(heard - quiet);
        }
        silence
    }

    /// Every way to hear `frames` as digits.
    pub fn align(&self, frames: &[Powers]) -> Lattice {
        let states = self.bands[0].len();
        let mut costs = vec![0.0; states];
        // The cheapest way into each state, and the frame at which its word began.
        let mut paths = vec![(f32::INFINITY, 0_u32); states];
        let mut boundary = vec![0.0_f32];
        let mut lattice = Lattice { ends: vec![Vec::new()], silence: Vec::new() };
        for (now, frame) in frames.iter().enumerate() {
            let silence = self.costs(frame, &mut costs);
            let enter = (boundary[now] + BEGIN, now as u32);
            let mut ends: Vec<Edge> = Vec::new();
            for word in &self.words {
                let path = &mut paths[word.begin..word.end];
                step(path, enter, &costs[word.begin..word.end]);
                let (cost, begin) = path[path.len() - 1];
                let begin = begin as usize;
                if !cost.is_finite() {
                    continue;
                }
                let edge = Edge { digit: word.digit, begin, end: now + 1, cost: cost - boundary[begin] };
                match ends.iter_mut().find(|other| other.digit == word.digit) {
                    Some(other) if boundary[other.begin] + other.cost > cost => *other = edge,
                    Some(_) => (),
                    None => ends.push(edge),
                }
            }
            let through = ends.iter().map(|edge| boundary[edge.begin] + edge.cost);
            boundary.push(through.fold(boundary[now] + silence, f32::min));
            lattice.ends.push(ends);
            lattice.silence.push(silence);
        }
        lattice
    }
}

/// Half the squared difference in spreads, up to a limit.
fn penalty(difference: f32) -> f32 {
    (difference * difference * (0.5 / (SPREAD * SPREAD))).min(MOST_A_BAND)
}

/// Advances a word by one frame: each state is reached from itself, from the state before, or over one.
fn step(path: &mut [(f32, u32)], enter: (f32, u32), costs: &[f32]) {
    let cheaper = |left: (f32, u32), right: (f32, u32)| if right.0 < left.0 { right } else { left };
    for state in (0..path.len()).rev() {
        let again = (path[state].0 + AGAIN, path[state].1);
        let before = if state == 0 { enter } else { path[state - 1] };
        let over = match state {
            0 => (f32::INFINITY, 0),
            1 => enter,
            _ => path[state - 2],
        };
        let best = cheaper(cheaper(again, before), (over.0 + LEAVE_OUT, over.1));
        path[state] = (best.0 + costs[state], best.1);
    }
}
