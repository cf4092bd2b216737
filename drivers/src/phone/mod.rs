//! Phones: what is on the screen, and hands for it.

use crate::{
    Instrument, Reading, Result,
    operator::OperatorKeys,
    registry::{Driver, Kind},
};

mod agent;
mod appium;
#[cfg(any(test, feature = "testing"))]
pub mod contract;
pub mod gatt;
mod in_turn;
mod operator;
mod session;

pub use agent::{AgentPhone, Transport};
pub use appium::AppiumKeys;
#[cfg(feature = "webdriver")]
pub use appium::{AppiumPhone, AppiumSettings};
pub use in_turn::InTurn;
pub use link::{
    phone::{Button, Field, Screen, Switch},
    session::{BenchKey, KeyLength},
};
pub use operator::OperatorPhone;
pub use session::{Carrier, SessionTransport};

/// Every way to reach a phone.
pub const DRIVERS: &[Driver<dyn Phone>] =
    &[Driver::of::<gatt::GattKeys>(), Driver::of::<AppiumKeys>(), Driver::of::<OperatorKeys>()];

impl Kind for dyn Phone {
    const DRIVER: &'static str = "phone driver";
    /// The key that test agents obey.
    type With<'a> = &'a BenchKey;
}

/// One phone with the app under test.
pub trait Phone: Instrument {
    /// The current screen.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or its answer cannot be read.
    fn screen(&mut self) -> Result<Reading<Screen>>;

    /// Taps the button, link or list entry that reads `label`. `Ok(false)` where the screen has none, or
    /// it is disabled: what the product shows is data.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn tap(&mut self, label: &str) -> Result<bool>;

    /// Replaces the text of the field labelled `label`. `Ok(false)` where the screen has no such field.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn enter(&mut self, label: &str, text: &str) -> Result<bool>;

    /// Sets the switch or box labelled `label`. `Ok(false)` where the screen has none.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn set(&mut self, label: &str, on: bool) -> Result<bool>;

    /// Leaves the app and opens it afresh, as a person does after an interruption.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn reopen(&mut self) -> Result<()>;

    /// Leaves the app for the phone's home screen; it stays open behind it.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn background(&mut self) -> Result<()>;

    /// Brings the open app back.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn foreground(&mut self) -> Result<()>;

    /// Removes the app with all that it keeps, and installs it anew.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn reinstall(&mut self) -> Result<()>;

    /// Sets the phone's own clock `offset_s` seconds from the right time.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn set_clock(&mut self, offset_s: i64) -> Result<()>;

    /// Takes a screenshot; whether it shows what is on the screen.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn screenshot(&mut self) -> Result<Reading<bool>>;

    /// Shows the owner's finger or face, or a stranger's. `Ok(false)` where the phone asks for none.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn biometric(&mut self, owner: bool) -> Result<bool>;

    /// Has the phone show a notification that is not the app's: the control for
    /// [`notifications`](Self::notifications).
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn notify(&mut self, text: &str) -> Result<()>;

    /// The notifications that the phone has shown since the app was installed, oldest first.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn notifications(&mut self) -> Result<Reading<Vec<String>>>;

    /// Text that the app's scanner read last; `None` if it has read nothing since the app was opened.
    ///
    /// # Errors
    ///
    /// The phone cannot be reached, or `Unsupported` where this driver cannot do it.
    fn scanned(&mut self) -> Result<Reading<Option<String>>>;

    /// Names of drivers that have stood in for missing abilities of this one; empty unless a phone is reached
    /// in several ways.
    fn stand_ins(&self) -> Vec<String> {
        Vec::new()
    }
}
