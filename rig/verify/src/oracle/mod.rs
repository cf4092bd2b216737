//! The oracle: pure functions from a clause's check and observations to a verdict. It shares no code with
//! the firmware, the app or the service, so that a mistake of theirs cannot be a mistake here too. The
//! same functions judge live and judge an old journal again.

pub mod check;
pub mod decision;
pub mod observed;
pub mod otp;
pub mod window;

pub use check::{Check, CheckResult, Context, judge};
