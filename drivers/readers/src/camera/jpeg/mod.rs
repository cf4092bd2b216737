//! JPEGs as webcams and interrupted copies leave them (ITU-T T.81): without their Huffman tables, or cut short.
//!
//! The decoder fills what is missing with grey, which readers would take for a picture with nothing in it; so what has no end
//! is refused before.

use std::borrow::Cow;

mod tables;

use tables::STANDARD;

/// Why bytes that begin as a JPEG cannot be decoded rightly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JpegFault {
    /// They end before the picture does.
    #[error("the JPEG is cut short: it has no end")]
    CutShort,
    /// They hold no picture.
    #[error("the JPEG has no picture in it")]
    NoPicture,
    /// It is coded in a way that few programs read.
    #[error("the JPEG is {0}; baseline and progressive ones are read")]
    Unread(&'static str),
}

/// The markers of section B.1.1.3.
mod marker {
    pub const SOF0: u8 = 0xc0;
    pub const SOF1: u8 = 0xc1;
    pub const SOF2: u8 = 0xc2;
    pub const DHT: u8 = 0xc4;
    pub const JPG: u8 = 0xc8;
    pub const DAC: u8 = 0xcc;
    pub const SOF15: u8 = 0xcf;
    pub const RST0: u8 = 0xd0;
    pub const RST7: u8 = 0xd7;
    pub const SOI: u8 = 0xd8;
    pub const EOI: u8 = 0xd9;
    pub const SOS: u8 = 0xda;
}
use marker::*;

/// Whether `bytes` begin as a JPEG does.
pub fn is_jpeg(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0xff, SOI, 0xff])
}

/// The JPEG in `bytes`, with the standard Huffman tables if it lacks them: motion JPEG leaves them out, since
/// they are always the same (section K.3). An error for a JPEG without an end or of an unsupported kind.
pub fn complete(bytes: &[u8]) -> Result<Cow<'_, [u8]>, JpegFault> {
    let (mut at, mut first_scan, mut has_tables, mut sequential) = (2, None, false, false);
    while let Some((marker, begin)) = next_marker(bytes, at) {
        at = begin;
        match marker {
            EOI if first_scan.is_none() => return Err(JpegFault::NoPicture),
            EOI => {
                return Ok(match first_scan.filter(|_| !has_tables && sequential) {
                    Some(place) => {
                        Cow::Owned([&bytes[..place], STANDARD.as_slice(), &bytes[place..]].concat())
                    }
                    None => Cow::Borrowed(bytes),
                });
            }
            RST0..=RST7 | 0x01 => continue,
            SOF0 | SOF1 => sequential = true,
            SOF2 => {}
            DHT => has_tables |= first_scan.is_none(),
            DAC => return Err(JpegFault::Unread("coded arithmetically")),
            JPG => {}
            SOF0..=SOF15 => return Err(JpegFault::Unread(kind(marker))),
            SOS => drop(first_scan.get_or_insert(begin - 2)),
            _ => {}
        }
        let length = bytes.get(at..at + 2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        at += usize::from(length.ok_or(JpegFault::CutShort)?);
    }
    Err(JpegFault::CutShort)
}

/// Name of a frame type that is neither baseline nor progressive (table B.1).
fn kind(marker: u8) -> &'static str {
    match marker {
        0xc3 => "lossless",
        0xc9..=0xcf => "coded arithmetically",
        _ => "hierarchical",
    }
}

/// The next marker at or behind `at`, and where it ends. Coded data may be before it: in it, 0xff is followed by 0.
fn next_marker(bytes: &[u8], mut at: usize) -> Option<(u8, usize)> {
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == 0xff)? + 1;
        match bytes.get(at)? {
            0x00 => {}
            0xff => continue, // Fill bytes.
            marker => return Some((*marker, at + 1)),
        }
    }
}

#[cfg(test)]
mod tests {
    use image::{ExtendedColorType, codecs::jpeg::JpegEncoder};
    use proptest::prelude::*;

    use super::*;
    use crate::camera::Frame;

    fn jpeg() -> Vec<u8> {
        let mut bytes = Vec::new();
        let pixels: Vec<u8> = (0..48 * 32 * 3).map(|place| (place * 7 % 251) as u8).collect();
        JpegEncoder::new_with_quality(&mut bytes, 90)
            .encode(&pixels, 48, 32, ExtendedColorType::Rgb8)
            .unwrap();
        bytes
    }

    /// The same without its Huffman tables, which are the standard ones.
    fn without_tables(bytes: &[u8]) -> Vec<u8> {
        let (mut left, mut at) = (bytes[..2].to_vec(), 2);
        loop {
            let (marker, length) =
                (bytes[at + 1], usize::from(bytes[at + 2]) << 8 | usize::from(bytes[at + 3]));
            let segment = &bytes[at..at + 2 + length];
            if marker == SOS {
                return [left.as_slice(), &bytes[at..]].concat();
            }
            if marker != DHT {
                left.extend(segment);
            }
            at += 2 + length;
        }
    }

    #[test]
    fn tables_that_were_left_out_are_put_in() {
        let whole = jpeg();
        let bare = without_tables(&whole);
        assert!(bare.len() + 400 < whole.len());
        assert_eq!(Frame::from_image(&bare), Frame::from_image(&whole));
        assert!(matches!(complete(&whole), Ok(Cow::Borrowed(_))), "one that has them is left as it is");
        let padded = [&bare[..], &[0; 300]].concat();
        assert_eq!(Frame::from_image(&padded), Frame::from_image(&whole));
    }

    #[test]
    fn what_is_cut_short_is_refused_wherever() {
        let whole = jpeg();
        for length in 4..whole.len() - 1 {
            assert!(Frame::from_image(&whole[..length]).is_err(), "{length} of {}", whole.len());
        }
        assert_eq!(complete(&whole[..whole.len() - 1]), Err(JpegFault::CutShort));
        // The end of a thumbnail is not that of the picture.
        let thumbnail = [&[0xff, 0xe1, 0x00, 0x06][..], &[0xff, 0xd8, 0xff, 0xd9]].concat();
        let with = [&whole[..2], &thumbnail, &whole[2..]].concat();
        assert_eq!(Frame::from_image(&with), Frame::from_image(&whole));
        assert_eq!(complete(&with[..with.len() / 2]), Err(JpegFault::CutShort));
    }

    #[test]
    fn kinds_that_are_not_read_are_named() {
        let whole = jpeg();
        let place = whole.windows(2).position(|pair| pair == [0xff, SOF0]).unwrap();
        for (marker, words) in [(0xc9, "arithmetically"), (0xc3, "lossless"), (0xc5, "hierarchical")] {
            let mut other = whole.clone();
            other[place + 1] = marker;
            assert!(complete(&other).unwrap_err().to_string().contains(words));
        }
        assert_eq!(complete(&[0xff, SOI, 0xff, EOI]), Err(JpegFault::NoPicture));
    }

    proptest! {
        #[test]
        fn any_bytes_are_completed_or_refused(bytes: Vec<u8>, place in any::<prop::sample::Index>(), byte: u8) {
            let _ = complete(&bytes);
            let mut broken = jpeg();
            let place = place.index(broken.len());
            broken[place] = byte;
            let _ = complete(&broken);
        }
    }
}
