//! `rig calibrate`: where the printed marks of a bench are in its cameras' pictures, as lines for its bench file; and the
//! sheet to print.

use std::{
    fs,
    path::PathBuf,
    time::{Duration, SystemTime},
};

use chrono::{DateTime, Days, NaiveDate, Utc};
use clap::Args;
use drivers::{
    Clock, DriverError,
    camera::{Camera, Frame, Locked, Point, Quad, card, label, webcam::LatencyKeys},
    light::Light,
};

use self::latency::Late;
use super::{CliError, place::SuiteFolder, print_line};
use crate::bench::{
    self, Bench, CameraEntry, Optics,
    calibration::marks,
    places::{ABOUT_CODE, ABOUT_LABEL, FoundMarks, around, labelled, sees, written},
};

mod display;
mod latency;
mod rest;

#[derive(Clone, Debug, Args)]
pub(super) struct CalibrateArgs {
    /// The bench file; by default the simulated bench.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    /// For how many days the calibration holds.
    #[arg(long, default_value_t = 90, value_parser = clap::value_parser!(u16).range(1..=3660))]
    days: u16,
    /// Learn the displays of the devices instead: presses each device's button, takes pictures of the code, which its
    /// board tells or a person types in, and prints the display's line for the bench file.
    #[arg(long, conflicts_with = "sheet")]
    display: bool,
    /// Write the sheet to print instead, as SVG: labels with bullseyes for displays, and the control card.
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
}

/// Payload of the sheet's card.
const CONTROL: &str = "rig:control";
/// How far a mark may move before the camera counts as moved: what light and noise do is a third of it.
const WITHIN_PX: f64 = 10.0;
/// How long a camera has for a picture.
const PATIENCE: Duration = Duration::from_secs(5);

/// `rig calibrate`. Exit code 4 where something that the bench file names is not in view.
pub(super) fn calibrate(args: &CalibrateArgs) -> Result<u8, CliError> {
    if let Some(file) = &args.sheet {
        let failed = |error| CliError::Failed(format!("{}: {error}", file.display()));
        return fs::write(file, sheet()).map(|()| 0).map_err(failed);
    }
    let bench = match &args.bench {
        Some(file) => Bench::load(file)?,
        None => Bench::load(&SuiteFolder::find()?.simulated_bench())?,
    };
    if args.display {
        return display::displays(&bench);
    }
    let today = DateTime::<Utc>::from(SystemTime::now()).date_naive();
    let until = today.checked_add_days(Days::new(args.days.into())).unwrap_or(today);
    let failed = |error: DriverError| CliError::Failed(error.to_string());
    let Optics { clock, open, mut light } = bench::optics(&bench).map_err(failed)?;
    let mut all = true;
    for entry in &bench.cameras {
        // One after the other: how late a camera is, is not to depend on what a machine has to do for the rest of them.
        let mut camera = open(entry).map_err(failed)?;
        let settled = rest::at_rest(|| camera.settled(), &*clock).map_err(failed)?;
        let frame = picture(&mut *camera, &*clock).map_err(failed)?;
        let found = FoundMarks::in_picture(&frame);
        let mut lines = lines(&bench, entry, &frame, &found, until);
        lines.splice(1..1, locked_line(settled));
        if let Some(light) = &mut light {
            let corrected_ms = corrected_ms(&bench, entry);
            lines.insert(1, latency_line(corrected_ms, &mut *camera, &mut **light, &*clock).map_err(failed)?);
        }
        all &= !lines.iter().any(|line| line.starts_with(MISSING));
        lines.iter().try_for_each(|line| print_line(line))?;
    }
    Ok(if all { 0 } else { 4 })
}

/// How a line begins that says what is not in view.
const MISSING: &str = "# not in view: ";

fn picture(camera: &mut dyn Camera, clock: &dyn Clock) -> drivers::Result<std::sync::Arc<Frame>> {
    let deadline = clock.now() + PATIENCE;
    while camera.ring().is_err() && clock.now() < deadline {
        clock.wait_until(clock.now() + camera.period())?;
    }
    camera.newest()
}

