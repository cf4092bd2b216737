//! Frames as small JPEGs in `data:` URIs, for pages.

use std::io::Cursor;

use base64::prelude::{BASE64_STANDARD, Engine};
use image::{ImageReader, RgbImage, codecs::jpeg::JpegEncoder};

/// Width in pixels: enough to read digits and codes.
const WIDTH: u32 = 420;
/// The JPEG quality where one frame stands for a defect among a hundred: some 10 kB.
const QUALITY: u8 = 70;
/// The JPEG quality of a frame that decided: some 30 kB. The evidence itself is without loss.
const FINE: u8 = 85;

/// The last frame of a PNG that holds frames without loss, in colour; `None` for another kind of file.
pub(crate) fn of_kept(kept: &[u8]) -> Option<String> {
    let shown = readers::camera::shown(kept).ok()?;
    let picture = image::load_from_memory(&shown).ok()?.to_rgb8();
    jpeg(&picture, FINE)
}

/// A picture as a small JPEG in a `data:` URI; `None` if it cannot be decoded.
pub(crate) fn small(picture: &[u8]) -> Option<String> {
    // Frames kept without loss are shown as people see them.
    let shown = readers::camera::shown(picture);
    let picture = shown.as_deref().unwrap_or(picture);
    let picture = ImageReader::new(Cursor::new(picture)).with_guessed_format().ok()?.decode().ok()?;
    let height = (u64::from(picture.height()) * u64::from(WIDTH) / u64::from(picture.width().max(1))).max(1);
    let small = picture.thumbnail(WIDTH, u32::try_from(height).ok()?).to_rgb8();
    jpeg(&small, QUALITY)
}

fn jpeg(picture: &RgbImage, quality: u8) -> Option<String> {
    let mut jpeg = Vec::new();
    JpegEncoder::new_with_quality(&mut jpeg, quality).encode_image(picture).ok()?;
    Some(format!("data:image/jpeg;base64,{}", BASE64_STANDARD.encode(jpeg)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_frame_becomes_small_and_what_is_no_picture_is_none() {
        let mut png = Vec::new();
        let frame = image::RgbImage::from_fn(1280, 720, |x, y| image::Rgb([(x / 5) as u8, (y / 3) as u8, 7]));
        frame.write_to(&mut Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        let uri = small(&png).unwrap();
        let jpeg = BASE64_STANDARD.decode(uri.strip_prefix("data:image/jpeg;base64,").unwrap()).unwrap();
        let read = image::load_from_memory(&jpeg).unwrap();
        assert_eq!((read.width(), read.height()), (420, 236));
        assert!(jpeg.len() < 30_000, "{} bytes", jpeg.len());
        assert_eq!(small(b"no picture"), None);
        assert_eq!(small(&png[..100]), None);
    }
}
