//! Learns a display from pictures of codes that a person has typed in: its kind, its geometry, its position,
//! and its looks when it is lit.

use super::{
    cells::SEGMENTS,
    display::{Display, Kind},
    explain::Detail,
    font,
    glyph::PATTERNS,
    labels::{self, Found},
    lit::SeenLit,
    place,
    window::{SCALE, Window},
};
use crate::camera::{Frame, Region, geometry::point};

/// A picture of a display, and the code that it shows.
struct Lesson {
    window: Window,
    found: Found,
    /// The cells that are lit, digit by digit, of segments and of dots.
    segments: Vec<u64>,
    dots: Vec<u64>,
}

/// How well a display explains the lessons, and where it lies.
struct Fit {
    display: Display,
    explained: f32,
}

/// Sizes, as shares of those of a named display, that are tried at first.
const SIZES: [f64; 6] = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5];
/// How much lengths are changed by, in millimetres, in turn.
const STEPS: [f64; 3] = [0.4, 0.2, 0.1];
/// Least share of the picture that the display must explain.
const LEAST: f32 = 0.8;
/// Greatest distance of a display from its label's middle.
const REACH: f64 = 4.5;

/// The display in `region` of pictures that show these codes.
///
/// # Errors
/// Why the display cannot be learnt, in words.
pub fn learn_display(shown: &[(Frame, String)], region: Option<Region>) -> Result<Display, String> {
    let lessons = shown.iter().map(|(frame, code)| Lesson::new(frame, region, code));
    let lessons = lessons.collect::<Result<Vec<Lesson>, String>>()?;
    if lessons.is_empty() {
        return Err("no picture with its code".into());
    }
    let digits = lessons[0].segments.len();
    if lessons.iter().any(|lesson| lesson.segments.len() != digits) {
        return Err("the codes are not of the same length".into());
    }
    let first = Display::names().filter_map(Display::named).flat_map(|display| {
        SIZES.map(|size| Display {
            digits,
            pitch: display.pitch * size,
            height: display.height * size,
            width: display.width * size,
            stroke: display.stroke * size,
            ..display.clone()
        })
    });
    let fits = first.filter_map(|display| Fit::of(display, &lessons, REACH));
    // Of two that explain the same, the first in the list.
    let best = fits.reduce(|best, other| if other.explained > best.explained { other } else { best });
    let Some(mut best) = best else { return Err("the display has no place in its label's window".into()) };
    for step in STEPS {
        best = refined(best, step, &lessons);
    }
    if best.explained < LEAST {
        return Err(format!(
            "no kind of display explains what the pictures show (best: {:?}, {:.2} of at least {LEAST})",
            best.display.name, best.explained
        ));
    }
    with_contrast(best.display, &lessons)
}

/// The fit after each length was changed by `step` as often as that made it better.
fn refined(mut best: Fit, step: f64, lessons: &[Lesson]) -> Fit {
    type Change = fn(&mut Display, f64);
    const CHANGES: [Change; 5] = [
        |display, by| display.pitch += by,
        |display, by| display.height += by,
        |display, by| display.width += by,
        |display, by| display.stroke += by / 2.0,
        |display, by| display.slant += by / 4.0,
    ];
    loop {
        let changes = CHANGES.into_iter().flat_map(|change| [(change, step), (change, -step)]);
        let tried = changes.filter_map(|(change, by)| {
            let mut display = best.display.clone();
            change(&mut display, by);
            Fit::of(display, lessons, 0.75)
        });
        match tried.max_by(|one, other| one.explained.total_cmp(&other.explained)) {
            Some(better) if better.explained > best.explained + 0.001 => best = better,
            _ => return best,
        }
    }
}

impl Fit {
    /// How well `display` explains the lessons, at its best position; `None` where it does not fit.
    fn of(display: Display, lessons: &[Lesson], reach: f64) -> Option<Self> {
        let mut display = display.checked().ok()?;
        let layout = super::cells::Layout::of(&display);
        let mut explained = 0.0;
        let mut shifts = Vec::new();
        for lesson in lessons {
            let signal = lesson.window.signal(display.weights());
            let shift = place::find(&layout, &signal, reach);
            let cells = lesson.cells(display.kind);
            explained +=
                Detail::of(&display, &signal).explained_by(&display, cells, shift, signal.noise()).whole;
            shifts.push(shift);
        }
        let middle = |of: fn(&(i32, i32)) -> i32| {
            let mut all: Vec<i32> = shifts.iter().map(of).collect();
            all.sort_unstable();
            f64::from(all[all.len() / 2]) / SCALE
        };
        let (right, down) = (middle(|shift| shift.0), middle(|shift| shift.1));
        display.at = point(display.at.x + right, display.at.y + down);
        Some(Self { display, explained: explained / lessons.len() as f32 })
    }
}

/// The display with the contrast that its lit cells have in the lessons.
fn with_contrast(display: Display, lessons: &[Lesson]) -> Result<Display, String> {
    let layout = super::cells::Layout::of(&display);
    let mut contrasts = Vec::new();
    for lesson in lessons {
        let signal = lesson.window.signal(display.weights());
        let seen = layout.contrasts(&signal, (0, 0));
        for (digit, lit) in seen.iter().zip(lesson.cells(display.kind)) {
            contrasts.extend(
                digit.iter().enumerate().filter(|(cell, _)| lit >> cell & 1 == 1).map(|(_, seen)| *seen),
            );
        }
    }
    contrasts.sort_by(f32::total_cmp);
    let contrast = contrasts.get(contrasts.len() / 2).map_or(0.0, |contrast| f64::from(*contrast));
    if contrast <= 0.0 {
        return Err("nothing is lit where the codes have segments".into());
    }
    let paper = lessons.iter().map(|lesson| lesson.found.paper).sum::<f64>() / lessons.len() as f64;
    let rounded = |length: f64| (length * 100.0).round() / 100.0;
    Ok(Display {
        pitch: rounded(display.pitch),
        height: rounded(display.height),
        width: rounded(display.width),
        stroke: rounded(display.stroke),
        slant: rounded(display.slant),
        lit: Some(SeenLit { contrast: contrast.min(1.0), paper }),
        ..display
    })
}

impl Lesson {
    fn new(frame: &Frame, region: Option<Region>, code: &str) -> Result<Self, String> {
        let digits = code.chars().map(|digit| digit.to_digit(10)).collect::<Option<Vec<u32>>>();
        let digits = digits.filter(|digits| !digits.is_empty());
        let digits = digits.ok_or_else(|| format!("the code {code:?} is not a row of digits"))?;
        let labels = super::labels_in(frame, region).map_err(|blindness| blindness.to_string())?;
        let [found]: [labels::Found; 1] =
            labels.try_into().map_err(|_| super::Blindness::SeveralLabels.to_string())?;
        let full = (1u64 << SEGMENTS) - 1;
        let segments = digits.iter().map(|digit| u64::from(PATTERNS[*digit as usize]) & full).collect();
        let dots = digits.iter().map(|digit| {
            let dots = font::dots(*digit as u8).unwrap_or([false; font::DOTS]);
            dots.iter().enumerate().fold(0, |mask, (dot, lit)| mask | u64::from(*lit) << dot)
        });
        Ok(Self { window: Window::of(frame, &found), found, segments, dots: dots.collect() })
    }

    /// The cells that are lit on a display of this kind.
    fn cells(&self, kind: Kind) -> &[u64] {
        match kind {
            Kind::Segments => &self.segments,
            Kind::Dots => &self.dots,
        }
    }
}
