//! The sound cards of this machine, for people who write a bench file.

use serde::Serialize;

use crate::registry::{Listing, PluggedIn, pasted};

/// A microphone.
#[derive(Debug, Serialize)]
pub struct FoundMicrophone {
    /// Identifier for a bench file.
    pub id: String,
    /// Its name.
    pub name: String,
}

impl PluggedIn for FoundMicrophone {
    fn lines(&self) -> Vec<String> {
        vec![pasted("device", &self.id, &self.name)]
    }
}

/// All of them.
#[cfg(feature = "microphone")]
pub fn list() -> Listing<FoundMicrophone> {
    Listing::of(|| {
        let inputs = super::inputs()?;
        Ok(inputs.into_iter().map(|(id, name)| FoundMicrophone { id, name }).collect())
    })
}

/// This build cannot ask.
#[cfg(not(feature = "microphone"))]
pub fn list() -> Listing<FoundMicrophone> {
    Listing::without(super::keys::FEATURE)
}
