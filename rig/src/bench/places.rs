//! Where the printed marks of a bench are in a camera's picture: labels of displays, and codes.

use drivers::camera::{Frame, Point, Quad, Region, find_labels, read_codes};

use super::{Bench, ViewEntry};

/// The margin about a printed code, and about a display's label, as a share of its longer side.
pub const ABOUT_CODE: f64 = 0.25;
/// As [`ABOUT_CODE`], of a label.
pub const ABOUT_LABEL: f64 = 0.08;

/// Labels and codes found in one picture.
pub struct FoundMarks {
    /// The labels of displays, from the top, then from the left.
    labels: Vec<Quad>,
    /// Codes, with what they read.
    codes: Vec<(String, Quad)>,
}

impl FoundMarks {
    /// What is in this picture.
    pub fn in_picture(frame: &Frame) -> Self {
        let mut labels: Vec<Quad> = find_labels(frame, None);
        // Labels side by side are a row although one lies some pixels higher.
        let row = |corners: &Quad| (corners[0].y / corners[0].distance(corners[3]).max(1.0)).round() as i64;
        labels.sort_by(|one, other| row(one).cmp(&row(other)).then(one[0].x.total_cmp(&other[0].x)));
        let codes = read_codes(frame, None).codes;
        Self { labels, codes: codes.into_iter().map(|code| (code.payload, code.corners)).collect() }
    }

    /// The labels of displays, from the top, then from the left.
    pub fn labels(&self) -> impl Iterator<Item = &Quad> {
        self.labels.iter()
    }

    /// The code with this payload.
    pub fn code(&self, payload: &str) -> Option<&Quad> {
        self.codes.iter().find(|(read, _)| read == payload).map(|(_, corners)| corners)
    }
}

/// Whether a view is through this camera.
pub fn sees(view: Option<&ViewEntry>, camera: &str) -> bool {
    view.is_some_and(|view| view.camera.get_ref() == camera)
}

/// The devices below `camera`, each with its label: the one inside its present region or, if there are as
/// many labels as devices, the one of the same rank from top and left.
pub fn labelled<'f>(bench: &Bench, camera: &str, found: &'f FoundMarks) -> Vec<(String, Option<&'f Quad>)> {
    let devices: Vec<_> = bench.devices.iter().filter(|device| sees(Some(&device.view), camera)).collect();
    let mut labels: Vec<Option<&Quad>> = devices
        .iter()
        .map(|device| {
            let mut inside = found.labels.iter().filter(|label| holds(device.view.region.get_ref(), label));
            inside.next().filter(|_| inside.next().is_none())
        })
        .collect();
    if labels.contains(&None) && found.labels.len() == devices.len() {
        labels = found.labels.iter().map(Some).collect();
    }
    devices.iter().map(|device| device.name.get_ref().clone()).zip(labels).collect()
}

/// Whether all corners lie in the region.
pub fn holds(region: &Region, corners: &Quad) -> bool {
    let within = |at: f64, from: usize, length: usize| at >= from as f64 && at < (from + length) as f64;
    corners.iter().all(|at| within(at.x, region.x, region.width) && within(at.y, region.y, region.height))
}

/// The rectangle around `corners`, with a margin of this share of its longer side.
pub fn around(frame: &Frame, corners: &Quad, share: f64) -> Region {
    let least = |of: fn(&Point) -> f64| corners.iter().map(of).fold(f64::INFINITY, f64::min);
    let most = |of: fn(&Point) -> f64| corners.iter().map(of).fold(0.0, f64::max);
    let (left, right, top, bottom) = (least(|at| at.x), most(|at| at.x), least(|at| at.y), most(|at| at.y));
    let margin = share * (right - left).max(bottom - top);
    let (x, y) = ((left - margin).max(0.0) as usize, (top - margin).max(0.0) as usize);
    let (width, height) = ((right + margin).ceil() as usize - x, (bottom + margin).ceil() as usize - y);
    frame.clip(Region { x, y, width, height })
}

/// A region as a bench file has it.
pub fn written(region: Region) -> String {
    let Region { x, y, width, height } = region;
    format!("[{x}, {y}, {width}, {height}]")
}
