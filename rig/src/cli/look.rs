//! `rig look`: what the readers make of pictures (displays, QR codes, a checkmark), for people who set up a camera.
//!
//! Several pictures are one watch: a display that is lit in one of them is known in the others, where it can be dark.

use std::{
    fs,
    path::{Path, PathBuf},
    str::FromStr,
    time::Instant,
};

use clap::Args;
use drivers::camera::{
    Checkmark, CodesSeen, Display, DisplayReader, DisplayReading, Frame, Point, QrCode, Region, Sight,
    find_checkmark, find_displays, find_labels, geometry::point, overlay, read_codes,
};
use serde::Serialize;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::bad_input::BadInput;

#[derive(Clone, Debug, Args)]
pub(super) struct LookArgs {
    /// Look in this part of the picture only.
    #[arg(long, value_name = "X,Y,W,H", value_parser = parse_region)]
    roi: Option<Region>,
    /// The display in the pictures, by its name; by default any of the named ones.
    #[arg(long, value_name = "NAME", value_parser = parse_display)]
    display: Option<Display>,
    /// Write the picture with what was found drawn over it, as PNG; one picture only.
    #[arg(long, value_name = "FILE")]
    overlay: Option<PathBuf>,
    #[command(flatten)]
    format: FormatArgs,
    /// The pictures: PNG, JPEG, PNM or BMP. Several are one watch: a display that one of them shows lit is known in
    /// all of them.
    #[arg(required = true, value_name = "IMAGE")]
    images: Vec<PathBuf>,
}

/// Result for one picture.
#[derive(Serialize)]
struct Look<'p> {
    file: &'p Path,
    ms: f64,
    /// The same for each reader by itself.
    readers_ms: Milliseconds,
    found: Vec<Found>,
    refused: Option<String>,
}

/// How long each reader took.
#[derive(Clone, Copy, Serialize)]
struct Milliseconds {
    digits: f64,
    qr: f64,
    checkmark: f64,
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
    /// Why not every scanner reads a code that was read here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<&'static str>,
}

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Digits,
    Qr,
    Checkmark,
}

/// Readings of one picture.
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
    let mut reader = DisplayReader::new(args.display.clone());
    if frames.len() > 1 {
        frames.iter().for_each(|frame| drop(displays(&mut reader, frame, args.roi)));
    }
    for (file, frame) in args.images.iter().zip(&frames) {
        let (displays, digits) = timed(|| displays(&mut reader, frame, args.roi));
        let (codes, qr) = timed(|| read_codes(frame, args.roi));
        let (checkmark, checkmark_ms) = timed(|| find_checkmark(frame, args.roi));
        let seen = Seen { displays, codes, checkmark };
        let (ms, readers_ms) =
            (digits + qr + checkmark_ms, Milliseconds { digits, qr, checkmark: checkmark_ms });
        if let Some(drawn) = &args.overlay {
            let picture = overlay(frame, &seen.displays, &seen.codes.codes, seen.checkmark.as_ref());
            fs::write(drawn, picture)
                .map_err(|error| CliError::Failed(format!("{}: {error}", drawn.display())))?;
        }
        let look = Look { file, ms, readers_ms, refused: seen.refusal(), found: seen.found() };
        print(&look, args.format.format)?;
    }
    Ok(0)
}

/// Runs `read`; returns its result and the milliseconds it took.
fn timed<T>(read: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let read = read();
    (read, started.elapsed().as_secs_f64() * 1e3)
}

/// Reads the displays in a picture: the only one by the watch's reader, several each by itself.
fn displays(reader: &mut DisplayReader, frame: &Frame, region: Option<Region>) -> Vec<DisplayReading> {
    match reader.read(frame, region) {
        Sight::Seen(reading) => vec![reading],
        Sight::CannotSee(_) if find_labels(frame, region).len() > 1 => find_displays(frame, region),
        Sight::CannotSee(_) => Vec::new(),
    }
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
        let code = |code: &QrCode| Found {
            remarks: remarks(code),
            ..Found::new(Kind::Qr, code.payload.clone(), 1.0, code.corners)
        };
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
            return Some("there is no picture in which a QR code could be".into());
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
        let corners = corners.map(|corner| [corner.x, corner.y]);
        Self { kind, text, confidence, corners, remarks: Vec::new() }
    }
}

/// Why not every scanner reads a code that was read here.
fn remarks(code: &QrCode) -> Vec<&'static str> {
    let remarks = [(code.inverted, "light on dark"), (code.mirrored, "mirrored")];
    remarks.into_iter().filter(|(is, _)| *is).map(|(_, remark)| remark).collect()
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
            Kind::Qr => {
                let remarks: String = found.remarks.iter().map(|remark| format!(", {remark}")).collect();
                format!("{file}: QR code {text:?}{remarks}")
            }
            Kind::Checkmark => format!("{file}: checkmark, confidence {confidence:.2}"),
        })?;
    }
    if let Some(why) = &look.refused {
        print_line(&format!("{file}: refused: {why}"))?;
    }
    let Milliseconds { digits, qr, checkmark } = look.readers_ms;
    print_line(&format!("{file}: displays {digits:.1} ms, QR codes {qr:.1} ms, checkmark {checkmark:.1} ms"))
}

fn parse_display(name: &str) -> Result<Display, String> {
    Display::named(name).ok_or_else(|| {
        let names: Vec<&str> = Display::names().collect();
        format!("accepted: {}", names.join(", "))
    })
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
