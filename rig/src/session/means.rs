//! What a step means, as it declares itself before anything is opened: the evidence that it needs and gives, the phones,
//! devices and instruments that it uses, the clauses that it may be judged for, the figures that it states.
//!
//! The declaration is the first argument of [`Scene::step`], so no step function can do without one. The plan has
//! each sentence declared and refuses what cannot be judged; only at the bench does the step's body run.

use cucumber::World;

use super::{Session, SharedSession, StepResult};
use crate::{
    bench::DeviceKind,
    oracle::check::Serves,
    suite::{Instrument, figures::Stated},
};

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
    /// A message with a temporary PIN.
    Message,
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
    /// An advert kept.
    Advert,
}

impl Evidence {
    /// Evidence that the next evidence of this kind replaces: what was seen last, for the next step that judges.
    pub fn is_last_seen(self) -> bool {
        matches!(
            self,
            Self::Display
                | Self::PressWatched
                | Self::Watched
                | Self::PressedOften
                | Self::BoardClock
                | Self::ChangesFollowed
                | Self::PowerCut
                | Self::Speech
                | Self::Interrupted
                | Self::Label
                | Self::Screenshot
                | Self::Message
                | Self::Entered
        )
    }

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
            Self::Message => "a message",
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
            Self::Advert => "an advert kept",
        }
    }
}

/// The clauses that a step may be judged for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Judges {
    /// It judges nothing.
    #[default]
    Nothing,
    /// Those that a check of its serves.
    By(&'static [&'static str]),
    /// Those whose texts hold these, in the guide's English.
    Screen(Vec<String>),
}

/// A row of a table of published codes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Row {
    /// A time, in seconds since 1970.
    Time(u64),
    /// The code of a time.
    CodeAt(u64, String),
    /// The code of a counter.
    CodeOf(u64, String),
}

/// A step's table: its rows, or the number of a row from 0, the heading among them, and what is wrong with it.
pub type Rows = Result<Vec<Row>, (usize, String)>;

/// Declaration of a step.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Means {
    /// Evidence that it takes from earlier steps.
    pub needs: Vec<Evidence>,
    /// Evidence that it leaves for later ones.
    pub gives: Vec<Evidence>,
    /// The instruments that it uses.
    pub uses: Vec<Instrument>,
    /// The clauses that it may be judged for.
    pub judges: Judges,
    /// The figures that it states.
    pub states: Vec<Stated>,
    /// Its table, where it has one.
    pub table: Option<Rows>,
}

/// A declaration to begin with: the step needs, gives, uses, judges and states nothing.
pub fn means() -> Means {
    Means::default()
}

impl Means {
    /// It takes this from earlier steps.
    pub fn needs(mut self, evidence: Evidence) -> Self {
        self.needs.push(evidence);
        self
    }

    /// It leaves this for later ones.
    pub fn gives(mut self, evidence: Evidence) -> Self {
        self.gives.push(evidence);
        self
    }

    /// It uses this.
    pub fn uses(mut self, instrument: Instrument) -> Self {
        self.uses.push(instrument);
        self
    }

    /// It acts on the phone in this place.
    pub fn on(self, phone: usize) -> Self {
        self.uses(Instrument::Phone(phone)).gives(Evidence::Phone(phone))
    }

    /// It looks at the phone in this place, on which something was done.
    pub fn sees(self, phone: usize) -> Self {
        self.uses(Instrument::Phone(phone)).needs(Evidence::Phone(phone))
    }

    /// It uses a device of this kind: the scenario's first, or the other one.
    pub fn device(self, kind: DeviceKind, other: bool) -> Self {
        self.uses(Instrument::Device(kind, other))
    }

    /// A check of this kind judges.
    pub fn judges<C: Serves>(mut self) -> Self {
        self.judges = Judges::By(C::CLAUSES);
        self
    }

    /// It judges whether a screen shows these texts, in the guide's English.
    pub fn shows(mut self, texts: &[&str]) -> Self {
        self.judges = Judges::Screen(texts.iter().map(|text| (*text).to_owned()).collect());
        self
    }

    /// Its sentence states this figure.
    pub fn states(mut self, name: &'static str, value: impl Into<f64>, unit: &'static str) -> Self {
        self.states.push(Stated { name, value: value.into(), unit });
        self
    }

    /// It has a table with these rows.
    pub fn table(mut self, rows: Rows) -> Self {
        self.table = Some(rows);
        self
    }
}

/// cucumber's World: a step function is called on it twice, while planning and at the bench.
#[derive(Debug, World)]
#[world(init = Scene::default)]
pub enum Scene {
    /// While planning: what the step called last means.
    Planning(Means),
    /// At the bench, in this session.
    AtBench(SharedSession),
}

impl Default for Scene {
    fn default() -> Self {
        Self::Planning(Means::default())
    }
}

impl Scene {
    /// Declares what a step means and, at the bench, runs its `body` and keeps how it ended.
    pub(crate) fn step(&mut self, means: Means, body: impl FnOnce(&mut Session) -> StepResult) {
        match self {
            Self::Planning(planned) => *planned = means,
            Self::AtBench(session) => session.borrow_mut().step(body),
        }
    }

    /// Declaration of the step called last.
    pub fn planned(self) -> Means {
        match self {
            Self::Planning(means) => means,
            Self::AtBench(_) => Means::default(),
        }
    }
}
