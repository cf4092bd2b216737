//! Labels: four bullseyes that lie to each other as the printed ones do, the right way up.

use super::{grey::Grey, markers::Marker, window};
use crate::camera::{
    geometry::{Homography, Point, Quad, point},
    label,
};

/// A label found in the picture.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// From millimetres on the label to pixels of the region.
    map: Homography,
    /// Where the region begins in the frame.
    offset: Point,
    /// The sharpness of the worst of its bullseyes.
    pub sharpness: f64,
    /// Pixels in a millimetre.
    pub scale: f64,
    /// The light of its paper, in linear light (1 is white).
    pub paper: f64,
}

impl Found {
    /// The label's corners in the picture.
    pub fn corners(&self) -> Quad {
        let (w, h) = (label::WIDTH, label::HEIGHT);
        [point(0.0, 0.0), point(w, 0.0), point(w, h), point(0.0, h)].map(|corner| self.on_picture(corner))
    }

    /// Where a point of the label is in the picture.
    pub fn on_picture(&self, at: Point) -> Point {
        let at = self.map.map(at);
        point(at.x + self.offset.x, at.y + self.offset.y)
    }
}

/// How far an edge may be from what the bullseyes' size promises: perspective shortens it.
const EDGE_RATIO: std::ops::Range<f64> = 0.6..1.65;

/// All labels whose four bullseyes and bar are in view.
pub(super) fn find(full: &Grey, markers: &[Marker], offset: Point) -> Vec<Found> {
    let mut used = vec![false; markers.len()];
    let mut labels = Vec::new();
    for first in 0..markers.len() {
        let quad = (0..markers.len())
            .filter(|&second| fits_edge(&markers[first], &markers[second], TOP_EDGE))
            .find_map(|second| complete(full, markers, &used, [first, second]));
        if let Some((members, label)) = quad {
            members.into_iter().for_each(|member| used[member] = true);
            labels.push(Found { offset, ..label });
        }
    }
    labels
}

const TOP_EDGE: f64 = (label::MARKERS[1].x - label::MARKERS[0].x) / label::MODULE;
const SIDE_EDGE: f64 = (label::MARKERS[3].y - label::MARKERS[0].y) / label::MODULE;

fn fits_edge(from: &Marker, to: &Marker, modules: f64) -> bool {
    let size = |marker: &Marker| (marker.module.x * marker.module.y).sqrt();
    let expected = modules * (size(from) + size(to)) / 2.0;
    EDGE_RATIO.contains(&(from.centre.distance(to.centre) / expected))
}

/// The lower two bullseyes to the upper two, and the label that they make.
fn complete(
    full: &Grey,
    markers: &[Marker],
    used: &[bool],
    [left, right]: [usize; 2],
) -> Option<([usize; 4], Found)> {
    let free = |index: usize| !used[index] && index != left && index != right;
    if used[left] || used[right] || left == right {
        return None;
    }
    let below = |upper: usize| {
        (0..markers.len())
            .filter(move |&lower| free(lower) && fits_edge(&markers[upper], &markers[lower], SIDE_EDGE))
    };
    below(right).find_map(|lower_right| {
        below(left).filter(|&lower_left| lower_left != lower_right).find_map(|lower_left| {
            let members = [left, right, lower_right, lower_left];
            check(full, members.map(|member| &markers[member])).map(|found| (members, found))
        })
    })
}

/// The label of four bullseyes, if they go clockwise and the bar is where it belongs and nowhere else.
fn check(full: &Grey, corners: [&Marker; 4]) -> Option<Found> {
    let quad: Quad = corners.map(|marker| marker.centre);
    let turns_right = |index: usize| {
        let [a, b, c] = [quad[index], quad[(index + 1) % 4], quad[(index + 2) % 4]];
        (b.x - a.x) * (c.y - b.y) - (b.y - a.y) * (c.x - b.x) > 0.0
    };
    if !(0..4).all(turns_right) || !fits_edge(corners[3], corners[2], TOP_EDGE) {
        return None;
    }
    let size = (label::MARKERS[2].x - label::MARKERS[0].x, label::MARKERS[2].y - label::MARKERS[0].y);
    let map = Homography::from_rectangle(label::MARKERS[0], size.0, size.1, &quad)?;
    let mean = |marker: fn(&Marker) -> f64| corners.iter().map(|corner| marker(corner)).sum::<f64>() / 4.0;
    let (ink, paper) = (mean(|marker| marker.ink), mean(|marker| marker.paper));
    let luma = |x: f64, y: f64| {
        let at = map.map(point(x, y));
        full.at(at.x, at.y)
    };
    let line = |y: f64| -> Option<f64> {
        let span = label::BAR_SIZE.0 * 0.4;
        let points = [-1.0, -0.5, 0.0, 0.5, 1.0].map(|share| luma(label::BAR_CENTRE.x + share * span, y));
        points.into_iter().try_fold(0.0, |sum, luma| Some(sum + luma? / 5.0))
    };
    let contrast = paper - ink;
    let opposite = label::HEIGHT - label::BAR_CENTRE.y;
    let bar = line(label::BAR_CENTRE.y)? < line(opposite)? - 0.35 * contrast;
    let scale = quad[0].distance(quad[1]).min(quad[3].distance(quad[2])) / size.0;
    let sharpness = corners.iter().map(|marker| marker.sharpness).fold(1.0, f64::min);
    let light = f64::from(window::linear(paper as f32));
    bar.then_some(Found { map, offset: Point::default(), sharpness, scale, paper: light })
}
