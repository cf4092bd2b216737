//! Phones behind an Appium server.

mod driver;

pub use driver::{AppiumPhone, AppiumSettings};
