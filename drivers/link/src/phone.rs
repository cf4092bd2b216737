//! Requests to a phone's test agent, and its responses.

use alloc::{string::String, vec::Vec};
use core::fmt;

use minicbor::{Decode, Encode};

/// A request to a phone's agent. `Debug` masks typed text.
#[derive(Clone, PartialEq, Eq, Encode, Decode)]
pub enum Request {
    /// Who are you?
    #[n(0)]
    Identity,
    /// The content of the screen.
    #[n(1)]
    Screen,
    /// Tap the button, link or list entry that reads so.
    #[n(2)]
    Tap {
        /// Its label.
        #[n(0)]
        label: String,
    },
    /// Replace the text of a field.
    #[n(3)]
    Enter {
        /// Its label.
        #[n(0)]
        label: String,
        /// The new text.
        #[n(1)]
        text: String,
    },
    /// Set a switch or box.
    #[n(4)]
    Set {
        /// Its label.
        #[n(0)]
        label: String,
        /// On or off.
        #[n(1)]
        on: bool,
    },
    /// Leave the app and open it afresh.
    #[n(5)]
    Reopen,
    /// Leave the app for the phone's home screen; it stays open behind it.
    #[n(6)]
    Background,
    /// Bring the open app back.
    #[n(7)]
    Foreground,
    /// Remove the app with all that it keeps, and install it from the store.
    #[n(8)]
    Reinstall,
    /// Set the phone's own clock this far from the right time.
    #[n(9)]
    SetClock {
        /// Seconds; positive is fast.
        #[n(0)]
        offset_s: i64,
    },
    /// Take a screenshot.
    #[n(10)]
    Screenshot,
    /// Show a finger or a face to the phone that asks for one.
    #[n(11)]
    Biometric {
        /// Whether it is the owner's.
        #[n(0)]
        owner: bool,
    },
    /// Post a notification of the agent's own: the control for `Notifications`.
    #[n(12)]
    Notify {
        /// The text to type.
        #[n(0)]
        text: String,
    },
    /// Which notifications has the phone shown since the app was installed?
    #[n(13)]
    Notifications,
    /// The text that the app's scanner read last.
    #[n(14)]
    Scanned,
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Identity => f.write_str("Identity"),
            Self::Screen => f.write_str("Screen"),
            Self::Tap { label } => write!(f, "Tap {label:?}"),
            Self::Enter { label, text } => {
                write!(f, "Enter {} characters in {label:?}", text.chars().count())
            }
            Self::Set { label, on } => write!(f, "Set {label:?} to {on}"),
            Self::Reopen => f.write_str("Reopen"),
            Self::Background => f.write_str("Background"),
            Self::Foreground => f.write_str("Foreground"),
            Self::Reinstall => f.write_str("Reinstall"),
            Self::SetClock { offset_s } => write!(f, "SetClock {offset_s} s"),
            Self::Screenshot => f.write_str("Screenshot"),
            Self::Biometric { owner } => write!(f, "Biometric, owner: {owner}"),
            Self::Notify { text } => write!(f, "Notify {text:?}"),
            Self::Notifications => f.write_str("Notifications"),
            Self::Scanned => f.write_str("Scanned"),
        }
    }
}

/// Response of a phone's agent.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Response {
    /// To `Identity`.
    #[n(0)]
    Identity {
        /// Make and model.
        #[n(0)]
        model: String,
        /// The app's version.
        #[n(1)]
        app: String,
    },
    /// To `Screen`.
    #[n(1)]
    Screen(#[n(0)] Screen),
    /// Done.
    #[n(2)]
    Done,
    /// The screen has no such thing, or it is disabled.
    #[n(3)]
    Absent,
    /// The agent does not know the request.
    #[n(4)]
    Unknown,
    /// To `Screenshot`.
    #[n(5)]
    Screenshot {
        /// Whether the picture shows the app; the system leaves out what an app protects.
        #[n(0)]
        shows_app: bool,
    },
    /// To `Notifications`: oldest first.
    #[n(6)]
    Notifications(#[n(0)] Vec<String>),
    /// To `Scanned`: `None` if the scanner has read nothing since the app was opened.
    #[n(7)]
    Scanned(#[n(0)] Option<String>),
}

/// Content of a phone's screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Screen {
    /// The heading.
    #[n(0)]
    pub title: String,
    /// Other texts, top to bottom: explanations, errors.
    #[n(1)]
    pub texts: Vec<String>,
    /// Everything that can be tapped, top to bottom.
    #[n(2)]
    pub buttons: Vec<Button>,
    /// Text fields, top to bottom. What was typed is not told.
    #[n(3)]
    pub fields: Vec<Field>,
    /// Switches and boxes, top to bottom.
    #[n(4)]
    pub switches: Vec<Switch>,
}

/// Something that can be tapped.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Button {
    /// Its label.
    #[n(0)]
    pub label: String,
    /// Whether a tap does anything.
    #[n(1)]
    pub enabled: bool,
}

/// A text field.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Field {
    /// Its label.
    #[n(0)]
    pub label: String,
    /// How many characters it holds.
    #[n(1)]
    pub length: u32,
    /// Whether it shows dots.
    #[n(2)]
    pub secret: bool,
}

/// A switch or box.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Encode, Decode)]
pub struct Switch {
    /// Its label.
    #[n(0)]
    pub label: String,
    /// On or off.
    #[n(1)]
    pub on: bool,
}
