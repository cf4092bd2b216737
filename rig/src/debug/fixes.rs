//! Fixes: where an expectation is wrong, the line of the profile or of the bench file that would make it right. A fix counts
//! for this session, and stands in a patch file for whoever owns the method.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use drivers::camera::{Frame, Quad, Region};
use feature_file::nearest::nearest;
use reports::Outcome;
use serde_json::Value;

use super::{SuiteFiles, patch::Edited};
use crate::{
    bench::{
        DeviceAtBench,
        places::{ABOUT_CODE, ABOUT_LABEL, FoundMarks, around, holds, sees, written},
    },
    provenance,
    session::Session,
};

/// The patch file, in the session's folder.
const PATCH: &str = "fixes.patch";

/// A line that would be right.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// What is not as expected.
    pub why: String,
    file: PathBuf,
    /// The index of the line.
    line: usize,
    /// A part of the line, and what is to stand for it.
    old: String,
    new: String,
    change: Correction,
}

/// The change of a fix in this session.
#[derive(Clone, Debug, PartialEq)]
enum Correction {
    /// The screen's text for the guide's words.
    Text(String, String),
    /// Where a camera sees a device.
    View(String, Region),
    /// Where a camera sees the printed code.
    Control(String, Region),
}

/// What was proposed and what was taken.
#[derive(Default)]
pub struct Fixes {
    proposed: Vec<Fix>,
    taken: Vec<Fix>,
    edited: BTreeMap<PathBuf, Edited>,
}

impl Fixes {
    /// Proposes fixes for what is not as expected now; lines that tell of them.
    ///
    /// # Errors
    /// An instrument fails, or a file cannot be read; in words.
    pub fn propose(&mut self, session: &mut Session, files: &SuiteFiles) -> Result<Vec<String>, String> {
        let mut found = texts(session)?;
        found.extend(places(session, files)?);
        self.proposed = found;
        let mut lines = Vec::new();
        for (number, fix) in (1..).zip(self.proposed.clone()) {
            let edited = self.edited(&fix.file, files)?;
            let line = edited.lines().nth(fix.line).unwrap_or_default().to_owned();
            lines.push(format!("{number}: {}", fix.why));
            lines.push(format!("    {}:{}", provenance::name(&files.root, &fix.file), fix.line + 1));
            lines.push(format!("    - {line}"));
            lines.push(format!("    + {}", line.replacen(&fix.old, &fix.new, 1)));
        }
        lines.push(match self.proposed.len() {
            0 => "everything is where the profile and the bench file have it, or nothing like it is in view"
                .into(),
            _ => {
                "fix NUMBER takes one for this session, looks again, and writes it to a patch file".to_owned()
            }
        });
        Ok(lines)
    }

    /// Takes the fix with this number for this session, and writes the patch file in `folder`; what was done.
    ///
    /// # Errors
    /// There is no such fix, or the file cannot be written; in words.
    pub fn take(
        &mut self,
        number: usize,
        session: &mut Session,
        files: &SuiteFiles,
        folder: &Path,
    ) -> Result<String, String> {
        let fix = number.checked_sub(1).and_then(|index| self.proposed.get(index)).cloned();
        let fix = fix.ok_or_else(|| format!("there is no fix {number}; fix lists them"))?;
        if !self.edited(&fix.file, files)?.replace(fix.line, &fix.old, &fix.new) {
            return Err("that line is fixed already".to_owned());
        }
        fix.apply(session);
        let patch: String = self.edited.values().map(Edited::patch).collect();
        let path = folder.join(PATCH);
        let written = fs::create_dir_all(folder).and_then(|()| fs::write(&path, patch));
        written.map_err(|error| format!("{}: {error}", path.display()))?;
        let told = format!("{}:{} {}", provenance::name(&files.root, &fix.file), fix.line + 1, fix.new);
        self.taken.push(fix);
        super::acts::keep(session, format!("expectation changed by hand: {told}"))
            .map_err(|error| error.to_string())?;
        Ok(format!("taken for this session, and written to {}", path.display()))
    }

