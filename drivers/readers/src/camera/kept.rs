//! Frames as evidence: parts of them without any loss, with a note, in a PNG that any viewer shows.
//!
//! It is a picture in 8-bit grey. Each frame takes one and a half times its height: its luma, and below that its two
//! planes of chroma side by side, blue difference on the left. Several frames stand one below another: how many, PNG's
//! text "Frames" says. The note is its text "Comment".

use std::io::Cursor;

use png::{BitDepth, ColorType, Compression, Decoder, Encoder, Filter, Limits};

use super::{Frame, PictureError, Region};

/// The keywords of the note (PNG third edition, section 11.3.3.2) and of the number of frames.
const NOTE: &str = "Comment";
const COUNT: &str = "Frames";

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
            let mut pixels = Vec::with_capacity(part.width * part.height);
            for row in part.y..part.y + part.height {
                pixels.extend_from_slice(&plane[row * stride + part.x..][..part.width]);
            }
            pixels
        };
        let stride = self.width / 2;
        let [y, cb, cr] =
            [part(&self.y, self.width, region), part(&self.cb, stride, half), part(&self.cr, stride, half)];
        (Self { width: region.width, height: region.height, y, cb, cr, ..*self }, region)
    }

    /// The smallest part that holds all `regions`, black outside of them, and the region that it is.
    pub fn parts(&self, regions: &[Region]) -> (Self, Region) {
        if let [only] = regions {
            return self.cut(*only);
        }
        let parts: Vec<(Self, Region)> = regions.iter().map(|region| self.cut(*region)).collect();
        let least =
            |edge: fn(&Region) -> usize| parts.iter().map(|(_, place)| edge(place)).min().unwrap_or(0);
        let most = |edge: fn(&Region) -> usize| parts.iter().map(|(_, place)| edge(place)).max().unwrap_or(0);
        let (x, y) = (least(|place| place.x), least(|place| place.y));
        let (right, bottom) = (most(|place| place.x + place.width), most(|place| place.y + place.height));
        let mut all = Self {
            number: self.number,
            at: self.at,
            uncertainty: self.uncertainty,
            ..black(right - x, bottom - y)
        };
        for (part, place) in &parts {
            all.paste(part, [place.x - x, place.y - y]);
        }
        (all, Region { x, y, width: right - x, height: bottom - y })
    }

    /// A black frame of `width` by `height` pixels with this one at (`x`, `y`); `None` where it does not fit
    /// or begins within a pair of pixels.
    pub fn within(&self, width: usize, height: usize, [x, y]: [usize; 2]) -> Option<Self> {
        let fits = x.checked_add(self.width)? <= width && y.checked_add(self.height)? <= height;
        let even = [x, y, width, height].iter().all(|place| place.is_multiple_of(2));
        if !fits || !even || !self.is_consistent() || width.checked_mul(height)? > LARGEST {
            return None;
        }
        let mut all =
            Self { number: self.number, at: self.at, uncertainty: self.uncertainty, ..black(width, height) };
        all.paste(self, [x, y]);
        Some(all)
    }

    /// The frame at half its size, to a pair of pixels: the mean of each square of four.
    fn halved(&self) -> Self {
        let (width, height) = (self.width / 4 * 2, self.height / 4 * 2);
        let mean = |plane: &[u8], stride: usize, width: usize, height: usize| -> Vec<u8> {
            let square = |place: usize| {
                let corner = place / width * 2 * stride + place % width * 2;
                let four = [corner, corner + 1, corner + stride, corner + stride + 1];
                four.iter().map(|&pixel| u16::from(plane[pixel])).sum::<u16>() / 4
            };
            (0..width * height).map(|place| square(place) as u8).collect()
        };
        let luma = mean(&self.y, self.width, width, height);
        let [cb, cr] = [&self.cb, &self.cr].map(|plane| mean(plane, self.width / 2, width / 2, height / 2));
        Self { width, height, y: luma, cb, cr, ..*self }
    }

    /// Shows `part` from (`x`, `y`) on, where it fits.
    fn paste(&mut self, part: &Self, [x, y]: [usize; 2]) {
        let stride = self.width;
        let place = |plane: &mut [u8], stride: usize, part: &[u8], row: usize, [x, y]: [usize; 2]| {
            for (number, pixels) in part.chunks_exact(row.max(1)).enumerate() {
                plane[(y + number) * stride + x..][..row].copy_from_slice(pixels);
            }
        };
        place(&mut self.y, stride, &part.y, part.width, [x, y]);
        let (half, corner) = (part.width / 2, [x / 2, y / 2]);
        place(&mut self.cb, stride / 2, &part.cb, half, corner);
        place(&mut self.cr, stride / 2, &part.cr, half, corner);
    }
}

/// A black frame.
fn black(width: usize, height: usize) -> Frame {
    let quarter = width / 2 * (height / 2);
    Frame::still(width, height, [vec![0; width * height], vec![128; quarter], vec![128; quarter]])
}

/// `frames`, which are of one size, with `note`, as a PNG. Empty without frames.
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
    encode([width, height * frames.len()], &grey, frames.len(), note).unwrap_or_default()
}

