//! Unpacks the pixel formats of devices to planes of 4:2:0. Luma is copied byte for byte; denser chroma is
//! averaged. An odd last row or column is left out.

use readers::camera::jpeg::complete;
use zune_jpeg::{
    JpegDecoder,
    zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions},
};

use super::{RawFormat, RawFrame};

/// The largest picture that is taken, in pixels to either side.
const LARGEST_SIDE: usize = 16_384;

/// A picture in planar YCbCr 4:2:0.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Planes {
    pub width: usize,
    pub height: usize,
    pub y: Vec<u8>,
    pub cb: Vec<u8>,
    pub cr: Vec<u8>,
}

/// Why a picture cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("{width} by {height} pixels")]
    Size { width: usize, height: usize },
    #[error("{has} bytes, where {format:?} of that size has {needs}")]
    Short { format: RawFormat, has: usize, needs: usize },
    #[error("a JPEG without its end")]
    NoEnd,
    #[error("a JPEG that cannot be decoded: {0}")]
    Jpeg(String),
    #[error("a JPEG of {width} by {height} pixels, where another size was agreed")]
    OtherSize { width: usize, height: usize },
}

/// Whether the picture has all its bytes, judged without decoding it.
pub(super) fn looks_whole(raw: &RawFrame) -> Result<(), Unusable> {
    let (width, height) = (raw.width, raw.height);
    let fits = |side: usize| (2..=LARGEST_SIDE).contains(&side);
    if !fits(width) || !fits(height) {
        return Err(Unusable::Size { width, height });
    }
    let needs = match raw.format {
        RawFormat::Yuyv => width.div_ceil(2) * 4 * height,
        RawFormat::Nv12 => width * height + width.div_ceil(2) * 2 * height.div_ceil(2),
        RawFormat::Mjpeg => {
            // Devices fill the rest of a buffer with zeros.
            let end = raw.bytes.iter().rposition(|&byte| byte != 0).unwrap_or(0);
            return raw.bytes[..raw.bytes.len().min(end + 1)]
                .ends_with(&[0xff, 0xd9])
                .then_some(())
                .ok_or(Unusable::NoEnd);
        }
    };
    let has = raw.bytes.len();
    if has < needs { Err(Unusable::Short { format: raw.format, has, needs }) } else { Ok(()) }
}

/// The picture, unpacked.
pub(super) fn planes(raw: &RawFrame) -> Result<Planes, Unusable> {
    looks_whole(raw)?;
    match raw.format {
        RawFormat::Yuyv => Ok(from_yuyv(raw)),
        RawFormat::Nv12 => Ok(from_nv12(raw)),
        RawFormat::Mjpeg => from_mjpeg(raw),
    }
}

/// Width and height without an odd last column or row.
fn even(raw: &RawFrame) -> (usize, usize) {
    (raw.width & !1, raw.height & !1)
}

fn from_yuyv(raw: &RawFrame) -> Planes {
    let (width, height) = even(raw);
    let stride = raw.width.div_ceil(2) * 4;
    let rows = || raw.bytes.chunks_exact(stride).take(height).map(|row| row[..width * 2].as_chunks::<4>().0);
    let y = rows().flatten().flat_map(|&[left, _, right, _]| [left, right]).collect();
    let all: Vec<&[[u8; 4]]> = rows().collect();
    let chroma = |place: usize| {
        let pairs = all.chunks_exact(2).flat_map(|pair| pair[0].iter().zip(pair[1]));
        pairs.map(|(upper, lower)| upper[place].midpoint(lower[place])).collect()
    };
    Planes { width, height, y, cb: chroma(1), cr: chroma(3) }
}

fn from_nv12(raw: &RawFrame) -> Planes {
    let (width, height) = even(raw);
    let (luma, chroma) = raw.bytes.split_at(raw.width * raw.height);
    let y = luma.chunks_exact(raw.width).take(height).flat_map(|row| &row[..width]).copied().collect();
    let stride = raw.width.div_ceil(2) * 2;
    let pairs = || {
        let rows = chroma.chunks_exact(stride).take(height / 2);
        rows.flat_map(|row| row[..width].as_chunks::<2>().0)
    };
    let (cb, cr) = (pairs().map(|pair| pair[0]).collect(), pairs().map(|pair| pair[1]).collect());
    Planes { width, height, y, cb, cr }
}

