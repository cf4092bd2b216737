//! Eyes for the screens of phones: a camera that reads QR codes and finds the green checkmark.

use std::{sync::Arc, time::Duration};

use drivers::{
    BenchTime, Clock, DriverError, ErrorKind, Raw, Reading,
    camera::{Bracket, Camera as _, Coarse, CodesSeen, Frame, Part, Region, Watch, first_frame, frames_from},
};

use super::{Session, StepError, StepResult};
use crate::{
    bench::View,
    oracle::{
        check::{DifferentPayloads, QrNotShown, QrReadable},
        observed::{Checkmark, CodeView, Observed},
    },
    readings::{
        keep,
        note::{Control, Look, Moment, Note},
        phone,
    },
    recorder::Handle,
};

/// A QR code that the camera read off a phone.
#[derive(Clone, Debug)]
pub(crate) struct ShownCode {
    /// Payload of the code.
    pub payload: String,
    /// When it was first seen.
    pub at: BenchTime,
    /// The look at which it was first seen.
    pub look: Handle<CodeView>,
}

/// How often the screen is looked at while a code is waited for, and while one shows.
const SOON: Duration = Duration::from_millis(200);
const SELDOM: Duration = Duration::from_secs(5);
/// How often it is looked at for the checkmark, which shows for longer.
pub(crate) const OFTEN: Duration = Duration::from_millis(400);
/// A code is gone once this many consecutive frames do not show it.
pub(crate) const GONE: usize = 3;
/// How many frames are looked at where no code can be read.
const LOOKS: u32 = 5;
/// How many frames that look as the one before them are not read: reading is luck where a code is hard to read.
const MOST_UNREAD: usize = 4;
/// From one look at a code that shows to the next, at most.
pub(crate) const GAP: Duration = Duration::from_secs(40);
/// How much longer than the profile allows a code is watched: one that stays is a finding, and to be seen.
const PATIENCE: Duration = Duration::from_secs(30);

impl Session {
    /// Waits for at most `patience` until the camera reads a QR code on the phone, other than `old`, and keeps
    /// it with the looks that it rests on.
    pub(crate) fn wait_for_code(
        &mut self,
        phone: usize,
        from: BenchTime,
        patience: Duration,
        old: Option<&str>,
    ) -> StepResult {
        let new = |seen: &CodesSeen| seen.codes.iter().any(|code| Some(code.payload.as_str()) != old);
        let watch = Watch { from, deadline: self.now() + patience, stride: SOON };
        let found = self.first(phone, watch, new)?;
        self.memory.qr.looks.clear();
        let Some(Bracket { before, first }) = found else {
            self.memory.qr.looks = self.look_for_code(phone)?;
            return Ok(());
        };
        let earlier = self.just_before(phone, before.as_deref())?;
        for frame in earlier.iter().chain(&before).chain([&first]) {
            let (look, payloads) = self.observe_view(phone, frame)?;
            self.memory.qr.looks.push(look);
            if let Some(payload) = payloads.into_iter().find(|payload| Some(payload.as_str()) != old) {
                self.memory.qr.shown.insert(0, ShownCode { payload, at: frame.at, look });
            }
        }
        Ok(())
    }

    /// Looks at the phone once more, and keeps the look beside those at the code.
    pub(crate) fn look_once_more(&mut self, phone: usize) -> StepResult {
        let newest = self.newest_of(phone)?;
        let look = self.observe_view(phone, &newest)?;
        self.memory.qr.looks.push(look.0);
        Ok(())
    }

    /// Lets time go by until `moment`, and keeps a look at the phone now and then.
    pub(crate) fn watch_until(&mut self, phone: usize, moment: BenchTime) -> StepResult {
        while self.now() < moment {
            self.instruments.clock.wait_until(moment.min(self.now() + SELDOM * 6))?;
            self.look_once_more(phone)?;
        }
        Ok(())
    }

    /// Watches the code seen last until it is gone, and keeps the looks: some while it shows, the last at it
    /// and the first without it.
    pub(crate) fn watch_code(&mut self, phone: usize) -> StepResult {
        let code = self.shown_code(0)?;
        let limit = Duration::from_secs_f64(self.bench.profile.limits.qr_shown_s[1]);
        let deadline = code.at + limit + PATIENCE;
        while self.now() < deadline {
            let from = self.now();
            let until = deadline.min(from + SELDOM * 6);
            let qr = self.bench.profile.qr.clone();
            let is_ours = |payload: &str| qr.is_of_session(payload, &code.payload);
            let gone = |seen: &CodesSeen| !seen.codes.iter().any(|one| is_ours(&one.payload));
            let watch = Watch { from: from - SELDOM, deadline: until, stride: SELDOM };
            let Some(Bracket { before, first }) = self.first(phone, watch, gone)? else {
                self.look_once_more(phone)?;
                continue;
            };
            let view = self.instruments.view(phone)?;
            let after = first.at + Duration::from_nanos(1);
            let rest = frames_of(&view, &*self.instruments.clock, after, GONE + 1)?;
            let mut shows = false;
            for frame in before.iter().chain([&first]).chain(&rest) {
                let (look, payloads) = self.observe_view(phone, frame)?;
                self.memory.qr.looks.push(look);
                shows |= frame.at > first.at && payloads.iter().any(|payload| is_ours(payload));
            }
            if !shows {
                return Ok(());
            }
            // A code that can barely be read comes and goes: the same frames would be looked at for ever.
            self.instruments.clock.wait_until(until)?;
        }
        Ok(())
    }

