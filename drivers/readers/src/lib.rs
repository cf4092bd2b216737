//! The readers: from a frame or a sound to what it says.
//!
//! No I/O and no instruments: pictures and sounds come in, readings go out, and the same input gives the same
//! reading on every machine, however busy it is. So a run can be judged again from its evidence with this crate
//! alone.

pub mod camera;
pub mod microphone;
mod time;

pub use time::BenchTime;

/// The version of these readers, for the record of a run: that of their crate, which is raised whenever the same
/// picture or sound may give another reading.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
