//! Evidence: what a step leaves behind for later ones. What was seen last is of a type for each kind, so that a step that
//! judges gets what it asks for and not what another sentence left.

use crate::recorder::Handles;

/// Evidence that a step leaves behind for later ones, or takes from earlier ones.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// The phone in this place was used: what it shows is an answer to something.
    Phone(usize),
    /// A device that holds its test key and the right time.
    TestKey,
    /// A device that holds the key of the standards' vectors.
    RfcKey,
    /// Readings of a display after a press.
    Display,
    /// A display watched about one press.
    PressWatched,
    /// A display watched while nobody pressed.
    Watched,
    /// Readings of a display over many presses.
    PressedOften,
    /// A board's clock, read twice.
    BoardClock,
    /// Changes of a code, followed.
    ChangesFollowed,
    /// Two presses with a loss of power between them.
    PowerCut,
    /// Readings aloud.
    Speech,
    /// A reading aloud that a key interrupted.
    Interrupted,
    /// A label, read.
    Label,
    /// A screenshot.
    Screenshot,
    /// A code entered at a known time step.
    Entered,
    /// A code that was read and can be entered.
    Code,
    /// A code that was kept.
    KeptCode,
    /// A login, whatever came of it.
    Login,
    /// A login with one code on two phones.
    TwoLogins,
    /// A change approved with a code, whatever came of it.
    Approval,
    /// The QR code shown last, read by the camera.
    QrCode,
    /// The QR code shown before that.
    OlderQrCode,
    /// A QR code watched until it was gone.
    QrCodeWatched,
    /// The old phone's QR code, asked for.
    QrCodeAskedFor,
    /// The app, newly installed on the new phone.
    NewApp,
    /// The scanner of the phone in this place, open.
    Scanner(usize),
    /// A QR code held before a phone's camera at a known age.
    AgedScan,
    /// Something held before the new phone's scanner, or nothing, on purpose.
    Scan,
    /// The temporary PIN that came last.
    TemporaryPin,
    /// The temporary PIN that came before that.
    OlderTemporaryPin,
    /// A temporary PIN entered.
    TemporaryPinEntered,
    /// A personal PIN repeated.
    PinRepeated,
    /// An app opened with a PIN.
    Unlocking,
    /// An app activated.
    Activation,
    /// A code device activated.
    DeviceActivation,
    /// The wait before a copy begun.
    CopyWait,
    /// An advert kept.
    Advert,
}

impl Evidence {
    /// A key that a device was given; the next one replaces it.
    pub fn is_key(self) -> bool {
        matches!(self, Self::TestKey | Self::RfcKey)
    }

    /// The further evidence that exists once this was given twice.
    pub fn second(self) -> Option<Self> {
        match self {
            Self::QrCode => Some(Self::OlderQrCode),
            Self::TemporaryPin => Some(Self::OlderTemporaryPin),
            _ => None,
        }
    }

    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Phone(0) => "something done on the phone",
            Self::Phone(_) => "something done on the other phone",
            Self::TestKey => "a device that is given its test key and the right time",
            Self::RfcKey => "a device that is given the key of the RFC vectors",
            Self::Display => "a code read off the display",
            Self::PressWatched => "a press with the display watched",
            Self::Watched => "the display watched while nobody presses",
            Self::PressedOften => "codes read over many presses",
            Self::BoardClock => "the board's clock read over some hours",
            Self::ChangesFollowed => "the code's changes followed",
            Self::PowerCut => "a press on either side of a loss of power",
            Self::Speech => "a code listened to",
            Self::Interrupted => "a key pressed while it speaks",
            Self::Label => "the label read",
            Self::Screenshot => "a screenshot of another screen",
            Self::Entered => "a login with a code of a known time step",
            Self::Code => "a code that was read",
            Self::KeptCode => "a code that was kept",
            Self::Login => "a login",
            Self::TwoLogins => "logins on two phones at once",
            Self::Approval => "a change approved with a code",
            Self::QrCode => "a QR code shown and read",
            Self::OlderQrCode => "two QR codes shown and read",
            Self::QrCodeWatched => "a QR code watched until it is gone",
            Self::QrCodeAskedFor => "a QR code asked for",
            Self::NewApp => "the app newly installed on the new phone",
            Self::Scanner(_) => "a scanner opened",
            Self::AgedScan => "a saved QR code shown at a known age",
            Self::Scan => "something shown to the new phone's scanner",
            Self::TemporaryPin => "a temporary PIN received",
            Self::OlderTemporaryPin => "two temporary PINs received",
            Self::TemporaryPinEntered => "a temporary PIN entered",
            Self::PinRepeated => "a personal PIN repeated",
            Self::Unlocking => "the app opened with a PIN, a finger or a face",
            Self::Activation => "an app activated",
            Self::DeviceActivation => "a code device activated",
            Self::CopyWait => "the wait before a copy begun",
            Self::Advert => "an advert kept",
        }
    }
}

/// Evidence seen last, which the next one replaces.
pub(crate) trait LastSeen: From<Handles> + Into<Handles> {
    /// The kinds of evidence that it is; its own first.
    const KINDS: &'static [Evidence];
}

/// A type for each kind of evidence seen last, with the further kinds that it is.
macro_rules! last_seen {
    ($($(#[$doc:meta])+ $name:ident: $($kind:ident),+;)+) => {
        $($(#[$doc])+
        #[derive(Clone, Debug)]
        pub(crate) struct $name(pub(crate) Handles);

        impl LastSeen for $name {
            const KINDS: &'static [Evidence] = &[$(Evidence::$kind),+];
        }

        impl From<Handles> for $name {
            fn from(handles: Handles) -> Self {
                Self(handles)
            }
        }

        impl From<$name> for Handles {
            fn from(evidence: $name) -> Self {
                evidence.0
            }
        })+

        impl Evidence {
            /// Evidence that the next evidence of this kind replaces: what was seen last, for the next step that judges.
            pub fn is_last_seen(self) -> bool {
                [$($(Self::$kind),+),+].contains(&self)
            }
        }
    };
}

last_seen! {
    /// Presses, and what the display showed after each.
    DisplayRead: Display;
    /// Looks before and after one press.
    PressWatched: PressWatched, Display;
    /// Looks while nobody pressed.
    DisplayWatched: Watched;
    /// Many presses, and what the display showed after each.
    PressedOften: PressedOften, Display;
    /// A board's clock, read twice.
    BoardClockRead: BoardClock;
    /// Presses about changes of the code, and UTC at each change.
    ChangesFollowed: ChangesFollowed;
    /// A press on either side of a loss of power.
    PowerCut: PowerCut, Display;
    /// Presses, what the display showed after each, and what was heard.
    SpeechHeard: Speech, Display;
    /// A press, the key that interrupted the reading, and what was heard.
    SpeechInterrupted: Interrupted;
    /// Looks at a label, and what the chip holds.
    LabelRead: Label;
    /// Screenshots: the first of a screen that may be in one.
    Screenshots: Screenshot;
    /// A code entered, and UTC.
    CodeEntered: Entered;
}
