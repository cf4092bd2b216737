//! Frames as evidence: parts of them without any loss, with a note, in a PNG that any viewer shows.
//!
//! It is a picture in 8-bit grey. Each frame takes one and a half times its height: its luma, and below that its two
//! planes of chroma side by side, blue difference on the left. Several frames stand one below another. The note is
//! text under PNG's keyword "Comment".

use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Limits};

use super::{Frame, PictureError, Region};

/// The keyword of the note (PNG third edition, section 11.3.3.2).
const KEYWORD: &str = "Comment";

/// The largest picture that is taken, in bytes when decoded.
const LARGEST: usize = 256 << 20;

/// Frames of one size, and what is said of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptFrames {
    /// The frames, in the order taken; their numbers and moments are in the note.
    pub frames: Vec<Frame>,
    /// The note.
    pub note: String,
}

impl Frame {
    /// The part in `region`, grown by a pixel where it does not begin and end between pairs of pixels, and the
    /// region that it is.
    pub fn cut(&self, region: Region) -> (Self, Region) {
        let Region { x, y, width, height } = self.clip(region);
        let (right, bottom) = ((x + width).next_multiple_of(2), (y + height).next_multiple_of(2));
        let (x, y) = (x & !1, y & !1);
        let region = Region { x, y, width: right - x, height: bottom - y };
        if !self.is_consistent() {
            return (Self::still(0, 0, [vec![], vec![], vec![]]), Region { width: 0, height: 0, ..region });
        }
        let half = Region { x: x / 2, y: y / 2, width: region.width / 2, height: region.height / 2 };
        let part = |plane: &[u8], stride: usize, part: Region| -> Vec<u8> {
            let rows = part.y..part.y + part.height;
            rows.flat_map(|row| &plane[row * stride + part.x..][..part.width]).copied().collect()
        };
        let stride = self.width / 2;
        let [y, cb, cr] =
            [part(&self.y, self.width, region), part(&self.cb, stride, half), part(&self.cr, stride, half)];
        (Self { width: region.width, height: region.height, y, cb, cr, ..*self }, region)
    }

    /// A black frame of `width` by `height` pixels that shows this one from (`x`, `y`) on; none where it does not fit
    /// or begins within a pair of pixels.
    pub fn within(&self, width: usize, height: usize, [x, y]: [usize; 2]) -> Option<Self> {
        let fits = x.checked_add(self.width)? <= width && y.checked_add(self.height)? <= height;
        let even = [x, y, width, height].iter().all(|place| place.is_multiple_of(2));
        if !fits || !even || !self.is_consistent() || width.checked_mul(height)? > LARGEST {
            return None;
        }
        let place = |part: &[u8], row: usize, size: [usize; 2], [x, y]: [usize; 2], blank: u8| {
            let mut plane = vec![blank; size[0] * size[1]];
            for (number, pixels) in part.chunks_exact(row.max(1)).enumerate() {
                plane[(y + number) * size[0] + x..][..row].copy_from_slice(pixels);
            }
            plane
        };
        let (half, corner) = ([width / 2, height / 2], [x / 2, y / 2]);
        let [luma, cb, cr] = [
            place(&self.y, self.width, [width, height], [x, y], 0),
            place(&self.cb, self.width / 2, half, corner, 128),
            place(&self.cr, self.width / 2, half, corner, 128),
        ];
        Some(Self { width, height, y: luma, cb, cr, ..*self })
    }
}

/// `frames`, which are of one size, with `note`, as a PNG. Empty where there is nothing to keep.
pub fn keep_frames(frames: &[Frame], note: &str) -> Vec<u8> {
    let Some(first) = frames.first() else { return Vec::new() };
    let (width, height) = (first.width, first.height * 3 / 2);
    let alike = |frame: &Frame| (frame.width, frame.height) == (first.width, first.height);
    if width == 0 || height == 0 || !frames.iter().all(|frame| alike(frame) && frame.is_consistent()) {
        return Vec::new();
    }
    let mut grey = Vec::with_capacity(width * height * frames.len());
    for frame in frames {
        grey.extend_from_slice(&frame.y);
        for (blue, red) in frame.cb.chunks_exact(width / 2).zip(frame.cr.chunks_exact(width / 2)) {
            grey.extend_from_slice(blue);
            grey.extend_from_slice(red);
        }
    }
    encode(width, height * frames.len(), &grey, note).unwrap_or_default()
}

fn encode(width: usize, height: usize, grey: &[u8], note: &str) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::with_capacity(grey.len());
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = Encoder::new(&mut bytes, side(width), side(height));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    encoder.set_filter(Filter::Sub);
    encoder.add_itxt_chunk(KEYWORD.into(), note.into())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(grey)?;
    writer.finish()?;
    Ok(bytes)
}

