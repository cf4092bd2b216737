//! Pins: the two frames between which a phone's code or a display changed last, kept as evidence; and what the microphone has
//! heard lately.

use std::{sync::Arc, time::Duration};

use drivers::{
    BenchTime,
    camera::{Camera, Frame, Part, Sight, find_checkmark, read_codes},
    microphone::Tone,
};

use super::{Session, StepResult, display::code, hear::no_microphone};
use crate::{
    oracle::observed::{Display, speech::Heard},
    readings::speech,
    recorder::{Handle, Handles},
};

/// How far back a change is looked for, and how often a frame is looked at on the way.
const BACK: Duration = Duration::from_secs(60);
const STRIDE: Duration = Duration::from_millis(500);

/// A phone or a device that a camera sees.
#[derive(Clone, Copy)]
enum Subject {
    Phone(usize),
    Device(usize),
}

/// The two frames between which something changed.
struct Change {
    before: Arc<Frame>,
    after: Arc<Frame>,
}

/// One of two frames that were pinned.
pub(crate) struct Pin {
    /// The frame's number, and its moment.
    pub number: u64,
    pub at: BenchTime,
    /// Whether a code shows in it.
    pub shows: bool,
    /// The observation's number, and its picture.
    pub observation: u32,
    pub file: String,
}

/// What the microphone has heard.
pub(crate) struct Overheard {
    /// The sound, as a WAV file.
    pub wav: Vec<u8>,
    /// What was heard, or why nothing can be.
    pub heard: Result<Heard, String>,
}

impl Session {
    /// Pins the newest change of the last minute on the phone or device `name`, on any of them if none is named: the last
    /// frame before it and the first after it. `None`: nothing changed.
    pub(crate) fn pin(&mut self, name: Option<&str>) -> StepResult<Option<(String, [Pin; 2])>> {
        let mut newest: Option<(Subject, Change)> = None;
        for subject in self.subjects() {
            if name.is_some_and(|name| self.subject_name(subject) != name) {
                continue;
            }
            if let Some(change) = self.last_change(subject)?
                && newest.as_ref().is_none_or(|(_, known)| change.after.at > known.after.at)
            {
                newest = Some((subject, change));
            }
        }
        let Some((subject, Change { before, after })) = newest else { return Ok(None) };
        let pins = [self.pin_frame(subject, &before)?, self.pin_frame(subject, &after)?];
        self.recording.pin(pins.each_ref().map(|pin| pin.observation))?;
        Ok(Some((self.subject_name(subject), pins)))
    }

    /// The names that can be pinned.
    pub(crate) fn pinnable(&self) -> Vec<String> {
        self.subjects().into_iter().map(|subject| self.subject_name(subject)).collect()
    }

    fn subjects(&self) -> Vec<Subject> {
        let seen = |phone: &usize| self.instruments.phones[*phone].view.is_some();
        let phones = (0..self.instruments.phones.len()).filter(seen).map(Subject::Phone);
        phones.chain((0..self.instruments.devices.len()).map(Subject::Device)).collect()
    }

    fn subject_name(&self, subject: Subject) -> String {
        match subject {
            Subject::Phone(phone) => self.instruments.phones[phone].phone.name().to_owned(),
            Subject::Device(device) => self.instruments.devices[device].entry.name.get_ref().clone(),
        }
    }

    fn last_change(&self, subject: Subject) -> StepResult<Option<Change>> {
        match subject {
            Subject::Phone(phone) => {
                let view = self.instruments.view(phone)?;
                let mut camera = view.camera.borrow_mut();
                last_change(&mut *camera, view.region, &|frame| {
                    let codes = read_codes(frame, Some(view.region)).codes.into_iter();
                    let checkmark = find_checkmark(frame, Some(view.region)).map(|_| "checkmark".to_owned());
                    codes.map(|code| code.payload).chain(checkmark).collect()
                })
            }
            Subject::Device(device) => {
                let device = &self.instruments.devices[device];
                last_change(&mut *device.camera.borrow_mut(), device.region, &|frame| match device
                    .entry
                    .reader()
                    .borrow_mut()
                    .read(frame, Some(device.region))
                {
                    Sight::Seen(reading) if reading.lit && reading.doubt.is_none() => {
                        reading.text().into_iter().collect()
                    }
                    _ => Vec::new(),
                })
            }
        }
    }

