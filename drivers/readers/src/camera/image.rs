//! Frames from picture files, and frames as PNG: what people hand in, and what evidence is kept as.

use std::io::Cursor;

use image::{
    ExtendedColorType, ImageEncoder, ImageReader, Limits, RgbImage,
    codecs::png::{CompressionType, FilterType, PngEncoder},
};

use super::{Frame, Region, jpeg};

/// The largest picture that is taken, in pixels to either side, and in bytes when decoded.
const LARGEST_SIDE: u32 = 16_384;
const LARGEST_DECODED: u64 = 256 << 20;

/// Reasons for which bytes cannot be decoded as a picture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PictureError {
    /// They are in no format that is read here.
    #[error("not a picture: neither PNG, JPEG, PNM nor BMP")]
    UnknownFormat,
    /// They claim to be a picture, but are broken, or larger than is taken.
    #[error("{0}")]
    Undecodable(String),
    /// The picture has less than two pixels to a side.
    #[error("the picture has less than two pixels to a side")]
    Empty,
}

impl Frame {
    /// The picture in `bytes`: PNG, JPEG, PNM or BMP, told by what they begin with. An odd last row or column
    /// is there twice, since chroma is by pairs. It has no number and no moment of its own: both are 0.
    pub fn from_image(bytes: &[u8]) -> Result<Self, PictureError> {
        let bytes = if jpeg::is_jpeg(bytes) {
            jpeg::complete(bytes).map_err(|error| PictureError::Undecodable(error.to_string()))?
        } else {
            bytes.into()
        };
        let mut reader = ImageReader::new(Cursor::new(&bytes))
            .with_guessed_format()
            .map_err(|error| PictureError::Undecodable(error.to_string()))?;
        if reader.format().is_none() {
            return Err(PictureError::UnknownFormat);
        }
        let mut limits = Limits::default();
        limits.max_image_width = Some(LARGEST_SIDE);
        limits.max_image_height = Some(LARGEST_SIDE);
        limits.max_alloc = Some(LARGEST_DECODED);
        reader.limits(limits);
        let picture = reader.decode().map_err(|error| PictureError::Undecodable(error.to_string()))?;
        if picture.width() < 2 || picture.height() < 2 {
            return Err(PictureError::Empty);
        }
        Ok(Self::from_rgb(&even(picture.into_rgb8())))
    }

    /// The picture, whose width and height are even.
    fn from_rgb(picture: &RgbImage) -> Self {
        let (width, height) = (picture.width() as usize, picture.height() as usize);
        let rows = || picture.as_raw().chunks_exact(width * 3).map(|row| row.as_chunks::<3>().0);
        let luma = |[r, g, b]: [f32; 3]| 0.299 * r + 0.587 * g + 0.114 * b;
        let y = rows().flatten().map(|pixel| (luma(pixel.map(f32::from)) + 0.5) as u8).collect();
        let (mut cb, mut cr) = (Vec::new(), Vec::new());
        let all: Vec<&[[u8; 3]]> = rows().collect();
        for pair in all.chunks_exact(2) {
            for (upper, lower) in pair[0].chunks_exact(2).zip(pair[1].chunks_exact(2)) {
                let mean = [0, 1, 2].map(|channel| {
                    upper.iter().chain(lower).map(|pixel| f32::from(pixel[channel])).sum::<f32>() / 4.0
                });
                let [r, _, b] = mean;
                cb.push((128.5 + 0.564_334 * (b - luma(mean))).clamp(0.0, 255.0) as u8);
                cr.push((128.5 + 0.713_267 * (r - luma(mean))).clamp(0.0, 255.0) as u8);
            }
        }
        Self::still(width, height, [y, cb, cr])
    }

    /// The part of the frame in `region`, or all of it, as a PNG. Nothing where the region has no pixels or the
    /// frame's planes are not as large as it says.
    pub fn to_png(&self, region: Option<Region>) -> Vec<u8> {
        encode(&self.to_rgb(region))
    }

    /// Red, green and blue.
    pub(super) fn to_rgb(&self, region: Option<Region>) -> RgbImage {
        let region = region.map_or(self.whole(), |region| self.clip(region));
        if !self.is_consistent() {
            return RgbImage::default();
        }
        let mut pixels = vec![0; region.width * region.height * 3];
        let rows = pixels.as_chunks_mut().0.chunks_exact_mut(region.width.max(1));
        let mut tints = Vec::new();
        for (y, row) in (region.y..).zip(rows) {
            if y == region.y || y % 2 == 0 {
                tints = self.tints(region, y / 2);
            }
            let luma = &self.y[y * self.width + region.x..];
            for ((pixel, &luma), tint) in row.iter_mut().zip(luma).zip(&tints[region.x % 2..]) {
                *pixel = tint.map(|tint| (i16::from(luma) + tint).clamp(0, 255) as u8);
            }
        }
        RgbImage::from_raw(region.width as u32, region.height as u32, pixels).unwrap_or_default()
    }

