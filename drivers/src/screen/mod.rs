//! A screen that shows pictures to a phone: a monitor or tablet on the bench.

use image::GrayImage;

use crate::{
    Instrument, Reading, Result,
    registry::{Driver, Kind},
};

#[cfg(any(test, feature = "testing"))]
pub mod contract;
mod picture_file;
mod qr;

pub use picture_file::{PictureFile, PictureFileKeys};
pub use qr::qr_picture;

/// Every way to show a picture.
pub const DRIVERS: &[Driver<dyn Screen>] = &[Driver::of::<PictureFileKeys>()];

impl Kind for dyn Screen {
    const DRIVER: &'static str = "driver of a screen";
    type With<'a> = ();
}

/// A screen that a phone's camera can be pointed at.
pub trait Screen: Instrument {
    /// Shows `picture` until told otherwise, in place of what it showed; `None` is a dark screen. Stamped with
    /// the moment from which on it shows.
    ///
    /// # Errors
    ///
    /// The picture cannot be shown, or `CannotSee` where the screen stays dark.
    fn show(&mut self, picture: Option<&GrayImage>) -> Result<Reading<()>>;
}
