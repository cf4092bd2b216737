//! Hands and eyes for the code displays: a finger on the button, a camera on the digits, the board's own
//! word over its link.

use std::{sync::Arc, time::Duration};

use drivers::{
    BenchTime, DriverError, ErrorKind, Raw, Reading,
    board::Answer,
    camera::{
        Blindness, Bracket, Camera as _, Frame, Part, Region, Sight, Watch, find_label, first_frame,
        frames_from, keep_frames,
    },
    finger::Key,
};

use super::{Session, StepError, StepResult};
use crate::{
    keys::KeyId,
    oracle::observed::{BoardClock, BoardDisplay, Contact, Display, Observed},
    readings::{
        display::Looks,
        note::{Look, Moment, Note},
    },
    recorder::{Handle, Handles},
};

/// A code that the camera read.
#[derive(Clone, Debug)]
pub struct Code {
    /// Its digits.
    pub text: String,
    /// The time step that its code display was in when it was read, by the bench's clock.
    pub step: u64,
}

/// A press of the button, and what the display showed after it.
#[derive(Clone, Copy)]
pub(crate) struct Press {
    contact: Handle<Contact>,
    display: Handle<Display>,
}

impl From<Press> for Handles {
    fn from(Press { contact, display }: Press) -> Self {
        Handles::from(contact).with(display)
    }
}

/// How long a person holds the button.
pub(super) const HOLD: Duration = Duration::from_millis(150);
/// Frames that must agree before a reading is believed, and how often as many are tried.
const AGREE: usize = 3;
const TRIES: usize = 4;
/// Pixels about a device's region that are shown too: a label at its edge is kept whole.
const ABOUT: usize = 64;
/// A board's clock that shows the same second for longer stands still.
const STANDS_STILL: Duration = Duration::from_secs(3);

impl Session {
    /// Gives the code display a key and the right time, as the lab does before it tests it.
    pub(crate) fn prepare(&mut self, device: usize, key: &KeyId) -> StepResult {
        let secret =
            self.bench.keys.get(key).ok_or_else(|| StepError::Internal(format!("no key `{key}`")))?.clone();
        self.before_irreversible()?;
        let first = self.instruments.devices[device].entry.event_based.then_some(0);
        let provisioned = self.instruments.devices[device].link()?.provision(secret.expose(), first)?;
        self.obeyed(device, "provision", provisioned.value)?;
        self.set_to_now(device)
    }

    /// Sets the display's clock to UTC, as a second begins.
    fn set_to_now(&mut self, device: usize) -> StepResult {
        let into_second = Duration::from_nanos(self.utc()?.unix.subsec_nanos().into());
        self.wait(Duration::from_secs(1) - into_second)?;
        let unix = self.utc()?.unix.as_secs();
        self.set_clock(device, unix)
    }

    /// Sets the display's clock.
    pub(crate) fn set_clock(&mut self, device: usize, unix: u64) -> StepResult {
        let set = self.instruments.devices[device].link()?.set_clock(unix)?;
        self.obeyed(device, "set the clock", set.value)
    }

    /// A board on the bench that refuses a test command is not the board that the bench file names.
    fn obeyed<T>(&self, device: usize, what: &str, answer: Answer<T>) -> StepResult<T> {
        match answer {
            Answer::Obeyed(value) => Ok(value),
            Answer::Refused(why) => {
                let name = self.instruments.devices[device].entry.name.get_ref();
                let detail = format!("the board refuses to {what}: {why:?}");
                Err(DriverError::new(name, ErrorKind::Unsupported, detail).into())
            }
        }
    }

    /// Presses the button; the observation of the contact. A press that was not felt is the bench's trouble:
    /// whatever the display shows then is no answer to it.
    pub(crate) fn press(&mut self, device: usize) -> StepResult<Handle<Contact>> {
        self.press_keys(device, &[Key::Button]).map(|(contact, _)| contact)
    }

