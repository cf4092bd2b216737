//! Cameras: a ring of stamped frames, and the readers that find codes in them.

use std::{ops::RangeInclusive, sync::Arc, time::Duration};

use crate::{Instrument, Result};

mod blank;
pub mod card;
mod checkmark;
pub mod codes;
pub mod contract;
pub mod digits;
mod frame;
pub mod geometry;
mod grey;
mod image;
pub mod label;
mod overlay;
mod recorded;
mod runs;
mod watch;
pub mod webcam;

pub use blank::is_blank;
pub use checkmark::{Checkmark, find_checkmark};
pub use codes::{CodeReader, CodesSeen, QrCode, ReaderKind, Surroundings};
pub use digits::{
    Ballot, Blindness, DisplayReading, Doubt, Glyph, Sight, Symbol, Vote, find_displays, read_display,
};
pub use frame::{Frame, Region};
pub use geometry::{Point, Quad};
pub use image::PictureError;
pub use overlay::overlay;
pub use recorded::RecordedCamera;
pub use watch::{Bracket, Watch, first_frame, frames_from};

/// A camera: a ring of the frames it has taken. Frames are numbered from 0 in the order taken; a frame is
/// fetched (on the simulated bench: rendered) only when asked for, so that a long watch costs little.
pub trait Camera: Instrument {
    /// The time from one frame to the next.
    fn period(&self) -> Duration;

    /// The numbers of the frames in the ring now, oldest to newest. An error where the camera has taken
    /// none for several periods: a stalled camera sees nothing.
    fn ring(&mut self) -> Result<RangeInclusive<u64>>;

    /// Frame `number`; an error where it has left the ring or has not been taken yet.
    fn frame(&mut self, number: u64) -> Result<Arc<Frame>>;
}
