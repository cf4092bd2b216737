//! A cache in front of the QR code reader: each part of a frame is decoded once.

use std::collections::VecDeque;

use drivers::camera::{CodesSeen, Frame, Region, read_codes};

use crate::bench::View;

/// Entries kept: enough for the frames around one searched moment, and their controls.
const CAPACITY: usize = 24;

/// Reads codes and keeps the newest results.
#[derive(Default)]
pub(super) struct CodeReaderCache {
    /// The newest entry is the last one.
    entries: VecDeque<(CacheKey, CodesSeen)>,
}

/// A camera by its name, one of its frames by number, and a region in it.
#[derive(PartialEq)]
struct CacheKey {
    camera: String,
    frame: u64,
    region: Region,
}

impl CodeReaderCache {
    /// A code reader for frames of the view's camera.
    pub fn of<'e>(&'e mut self, view: &View) -> impl FnMut(&Frame, Region) -> CodesSeen + use<'e> {
        let camera = view.camera.borrow().name().to_owned();
        move |frame, region| self.read(&camera, frame, region)
    }

    /// The codes in `region` of a frame of `camera`.
    pub fn read(&mut self, camera: &str, frame: &Frame, region: Region) -> CodesSeen {
        let key = CacheKey { camera: camera.to_owned(), frame: frame.number, region };
        if let Some((_, seen)) = self.entries.iter().rfind(|(known, _)| *known == key) {
            return seen.clone();
        }
        let seen = read_codes(frame, Some(region));
        if self.entries.len() == CAPACITY {
            self.entries.pop_front();
        }
        self.entries.push_back((key, seen.clone()));
        seen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_frame_is_read_once() {
        let picture = include_bytes!("../../../fixtures/recordings/phones/code.png");
        let code = Frame::from_image(picture).unwrap();
        let dark = Frame { y: vec![16; code.y.len()], ..code.clone() };
        let (whole, part) = (code.whole(), Region { width: code.width - 2, ..code.whole() });
        let mut cache = CodeReaderCache::default();
        let mut sees = |camera, frame: &Frame, region| !cache.read(camera, frame, region).codes.is_empty();
        assert!(sees("left", &code, whole));
        assert!(sees("left", &dark, whole), "cached by the frame's number");
        assert!(!sees("right", &dark, whole), "another camera");
        assert!(!sees("left", &dark, part), "another part");
        for number in 1..=CAPACITY as u64 {
            assert!(!sees("left", &Frame { number, ..dark.clone() }, whole), "another frame");
        }
        assert!(!sees("left", &dark, whole), "dropped from the cache, and read again");
    }
}