    /// Presses the button and reads the answer by camera. A display that is still dark is looked at again,
    /// for as long as the profile lets an answer take. The code is there where the display surely shows one.
    pub(crate) fn press_and_read(&mut self, device: usize) -> StepResult<(Press, Option<String>)> {
        let limit = Duration::from_secs_f64(self.bench.profile.limits.press_to_code_s[1]);
        let deadline = self.now() + limit;
        let contact = self.press(device)?;
        loop {
            let late = self.now() >= deadline;
            let mut tried = self.untried(device);
            self.look_more(device, &mut tried, 1)?;
            if !late && tried.looks.last_shows_nothing() {
                // No vote is needed as long as there is time for another look.
                self.memory.label_places.insert(device, tried.looks.part());
                self.wait(self.instruments.devices[device].camera.borrow().period() * (AGREE as u32 - 1))?;
                continue;
            }
            let Looked { display, code, nothing_shows } = self.decide(device, tried)?;
            if !nothing_shows || late {
                let display = self.observe_display(device, &display)?;
                return Ok((Press { contact, display }, code));
            }
        }
    }

    /// Where the device's label was seen last, or where it is to be looked for.
    fn place_of_label(&self, device: usize) -> Region {
        let last = self.memory.label_places.get(&device).copied().flatten();
        last.unwrap_or(self.instruments.devices[device].region)
    }

    /// Reads the display by camera: the first frames from now on that agree, with the frame that decided.
    pub(crate) fn read(&mut self, device: usize) -> StepResult<Handle<Display>> {
        let looked = self.read_frames(device)?;
        self.observe_display(device, &looked.display)
    }

    /// As [`read`](Self::read), not yet an observation.
    fn read_frames(&mut self, device: usize) -> StepResult<Looked> {
        let tried = self.untried(device);
        self.decide(device, tried)
    }

    /// Begins to look at the display, from now on.
    fn untried(&self, device: usize) -> Tried {
        Tried { looks: self.looks_at(device, AGREE), moments: Vec::new(), from: self.now() }
    }

    /// Looks at the next `count` frames.
    fn look_more(&mut self, device: usize, tried: &mut Tried, count: usize) -> StepResult {
        for frame in self.frames(device, tried.from, count)? {
            tried.looks.add(&frame, &mut self.instruments.devices[device].reader.borrow_mut());
            tried.from = frame.at + Duration::from_nanos(1);
            tried.moments.push(Moment::of(&frame));
        }
        Ok(())
    }

    /// Looks on until the frames agree, or often enough.
    fn decide(&mut self, device: usize, mut tried: Tried) -> StepResult<Looked> {
        for _ in 0..TRIES {
            let more = AGREE - tried.moments.len() % AGREE;
            self.look_more(device, &mut tried, more)?;
            if tried.looks.is_decided() {
                break;
            }
        }
        let nothing_shows = tried.looks.nothing_shows();
        let display = self.reading(device, tried.looks, AGREE, tried.moments)?;
        let code = code(&display.value);
        Ok(Looked { display, code, nothing_shows })
    }

    /// Joint reading of `looks`, of which `agree` must agree, at the frames exposed at `moments`, with the
    /// examined parts as evidence.
    fn reading(
        &mut self,
        device: usize,
        looks: Looks,
        agree: usize,
        moments: Vec<Moment>,
    ) -> StepResult<Reading<Display>> {
        let last = *moments.last().ok_or_else(|| StepError::Internal("no frame was tried".into()))?;
        let value = looks.value().map_err(|blindness| self.blind(device, blindness))?;
        self.memory.label_places.insert(device, looks.part());
        let camera = self.instruments.devices[device].camera.borrow().name().to_owned();
        let look = Look::Display { agree, known: looks.known() };
        let note = Note::new(&camera, Display::QUANTITY, moments, look);
        let bytes = keep_frames(&looks.into_parts(), &note.to_json());
        Ok(Reading {
            at: BenchTime::from_nanos(last.at_ns),
            uncertainty: Duration::from_nanos(last.uncertainty_ns),
            value,
            raw: Some(Raw { media_type: "image/png", bytes }),
        })
    }