    /// The frames before `frame`, as far as the ring has them: as many as a code must be gone for.
    fn just_before(&self, phone: usize, frame: Option<&Frame>) -> StepResult<Vec<Arc<Frame>>> {
        let Some(frame) = frame else { return Ok(Vec::new()) };
        let view = self.instruments.view(phone)?;
        let (mut camera, regions) = (view.camera.borrow_mut(), codes_of(&view));
        let mut camera = Part::of(&mut *camera, &regions);
        let oldest = (*camera.ring()?.start()).max(frame.number.saturating_sub(GONE as u64));
        Ok((oldest..frame.number).map(|number| camera.frame(number)).collect::<drivers::Result<_>>()?)
    }

    /// Some looks at the phone, one frame after another.
    fn look_for_code(&mut self, phone: usize) -> StepResult<Vec<Handle<CodeView>>> {
        let view = self.instruments.view(phone)?;
        let now = self.now();
        let frames = frames_of(&view, &*self.instruments.clock, now, LOOKS as usize)?;
        frames.iter().map(|frame| Ok(self.observe_view(phone, frame)?.0)).collect()
    }

    /// Judges that the code waited for was there, and could be read.
    pub(crate) fn judge_code_readable(&mut self) -> StepResult {
        let prefix = self.bench.profile.qr.prefix.clone();
        let looks = self.memory.qr.looks.clone();
        self.judge(QrReadable { prefix, looks: LOOKS }, looks)
    }

    /// Judges that the code seen last is not the one seen at the look `before`.
    pub(crate) fn judge_codes_differ(&mut self, before: Handle<CodeView>) -> StepResult {
        let prefix = self.bench.profile.qr.prefix.clone();
        let last = self.memory.qr.looks.last().copied();
        let last = last.ok_or_else(|| StepError::Internal("no code was looked at yet".into()))?;
        self.judge(DifferentPayloads { prefix }, vec![before, last])
    }

    /// Judges that the phone shows no code now.
    pub(crate) fn judge_no_code(&mut self, phone: usize) -> StepResult {
        let prefix = self.bench.profile.qr.prefix.clone();
        let looks = self.look_for_code(phone)?;
        self.judge(QrNotShown { prefix, looks: LOOKS }, looks)
    }

    /// The code that the camera saw `back` codes before the last one.
    pub(crate) fn shown_code(&self, back: usize) -> StepResult<ShownCode> {
        self.memory
            .qr
            .shown
            .get(back)
            .cloned()
            .ok_or_else(|| StepError::Internal("the camera read no such code".into()))
    }

    /// Looks at the phone, from `from` until `until`, for the green checkmark, no longer than until it is
    /// found twice in a row; the observations.
    pub(crate) fn look_for_checkmark(
        &mut self,
        phone: usize,
        from: BenchTime,
        until: BenchTime,
    ) -> StepResult<Vec<Handle<Checkmark>>> {
        let view = self.instruments.view(phone)?;
        self.check_colour(&view)?;
        let (mut moment, mut looks, mut shown) = (from, Vec::new(), false);
        while moment <= until {
            let frames = frames_from(&mut *view.camera.borrow_mut(), &*self.instruments.clock, moment, 1)?;
            for frame in frames {
                let (look, seen) = self.observe_checkmark(&view, &frame)?;
                looks.push(look);
                if std::mem::replace(&mut shown, seen) && seen {
                    return Ok(looks);
                }
            }
            moment = moment + OFTEN;
        }
        Ok(looks)
    }

    /// The positive control of the camera over the phones.
    pub(super) fn check_phone_view(&mut self, phone: usize) -> StepResult {
        let view = self.instruments.view(phone)?;
        view.camera.borrow_mut().check()?;
        self.check_control(&view)
    }

    /// The printed code in a camera's view is read in the newest frame, and all of what is looked at is in the
    /// picture.
    pub(super) fn check_control(&mut self, view: &View) -> StepResult {
        let frame = newest_in(view)?;
        if frame.clip(view.region) != view.region {
            let [x, y, width, height] = view.region.into();
            let (across, down) = (frame.width, frame.height);
            let detail =
                format!("the region {x}, {y}, {width}, {height} is not in the picture, {across}x{down}");
            return Err(DriverError::new(view.camera.borrow().name(), ErrorKind::CannotSee, detail).into());
        }
        if self.sees_control(view, &frame) {
            return Ok(());
        }
        let detail = format!("the printed code {:?} is not in view", view.control.payload);
        Err(DriverError::new(view.camera.borrow().name(), ErrorKind::CannotSee, detail).into())
    }

