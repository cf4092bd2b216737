//! Phones behind an Appium server.

mod driver;
mod keys;

pub use driver::{AppiumPhone, AppiumSettings};
pub use keys::AppiumKeys;
