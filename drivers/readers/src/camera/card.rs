//! The control card: a printed QR code that shows that a camera sees, with two patches below it that show that it
//! sees colours. Rig and simulator both go by this drawing; a lab prints it.
//!
//! The code is one of 21 modules a side. Places and sizes are in its modules, from its upper left corner, the quiet
//! zone not counted.

use qrcode::{Color, EcLevel, QrCode as Print, Version};

use super::{
    Frame, QrCode,
    checkmark::is_green,
    geometry::{Homography, Point, point},
};

/// A patch of one colour.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patch {
    /// Its middle.
    pub centre: Point,
    /// Its width and height.
    pub size: (f64, f64),
    /// Its red, green and blue (sRGB).
    pub colour: [u8; 3],
}

/// The patch below the code's left edge.
pub const GREEN: Patch = Patch { centre: point(-0.9, 26.8), size: (6.0, 2.6), colour: [24, 150, 64] };
/// The patch below its right edge.
pub const RED: Patch = Patch { centre: point(21.9, 26.8), size: (6.0, 2.6), colour: [205, 40, 40] };

/// A module's side on the printed card, in millimetres; and the modules around the code that stay white.
const MODULE_MM: f64 = 1.5;
const MARGIN: f64 = 5.0;
/// Modules along a side of the code.
const SIDE: usize = 21;

/// The card with the code of `payload` as a drawing to print at 100 percent. `None` where the payload does
/// not fit: 17 characters do.
pub fn svg(payload: &str) -> Option<String> {
    let code = Print::with_version(payload, Version::Normal(1), EcLevel::L).ok()?;
    let (width, height) = (SIDE as f64 + 2.0 * MARGIN, RED.centre.y + RED.size.1 / 2.0 + 2.0 * MARGIN);
    let rectangle = |x: f64, y: f64, width: f64, height: f64, ink: &str| {
        let (x, y) = (x + MARGIN, y + MARGIN);
        format!(r#"<rect x="{x:.2}" y="{y:.2}" width="{width:.2}" height="{height:.2}" fill="{ink}"/>"#)
    };
    let dark = code.to_colors().into_iter().enumerate().filter(|(_, colour)| *colour == Color::Dark);
    let module = |at: usize| rectangle((at % SIDE) as f64, (at / SIDE) as f64, 1.0, 1.0, "black");
    let modules: String = dark.map(|(at, _)| module(at)).collect();
    let patch = |Patch { centre, size, colour: [red, green, blue] }: Patch| {
        let ink = format!("rgb({red},{green},{blue})");
        rectangle(centre.x - size.0 / 2.0, centre.y - size.1 / 2.0, size.0, size.1, &ink)
    };
    let paper = rectangle(-MARGIN, -MARGIN, width, height, "white");
    Some(format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{}mm" height="{}mm" viewBox="0 0 {width} {height}" shape-rendering="crispEdges">{paper}{modules}{}{}</svg>"#,
        width * MODULE_MM,
        height * MODULE_MM,
        patch(GREEN),
        patch(RED),
    ))
}

/// Whether the card whose code is `code` is seen in colour: its green patch green, its red one red.
pub fn is_in_colour(frame: &Frame, code: &QrCode) -> bool {
    let side = f64::from(code.modules);
    let map = Homography::from_rectangle(point(0.0, 0.0), side, side, &code.corners);
    let seen = |patch: &Patch| Some(mean(frame, &map?, patch)?.map(|value| value.round() as u8));
    let (Some([y, cb, cr]), Some(red)) = (seen(&GREEN), seen(&RED)) else { return false };
    is_green(y, cb, cr) && is_red(red)
}