    /// One look for codes, kept with the picture: the observation, and what was read.
    pub(crate) fn observe_view(
        &mut self,
        phone: usize,
        frame: &Frame,
    ) -> StepResult<(Handle<CodeView>, Vec<String>)> {
        let view = self.instruments.view(phone)?;
        let (region, control) = (view.region, control_of(&view));
        let seen = phone::code_view(&mut self.memory.qr.reader.of(&view), frame, region, &control);
        let payloads = seen.payloads.clone();
        Ok((self.keep_look(&view, frame, seen, Look::CodeView { region, control })?, payloads))
    }

    /// The newest frame of the camera that sees the phone.
    pub(crate) fn newest_of(&mut self, phone: usize) -> StepResult<Arc<Frame>> {
        newest_in(&self.instruments.view(phone)?)
    }

    fn observe_checkmark(&mut self, view: &View, frame: &Frame) -> StepResult<(Handle<Checkmark>, bool)> {
        let (region, control) = (view.region, control_of(view));
        let shown = phone::checkmark(&mut self.memory.qr.reader.of(view), frame, region, &control);
        let seen = shown.seen;
        Ok((self.keep_look(view, frame, shown, Look::Checkmark { region, control })?, seen))
    }

    /// Keeps what was seen in a frame, with the parts of the picture that `look` looks at.
    pub(super) fn keep_look<T: Observed>(
        &self,
        view: &View,
        frame: &Frame,
        value: T,
        look: Look,
    ) -> StepResult<Handle<T>> {
        let name = view.camera.borrow().name().to_owned();
        let note = Note::new(&name, T::QUANTITY, vec![Moment::of(frame)], look);
        let raw = Raw { media_type: "image/png", bytes: keep::frame(frame, note) };
        let reading = Reading { at: frame.at, uncertainty: frame.uncertainty, value, raw: Some(raw) };
        self.recording.observe(&name, &reading)
    }

    /// Whether the printed code in a camera's view is read in the frame.
    pub(super) fn sees_control(&mut self, view: &View, frame: &Frame) -> bool {
        phone::control_code(&mut self.memory.qr.reader.of(view), frame, &control_of(view)).is_some()
    }

    /// A checkmark is green only to a camera that sees colours: those on the control card, in the newest frame.
    fn check_colour(&mut self, view: &View) -> StepResult {
        let frame = view.camera.borrow_mut().newest()?;
        if phone::sees_colours(&mut self.memory.qr.reader.of(view), &frame, &control_of(view)) {
            return Ok(());
        }
        let detail = "the patches on the control card are not seen in colour";
        Err(DriverError::new(view.camera.borrow().name(), ErrorKind::CannotSee, detail).into())
    }

    /// The first frame in which `shows` holds for the codes on the phone.
    fn first(
        &mut self,
        phone: usize,
        watch: Watch,
        shows: impl Fn(&CodesSeen) -> bool,
    ) -> StepResult<Option<Bracket>> {
        let view = self.instruments.view(phone)?;
        let clock = self.instruments.clock.clone();
        let name = view.camera.borrow().name().to_owned();
        let reader = &mut self.memory.qr.reader;
        // The last frame that was read and does not show it, and how many since then look the same.
        let mut without: Option<(Coarse, usize)> = None;
        let mut holds = |frame: &Frame| {
            let coarse = Coarse::of(frame, view.region);
            if let Some((_, unread)) = without.as_mut().filter(|(last, _)| last.is_like(&coarse))
                && *unread < MOST_UNREAD
            {
                *unread += 1;
                return Ok(false);
            }
            let shown = shows(&reader.read(&name, frame, view.region));
            without = (!shown).then_some((coarse, 0));
            Ok(shown)
        };
        let (mut camera, regions) = (view.camera.borrow_mut(), codes_of(&view));
        Ok(first_frame(&mut Part::of(&mut *camera, &regions), &*clock, watch, &mut holds)?)
    }
}

/// The newest frame of the camera of `view`, where codes are read in it.
fn newest_in(view: &View) -> StepResult<Arc<Frame>> {
    Ok(Part::of(&mut *view.camera.borrow_mut(), &codes_of(view)).newest()?)
}

/// `count` frames of the camera of `view` from a moment on, where codes are read in them.
fn frames_of(view: &View, clock: &dyn Clock, from: BenchTime, count: usize) -> StepResult<Vec<Arc<Frame>>> {
    let (mut camera, regions) = (view.camera.borrow_mut(), codes_of(view));
    Ok(frames_from(&mut Part::of(&mut *camera, &regions), clock, from, count)?)
}

/// Where codes are read in a view: that of the phone or device, and the printed one.
fn codes_of(view: &View) -> [Region; 2] {
    [view.region, *view.control.region.get_ref()]
}

/// The printed code in the view.
pub(super) fn control_of(view: &View) -> Control {
    Control { region: *view.control.region.get_ref(), payload: view.control.payload.clone() }
}
