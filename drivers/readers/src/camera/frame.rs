//! One picture: luma and chroma planes as cameras deliver them, with the moment they were exposed.

use std::time::Duration;

use crate::BenchTime;

/// A picture in planar YCbCr 4:2:0 (BT.601, full range), as JPEG and most webcams have it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frame {
    /// Its number in the camera's ring.
    pub number: u64,
    /// The middle of the exposure.
    pub at: BenchTime,
    /// How far any part of the picture may be from `at`: half the exposure, read-out, time stamp.
    pub uncertainty: Duration,
    /// Pixels in a row; even.
    pub width: usize,
    /// Rows; even.
    pub height: usize,
    /// Luma, `width * height`, row by row.
    pub y: Vec<u8>,
    /// Blue difference, `width/2 * height/2`.
    pub cb: Vec<u8>,
    /// Red difference, `width/2 * height/2`.
    pub cr: Vec<u8>,
}

impl Frame {
    /// A picture of these planes (luma, blue and red difference) without number or stamp: both are 0.
    pub fn still(width: usize, height: usize, [y, cb, cr]: [Vec<u8>; 3]) -> Self {
        Self { number: 0, at: BenchTime::ZERO, uncertainty: Duration::ZERO, width, height, y, cb, cr }
    }

    /// All of the frame.
    pub fn whole(&self) -> Region {
        Region { x: 0, y: 0, width: self.width, height: self.height }
    }

    /// The part of `region` that lies in the frame, possibly empty.
    pub fn clip(&self, region: Region) -> Region {
        let (x, y) = (region.x.min(self.width), region.y.min(self.height));
        Region { x, y, width: region.width.min(self.width - x), height: region.height.min(self.height - y) }
    }

    /// Whether the planes are as large as the frame says it is.
    pub fn is_consistent(&self) -> bool {
        let even = self.width.is_multiple_of(2) && self.height.is_multiple_of(2);
        let area = self.width.checked_mul(self.height);
        even && area == Some(self.y.len())
            && [&self.cb, &self.cr].iter().all(|plane| area == Some(plane.len() * 4))
    }
}

/// A rectangle of pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(from = "[usize; 4]", into = "[usize; 4]")]
pub struct Region {
    /// Left edge.
    pub x: usize,
    /// Upper edge.
    pub y: usize,
    /// Width.
    pub width: usize,
    /// Height.
    pub height: usize,
}

impl From<[usize; 4]> for Region {
    fn from([x, y, width, height]: [usize; 4]) -> Self {
        Self { x, y, width, height }
    }
}

impl From<Region> for [usize; 4] {
    fn from(region: Region) -> Self {
        [region.x, region.y, region.width, region.height]
    }
}
