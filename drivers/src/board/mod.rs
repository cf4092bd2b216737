//! Boards that speak the link protocol: a code display on the bench answers for itself.

mod client;

pub use client::BoardLink;
