//! Frames, and the readers of displays, QR codes, checkmarks and blank screens in them.

mod blank;
pub mod card;
mod checkmark;
mod coarse;
pub mod codes;
pub mod digits;
mod frame;
pub mod geometry;
mod grey;
mod image;
pub mod jpeg;
mod kept;
pub mod label;
mod overlay;
mod runs;
mod screen_light;

pub use blank::is_blank;
pub use checkmark::{Checkmark, find_checkmark};
pub use coarse::Coarse;
pub use codes::{CodesSeen, QrCode, ReaderKind, Surroundings, read_codes};
pub use digits::{
    Ballot, Blindness, Display, DisplayReader, DisplayReading, Doubt, Glyph, KnownDisplay, SeenLit, Sight,
    Symbol, Vote, find_displays, find_label, find_labels, learn_display, read_display,
};
pub use frame::{Frame, Region};
pub use geometry::{Point, Quad};
pub use image::PictureError;
pub use kept::{KeptFrames, keep_frames, kept_frames, shown};
pub use overlay::overlay;
pub use screen_light::{ScreenLight, screen_light};