    /// Keeps a frame as an observation.
    fn pin_frame(&mut self, subject: Subject, frame: &Arc<Frame>) -> StepResult<Pin> {
        let (handles, shows): (Handles, bool) = match subject {
            Subject::Phone(phone) => {
                let (look, payloads) = self.observe_view(phone, frame)?;
                (look.into(), !payloads.is_empty())
            }
            Subject::Device(device) => {
                let (look, shows) = self.observe_frame(device, frame)?;
                (look.into(), shows)
            }
        };
        let seen = self.recording.observations(handles.numbers());
        let file = seen.first().and_then(|one| one.evidence.as_ref()).map(|evidence| evidence.file.clone());
        let observation = handles.numbers().first().copied().unwrap_or_default();
        Ok(Pin { number: frame.number, at: frame.at, shows, observation, file: file.unwrap_or_default() })
    }

    /// One frame with the display, as an observation, and whether a code shows; by a reader of its own, for what the steps' own
    /// remembers has to come from the steps alone.
    fn observe_frame(&mut self, device: usize, frame: &Arc<Frame>) -> StepResult<(Handle<Display>, bool)> {
        let fresh = self.instruments.devices[device].entry.reader().into_inner();
        let own = self.instruments.devices[device].reader.replace(fresh);
        let place = self.memory.label_places.get(&device).copied();
        let seen = self.see(device, std::slice::from_ref(frame));
        self.instruments.devices[device].reader.replace(own);
        match place {
            Some(place) => self.memory.label_places.insert(device, place),
            None => self.memory.label_places.remove(&device),
        };
        let (reading, _) = seen?;
        let shows = code(&reading.value).is_some();
        Ok((self.observe_display(device, &reading)?, shows))
    }

    /// The sound of the last `span`, and what is heard in it; none of it is an observation.
    pub(crate) fn overhear(&mut self, span: Duration) -> StepResult<Overheard> {
        let entry = self.bench.singles.microphone.clone().ok_or_else(no_microphone)?;
        let ear = self.bench.ear.clone().ok_or_else(no_microphone)?;
        let microphone = self.instruments.microphone()?;
        let (oldest, until) = microphone.ring()?.into_inner();
        let sound = microphone.sound(oldest.max(until - span), until)?;
        let tone = Tone { hz: entry.tone.hz, least_dbfs: entry.tone.least_dbfs };
        let heard = speech::heard(&ear.listener, &sound, &tone, until.as_nanos());
        Ok(Overheard {
            wav: sound.to_wav("{}"),
            heard: heard.map(|(heard, _)| heard).map_err(|why| why.to_string()),
        })
    }
}

/// The newest change of what `shows` finds in a camera's ring.
fn last_change(
    camera: &mut dyn Camera,
    region: drivers::camera::Region,
    shows: &dyn Fn(&Frame) -> Vec<String>,
) -> StepResult<Option<Change>> {
    let regions = [region];
    let mut camera = Part::of(camera, &regions);
    let frames = |span: Duration| (span.as_secs_f64() / camera.period().as_secs_f64()).ceil() as u64;
    let (stride, most) = (frames(STRIDE).max(1), frames(BACK));
    let (oldest, newest) = camera.ring()?.into_inner();
    let oldest = oldest.max(newest.saturating_sub(most));
    let mut after = camera.frame(newest)?;
    let now = shows(&after);
    let mut before = loop {
        if after.number <= oldest {
            return Ok(None);
        }
        let frame = camera.frame(oldest.max(after.number.saturating_sub(stride)))?;
        if shows(&frame) != now {
            break frame;
        }
        after = frame;
    };
    while after.number > before.number + 1 {
        let middle = camera.frame(before.number + (after.number - before.number) / 2)?;
        if shows(&middle) == now {
            after = middle;
        } else {
            before = middle;
        }
    }
    Ok(Some(Change { before, after }))
}
