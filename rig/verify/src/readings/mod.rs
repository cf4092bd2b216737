//! Readings of frames and sounds: what an observation says of them, the same way at the bench and when a run is judged
//! again from its evidence.
//!
//! An observation is read off exactly what is kept of it ([`note`] tells how), by functions of this module that need
//! the crate `readers` and nothing of the bench. What no camera or microphone saw is kept as a [`transcript`].

pub mod again;
pub mod all;
pub mod display;
pub mod keep;
pub mod note;
pub mod phone;
pub mod speech;
pub mod transcript;