fn from_mjpeg(raw: &RawFrame) -> Result<Planes, Unusable> {
    // As YCbCr, which it is stored in: by way of RGB, luma would be rounded twice.
    let options = DecoderOptions::new_safe()
        .jpeg_set_out_colorspace(ColorSpace::YCbCr)
        .set_max_width(LARGEST_SIDE)
        .set_max_height(LARGEST_SIDE);
    let jpeg = |error: &dyn std::fmt::Debug| Unusable::Jpeg(format!("{error:?}"));
    // Webcams leave out the Huffman tables, which are always the same in motion JPEG.
    let bytes = complete(&raw.bytes).map_err(|fault| Unusable::Jpeg(fault.to_string()))?;
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes.as_ref()), options);
    decoder.decode_headers().map_err(|error| jpeg(&error))?;
    let (width, height) = decoder.dimensions().unwrap_or_default();
    if (width, height) != (raw.width, raw.height) {
        return Err(Unusable::OtherSize { width, height });
    }
    let pixels = decoder.decode().map_err(|error| jpeg(&error))?;
    let pixels = pixels.as_chunks::<3>().0;
    if pixels.len() < width * height {
        return Err(Unusable::Jpeg("it has other components than Y, Cb and Cr".into()));
    }
    let stride = width;
    let (width, height) = even(raw);
    let rows = || pixels.chunks_exact(stride).take(height).map(|row| row[..width].as_chunks::<2>().0);
    let y = rows().flatten().flatten().map(|pixel| pixel[0]).collect();
    let all: Vec<&[[[u8; 3]; 2]]> = rows().collect();
    let chroma = |place: usize| {
        let squares = all.chunks_exact(2).flat_map(|pair| pair[0].iter().zip(pair[1]));
        let mean = |(upper, lower): (&[[u8; 3]; 2], &[[u8; 3]; 2])| {
            let sum: u16 = upper.iter().chain(lower).map(|pixel| u16::from(pixel[place])).sum();
            ((sum + 2) / 4) as u8
        };
        squares.map(mean).collect()
    };
    Ok(Planes { width, height, y, cb: chroma(1), cr: chroma(2) })
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
    use proptest::prelude::*;

    use super::*;

    fn raw(format: RawFormat, width: usize, height: usize, bytes: Vec<u8>) -> RawFrame {
        RawFrame { format, width, height, bytes, captured: None }
    }

    fn jpeg(width: usize, height: usize, pixels: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = JpegEncoder::new_with_quality(&mut bytes, 100);
        encoder.encode(pixels, width as u32, height as u32, ExtendedColorType::Rgb8).unwrap();
        bytes
    }

    #[test]
    fn luma_is_taken_as_it_is_and_chroma_averaged() {
        let yuyv = raw(RawFormat::Yuyv, 2, 2, vec![1, 100, 2, 200, 3, 110, 4, 220]);
        let expected = Planes { width: 2, height: 2, y: vec![1, 2, 3, 4], cb: vec![105], cr: vec![210] };
        assert_eq!(planes(&yuyv), Ok(expected));
        let nv12 = raw(RawFormat::Nv12, 3, 3, vec![1, 2, 0, 3, 4, 0, 0, 0, 0, 100, 200, 0, 0, 0, 0, 0, 0]);
        let expected = Planes { width: 2, height: 2, y: vec![1, 2, 3, 4], cb: vec![100], cr: vec![200] };
        assert_eq!(planes(&nv12), Ok(expected));
    }

    #[test]
    fn a_jpeg_is_what_was_put_in() {
        let mut bytes = jpeg(32, 16, &[90, 140, 60].repeat(32 * 16));
        bytes.extend([0; 100]);
        let planes = planes(&raw(RawFormat::Mjpeg, 32, 16, bytes)).unwrap();
        let near = |plane: &[u8], right: u8| plane.iter().all(|byte| byte.abs_diff(right) <= 2);
        assert_eq!((planes.width, planes.height, planes.y.len()), (32, 16, 512));
        assert!(near(&planes.y, 116) && near(&planes.cb, 96) && near(&planes.cr, 110), "{planes:?}");
    }

    #[test]
    fn what_is_short_or_of_another_size_is_told() {
        let short = planes(&raw(RawFormat::Yuyv, 4, 2, vec![0; 15]));
        assert_eq!(short, Err(Unusable::Short { format: RawFormat::Yuyv, has: 15, needs: 16 }));
        let none = planes(&raw(RawFormat::Nv12, 0, 2, vec![]));
        assert_eq!(none, Err(Unusable::Size { width: 0, height: 2 }));
        let whole = jpeg(32, 16, &[7; 32 * 16 * 3]);
        let half = whole[..whole.len() / 2].to_vec();
        assert_eq!(planes(&raw(RawFormat::Mjpeg, 32, 16, half)), Err(Unusable::NoEnd));
        let other = planes(&raw(RawFormat::Mjpeg, 64, 16, whole));
        assert_eq!(other, Err(Unusable::OtherSize { width: 32, height: 16 }));
    }

    proptest! {
        #[test]
        fn any_bytes_of_any_size_are_a_picture_or_an_error(
            format in prop::sample::select(vec![RawFormat::Yuyv, RawFormat::Nv12, RawFormat::Mjpeg]),
            (width, height) in prop_oneof![(0usize..20, 0usize..20), (any::<usize>(), any::<usize>())],
            mut bytes in prop::collection::vec(any::<u8>(), 0..900),
            of_a_jpeg in any::<bool>(),
            broken in any::<prop::sample::Index>(),
        ) {
            if of_a_jpeg && format == RawFormat::Mjpeg && (1..20).contains(&width) && (1..20).contains(&height) {
                let byte = bytes.first().copied().unwrap_or(7);
                bytes = jpeg(width, height, &vec![byte; width * height * 3]);
                let place = broken.index(bytes.len());
                bytes[place] ^= byte;
            }
            if let Ok(planes) = planes(&raw(format, width, height, bytes)) {
                prop_assert_eq!((planes.width, planes.height), (width & !1, height & !1));
                prop_assert_eq!(planes.y.len(), planes.width * planes.height);
                prop_assert_eq!([planes.cb.len() * 4, planes.cr.len() * 4], [planes.y.len(); 2]);
            }
        }
    }
}
