//! Releases: who may sign, how a statement is signed, and whether a bundle is what it says.

pub mod campaign;
pub mod diff;
pub mod lab;
pub mod product;
pub mod public;
mod remade;
pub mod repetitions;
pub mod rules;
pub mod signer;
pub mod stamp;
pub mod told;
pub mod trust;
pub mod verify;
