//! `rig look`: what the readers make of a picture, for people who set up a camera.

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
    time::Instant,
};

use clap::Args;
use drivers::camera::{DisplayReading, Frame, Point, Region, find_displays, overlay};
use serde::Serialize;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::bad_input::BadInput;

#[derive(Clone, Debug, Args)]
pub(super) struct LookArgs {
    /// Look in this part of the picture only.
    #[arg(long, value_name = "X,Y,W,H", value_parser = parse_region)]
    roi: Option<Region>,
    /// Write the picture with what was found drawn over it, as PNG; one picture only.
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
    /// The pictures: PNG, JPEG, PNM or BMP.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

/// What was found in one picture.
#[derive(Serialize)]
struct Look<'p> {
    file: &'p Path,
    ms: f64,
    found: Vec<Found>,
    refused: Option<String>,
}

#[derive(Serialize)]
struct Found {
    kind: &'static str,
    text: String,
    confidence: f64,
    /// Clockwise from the label's own upper left: x and y in pixels.
    corners: [[f64; 2]; 4],
}

/// `rig look`. Every picture is read before anything is printed, so that a bad one is the only answer.
pub(super) fn look(args: &LookArgs) -> Result<u8, CliError> {
    if args.overlay.is_some() && args.images.len() > 1 {
        return Err(CliError::Usage("--overlay takes one picture".into()));
    }
    let frames = args.images.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    for (file, frame) in args.images.iter().zip(&frames) {
        let started = Instant::now();
        let readings = find_displays(frame, args.roi);
        let ms = started.elapsed().as_secs_f64() * 1e3;
        if let Some(drawn) = &args.overlay {
            fs::write(drawn, overlay(frame, &readings))
                .map_err(|error| CliError::Failed(format!("{}: {error}", drawn.display())))?;
        }
        print(&Look { file, ms, refused: refusal(&readings), found: found(&readings) }, args.format.format)?;
    }
    Ok(0)
}

fn read(file: &Path) -> Result<Frame, BadInput> {
    let bytes = fs::read(file).map_err(|error| BadInput::new(file, format!("cannot be read: {error}")))?;
    Frame::from_image(&bytes).map_err(|error| BadInput::new(file, error.to_string()))
}

/// The displays that were read surely, and show something.
fn found(readings: &[DisplayReading]) -> Vec<Found> {
    let pair = |corner: Point| [corner.x, corner.y];
    let found = |reading: &DisplayReading| {
        let text = reading.text().filter(|_| reading.lit)?;
        let corners = reading.corners.map(pair);
        Some(Found { kind: "digits", text, confidence: reading.confidence, corners })
    };
    readings.iter().filter_map(found).collect()
}

/// Why a display in view was not read, or that none is in view.
fn refusal(readings: &[DisplayReading]) -> Option<String> {
    if readings.is_empty() {
        return Some("no display's label is in view".into());
    }
    readings.iter().find_map(|reading| match reading.doubt {
        Some(doubt) => Some(doubt.to_string()),
        None if !reading.lit => Some("the display is dark".into()),
        None => None,
    })
}

fn print(look: &Look, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(look);
    }
    let file = look.file.display();
    for found in &look.found {
        print_line(&format!("{file}: {} {:?}, confidence {:.2}", found.kind, found.text, found.confidence))?;
    }
    match &look.refused {
        Some(why) => print_line(&format!("{file}: refused: {why}")),
        None => Ok(()),
    }
}

fn parse_region(text: &str) -> Result<Region, String> {
    let form = || "a region is written X,Y,W,H in pixels, as in 0,0,640,360".to_owned();
    let numbers = text.split(',').map(usize::from_str).collect::<Result<Vec<_>, _>>().map_err(|_| form())?;
    <[usize; 4]>::try_from(numbers).map(Region::from).map_err(|_| form())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_is_four_numbers() {
        assert_eq!(parse_region("1,2,3,4"), Ok(Region { x: 1, y: 2, width: 3, height: 4 }));
        for bad in ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "-1,2,3,4"] {
            assert!(parse_region(bad).is_err(), "{bad:?}");
        }
    }
}
