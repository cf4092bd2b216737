//! Phones: what is on the screen, and hands for it.

use crate::{Instrument, Reading, Result};

mod agent;
pub mod contract;

pub use agent::{AgentPhone, Transport};
pub use link::phone::{Button, Field, Screen, Switch};

/// One phone with the app under test.
pub trait Phone: Instrument {
    /// What is on the screen now.
    fn screen(&mut self) -> Result<Reading<Screen>>;

    /// Taps the button, link or list entry that reads `label`. `Ok(false)` where the screen has none, or
    /// it is disabled: what the product shows is data.
    fn tap(&mut self, label: &str) -> Result<bool>;

    /// Replaces the text of the field labelled `label`. `Ok(false)` where the screen has no such field.
    fn enter(&mut self, label: &str, text: &str) -> Result<bool>;

    /// Sets the switch or box labelled `label`. `Ok(false)` where the screen has none.
    fn set(&mut self, label: &str, on: bool) -> Result<bool>;

    /// Leaves the app and opens it afresh, as a person does after an interruption.
    fn reopen(&mut self) -> Result<()>;
}