    /// The tint of each pixel of a row of `region`, and of the one before it where the region begins in the middle of
    /// a pair; `row` counts rows of chroma.
    fn tints(&self, region: Region, row: usize) -> Vec<[i16; 3]> {
        let chroma = row * (self.width / 2) + region.x / 2..;
        let pairs = self.cb[chroma.clone()].iter().zip(&self.cr[chroma]).take(region.width / 2 + 1);
        pairs.flat_map(|(&cb, &cr)| [tint(cb, cr); 2]).collect()
    }
}

/// The picture with its last column and row twice, where there is an odd number of them.
fn even(picture: RgbImage) -> RgbImage {
    let (width, height) = picture.dimensions();
    if width % 2 == 0 && height % 2 == 0 {
        return picture;
    }
    RgbImage::from_fn(width.next_multiple_of(2), height.next_multiple_of(2), |x, y| {
        *picture.get_pixel(x.min(width - 1), y.min(height - 1))
    })
}

/// Differences of red, green and blue from luma. (BT.601, full range.)
fn tint(cb: u8, cr: u8) -> [i16; 3] {
    let (cb, cr) = (i32::from(cb) - 128, i32::from(cr) - 128);
    [91_881 * cr, -22_553 * cb - 46_802 * cr, 116_130 * cb].map(|offset| ((offset + 32_768) >> 16) as i16)
}

/// `picture` as a PNG, packed fast; empty for a picture without pixels.
pub(super) fn encode(picture: &RgbImage) -> Vec<u8> {
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Fast, FilterType::Sub);
    match encoder.write_image(picture.as_raw(), picture.width(), picture.height(), ExtendedColorType::Rgb8) {
        Ok(()) => bytes,
        Err(_) => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Soft colours, as planes can hold them.
    fn frame(width: usize, height: usize) -> Frame {
        let plane = |width: usize, height: usize, step: usize| {
            (0..width * height)
                .map(|place| (64 + (place % width * step + place / width) % 128) as u8)
                .collect()
        };
        let [cb, cr] = [110, 150].map(|chroma| vec![chroma; width * height / 4]);
        Frame::still(width, height, [plane(width, height, 1), cb, cr])
    }

    #[test]
    fn a_frame_survives_png_to_rounding() {
        let frame = frame(64, 48);
        let back = Frame::from_image(&frame.to_png(None)).unwrap();
        assert_eq!((back.width, back.height), (64, 48));
        let close = |a: &[u8], b: &[u8]| a.iter().zip(b).all(|(a, b)| a.abs_diff(*b) <= 2);
        assert!(close(&frame.y, &back.y) && close(&frame.cb, &back.cb) && close(&frame.cr, &back.cr));
    }

    #[test]
    fn a_region_is_cut_out() {
        let frame = frame(64, 48);
        let cut = Frame::from_image(&frame.to_png(Some([10, 20, 8, 1000].into()))).unwrap();
        assert_eq!((cut.width, cut.height), (8, 28));
        assert!(cut.y[0].abs_diff(frame.y[20 * 64 + 10]) <= 2);
        assert!(frame.to_png(Some([64, 0, 8, 8].into())).is_empty());
    }

    #[test]
    fn an_odd_last_row_and_column_are_there_twice() {
        let picture = Frame::from_image(b"P5 3 3 255\n\x00\x10\x20\x30\x40\x50\x60\x70\x80").unwrap();
        assert_eq!((picture.width, picture.height), (4, 4));
        let rows: Vec<&[u8]> = picture.y.chunks_exact(4).collect();
        assert_eq!(rows[0], [0, 0x10, 0x20, 0x20]);
        assert_eq!((rows[2], rows[3]), (&[0x60, 0x70, 0x80, 0x80][..], rows[2]));
        assert_eq!(Frame::from_image(b"P5 1 3 255\n\x00\x10\x20"), Err(PictureError::Empty));
    }

    #[test]
    fn a_picture_too_large_is_refused_before_it_is_decoded() {
        let bomb = b"P6 60000 60000 255\n".to_vec();
        assert!(matches!(Frame::from_image(&bomb), Err(PictureError::Undecodable(_))));
        assert_eq!(Frame::from_image(b"no picture"), Err(PictureError::UnknownFormat));
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_picture_or_an_error(mut bytes in prop::collection::vec(any::<u8>(), 0..300), kind in 0..5usize) {
            let magic: [&[u8]; 5] = [b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"P6 3 3 255\n", b"BM", b""];
            bytes.splice(0..0, magic[kind].iter().copied());
            if let Ok(frame) = Frame::from_image(&bytes) {
                prop_assert!(frame.is_consistent());
            }
        }
    }
}