    /// Applies what was taken to a scenario that begins.
    pub fn apply(&self, session: &mut Session) {
        self.taken.iter().for_each(|fix| fix.apply(session));
    }

    /// The file as it is with all that was taken.
    fn edited(&mut self, file: &Path, files: &SuiteFiles) -> Result<&mut Edited, String> {
        if !self.edited.contains_key(file) {
            let text = read(file)?;
            let name = provenance::name(&files.root, file);
            self.edited.insert(file.to_owned(), Edited::new(&name, &text));
        }
        self.edited.get_mut(file).ok_or_else(|| format!("{}: gone", file.display()))
    }
}

impl Fix {
    fn apply(&self, session: &mut Session) {
        match &self.change {
            Correction::Text(quote, text) => {
                session.own_texts.insert(quote.clone(), text.clone());
            }
            Correction::View(name, region) => {
                let mut devices = session.instruments.devices.iter();
                let place = devices.position(|device| device.entry.name.get_ref() == name);
                place.into_iter().for_each(|device| session.move_view(device, *region));
            }
            Correction::Control(camera, region) => {
                let views = session.instruments.phones.iter_mut().filter_map(|phone| phone.view.as_mut());
                let backs = session.instruments.devices.iter_mut().filter_map(|device| device.back.as_mut());
                for view in views.chain(backs).filter(|view| view.camera.borrow().name() == camera) {
                    *view.control.region.get_mut() = *region;
                }
            }
        }
    }
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

/// Texts that the last verdict missed on the screens, where another text that the profile does not know stands there.
fn texts(session: &mut Session) -> Result<Vec<Fix>, String> {
    let Some(verdict) = session.recording.last_verdict.clone() else { return Ok(Vec::new()) };
    if verdict.outcome == Outcome::Pass {
        return Ok(Vec::new());
    }
    let mut expected = Vec::new();
    strings(&verdict.check, &mut expected);
    let shown: Vec<String> = session
        .peek_screens()
        .map_err(words)?
        .into_iter()
        .flat_map(|(_, screen)| all_texts(screen))
        .collect();
    let unknown: Vec<&String> =
        shown.iter().filter(|text| !session.screen_texts().any(|known| known == *text)).collect();
    let mut fixes = Vec::new();
    for quote in session.bench.profile.quotes() {
        let text = session.text(quote).map_err(words)?;
        if !expected.contains(&text) || shown.contains(&text) {
            continue;
        }
        let near = nearest(&text, unknown.iter().map(|text| text.as_str()));
        let instead = near.or(match unknown.as_slice() {
            [only] => Some(only.as_str()),
            _ => None,
        });
        if let Some(instead) = instead {
            fixes.extend(text_fixes(session, quote, &text, instead));
        }
    }
    Ok(fixes)
}

/// The profile's lines with `text` for the guide's words `quote`, and `instead` in its place.
fn text_fixes(session: &Session, quote: &str, text: &str, instead: &str) -> Vec<Fix> {
    let profile = &session.bench.profile;
    let section = format!("[texts.{}]", session.bench.language);
    let ids: Vec<String> = profile.ids(quote).map(|id| format!("\"{id}\"")).collect();
    let toml = |text: &str| toml::Value::String(text.to_owned()).to_string();
    let mut inside = false;
    let mut fixes = Vec::new();
    for (index, line) in profile.source().lines().enumerate() {
        if line.trim_start().starts_with('[') {
            inside = line.trim() == section;
        }
        let key = line.split('=').next().unwrap_or_default().trim();
        if inside && ids.iter().any(|id| id == key) && line.contains(&toml(text)) {
            fixes.push(Fix {
                why: format!("a phone shows {instead:?}, where {text:?} is expected"),
                file: profile.file().to_owned(),
                line: index,
                old: toml(text),
                new: toml(instead),
                change: Correction::Text(quote.to_owned(), instead.to_owned()),
            });
        }
    }
    fixes
}

fn all_texts(screen: drivers::phone::Screen) -> Vec<String> {
    let labels = screen.buttons.into_iter().map(|button| button.label);
    let fields = screen.fields.into_iter().map(|field| field.label);
    let switches = screen.switches.into_iter().map(|switch| switch.label);
    std::iter::once(screen.title).chain(screen.texts).chain(labels).chain(fields).chain(switches).collect()
}

/// The strings of a check's parameters.
fn strings(value: &Value, into: &mut Vec<String>) {
    match value {
        Value::String(text) => into.push(text.clone()),
        Value::Array(values) => values.iter().for_each(|value| strings(value, into)),
        Value::Object(members) => members.values().for_each(|value| strings(value, into)),
        _ => {}
    }
}

/// Displays whose label, and cameras whose printed code, is elsewhere than in its region.
fn places(session: &Session, files: &SuiteFiles) -> Result<Vec<Fix>, String> {
    let mut fixes = Vec::new();
    let text = read(&files.bench)?;
    let fix = |span: std::ops::Range<usize>, why: String, region: Region, change: Correction| {
        let old = text.get(span.clone())?.to_owned();
        let line = text.get(..span.start)?.matches('\n').count();
        Some(Fix { why, file: files.bench.clone(), line, old, new: written(region), change })
    };
    for peek in session.peek(Duration::ZERO, None).map_err(words)? {
        let (camera, frame) = (peek.camera.as_str(), &*peek.frame);
        let found = FoundMarks::in_picture(frame);
        for device in &session.instruments.devices {
            let (name, label) = (device.entry.name.get_ref(), stray_label(session, device, camera, &found));
            if let Some(region) = moved(frame, label, device.region, ABOUT_LABEL) {
                let why = format!("{camera}: the label of {name} is not in its region");
                let change = Correction::View(name.clone(), region);
                fixes.extend(fix(device.entry.view.region.span(), why, region, change));
            }
        }
        let control = session.bench.cameras.iter().find(|entry| entry.name.get_ref() == camera);
        if let Some(control) = control.and_then(|entry| entry.control.as_ref()) {
            let region = control_region(session, camera).unwrap_or(*control.region.get_ref());
            if let Some(region) = moved(frame, found.code(&control.payload), region, ABOUT_CODE) {
                let why = format!("{camera}: the printed code is not in its region");
                let change = Correction::Control(camera.to_owned(), region);
                fixes.extend(fix(control.region.span(), why, region, change));
            }
        }
    }
    Ok(fixes)
}

/// Where the printed code of this camera is looked for now.
fn control_region(session: &Session, camera: &str) -> Option<Region> {
    let phones = session.instruments.phones.iter().filter_map(|phone| phone.view.as_ref());
    let backs = session.instruments.devices.iter().filter_map(|device| device.back.as_ref());
    let view = phones.chain(backs).find(|view| view.camera.borrow().name() == camera)?;
    Some(*view.control.region.get_ref())
}

/// The only label in the picture that is in no device's region, if that of this device lacks one.
fn stray_label<'f>(
    session: &Session,
    device: &DeviceAtBench,
    camera: &str,
    found: &'f FoundMarks,
) -> Option<&'f Quad> {
    if device.camera.borrow().name() != camera || found.labels().any(|label| holds(&device.region, label)) {
        return None;
    }
    let others =
        || session.bench.devices.iter().filter(|other| other.name.get_ref() != device.entry.name.get_ref());
    let claimed = |label: &Quad| {
        let mut views = others().filter(|other| sees(Some(&other.view), camera)).map(|other| &other.view);
        views.any(|view| holds(view.region.get_ref(), label))
    };
    let mut stray = found.labels().filter(|label| !claimed(label));
    stray.next().filter(|_| stray.next().is_none())
}

/// Where a mark is now, if that is not within `region`.
fn moved(frame: &Frame, mark: Option<&Quad>, region: Region, share: f64) -> Option<Region> {
    let mark = mark.filter(|mark| !holds(&region, mark))?;
    Some(around(frame, mark, share))
}

fn words(error: crate::session::StepError) -> String {
    error.to_string()
}
