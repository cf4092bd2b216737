//! Phones behind an Appium server.

#[cfg(not(feature = "webdriver"))]
mod absent;
#[cfg(feature = "webdriver")]
mod driver;
#[cfg(feature = "webdriver")]
mod keys;

use crate::registry::Feature;

#[cfg(not(feature = "webdriver"))]
pub use absent::AbsentAppium as AppiumKeys;
#[cfg(feature = "webdriver")]
pub use driver::{AppiumPhone, AppiumSettings};
#[cfg(feature = "webdriver")]
pub use keys::AppiumKeys;

/// The driver's name in a bench file.
const NAME: &str = "appium";
/// Its cargo feature.
const FEATURE: Feature = Feature { name: "webdriver", built: cfg!(feature = "webdriver") };