/// Mean luma, blue and red difference of a patch, without its rim; `None` where part of it is out of the
/// picture.
fn mean(frame: &Frame, map: &Homography, patch: &Patch) -> Option<[f64; 3]> {
    const FINE: [f64; 5] = [-0.25, -0.125, 0.0, 0.125, 0.25];
    let mut sum = [0.0; 3];
    for (across, down) in FINE.into_iter().flat_map(|across| FINE.map(|down| (across, down))) {
        let at = point(patch.centre.x + across * patch.size.0, patch.centre.y + down * patch.size.1);
        let Point { x, y } = map.map(at);
        if !(x >= 0.0 && y >= 0.0) {
            return None;
        }
        let (x, y) = (x as usize, y as usize);
        if x >= frame.width || y >= frame.height {
            return None;
        }
        let chroma = y / 2 * (frame.width / 2) + x / 2;
        let values = [frame.y.get(y * frame.width + x), frame.cb.get(chroma), frame.cr.get(chroma)];
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += f64::from(*value?) / (FINE.len() * FINE.len()) as f64;
        }
    }
    Some(sum)
}

/// Whether there is a fifth more red than green, and a tenth more than blue. (BT.601, full range.)
fn is_red([luma, cb, cr]: [u8; 3]) -> bool {
    let (luma, cb, cr) = (i32::from(luma), i32::from(cb) - 128, i32::from(cr) - 128);
    let red = 1000 * luma + 1402 * cr;
    let green = 1000 * luma - 344 * cb - 714 * cr;
    let blue = 1000 * luma + 1772 * cb;
    10 * red > 12 * green && 10 * red > 11 * blue
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::ReaderKind;

    /// A code of 21 modules, 4 pixels each, its corner at (40, 8).
    fn code() -> QrCode {
        let corners = [point(40.0, 8.0), point(124.0, 8.0), point(124.0, 92.0), point(40.0, 92.0)];
        QrCode {
            payload: "rig:control".into(),
            corners,
            inverted: false,
            mirrored: false,
            reader: ReaderKind::Rqrr,
            modules: 21,
        }
    }

    /// A grey picture with these luma, blue and red differences in the halves, left and right.
    fn frame(left: [u8; 3], right: [u8; 3]) -> Frame {
        let (width, height) = (160, 130);
        let plane = |part: usize, width: usize, height: usize| {
            (0..width * height)
                .map(|at| if at % width < width / 2 { left[part] } else { right[part] })
                .collect()
        };
        let [cb, cr] = [1, 2].map(|part| plane(part, width / 2, height / 2));
        Frame::still(width, height, [plane(0, width, height), cb, cr])
    }

    const GREENISH: [u8; 3] = [110, 100, 70];
    const REDDISH: [u8; 3] = [95, 105, 200];

    #[test]
    fn colours_are_seen_by_a_camera_that_has_them() {
        assert!(is_in_colour(&frame(GREENISH, REDDISH), &code()));
        let grey = |[luma, _, _]: [u8; 3]| [luma, 128, 128];
        assert!(!is_in_colour(&frame(grey(GREENISH), grey(REDDISH)), &code()));
        assert!(!is_in_colour(&frame(REDDISH, GREENISH), &code()), "red and green swapped");
        assert!(!is_in_colour(&frame(GREENISH, GREENISH), &code()), "all of it green");
    }

    #[test]
    fn the_drawing_has_the_code_and_its_patches() {
        let drawing = svg("rig:control").unwrap();
        let code = Print::with_version("rig:control", Version::Normal(1), EcLevel::L).unwrap();
        let dark = code.to_colors().into_iter().filter(|colour| *colour == Color::Dark).count();
        assert_eq!(drawing.matches(r#"fill="black""#).count(), dark);
        assert_eq!((code.width(), drawing.matches("rgb(").count()), (SIDE, 2));
        assert_eq!(svg("eighteen characters"), None);
    }

    #[test]
    fn patches_beside_the_picture_are_not_seen() {
        let mut low = code();
        low.corners = low.corners.map(|at| point(at.x, at.y + 30.0));
        assert!(!is_in_colour(&frame(GREENISH, REDDISH), &low));
        let liar = Frame { height: 400, ..frame(GREENISH, REDDISH) };
        assert!(!is_in_colour(&liar, &low));
    }
}
