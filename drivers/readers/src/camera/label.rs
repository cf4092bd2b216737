//! The printed label around a display: the camera's positive control and its geometry.
//!
//! Each code display on the bench is mounted in the cut-out of a paper label, 100 mm by 50 mm. A bullseye
//! in each corner is found in the picture whatever the angle; a bar between the upper two says which way up
//! the label is; black ink beside white paper shows that the camera could see. All is published here, in
//! millimetres from the label's upper left corner, so that anybody can print one.

use super::geometry::{Point, point};

/// The label's width.
pub const WIDTH: f64 = 100.0;
/// The label's height.
pub const HEIGHT: f64 = 50.0;

/// Centres of the four bullseyes, clockwise from the upper left.
pub const MARKERS: [Point; 4] = [point(8.0, 8.0), point(92.0, 8.0), point(92.0, 42.0), point(8.0, 42.0)];
/// The unit of a bullseye: black to 1.5 modules from the centre, white to 2.5, black to 3.5. Any line
/// through the centre therefore crosses runs of 1:1:3:1:1, as in the finder pattern of a QR code.
pub const MODULE: f64 = 1.6;

/// The bar that marks the upper edge: its centre.
pub const BAR_CENTRE: Point = point(50.0, 8.0);
/// The bar's width and height.
pub const BAR_SIZE: (f64, f64) = (24.0, 3.2);

/// The cut-out for the display module: left, top, right, bottom.
pub const WINDOW: [f64; 4] = [5.0, 15.5, 95.0, 34.5];

/// Digits of a display.
pub const DIGITS: usize = 6;
/// From one digit's centre to the next.
pub const PITCH: f64 = 13.5;
/// A digit's height, from the middle of segment a to the middle of segment d.
pub const DIGIT_HEIGHT: f64 = 11.4;
/// A digit's width, from the middle of segment f to the middle of segment b.
pub const DIGIT_WIDTH: f64 = 6.2;
/// How far a point leans to the right for each millimetre that it lies above its digit's centre.
pub const SLANT: f64 = 0.14;
/// The width of a lit segment.
pub const STROKE: f64 = 1.7;

/// The bits of a segment mask: a is bit 0, and so on to g, bit 6; the decimal point is bit 7.
pub const SEGMENTS: usize = 8;

/// The label as a drawing to print at 100 percent, with the window to cut out.
pub fn svg() -> String {
    let circle = |centre: Point, modules: f64, ink: &str| {
        format!(r#"<circle cx="{}" cy="{}" r="{}" fill="{ink}"/>"#, centre.x, centre.y, modules * MODULE)
    };
    let bullseyes: String = MARKERS
        .iter()
        .flat_map(|&centre| {
            [circle(centre, 3.5, "black"), circle(centre, 2.5, "white"), circle(centre, 1.5, "black")]
        })
        .collect();
    let rectangle = |left: f64, top: f64, width: f64, height: f64, style: &str| {
        format!(r#"<rect x="{left}" y="{top}" width="{width}" height="{height}" {style}/>"#)
    };
    let [left, top, right, bottom] = WINDOW;
    let (bar_width, bar_height) = BAR_SIZE;
    let (bar_left, bar_top) = (BAR_CENTRE.x - bar_width / 2.0, BAR_CENTRE.y - bar_height / 2.0);
    let outline = r#"fill="none" stroke="grey" stroke-width="0.1""#;
    format!(
        r#"<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}mm" height="{HEIGHT}mm" viewBox="0 0 {WIDTH} {HEIGHT}">{}{bullseyes}{}{}</svg>"#,
        rectangle(0.0, 0.0, WIDTH, HEIGHT, r#"fill="white""#),
        rectangle(bar_left, bar_top, bar_width, bar_height, r#"fill="black""#),
        rectangle(left, top, right - left, bottom - top, outline),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::camera::digits::{Display, SEGMENTS, segment_line};

    #[test]
    fn everything_lies_on_the_label_and_the_digits_in_the_window() {
        for marker in MARKERS {
            let radius = 4.0 * MODULE;
            assert!(marker.x > radius && marker.x < WIDTH - radius);
            assert!(marker.y > radius && marker.y < HEIGHT - radius);
            assert!((marker.y - radius > WINDOW[3]) || (marker.y + radius < WINDOW[1]));
        }
        let printed = Display::named("led-red").unwrap();
        let decimal_point = point(DIGIT_WIDTH / 2.0 + 2.6, DIGIT_HEIGHT / 2.0);
        for digit in 0..DIGITS {
            let lines = (0..SEGMENTS).map(|segment| segment_line(&printed, segment));
            for (from, to) in lines.chain([(decimal_point, decimal_point)]) {
                for end in [from, to].map(|end| printed.on_digit(digit, end)) {
                    assert!(end.x > WINDOW[0] + STROKE && end.x < WINDOW[2] - STROKE);
                    assert!(end.y > WINDOW[1] + STROKE && end.y < WINDOW[3] - STROKE);
                }
            }
        }
    }

    #[test]
    fn the_drawing_has_all_its_parts() {
        let drawing = svg();
        assert_eq!(drawing.matches("<circle").count(), 12);
        assert_eq!(drawing.matches("<rect").count(), 3);
    }
}
