//! A client of W3C WebDriver over plain HTTP: sessions, elements, actions, page sources and screenshots.
//!
//! It serves phones through Appium, and browsers through their own servers (ChromeDriver, GeckoDriver). It
//! blocks: one request at a time, each with a time limit on the wall clock, because another machine's time
//! cannot be simulated. A request is sent once. The [`Fault`] of a failed one says whether it may have been
//! obeyed.

mod actions;
mod code;
mod element;
mod fault;
mod http;
#[cfg(test)]
pub(crate) mod scripted;
mod session;
#[cfg(test)]
mod tests;

pub use actions::{Point, drag};
pub use code::Code;
pub use element::{By, Element};
pub use fault::{Fault, Result};
pub use http::Server;
pub use session::{Sensitive, Session};
