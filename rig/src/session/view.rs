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
        Check,
        check::{DifferentPayloads, QrNotShown, QrReadable},
        observed::Observed,
    },
    readings::{
        keep,
        note::{Control, Look, Moment, Note},
        phone,
    },
};

/// A QR code that the camera read off a phone.
#[derive(Clone, Debug)]
pub(crate) struct ShownCode {
    /// Payload of the code.
    pub payload: String,
    /// When it was first seen.
    pub at: BenchTime,
    /// The look at which it was first seen.
    pub look: u32,
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
        let watch = Watch { from, deadline: self.clock.now() + patience, stride: SOON };
        let found = self.first(phone, watch, new)?;
        self.looks.clear();
        let Some(Bracket { before, first }) = found else {
            self.looks = self.look_for_code(phone)?;
            return Ok(());
        };
        let earlier = self.just_before(phone, before.as_deref())?;
        for frame in earlier.iter().chain(&before).chain([&first]) {
            let (look, payloads) = self.observe_view(phone, frame)?;
            self.looks.push(look);
            if let Some(payload) = payloads.into_iter().find(|payload| Some(payload.as_str()) != old) {
                self.codes.insert(0, ShownCode { payload, at: frame.at, look });
            }
        }
        Ok(())
    }

    /// Looks at the phone once more, and keeps the look beside those at the code.
    pub(crate) fn look_once_more(&mut self, phone: usize) -> StepResult {
        let newest = self.newest_of(phone)?;
        let look = self.observe_view(phone, &newest)?;
        self.looks.push(look.0);
        Ok(())
    }

    /// Lets time go by until `moment`, and keeps a look at the phone now and then.
    pub(crate) fn watch_until(&mut self, phone: usize, moment: BenchTime) -> StepResult {
        while self.clock.now() < moment {
            self.clock.wait_until(moment.min(self.clock.now() + SELDOM * 6))?;
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
        while self.clock.now() < deadline {
            let from = self.clock.now();
            let until = deadline.min(from + SELDOM * 6);
            let gone = |seen: &CodesSeen| seen.codes.iter().all(|one| one.payload != code.payload);
            let watch = Watch { from: from - SELDOM, deadline: until, stride: SELDOM };
            let Some(Bracket { before, first }) = self.first(phone, watch, gone)? else {
                self.look_once_more(phone)?;
                continue;
            };
            let view = self.view(phone)?;
            let after = first.at + Duration::from_nanos(1);
            let rest = frames_of(&view, &*self.clock, after, GONE + 1)?;
            let mut shows = false;
            for frame in before.iter().chain([&first]).chain(&rest) {
                let (look, payloads) = self.observe_view(phone, frame)?;
                self.looks.push(look);
                shows |= frame.at > first.at && payloads.contains(&code.payload);
            }
            if !shows {
                return Ok(());
            }
            // A code that can barely be read comes and goes: the same frames would be looked at for ever.
            self.clock.wait_until(until)?;
        }
        Ok(())
    }

    /// The frames before `frame`, as far as the ring has them: as many as a code must be gone for.
    fn just_before(&self, phone: usize, frame: Option<&Frame>) -> StepResult<Vec<Arc<Frame>>> {
        let Some(frame) = frame else { return Ok(Vec::new()) };
        let view = self.view(phone)?;
        let (mut camera, regions) = (view.camera.borrow_mut(), codes_of(&view));
        let mut camera = Part::of(&mut *camera, &regions);
        let oldest = (*camera.ring()?.start()).max(frame.number.saturating_sub(GONE as u64));
        Ok((oldest..frame.number).map(|number| camera.frame(number)).collect::<drivers::Result<_>>()?)
    }

    /// Some looks at the phone, one frame after another.
    fn look_for_code(&mut self, phone: usize) -> StepResult<Vec<u32>> {
        let view = self.view(phone)?;
        let now = self.clock.now();
        let frames = frames_of(&view, &*self.clock, now, LOOKS as usize)?;
        frames.iter().map(|frame| Ok(self.observe_view(phone, frame)?.0)).collect()
    }

    /// Judges that the code waited for was there, and could be read.
    pub(crate) fn judge_code_readable(&mut self) -> StepResult {
        let prefix = self.bench.profile.qr.prefix.clone();
        let looks = self.looks.clone();
        self.judge(&Check::QrReadable(QrReadable { prefix, looks: LOOKS }), &looks)
    }

    /// Judges that the code seen last is not the one seen at the look `before`.
    pub(crate) fn judge_codes_differ(&mut self, before: u32) -> StepResult {
        let prefix = self.bench.profile.qr.prefix.clone();
        let last =
            *self.looks.last().ok_or_else(|| StepError::Internal("no code was looked at yet".into()))?;
        self.judge(&Check::DifferentPayloads(DifferentPayloads { prefix }), &[before, last])
    }

    /// Judges that the phone shows no code now.
    pub(crate) fn judge_no_code(&mut self, phone: usize) -> StepResult {
        let prefix = self.bench.profile.qr.prefix.clone();
        let looks = self.look_for_code(phone)?;
        self.judge(&Check::QrNotShown(QrNotShown { prefix, looks: LOOKS }), &looks)
    }

    /// The code that the camera saw `back` codes before the last one.
    pub(crate) fn shown_code(&self, back: usize) -> StepResult<ShownCode> {
        self.codes
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
    ) -> StepResult<Vec<u32>> {
        let view = self.view(phone)?;
        self.check_colour(&view)?;
        let (mut moment, mut looks, mut shown) = (from, Vec::new(), false);
        while moment <= until {
            let frames = frames_from(&mut *view.camera.borrow_mut(), &*self.clock, moment, 1)?;
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
        let view = self.view(phone)?;
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
    pub(crate) fn observe_view(&mut self, phone: usize, frame: &Frame) -> StepResult<(u32, Vec<String>)> {
        let view = self.view(phone)?;
        let (region, control) = (view.region, control_of(&view));
        let seen = phone::code_view(&mut self.code_reader.of(&view), frame, region, &control);
        let payloads = seen.payloads.clone();
        Ok((self.keep_look(&view, frame, seen, Look::CodeView { region, control })?, payloads))
    }

    /// The newest frame of the camera that sees the phone.
    pub(crate) fn newest_of(&mut self, phone: usize) -> StepResult<Arc<Frame>> {
        newest_in(&self.view(phone)?)
    }

    fn observe_checkmark(&mut self, view: &View, frame: &Frame) -> StepResult<(u32, bool)> {
        let (region, control) = (view.region, control_of(view));
        let shown = phone::checkmark(&mut self.code_reader.of(view), frame, region, &control);
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
    ) -> StepResult<u32> {
        let name = view.camera.borrow().name().to_owned();
        let note = Note::new(&name, T::QUANTITY, vec![Moment::of(frame)], look);
        let raw = Raw { media_type: "image/png", bytes: keep::frame(frame, note) };
        let reading = Reading { at: frame.at, uncertainty: frame.uncertainty, value, raw: Some(raw) };
        Ok(self.recorder.observed(&name, &reading)?)
    }

    /// Whether the printed code in a camera's view is read in the frame.
    pub(super) fn sees_control(&mut self, view: &View, frame: &Frame) -> bool {
        phone::control_code(&mut self.code_reader.of(view), frame, &control_of(view)).is_some()
    }

    /// A checkmark is green only to a camera that sees colours: those on the control card, in the newest frame.
    fn check_colour(&mut self, view: &View) -> StepResult {
        let frame = view.camera.borrow_mut().newest()?;
        if phone::sees_colours(&mut self.code_reader.of(view), &frame, &control_of(view)) {
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
        let view = self.view(phone)?;
        let clock = self.clock.clone();
        let name = view.camera.borrow().name().to_owned();
        let reader = &mut self.code_reader;
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

    pub(super) fn view(&self, phone: usize) -> StepResult<View> {
        let view = self.phones[phone].view.clone();
        view.ok_or_else(|| StepError::Internal("no camera sees the phone: tag the scenario @camera".into()))
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