/// The lines of a bench file that are about one camera.
fn lines(
    bench: &Bench,
    entry: &CameraEntry,
    frame: &Frame,
    found: &FoundMarks,
    until: NaiveDate,
) -> Vec<String> {
    let name = entry.name.get_ref();
    let mut lines = vec![format!("# camera {name}")];
    let control = entry.control.as_ref().map(|control| control.payload.as_str());
    let places: Vec<String> = marks(frame, control).iter().map(point).collect();
    if !places.is_empty() {
        let places = places.join(", ");
        lines.push(format!(
            "calibrated = {{ until = {until}, within_px = {WITHIN_PX:.1}, marks = [{places}] }}"
        ));
    }
    if let Some(payload) = control {
        lines.push(match found.code(payload) {
            Some(corners) => {
                let region = region(frame, corners, ABOUT_CODE);
                format!("control = {{ region = {region}, payload = {payload:?} }}")
            }
            None => format!("{MISSING}the printed code {payload:?} of {name}"),
        });
    }
    for (device, label) in labelled(bench, name, found) {
        lines.push(format!("# device {device}"));
        lines.push(match label {
            Some(corners) => view("view", name, &region(frame, corners, ABOUT_LABEL)),
            None => format!("{MISSING}the label of {device}"),
        });
    }
    for device in bench.devices.iter().filter(|device| sees(device.back.as_ref(), name)) {
        let (number, device) = (device.serial_number.get_ref(), device.name.get_ref());
        lines.push(format!("# device {device}"));
        lines.push(match found.code(number) {
            Some(corners) => view("back", name, &region(frame, corners, 0.35)),
            None => format!("{MISSING}the code {number:?} on the back of {device}"),
        });
    }
    for phone in bench.phones.iter().filter(|phone| sees(phone.view.as_ref(), name)) {
        // Nothing printed tells where a phone is: its region is the lab's to say.
        lines.push(format!("# phone {} has no mark; its region stays as it is", phone.name.get_ref()));
    }
    lines
}

/// The line of a bench file that keeps a camera at what it is at, if it tells any of that.
fn locked_line((settled, rests): (Locked, bool)) -> Option<String> {
    let remark = if rests { "" } else { "  # they did not come to rest" };
    (settled != Locked::default()).then(|| format!("locked = {{ {settled} }}{remark}"))
}

/// The line of a bench file that says how late a camera is: by what is measured beside what its stamps were corrected by.
fn latency_line(
    corrected_ms: f64,
    camera: &mut dyn Camera,
    light: &mut dyn Light,
    clock: &dyn Clock,
) -> drivers::Result<String> {
    if camera.is_stamped_by_arrival()? {
        return Ok("# its pictures are stamped when they arrive, which no latency corrects".into());
    }
    let Some(Late { by_s, within_s }) = latency::measure(camera, light, clock)? else {
        return Ok("# the light is not in view: no latency".into());
    };
    // To a tenth of a millisecond, on the safe side.
    let within_ms = (within_s * 1e4).ceil() / 10.0;
    Ok(format!("latency = {{ ms = {:.1}, within_ms = {within_ms:.1} }}", corrected_ms + by_s * 1e3))
}

/// By how much the stamps of the camera are corrected, as its bench file says.
fn corrected_ms(bench: &Bench, entry: &CameraEntry) -> f64 {
    let camera = bench.listed(entry.name.get_ref());
    let latency = camera.and_then(|camera| camera.settings.value::<LatencyKeys>("latency"));
    latency.map_or(0.0, |latency| latency.ms)
}

fn view(key: &str, camera: &str, region: &str) -> String {
    format!("{key} = {{ camera = {camera:?}, region = {region} }}")
}

/// The rectangle around `corners`, with a margin of this share of its longer side, as a bench file has it.
fn region(frame: &Frame, corners: &Quad, share: f64) -> String {
    written(around(frame, corners, share))
}

fn point(mark: &Point) -> String {
    format!("[{:.1}, {:.1}]", mark.x, mark.y)
}

/// Two labels and a card, one below the other.
fn sheet() -> String {
    let card = card::svg(CONTROL).expect("the card's text is short enough");
    // On the sheet a unit is a millimetre.
    let at = |y: f64, drawing: &str| {
        format!(r#"<g transform="translate(20 {y})">{}</g>"#, drawing.replace("mm\"", "\""))
    };
    let (one, other) = (at(20.0, &label::svg()), at(90.0, &label::svg()));
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" viewBox="0 0 210 297">{one}{other}{}</svg>"#,
        at(160.0, &card)
    )
}
