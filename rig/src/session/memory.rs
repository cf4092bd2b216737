//! The memory of a scenario from one step to the next, by subject.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use drivers::{BenchTime, Reading, camera::Region, radio::ServiceData};

use super::{
    StepError, StepResult,
    code_cache::CodeReaderCache,
    display::Code,
    evidence::{Evidence, LastSeen},
    sms::{Pin, PinMessage},
    view::ShownCode,
};
use crate::{
    oracle::observed::{Act, CodeView, Scan, Screen},
    recorder::{Handle, Handles},
    suite::SideEffect,
};

/// Memory of a scenario.
#[derive(Default)]
pub(crate) struct Memory {
    /// One-time codes.
    pub(crate) codes: CodeMemory,
    /// Each phone.
    pub(crate) phones: Vec<PhoneMemory>,
    /// All screens seen, of any phone.
    pub(crate) screens: Vec<Handle<Screen>>,
    /// The last act on a phone, and its moment.
    pub(crate) last_act: Option<Handle<Act>>,
    pub(super) last_act_at: BenchTime,
    /// The activation of an app.
    pub(crate) activation: Option<Activation>,
    /// The activation of a code device.
    pub(crate) device_activation: Option<Activation>,
    /// The begin of the wait before a copy.
    pub(crate) copy_wait: Option<Activation>,
    /// Temporary PINs.
    pub(crate) sms: SmsMemory,
    /// QR codes.
    pub(crate) qr: QrMemory,
    /// Adverts.
    pub(crate) radio: RadioMemory,
    /// Where the labels of devices' displays were seen last, by the device's place.
    pub(super) label_places: BTreeMap<usize, Option<Region>>,
    /// Whether a board of the scenario obeys test commands, as it says itself.
    pub(crate) test_commands: bool,
    /// Side effects that the steps have had, with the step's index.
    pub(super) used_up: BTreeSet<(u32, SideEffect)>,
    left: Option<Left>,
}

/// Evidence that a step left, until another step leaves some.
struct Left {
    kinds: &'static [Evidence],
    handles: Handles,
}

/// Memory of one-time codes.
#[derive(Default)]
pub(crate) struct CodeMemory {
    /// The last code read.
    pub(crate) read: Option<Code>,
    /// A code kept for later.
    pub(crate) kept: Option<Code>,
    /// Wrong codes entered since the last right one.
    pub(crate) wrong: u32,
    /// How many time steps a display's clock was set ahead.
    pub(crate) clock_ahead: u64,
}

/// Memory of a phone.
#[derive(Clone, Default)]
pub(crate) struct PhoneMemory {
    /// The last screen seen.
    pub(crate) screen: Option<Handle<Screen>>,
    /// Recoveries of the phone by itself, as noted until now.
    pub(super) recoveries: u32,
    /// Whether its clock was set.
    pub(super) is_clock_set: bool,
    /// Whether it was carried off.
    pub(super) is_carried: bool,
}

/// The activation of an app or of a device, or another thing that a tap brings about and a screen says.
#[derive(Clone, Copy)]
pub(crate) struct Activation {
    /// The act that brought it about.
    pub(super) act: Option<Handle<Act>>,
    /// The screen that says so.
    pub(super) screen: Option<Handle<Screen>>,
}

impl From<Activation> for Handles {
    fn from(activation: Activation) -> Self {
        Handles::from(activation.act).with(activation.screen)
    }
}

/// Memory of temporary PINs.
#[derive(Default)]
pub(crate) struct SmsMemory {
    /// Those that came, the last one first.
    pub(super) pins: Vec<Pin>,
    /// When the last of them came.
    pub(crate) came_at: Option<BenchTime>,
    /// Messages that came and were not asked for yet.
    pub(super) inbox: VecDeque<Reading<PinMessage>>,
}

/// Memory of QR codes.
#[derive(Default)]
pub(crate) struct QrMemory {
    /// Those that the camera read, the last one first.
    pub(crate) shown: Vec<ShownCode>,
    /// The looks at the one that was read last.
    pub(crate) looks: Vec<Handle<CodeView>>,
    /// When the old phone was asked for a code.
    pub(super) asked_at: BenchTime,
    /// When the wait before a copy began.
    pub(crate) wait_began: BenchTime,
    /// Since when a code has been before the new phone's camera.
    pub(crate) scan_began: BenchTime,
    /// Codes held before a phone's camera at a known age.
    pub(crate) aged_scans: Vec<ScanAtAge>,
    pub(super) reader: CodeReaderCache,
}

/// A code held before a phone's camera at a known age.
#[derive(Clone)]
pub(crate) struct ScanAtAge {
    /// The scan.
    pub(crate) scan: Handle<Scan>,
    /// The looks at which the code came.
    pub(crate) looks: Vec<Handle<CodeView>>,
}

impl From<&[ScanAtAge]> for Handles {
    fn from(scans: &[ScanAtAge]) -> Self {
        let add = |handles: Self, one: &ScanAtAge| handles.with(one.scan).with(one.looks.clone());
        scans.iter().fold(Self::default(), add)
    }
}

/// Memory of adverts.
#[derive(Default)]
pub(crate) struct RadioMemory {
    /// Who advertised the app's service before the old phone was asked for a code, where there is a radio.
    pub(crate) strangers: Option<Vec<String>>,
    /// The last advert of a phone.
    pub(crate) advert: Option<ServiceData>,
}

impl Memory {
    /// Memory of a scenario with so many phones, in which nothing has happened.
    pub(super) fn of_phones(phones: usize) -> Self {
        Self { phones: vec![PhoneMemory::default(); phones], ..Self::default() }
    }

    /// Leaves evidence for the steps to come, in place of the evidence left before.
    pub(crate) fn leave<E: LastSeen>(&mut self, evidence: E) {
        self.left = Some(Left { kinds: E::KINDS, handles: evidence.into() });
    }

    /// The evidence of this type that was left last.
    ///
    /// # Errors
    /// What was left last is evidence of another type.
    pub(crate) fn left<E: LastSeen>(&self) -> StepResult<E> {
        let left = self.left.as_ref().filter(|left| left.kinds.contains(&E::KINDS[0]));
        left.map(|left| left.handles.clone().into())
            .ok_or_else(|| StepError::Internal(format!("no step has left this: {}", E::KINDS[0].words())))
    }
}
