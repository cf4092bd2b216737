//! The code that reaches instruments.
//!
//! A folder for each kind of instrument: its trait in `mod.rs`, and one file for each way to reach it.
//! Every trait is small, blocks with a deadline on the bench clock, and returns readings: what was seen,
//! when, how surely, and the raw bytes it rests on. `Err` means that the bench failed; a silent product
//! is data (an empty reading).

pub mod bluetooth;
pub mod board;
pub mod camera;
pub mod clock;
pub mod command;
mod error;
pub mod finger;
pub mod holder;
mod instrument;
pub mod light;
pub mod microphone;
mod modbus;
pub mod operator;
pub mod phone;
pub mod power;
pub mod probe;
pub mod radio;
mod reading;
pub mod registry;
pub mod screen;
pub mod serial;
pub mod sms;
mod supervised;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod usb;
#[cfg(feature = "webdriver")]
pub mod webdriver;

pub use clock::{BenchTime, Clock, SharedClock, Utc};
pub use error::{DriverError, ErrorKind, Result};
pub use instrument::{Identity, Instrument};
pub use reading::{Raw, Reading};
pub use supervised::{Supervised, Unfinished, supervised};