/// The note in a PNG that [`keep_frames`] made, and the frames in it: `count` tells how many, by the note.
pub fn kept_frames(
    bytes: &[u8],
    count: impl FnOnce(&str) -> Option<usize>,
) -> Result<KeptFrames, PictureError> {
    let undecodable = |error: png::DecodingError| PictureError::Undecodable(error.to_string());
    let refused = |what: &str| PictureError::Undecodable(what.into());
    let mut limits = Limits::default();
    limits.bytes = LARGEST;
    let decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    let mut reader = decoder.read_info().map_err(undecodable)?;
    let texts = reader.info().utf8_text.iter();
    let note = texts.filter(|text| text.keyword == KEYWORD).find_map(|text| text.get_text().ok());
    let note = note.ok_or_else(|| refused("no note is in the picture"))?;
    if reader.output_color_type() != (ColorType::Grayscale, BitDepth::Eight) {
        return Err(refused("not 8-bit grey, as frames are kept in"));
    }
    let size = reader.output_buffer_size().filter(|size| *size <= LARGEST);
    let mut grey = vec![0; size.ok_or_else(|| refused("larger than is taken"))?];
    let info = reader.next_frame(&mut grey).map_err(undecodable)?;
    let (width, rows) = (info.width as usize, info.height as usize);
    let count = count(&note).filter(|count| *count > 0).ok_or_else(|| refused("its note tells no frames"))?;
    let height = rows / count / 3 * 2;
    if height / 2 * 3 * count != rows || !width.is_multiple_of(2) || !height.is_multiple_of(2) {
        return Err(refused("its size is not that of so many frames"));
    }
    let frames = grey.chunks_exact(width * height / 2 * 3).map(|frame| planes(frame, width, height));
    Ok(KeptFrames { frames: frames.collect(), note })
}

fn planes(frame: &[u8], width: usize, height: usize) -> Frame {
    let (luma, chroma) = frame.split_at(width * height);
    let plane = |from: usize| -> Vec<u8> {
        chroma.chunks_exact(width).flat_map(|row| &row[from..from + width / 2]).copied().collect()
    };
    Frame::still(width, height, [luma.to_vec(), plane(0), plane(width / 2)])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn frame(width: usize, height: usize, seed: usize) -> Frame {
        let plane = |size: usize, step: usize| (0..size).map(|at| (at * step + seed) as u8).collect();
        let quarter = width * height / 4;
        Frame::still(width, height, [plane(width * height, 7), plane(quarter, 11), plane(quarter, 13)])
    }

    #[test]
    fn frames_come_back_as_they_were_with_their_note() {
        let frames = vec![frame(24, 10, 1), frame(24, 10, 99)];
        let png = keep_frames(&frames, "{\"camera\":\"øjet\"}");
        let count = |note: &str| (note == "{\"camera\":\"øjet\"}").then_some(2);
        let kept = kept_frames(&png, count).unwrap();
        assert_eq!(kept.frames, frames);
        assert!(kept_frames(&png, |_| Some(3)).is_err(), "three frames");
        assert!(kept_frames(&png, |_| None).is_err(), "no note");
        assert!(keep_frames(&[frame(24, 10, 1), frame(20, 10, 1)], "").is_empty());
    }

    #[test]
    fn a_part_stands_again_where_it_was() {
        let whole = frame(40, 30, 3);
        let (part, place) = whole.cut([7, 5, 10, 300].into());
        assert_eq!(place, [6, 4, 12, 26].into());
        assert_eq!(part.y[0], whole.y[4 * 40 + 6]);
        let again = part.within(40, 30, [place.x, place.y]).unwrap();
        let inside = |x: usize, y: usize| (6..18).contains(&x) && y >= 4;
        for (at, (was, is)) in whole.y.iter().zip(&again.y).enumerate() {
            assert_eq!(*is, if inside(at % 40, at / 40) { *was } else { 0 });
        }
        for (at, (was, is)) in whole.cr.iter().zip(&again.cr).enumerate() {
            assert_eq!(*is, if inside(at % 20 * 2, at / 20 * 2) { *was } else { 128 });
        }
        assert_eq!(part.within(16, 30, [6, 4]), None);
        assert_eq!(part.within(40, 30, [5, 4]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_frames_or_an_error(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            place in any::<prop::sample::Index>(),
            byte in any::<u8>(),
            count in 0..5_usize,
        ) {
            let _ = kept_frames(&bytes, |_| Some(count));
            let mut png = keep_frames(&[frame(8, 6, 1)], "note");
            let place = place.index(png.len());
            png[place] = byte;
            if let Ok(kept) = kept_frames(&png, |_| Some(count)) {
                prop_assert!(kept.frames.iter().all(Frame::is_consistent));
            }
        }
    }
}
