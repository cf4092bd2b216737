//! `rig look`: what the readers make of a picture (displays, QR codes, a checkmark), for people who set up a
//! camera.

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
    time::Instant,
};

use clap::Args;
use drivers::camera::{
    Checkmark, CodesSeen, DisplayReading, Frame, Point, QrCode, Region, find_checkmark, find_displays,
    geometry::point, overlay, read_codes,
};
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
    kind: Kind,
    /// The digits of a display, the payload of a code, nothing for a checkmark.
    text: String,
    /// A code corrects its own errors: it is read surely or not at all.
    confidence: f64,
    /// Clockwise from its own upper left: x and y in pixels.
    corners: [[f64; 2]; 4],
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Digits,
    Qr,
    Checkmark,
}

/// What the readers made of one picture.
struct Seen {
    displays: Vec<DisplayReading>,
    codes: CodesSeen,
    checkmark: Option<Checkmark>,
}

/// `rig look`. Every picture is read before anything is printed, so that a bad one is the only answer.
pub(super) fn look(args: &LookArgs) -> Result<u8, CliError> {
    if args.overlay.is_some() && args.images.len() > 1 {
        return Err(CliError::Usage("--overlay takes one picture".into()));
    }
    let frames = args.images.iter().map(|file| read(file)).collect::<Result<Vec<_>, _>>()?;
    for (file, frame) in args.images.iter().zip(&frames) {
        let started = Instant::now();
        let seen = Seen {
            displays: find_displays(frame, args.roi),
            codes: read_codes(frame, args.roi),
            checkmark: find_checkmark(frame, args.roi),
        };
        let ms = started.elapsed().as_secs_f64() * 1e3;
        if let Some(drawn) = &args.overlay {
            let picture = overlay(frame, &seen.displays, &seen.codes.codes, seen.checkmark.as_ref());
            fs::write(drawn, picture)
                .map_err(|error| CliError::Failed(format!("{}: {error}", drawn.display())))?;
        }
        print(&Look { file, ms, refused: seen.refusal(), found: seen.found() }, args.format.format)?;
    }
    Ok(0)
}

fn read(file: &Path) -> Result<Frame, BadInput> {
    let bytes = fs::read(file).map_err(|error| BadInput::new(file, format!("cannot be read: {error}")))?;
    Frame::from_image(&bytes).map_err(|error| BadInput::new(file, error.to_string()))
}

impl Seen {
    /// Everything that was read surely; of displays, those that show something.
    fn found(&self) -> Vec<Found> {
        let lit = self.displays.iter().filter(|reading| reading.lit);
        let displays = lit.filter_map(|reading| {
            Some(Found::new(Kind::Digits, reading.text()?, reading.confidence, reading.corners))
        });
        let code = |code: &QrCode| Found::new(Kind::Qr, code.payload.clone(), 1.0, code.corners);
        let checkmark = |mark: &Checkmark| {
            let (centre, radius) = (mark.centre, mark.diameter / 2.0);
            let corners = [(-1.0, -1.0), (1.0, -1.0), (1.0, 1.0), (-1.0, 1.0)]
                .map(|(across, down)| point(centre.x + across * radius, centre.y + down * radius));
            Found::new(Kind::Checkmark, String::new(), mark.confidence, corners)
        };
        displays
            .chain(self.codes.codes.iter().map(code))
            .chain(self.checkmark.iter().map(checkmark))
            .collect()
    }

    /// Why something in view was not read, or that nothing is in view that could be.
    fn refusal(&self) -> Option<String> {
        if self.codes.abandoned {
            return Some("looking for QR codes took too long, and was given up".into());
        }
        if self.displays.is_empty() && self.codes.codes.is_empty() && self.checkmark.is_none() {
            return Some("neither a display's label, nor a QR code, nor a checkmark is in view".into());
        }
        self.displays.iter().find_map(|reading| match reading.doubt {
            Some(doubt) => Some(doubt.to_string()),
            None if !reading.lit => Some("the display is dark".into()),
            None => None,
        })
    }
}

impl Found {
    fn new(kind: Kind, text: String, confidence: f64, corners: [Point; 4]) -> Self {
        Self { kind, text, confidence, corners: corners.map(|corner| [corner.x, corner.y]) }
    }
}

fn print(look: &Look, format: Format) -> Result<(), CliError> {
    if format == Format::Json {
        return print_json(look);
    }
    let file = look.file.display();
    for found in &look.found {
        let (text, confidence) = (&found.text, found.confidence);
        print_line(&match found.kind {
            Kind::Digits => format!("{file}: digits {text:?}, confidence {confidence:.2}"),
            Kind::Qr => format!("{file}: QR code {text:?}"),
            Kind::Checkmark => format!("{file}: checkmark, confidence {confidence:.2}"),
        })?;
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