fn encode(
    [width, height]: [usize; 2],
    grey: &[u8],
    count: usize,
    note: &str,
) -> Result<Vec<u8>, png::EncodingError> {
    let mut bytes = Vec::with_capacity(grey.len());
    let side = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX);
    let mut encoder = Encoder::new(&mut bytes, side(width), side(height));
    encoder.set_color(ColorType::Grayscale);
    encoder.set_depth(BitDepth::Eight);
    encoder.set_compression(Compression::Fast);
    encoder.set_filter(Filter::Sub);
    encoder.add_itxt_chunk(COUNT.into(), count.to_string())?;
    encoder.add_itxt_chunk(NOTE.into(), note.into())?;
    let mut writer = encoder.write_header()?;
    writer.write_image_data(grey)?;
    writer.finish()?;
    Ok(bytes)
}

/// The frames in a PNG that [`keep_frames`] made, and their note.
pub fn kept_frames(bytes: &[u8]) -> Result<KeptFrames, PictureError> {
    let undecodable = |error: png::DecodingError| PictureError::Undecodable(error.to_string());
    let refused = |what: &str| PictureError::Undecodable(what.into());
    let limits = Limits { bytes: LARGEST };
    let decoder = Decoder::new_with_limits(Cursor::new(bytes), limits);
    let mut reader = decoder.read_info().map_err(undecodable)?;
    let text = |keyword: &str| {
        let mut texts = reader.info().utf8_text.iter().filter(|text| text.keyword == keyword);
        texts.find_map(|text| text.get_text().ok())
    };
    let note = text(NOTE).ok_or_else(|| refused("no note is in the picture"))?;
    let count: Option<usize> = text(COUNT).and_then(|count| count.parse().ok()).filter(|count| *count > 0);
    let count = count.ok_or_else(|| refused("the picture does not say how many frames it shows"))?;
    if reader.output_color_type() != (ColorType::Grayscale, BitDepth::Eight) {
        return Err(refused("not 8-bit grey, as frames are kept in"));
    }
    let size = reader.output_buffer_size().filter(|size| *size <= LARGEST);
    let mut grey = vec![0; size.ok_or_else(|| refused("larger than is taken"))?];
    let info = reader.next_frame(&mut grey).map_err(undecodable)?;
    let (width, rows) = (info.width as usize, info.height as usize);
    let height = rows / count / 3 * 2;
    if height == 0 || height / 2 * 3 * count != rows || !width.is_multiple_of(2) || !height.is_multiple_of(2)
    {
        return Err(refused("its size is not that of so many frames"));
    }
    let frames = grey.chunks_exact(width * height / 2 * 3).map(|frame| planes(frame, width, height));
    Ok(KeptFrames { frames: frames.collect(), note })
}

/// The last frame in a PNG that [`keep_frames`] made, in colour and at half its size: a PNG for a page that people read.
pub fn shown(bytes: &[u8]) -> Result<Vec<u8>, PictureError> {
    let last = kept_frames(bytes)?.frames.pop().ok_or(PictureError::Empty)?;
    Ok(last.halved().to_png(None))
}

fn planes(frame: &[u8], width: usize, height: usize) -> Frame {
    let (luma, chroma) = frame.split_at(width * height);
    let plane = |from: usize| {
        let mut plane = Vec::with_capacity(chroma.len() / 2);
        for row in chroma.chunks_exact(width) {
            plane.extend_from_slice(&row[from..from + width / 2]);
        }
        plane
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
        let kept = kept_frames(&png).unwrap();
        assert_eq!((kept.frames, kept.note.as_str()), (frames, "{\"camera\":\"øjet\"}"));
        assert!(kept_frames(&frame(24, 10, 1).to_png(None)).is_err(), "another kind of PNG");
        let picture = Frame::from_image(&shown(&png).unwrap()).unwrap();
        assert_eq!((picture.width, picture.height), (12, 4));
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

    #[test]
    fn parts_are_black_between() {
        let whole = frame(40, 30, 3);
        let (part, place) = whole.parts(&[[2, 4, 8, 6].into(), [20, 10, 10, 10].into()]);
        assert_eq!(place, [2, 4, 28, 16].into());
        let at = |x: usize, y: usize| part.y[(y - 4) * 28 + x - 2];
        assert_eq!(
            [at(2, 4), at(9, 9), at(20, 10), at(29, 19)],
            [(2, 4), (9, 9), (20, 10), (29, 19)].map(|(x, y)| whole.y[y * 40 + x])
        );
        assert_eq!([at(10, 4), at(2, 10), at(18, 19), at(20, 9)], [0; 4]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_frames_or_an_error(
            bytes in prop::collection::vec(any::<u8>(), 0..300),
            place in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let _ = kept_frames(&bytes);
            let mut png = keep_frames(&[frame(8, 6, 1)], "note");
            let place = place.index(png.len());
            png[place] = byte;
            if let Ok(kept) = kept_frames(&png) {
                prop_assert!(kept.frames.iter().all(Frame::is_consistent));
            }
        }
    }
}
