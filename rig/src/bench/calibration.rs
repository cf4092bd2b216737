//! Whether a camera still stands where it stood when it was calibrated: the printed marks in its view have not moved.
//!
//! A camera that was pushed, or whose calibration is too old, is the bench's trouble before it can be a verdict's.

use std::time::SystemTime;

use chrono::{DateTime, NaiveDate, Utc};
use drivers::{
    DriverError, ErrorKind, Result,
    camera::{Camera, Frame, Point, find_labels, read_codes},
};
use serde::{Deserialize, Deserializer, de::Error};

use super::{Bench, CameraEntry, Instruments, figure::above_zero};
use crate::profile::environment::date;

/// Result of `rig calibrate`, as kept in a bench file.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalibrationEntry {
    /// The last day, in UTC, on which it holds.
    #[serde(deserialize_with = "date")]
    pub until: NaiveDate,
    /// How far a mark may be from its place, in pixels.
    #[serde(deserialize_with = "above_zero")]
    pub within_px: f64,
    /// Where the corners of labels and of the printed code were, in pixels: one at least.
    #[serde(deserialize_with = "some")]
    pub marks: Vec<Point>,
}

/// Without a mark, no camera would ever have moved.
fn some<'de, D: Deserializer<'de>>(marks: D) -> std::result::Result<Vec<Point>, D::Error> {
    let marks = Vec::deserialize(marks)?;
    if marks.is_empty() {
        return Err(D::Error::custom("no mark; `rig calibrate` finds what is printed in the camera's view"));
    }
    Ok(marks)
}

/// The corners of everything printed in the picture that stays where it is: labels of displays, and the code
/// `control`.
pub fn marks(frame: &Frame, control: Option<&str>) -> Vec<Point> {
    let labels = find_labels(frame, None).into_iter().flatten();
    let codes = control.map_or_else(Vec::new, |_| read_codes(frame, None).codes);
    let codes = codes.into_iter().filter(|code| Some(code.payload.as_str()) == control);
    labels.chain(codes.flat_map(|code| code.corners)).collect()
}

/// The first camera of `instruments` whose calibration does not hold is the error.
pub(super) fn check_all(bench: &Bench, instruments: &Instruments) -> Result<()> {
    let devices = instruments.devices.iter();
    let displays = devices.clone().map(|device| &device.camera);
    let backs = devices.filter_map(|device| device.back.as_ref()).map(|view| &view.camera);
    let phones = instruments.phones.iter().filter_map(|phone| phone.view.as_ref()).map(|view| &view.camera);
    let mut checked: Vec<String> = Vec::new();
    for camera in displays.chain(backs).chain(phones) {
        let mut camera = camera.borrow_mut();
        let name = camera.name().to_owned();
        let entry = bench.cameras.iter().find(|entry| *entry.name.get_ref() == name);
        if let Some(entry) = entry.filter(|_| !checked.contains(&name)) {
            check(entry, &mut *camera)?;
        }
        checked.push(name);
    }
    Ok(())
}

fn check(entry: &CameraEntry, camera: &mut dyn Camera) -> Result<()> {
    let Some(calibrated) = &entry.calibrated else { return Ok(()) };
    let trouble = |detail| DriverError::new(camera.name(), ErrorKind::CannotSee, detail);
    calibrated.holds_on(DateTime::<Utc>::from(SystemTime::now()).date_naive()).map_err(trouble)?;
    let frame = camera.newest()?;
    let control = entry.control.as_ref().map(|control| control.payload.as_str());
    calibrated
        .is_seen_in(&marks(&frame, control))
        .map_err(|detail| DriverError::new(camera.name(), ErrorKind::CannotSee, detail))
}

impl CalibrationEntry {
    /// An error in words where it does not hold any more.
    fn holds_on(&self, today: NaiveDate) -> std::result::Result<(), String> {
        if today <= self.until {
            return Ok(());
        }
        Err(format!(
            "its calibration ended on {}, today is {today}: `rig calibrate` makes a new one",
            self.until
        ))
    }

    /// An error in words where a mark is elsewhere than it was.
    fn is_seen_in(&self, found: &[Point]) -> std::result::Result<(), String> {
        for mark in &self.marks {
            let off = found.iter().map(|found| found.distance(*mark)).fold(f64::INFINITY, f64::min);
            if off > self.within_px {
                let Point { x, y } = mark;
                let what =
                    if off.is_finite() { format!("{off:.0} pixels off") } else { "not in view".into() };
                return Err(format!(
                    "it was moved since it was calibrated: the mark at {x:.0}, {y:.0} is {what}; `rig calibrate` finds \
                     it again"
                ));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use drivers::{BenchTime, camera::geometry::point};
    use sim::scene::{Conditions, Glow, Placement, Scene};

    use super::*;

    fn entry(marks: Vec<Point>) -> CalibrationEntry {
        CalibrationEntry { until: NaiveDate::from_ymd_opt(2027, 6, 30).unwrap(), within_px: 6.0, marks }
    }

    fn picture(seed: u64, placement: Placement) -> Frame {
        let exposure = Duration::from_millis(16);
        let mut scene = Scene::new(seed, Conditions::Office, vec![placement]);
        scene.render(0, BenchTime::ZERO + exposure, exposure, &[Glow::default()])
    }

    fn seen(seed: u64, placement: Placement) -> Vec<Point> {
        marks(&picture(seed, placement), None)
    }

    #[test]
    fn marks_are_found_where_they_are_and_again_in_other_light() {
        for seed in 1..6 {
            let placement = Placement::random(seed);
            let marks = seen(seed, placement);
            assert_eq!(marks.len(), 4, "seed {seed}");
            for (mark, corner) in marks.iter().zip(placement.corners) {
                assert!(mark.distance(corner) < 3.0, "seed {seed}: {mark:?}, not {corner:?}");
            }
            assert_eq!(entry(marks).is_seen_in(&seen(seed + 100, placement)), Ok(()), "seed {seed}");
        }
    }

    #[test]
    fn a_camera_that_was_pushed_is_told_from_one_that_was_not() {
        let placement = Placement::random(3);
        let calibrated = entry(seen(1, placement));
        let pushed = Placement { corners: placement.corners.map(|at| point(at.x + 9.0, at.y)), ..placement };
        let moved = calibrated.is_seen_in(&seen(1, pushed)).unwrap_err();
        assert!(moved.contains(" pixels off; `rig calibrate`"), "{moved}");
        assert!(calibrated.is_seen_in(&[]).unwrap_err().contains("is not in view"));
    }

    #[test]
    fn a_calibration_holds_to_the_end_of_its_last_day() {
        let calibrated = entry(vec![]);
        let day = |day| NaiveDate::from_ymd_opt(2027, 6, day).unwrap();
        assert_eq!(calibrated.holds_on(day(30)), Ok(()));
        let ended = calibrated.holds_on(day(30).succ_opt().unwrap()).unwrap_err();
        assert!(ended.contains("ended on 2027-06-30, today is 2027-07-01"), "{ended}");
    }
}
