//! This machine's Bluetooth adapters, for people who write a bench file.

use serde::Serialize;

use crate::registry::{Listing, PluggedIn, pasted};

/// A Bluetooth adapter of this machine.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct FoundAdapter {
    /// Address, by which a bench file names it.
    pub address: String,
    /// Current interface name ("hci0").
    pub interface: String,
    /// Whether it is switched on.
    pub powered: bool,
}

impl PluggedIn for FoundAdapter {
    fn lines(&self) -> Vec<String> {
        let power = if self.powered { "" } else { ", powered off" };
        vec![pasted("adapter", &self.address, &format!("{}{power}", self.interface))]
    }
}

/// All of them.
#[cfg(feature = "bluetooth")]
pub fn list() -> Listing<FoundAdapter> {
    Listing::of(|| super::asking::adapters().map_err(|error| error.detail))
}

/// This build cannot ask.
#[cfg(not(feature = "bluetooth"))]
pub fn list() -> Listing<FoundAdapter> {
    Listing::without(super::FEATURE)
}