    /// One look at the display, in the newest frame; where that one leaves a doubt, in the next. Segments that make no
    /// digit count where two frames, one after the other, show the same ones.
    pub(crate) fn look_at(&mut self, device: usize) -> StepResult<Handle<Display>> {
        let mut odd_before: Option<Arc<Frame>> = None;
        for attempt in 1..=TRIES {
            let frame = self.newest(device)?;
            if let Some(before) = &odd_before {
                let both = self.see(device, &[before.clone(), frame.clone()])?;
                if both.0.value.refused.is_none() {
                    return self.observe_display(device, &both.0);
                }
            }
            let (seen, odd) = self.see(device, std::slice::from_ref(&frame))?;
            if seen.value.refused.is_none() || attempt == TRIES {
                return self.observe_display(device, &seen);
            }
            odd_before = odd.map(|_| frame);
            self.wait(self.instruments.devices[device].camera.borrow().period())?;
        }
        Err(StepError::Internal("a display was looked at no times".into()))
    }

    /// Looks every `gap` until `span` has gone by; the observations.
    pub(crate) fn watch(
        &mut self,
        device: usize,
        span: Duration,
        gap: Duration,
    ) -> StepResult<Vec<Handle<Display>>> {
        let end = self.now() + span;
        let mut looks = Vec::new();
        loop {
            looks.push(self.look_at(device)?);
            let now = self.now();
            if now >= end {
                return Ok(looks);
            }
            self.instruments.clock.wait_until(end.min(now + gap))?;
        }
    }

    /// Waits for at most `patience` until the display comes on, and finds the moment: the last look at it
    /// dark and the first at it lit. None where it stays dark.
    pub(crate) fn first_lit(
        &mut self,
        device: usize,
        patience: Duration,
    ) -> StepResult<Vec<Handle<Display>>> {
        let from = self.now() - patience;
        let watch = Watch { from, deadline: self.now() + patience, stride: Duration::from_millis(100) };
        let camera = self.instruments.devices[device].camera.clone();
        let shown = &self.instruments.devices[device];
        let lit = |frame: &Frame| match shown.read_display(frame) {
            Sight::Seen(reading) => reading.lit,
            Sight::CannotSee(_) => false,
        };
        let found = {
            let (mut camera, regions) = (camera.borrow_mut(), [self.in_view(device)]);
            let mut camera = Part::of(&mut *camera, &regions);
            first_frame(&mut camera, &*self.instruments.clock, watch, &mut |frame| Ok(lit(frame)))?
        };
        let Some(Bracket { before, first }) = found else { return Ok(Vec::new()) };
        let observe = |frame| {
            let seen = self.see(device, std::slice::from_ref(frame))?.0;
            self.observe_display(device, &seen)
        };
        before.iter().chain([&first]).map(observe).collect()
    }

    /// The camera's positive control: the label beside the display is in the newest frame.
    pub(super) fn check_view(&mut self, device: usize) -> StepResult {
        let frame = self.newest(device)?;
        find_label(&frame, Some(self.place_of_label(device)))
            .or_else(|_| find_label(&frame, Some(self.instruments.devices[device].region)))
            .map(drop)
            .map_err(|blindness| self.blind(device, blindness))
    }

    /// What the board says that it shows.
    pub(crate) fn board_display(&mut self, device: usize) -> StepResult<Handle<BoardDisplay>> {
        let told = self.instruments.devices[device].link()?.display()?;
        let (at, uncertainty, raw) = (told.at, told.uncertainty, told.raw);
        let text = self.obeyed(device, "say what it shows", told.value)?;
        let reading = Reading { at, uncertainty, value: BoardDisplay { text }, raw };
        let name = crate::bench::link_name(self.instruments.devices[device].entry.name.get_ref());
        self.recording.observe(&name, &reading)
    }

    /// What the board's clock shows, caught as it changes to a new second, or as it is where it stands still:
    /// the check of its rate says so.
    pub(crate) fn board_clock(&mut self, device: usize) -> StepResult<Handle<BoardClock>> {
        let start = self.ask_clock(device)?;
        let mut before = start.at;
        loop {
            let now = self.ask_clock(device)?;
            let stands_still = now.at.since(start.at) > STANDS_STILL;
            if now.value != start.value || stands_still {
                let caught = if stands_still { Duration::from_secs(1) } else { now.at.since(before) };
                let resolution_ns = u64::try_from(caught.as_nanos()).unwrap_or(u64::MAX);
                let clock = BoardClock { unix_s: now.value, resolution_ns };
                let name = crate::bench::link_name(self.instruments.devices[device].entry.name.get_ref());
                return self.recording.observe(&name, &now.map(|_| clock));
            }
            before = now.at;
        }
    }

