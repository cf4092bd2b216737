//! The crate from outside: runs are written, read, cut, and reported.

// Helpers of tests stop a test as a test itself does.
#![allow(clippy::unwrap_used)]

mod cut;
mod digits;
mod evidence;
mod forge;
mod journal;
mod page;
mod phones;
mod proof;
mod reports;
mod sample;
mod scribe;
mod summary;
