//! Eyes for QR codes: each part of a frame is read once, however often it is looked at.

use std::collections::VecDeque;

use drivers::camera::{CodesSeen, Frame, Region, read_codes};

use crate::bench::View;

/// How many looks are remembered: those about a moment that is looked for, and the controls beside them.
const REMEMBERED: usize = 24;

/// Reads codes, and remembers what it read lately.
#[derive(Default)]
pub(super) struct Eyes {
    /// The newest look at the end.
    looks: VecDeque<(Look, CodesSeen)>,
}

/// What is looked at: a camera by its name, a frame of it by its number, and where.
#[derive(PartialEq)]
struct Look {
    camera: String,
    frame: u64,
    region: Region,
}

impl Eyes {
    /// What reads the codes in frames of the view's camera.
    pub fn of<'e>(&'e mut self, view: &View) -> impl FnMut(&Frame, Region) -> CodesSeen + use<'e> {
        let camera = view.camera.borrow().name().to_owned();
        move |frame, region| self.read(&camera, frame, region)
    }

    /// The codes in `region` of a frame of `camera`.
    pub fn read(&mut self, camera: &str, frame: &Frame, region: Region) -> CodesSeen {
        let look = Look { camera: camera.to_owned(), frame: frame.number, region };
        if let Some((_, seen)) = self.looks.iter().rfind(|(known, _)| *known == look) {
            return seen.clone();
        }
        let seen = read_codes(frame, Some(region));
        if self.looks.len() == REMEMBERED {
            self.looks.pop_front();
        }
        self.looks.push_back((look, seen.clone()));
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
        let mut eyes = Eyes::default();
        let mut sees = |camera, frame: &Frame, region| !eyes.read(camera, frame, region).codes.is_empty();
        assert!(sees("left", &code, whole));
        assert!(sees("left", &dark, whole), "remembered by the frame's number");
        assert!(!sees("right", &dark, whole), "another camera");
        assert!(!sees("left", &dark, part), "another part");
        for number in 1..=REMEMBERED as u64 {
            assert!(!sees("left", &Frame { number, ..dark.clone() }, whole), "another frame");
        }
        assert!(!sees("left", &dark, whole), "forgotten, and read again");
    }
}
