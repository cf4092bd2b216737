//! A payload as a picture to show: a QR code with its quiet zone.

use image::{GrayImage, Luma};
use qrcode::{Color, QrCode};

/// Pixels of a module's side: enough for any phone's camera, and whole.
const SIDE: u32 = 8;
/// Modules of the quiet zone, ISO/IEC 18004 section 6.3.8.
const QUIET: u32 = 4;

/// The QR code of `payload`, dark on light, `8` pixels a module, with a quiet zone of 4 modules. Empty,
/// without a pixel, for a payload that is too long.
pub fn qr_picture(payload: &str) -> GrayImage {
    let Ok(code) = QrCode::new(payload) else { return GrayImage::new(0, 0) };
    let modules = u32::try_from(code.width()).unwrap_or_default();
    let colours = code.to_colors();
    let side = (modules + 2 * QUIET) * SIDE;
    GrayImage::from_fn(side, side, |x, y| {
        let place = |pixel: u32| (pixel / SIDE).checked_sub(QUIET).filter(|&module| module < modules);
        let dark = place(x).zip(place(y)).is_some_and(|(column, row)| {
            colours.get((row * modules + column) as usize).is_some_and(|colour| *colour == Color::Dark)
        });
        Luma([if dark { 0 } else { 255 }])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_reads_as_the_payload_and_has_its_quiet_zone() {
        let picture = qr_picture("MITID-COPY:AAAAAAAAAAAAAAAAAAAAAA");
        let mut prepared = rqrr::PreparedImage::prepare_from_greyscale(
            picture.width() as usize,
            picture.height() as usize,
            |x, y| picture.get_pixel(x as u32, y as u32).0[0],
        );
        let (_, read) = prepared.detect_grids()[0].decode().unwrap();
        assert_eq!(read, "MITID-COPY:AAAAAAAAAAAAAAAAAAAAAA");
        let edge = QUIET * SIDE;
        assert!((0..picture.width()).all(|x| (0..edge).all(|y| picture.get_pixel(x, y).0 == [255])));
    }

    #[test]
    fn what_no_code_can_hold_is_no_picture() {
        assert_eq!(qr_picture(&"x".repeat(10_000)).dimensions(), (0, 0));
    }
}
