//! The edges of a finder pattern, to a fraction of a pixel.

use crate::camera::{
    geometry::{Point, point},
    grey::Grey,
};

/// From a finder pattern's middle to its edges, in modules: of the core, and of the dark ring.
pub(super) const EDGES: [f64; 3] = [1.5, 2.5, 3.5];

/// Samples a module along a line, and how many of them a profile has: to the quiet zone.
const FINE: usize = 8;
const SAMPLES: usize = 4 * FINE + FINE / 2 + 1;

/// Least step of luma at an edge, as a share of the largest of the three.
const LEAST_SHARE: f64 = 0.25;

/// Where a line that starts at `from`, the middle of a finder pattern, crosses its three edges, in steps of
/// `module`. `sign` is -1 where the code is light on dark. `None` for an edge that is not there.
pub(super) fn edges(grey: &Grey, sign: f64, from: Point, module: Point) -> [Option<f64>; 3] {
    let step = point(module.x / FINE as f64, module.y / FINE as f64);
    let mut profile = [0.0; SAMPLES];
    let mut length = 0;
    for (index, luma) in profile.iter_mut().enumerate() {
        let at = index as f64;
        let Some(seen) = grey.at(from.x + at * step.x, from.y + at * step.y) else { break };
        *luma = sign * seen;
        length = index + 1;
    }
    let profile = &profile[..length];
    let span = |from: f64, to: f64| (from * FINE as f64) as usize..(to * FINE as f64) as usize + 1;
    let Some(ring) = extreme(profile, span(1.3, 2.7), 1.0) else { return [None; 3] };
    let Some(core) = extreme(profile, 0..ring, -1.0) else { return [None; 3] };
    let dark = extreme(profile, ring + FINE / 3..(3.75 * FINE as f64) as usize, -1.0);
    let quiet = dark.and_then(|dark| extreme(profile, dark + FINE / 3..SAMPLES, 1.0));
    let ends = [Some(core), Some(ring), dark, quiet];
    let step_of = |edge: usize| Some((profile[ends[edge]?] - profile[ends[edge + 1]?]).abs());
    let largest = (0..3).filter_map(step_of).fold(1.0, f64::max);
    [0, 1, 2].map(|edge| {
        let (from, to) = (ends[edge]?, ends[edge + 1]?);
        (step_of(edge)? > LEAST_SHARE * largest).then(|| crossing(profile, from, to))?
    })
}

/// The place in `span` where the profile is highest, or lowest for a `sign` of -1.
fn extreme(profile: &[f64], span: std::ops::Range<usize>, sign: f64) -> Option<usize> {
    let span = span.start..span.end.min(profile.len());
    span.max_by(|&a, &b| (sign * profile[a]).total_cmp(&(sign * profile[b])))
}

/// Where the profile crosses the middle between its lumas at `from` and `to`, in modules, next to the latter.
fn crossing(profile: &[f64], from: usize, to: usize) -> Option<f64> {
    let middle = f64::midpoint(profile[from], profile[to]);
    let beyond = profile[to] > middle;
    let inside = (from..to).rev().find(|&at| (profile[at] > middle) != beyond)?;
    let (before, after) = (profile[inside], profile[inside + 1]);
    Some((inside as f64 + (middle - before) / (after - before)) / FINE as f64)
}

/// How far it is from `from`, a point in the core of a finder pattern, to its edges along `towards`, in
/// pixels, by what is darker than `level`. `None` where they are not there within `most` pixels, or not as
/// far from another as in a finder pattern.
pub(super) fn radii(
    grey: &Grey,
    (sign, level): (f64, f64),
    from: Point,
    towards: Point,
    (step, most): (f64, f64),
) -> Option<[f64; 3]> {
    let mut radii = [0.0; 3];
    let mut found = 0;
    let mut before = sign * grey.at(from.x, from.y)? - level;
    let mut at = step;
    while at < most {
        let luma = sign * grey.at(from.x + at * towards.x, from.y + at * towards.y)? - level;
        if (luma > 0.0) != (before > 0.0) {
            radii[found] = at - step * luma / (luma - before);
            found += 1;
            if found == radii.len() {
                let modules = [0, 1, 2].map(|edge| radii[edge] / EDGES[edge]);
                let (low, high) = (
                    modules.iter().fold(f64::MAX, |a, &b| a.min(b)),
                    modules.iter().fold(0.0f64, |a, &b| a.max(b)),
                );
                return (high < 1.7 * low).then_some(radii);
            }
        }
        before = luma;
        at += step;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Luma along a line through a finder pattern whose middle is at `middle` and whose modules are of 4 pixels.
    fn finder(middle: f64) -> Grey {
        let dark = |away: f64| away < 6.0 || (10.0..14.0).contains(&away);
        let share = |x: usize| {
            let fine = (0..16).map(|step| x as f64 - 0.5 + (f64::from(step) + 0.5) / 16.0);
            fine.filter(|at| dark((at - middle).abs())).count() as f64 / 16.0
        };
        let row: Vec<u8> = (0..48).map(|x| (200.0 - 160.0 * share(x)) as u8).collect();
        Grey::from_luma(48, 4, row.repeat(4))
    }

    #[test]
    fn edges_are_seen_to_a_fifth_of_a_pixel() {
        for middle in [23.0, 23.3, 23.75] {
            let grey = finder(middle);
            let seen = edges(&grey, 1.0, point(middle, 1.5), point(4.0, 0.0));
            let along = radii(&grey, (1.0, 120.0), point(middle, 1.5), point(-1.0, 0.0), (1.0, 30.0));
            for (edge, right) in EDGES.into_iter().enumerate() {
                assert!((seen[edge].unwrap() - right).abs() < 0.05, "{middle}: {seen:?}");
                assert!((along.unwrap()[edge] - 4.0 * right).abs() < 0.2, "{middle}: {along:?}");
            }
        }
        let even = Grey::from_luma(48, 4, vec![90; 192]);
        assert_eq!(edges(&even, 1.0, point(23.0, 1.5), point(4.0, 0.0)), [None; 3]);
        assert_eq!(radii(&even, (1.0, 120.0), point(23.0, 1.5), point(1.0, 0.0), (1.0, 30.0)), None);
    }
}
