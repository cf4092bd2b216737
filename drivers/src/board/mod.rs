//! Boards that speak the link protocol (`LINK.md`): a code display on the bench answers for itself.

mod client;

pub use client::{Answer, BoardIdentity, BoardLink, Counters, chip_id};
pub use link::board::Refusal;
