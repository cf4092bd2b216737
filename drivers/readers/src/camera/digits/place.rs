//! Where the digits really are: a display never sits in its label exactly where the drawing says.

use super::{
    cells::Layout,
    window::{Plane, SCALE},
};

/// The steps of the first search, in pixels of the window.
const COARSE: i32 = 2;

/// The shift, in pixels of the window and by up to `reach` millimetres, at which `layout` lies best on what is lit.
pub(super) fn find(layout: &Layout, signal: &Plane, reach: f64) -> (i32, i32) {
    let steps = (reach * SCALE) as i32 / COARSE;
    let coarse = (-steps..=steps).flat_map(|y| (-steps..=steps).map(move |x| (x * COARSE, y * COARSE)));
    let (x, y) = best(layout, signal, coarse);
    best(layout, signal, (y - 1..=y + 1).flat_map(|y| (x - 1..=x + 1).map(move |x| (x, y))))
}

fn best(layout: &Layout, signal: &Plane, shifts: impl Iterator<Item = (i32, i32)>) -> (i32, i32) {
    let scored = shifts.map(|shift| (layout.energy(signal, shift), shift));
    let far = |(x, y): (i32, i32)| x * x + y * y;
    let better = scored.max_by(|one, other| one.0.total_cmp(&other.0).then(far(other.1).cmp(&far(one.1))));
    better.map_or((0, 0), |(_, shift)| shift)
}