    fn ask_clock(&mut self, device: usize) -> StepResult<Reading<u64>> {
        let told = self.instruments.devices[device].link()?.counters()?;
        let (at, uncertainty, raw) = (told.at, told.uncertainty, told.raw);
        let counters = self.obeyed(device, "tell its counters", told.value)?;
        Ok(Reading { at, uncertainty, value: counters.unix, raw })
    }

    fn newest(&self, device: usize) -> StepResult<Arc<Frame>> {
        let (mut camera, regions) =
            (self.instruments.devices[device].camera.borrow_mut(), [self.in_view(device)]);
        Ok(Part::of(&mut *camera, &regions).newest()?)
    }

    /// The first `count` frames exposed at `from` or later.
    fn frames(&self, device: usize, from: BenchTime, count: usize) -> StepResult<Vec<Arc<Frame>>> {
        let (mut camera, regions) =
            (self.instruments.devices[device].camera.borrow_mut(), [self.in_view(device)]);
        Ok(frames_from(&mut Part::of(&mut *camera, &regions), &*self.instruments.clock, from, count)?)
    }

    /// The part of the picture that is looked at and kept: the device's region and some of what lies about it.
    fn in_view(&self, device: usize) -> Region {
        let Region { x, y, width, height } = self.instruments.devices[device].region;
        let (left, top) = (x.saturating_sub(ABOUT), y.saturating_sub(ABOUT));
        let (right, bottom) = (x.saturating_add(width), y.saturating_add(height));
        let [right, bottom] = [right, bottom].map(|end| end.saturating_add(ABOUT));
        Region { x: left, y: top, width: right - left, height: bottom - top }
    }

    /// What `frames` show, which must agree, and the text of the last where segments are sure that make no digit. A doubt
    /// is kept as such; a camera that cannot see is bench trouble.
    pub(super) fn see(
        &mut self,
        device: usize,
        frames: &[Arc<Frame>],
    ) -> StepResult<(Reading<Display>, Option<String>)> {
        let mut looks = self.looks_at(device, frames.len());
        for frame in frames {
            looks.add(frame, &mut self.instruments.devices[device].reader.borrow_mut());
        }
        let odd = looks.odd_text();
        let moments = frames.iter().map(|frame| Moment::of(frame)).collect();
        Ok((self.reading(device, looks, frames.len(), moments)?, odd))
    }

    /// Looks at the display, of which `agree` must agree.
    fn looks_at(&self, device: usize, agree: usize) -> Looks {
        let last = self.memory.label_places.get(&device).copied().flatten();
        Looks::new(self.instruments.devices[device].region, agree, last)
    }

    pub(super) fn observe_display(
        &self,
        device: usize,
        reading: &Reading<Display>,
    ) -> StepResult<Handle<Display>> {
        self.recording.observe(self.instruments.devices[device].camera.borrow().name(), reading)
    }

    fn blind(&self, device: usize, why: Blindness) -> StepError {
        let name = self.instruments.devices[device].camera.borrow().name().to_owned();
        DriverError::new(name, ErrorKind::CannotSee, why.to_string()).into()
    }
}

/// Frames that were looked at so far.
struct Tried {
    looks: Looks,
    moments: Vec<Moment>,
    /// The next frame is exposed at this moment or later.
    from: BenchTime,
}

/// Joint reading of some frames.
struct Looked {
    display: Reading<Display>,
    /// The code, where the display surely shows one.
    code: Option<String>,
    /// Nothing is lit, whether or not that means that the display is dark.
    nothing_shows: bool,
}

/// The code, where the display surely shows one: decimal digits.
pub(super) fn code(display: &Display) -> Option<String> {
    let digits = display.glyphs.iter().all(char::is_ascii_digit) && !display.glyphs.is_empty();
    digits.then(|| display.glyphs.iter().collect())
}
