//! Measures a code's surroundings in the picture: the width of its quiet zone on each side, and pixels per
//! module. (ISO/IEC 18004, 5.3.8.)

use serde::Serialize;

use super::QrCode;
use crate::camera::{
    Frame,
    geometry::{Homography, point},
    grey::Grey,
};

/// Surroundings of a code.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Surroundings {
    /// Pixels a module, the mean of the four sides.
    pub module_px: f64,
    /// Widths of the quiet zone above, to the right, below and to the left of the upright code, in modules;
    /// at most [`REACH`](Self::REACH).
    pub quiet: [f64; 4],
}

/// From one sample to the next, along a line away from the code, and from line to line, in modules.
const ALONG: f64 = 0.25;
const APART: f64 = 0.5;
/// Distance of the first sample from the code's edge, in modules: blur reaches over the edge.
const START: f64 = 0.5;
/// The share of lines that may be dark nearer by: noise.
const ODD_LINES: f64 = 0.05;

impl Surroundings {
    /// Greatest measured width, in modules: twice the quiet zone that a code must have.
    pub const REACH: f64 = 8.0;
    /// How far off a width can be: half the distance of two samples.
    pub const RESOLUTION: f64 = ALONG / 2.0;

    /// Measures about `code`, which was read in the frame; `None` where its corners are degenerate.
    pub fn of(frame: &Frame, code: &QrCode) -> Option<Self> {
        let side = f64::from(code.modules);
        let map = Homography::from_rectangle(point(0.0, 0.0), side, side, &code.corners)?;
        if !frame.is_consistent() {
            return None;
        }
        let picture = Picture { grey: Grey::of(frame, frame.whole()), map };
        let finders = [(3.5, 3.5), (side - 3.5, 3.5), (3.5, side - 3.5)];
        let ring = [(-2.0, 0.0), (2.0, 0.0), (0.0, -2.0), (0.0, 2.0)];
        let mean = |offsets: &[(f64, f64)]| {
            let at = finders.iter().flat_map(|(x, y)| offsets.iter().map(move |(dx, dy)| (x + dx, y + dy)));
            let luma: Option<Vec<f64>> = at.map(|(x, y)| picture.luma(x, y)).collect();
            luma.map(|luma| luma.iter().sum::<f64>() / luma.len() as f64)
        };
        let (core, ring) = (mean(&[(0.0, 0.0)])?, mean(&ring)?);
        let threshold = f64::midpoint(core, ring);
        let is_light = |luma: f64| (luma > threshold) == (ring > core);
        let sides: [&dyn Fn(f64, f64) -> (f64, f64); 4] = [
            &|along, away| (along, -away),
            &|along, away| (side + away, along),
            &|along, away| (along, side + away),
            &|along, away| (-away, along),
        ];
        let quiet = sides.map(|place| {
            let light = |along: f64, away: f64| {
                let (x, y) = place(along, away);
                picture.luma(x, y).is_some_and(is_light)
            };
            narrowest(side, &light)
        });
        let [a, b, c, d] = code.corners;
        let round = a.distance(b) + b.distance(c) + c.distance(d) + d.distance(a);
        Some(Self { module_px: round / (4.0 * side), quiet })
    }
}

/// Minimum quiet-zone width along one edge of a code with `side` modules, in modules, ignoring a share of
/// outlier scan lines. `light` says whether a point is light, by its distance along the edge and away from
/// it.
fn narrowest(side: f64, light: &dyn Fn(f64, f64) -> bool) -> f64 {
    let steps = ((Surroundings::REACH - START) / ALONG) as usize;
    let width = |along: f64| {
        let dark = (0..=steps).map(|step| START + step as f64 * ALONG).find(|&away| !light(along, away));
        dark.map_or(Surroundings::REACH, |away| away - ALONG / 2.0)
    };
    let lines = (side / APART) as usize;
    let mut widths: Vec<f64> = (0..lines).map(|line| width((line as f64 + 0.5) * APART)).collect();
    let odd = (widths.len() as f64 * ODD_LINES) as usize;
    if odd >= widths.len() { 0.0 } else { *widths.select_nth_unstable_by(odd, f64::total_cmp).1 }
}

/// The picture, seen from the code.
struct Picture {
    grey: Grey,
    /// From modules, from the code's upper left corner, to pixels.
    map: Homography,
}

impl Picture {
    fn luma(&self, x: f64, y: f64) -> Option<f64> {
        let at = self.map.map(point(x, y));
        self.grey.at(at.x, at.y)
    }
}

#[cfg(test)]
mod tests {
    use qrcode::{Color, EcLevel};

    use super::*;
    use crate::camera::read_codes;

    const MODULE: usize = 6;

    /// A code with quiet zones of these widths in modules, on dark; or all of it inverted.
    fn frame([above, right, below, left]: [usize; 4], inverted: bool) -> Frame {
        let code = qrcode::QrCode::with_error_correction_level("MITID-COPY:0123456789", EcLevel::M).unwrap();
        let (side, margin) = (code.width(), 14);
        let across = (side + 2 * margin) * MODULE;
        let light = |x: usize, y: usize| {
            let (x, y) = ((x / MODULE) as i32 - margin as i32, (y / MODULE) as i32 - margin as i32);
            let (side, [above, right, below, left]) =
                (side as i32, [above, right, below, left].map(|q| q as i32));
            let inside = (0..side).contains(&x) && (0..side).contains(&y);
            let quiet = (-left..side + right).contains(&x) && (-above..side + below).contains(&y);
            if inside { code[(x as usize, y as usize)] == Color::Light } else { quiet }
        };
        let pixels = (0..across * across).map(|at| light(at % across, at / across) != inverted);
        let grey = vec![128; across * across / 4];
        let luma = pixels.map(|light| if light { 220 } else { 25 }).collect();
        Frame::still(across, across, [luma, grey.clone(), grey])
    }

    #[test]
    fn the_quiet_zone_is_measured_on_each_side() {
        let cases =
            [([4, 4, 4, 4], false), ([3, 6, 4, 5], false), ([4, 2, 7, 3], true), ([12, 12, 12, 12], false)];
        for (zone, inverted) in cases {
            let frame = frame(zone, inverted);
            let codes = read_codes(&frame, None).codes;
            let [code] = codes.as_slice() else { panic!("{zone:?}: {codes:?}") };
            let seen = Surroundings::of(&frame, code).unwrap();
            for (width, modules) in seen.quiet.into_iter().zip(zone) {
                let truth = (modules as f64).min(Surroundings::REACH);
                assert!((width - truth).abs() < 0.35, "{zone:?}: {seen:?}");
            }
            assert!((seen.module_px - MODULE as f64).abs() < 0.1, "{seen:?}");
        }
    }

    #[test]
    fn a_code_at_the_edge_of_the_picture_has_no_more_than_is_in_it() {
        let whole = frame([12; 4], false);
        let cut = 12 * MODULE;
        let rows = whole.y.chunks_exact(whole.width).skip(cut);
        let y: Vec<u8> = rows.flatten().copied().collect();
        let (height, chroma) = (whole.height - cut, (whole.height - cut) * whole.width / 4);
        let frame = Frame { height, y, cb: vec![128; chroma], cr: vec![128; chroma], ..whole };
        let codes = read_codes(&frame, None).codes;
        let seen = Surroundings::of(&frame, &codes[0]).unwrap();
        assert!((seen.quiet[0] - 2.0).abs() < 0.35, "{seen:?}");
        assert_eq!(seen.quiet[1], Surroundings::REACH);
    }
}
