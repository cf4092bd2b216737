//! The public form of a run: its pictures and sounds without what could be abused, and a list of its readings.
//!
//! A picture stays as it is where a reader finds nothing in it that could be abused; otherwise the place in it that was read is
//! black, and a sound is silent. Texts of other instruments are left out. The hashes of all masked files are signed with the report.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use readers::{
    BenchTime,
    camera::{Frame, Region, find_labels, keep_frames, kept_frames, read_codes},
    microphone::{decode_wav, wav_note},
};
use reports::{
    Event, Evidence, EvidenceStore, Journal, Observation,
    release::{Manifest, Refused, RunRow, names, read_bundle, write_files},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::verify::put;
use crate::readings::{
    again::{Again, Memory, Rereader},
    note::{Control, Look, Note},
};

/// A reading in the list of the public form.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Listed {
    /// The scenario.
    scenario: String,
    /// The reading's number in it, and what it is; the value is there where its evidence stays as it is.
    observation: Observation,
    /// The masked file that takes the place of its evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    masked: Option<String>,
}

/// The form in which a file of evidence is handed on.
enum Form {
    AsItIs,
    Masked(Vec<u8>),
    LeftOut,
}

/// The public form of runs.
#[derive(Debug, Default)]
pub struct PublicForm {
    /// Masked files and lists of readings, by their names in a public bundle.
    pub masked: BTreeMap<String, Vec<u8>>,
    /// Files of the record that stay as they are, by their names in a bundle.
    pub as_they_are: BTreeSet<String>,
}

/// Result of reading a public form again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reread {
    /// Readings that were made again.
    pub readings: usize,
    /// Readings that a newer reader makes otherwise.
    pub otherwise: usize,
    /// Readings whose evidence is masked or left out.
    pub masked: usize,
}

impl PublicForm {
    /// The public form of runs.
    ///
    /// # Errors
    /// [`reports::Error`] where a run's evidence cannot be read.
    pub fn of<'j>(journals: impl Iterator<Item = &'j Journal>) -> reports::Result<Self> {
        let mut form = Self::default();
        for (number, journal) in (1..).zip(journals) {
            form.add(number, journal)?;
        }
        Ok(form)
    }

    /// The hashes of the masked files.
    pub fn manifest(&self) -> Manifest {
        let mut manifest = Manifest::default();
        self.masked.iter().for_each(|(name, bytes)| manifest.add(name, bytes));
        manifest
    }

    /// That `listed` are the hashes of these masked files.
    ///
    /// # Errors
    /// [`Refused`] where they are others, or the list is missing.
    pub(super) fn check(&self, listed: Option<&Vec<u8>>) -> Result<(), Refused> {
        let listed = listed.ok_or_else(|| Refused::new(names::MASKED, "missing"))?;
        self.manifest().check(names::MASKED, listed).map_err(|Refused { place, what }| {
            Refused::new(&place, format!("masked again, it is not what was signed: {what}"))
        })
    }

    fn add(&mut self, number: usize, journal: &Journal) -> reports::Result<()> {
        let (folder, public) = (RunRow::folder_of(number), folder_of(number));
        let store = EvidenceStore::new(journal.run_dir());
        let mut lines = Vec::new();
        let mut known: BTreeMap<String, Option<String>> = BTreeMap::new();
        for (index, (scenario, entries)) in journal.scenarios().enumerate() {
            let due = journal.due(index);
            for entry in entries {
                let Event::Observed(recorded) = &entry.event else { continue };
                let Some(evidence) = recorded.evidence.as_ref().filter(|_| due.contains(&recorded.id)) else {
                    continue;
                };
                let name = format!("{folder}{}", evidence.file);
                if !known.contains_key(&evidence.file) {
                    let masked = match self.form(journal, &store, evidence)? {
                        Form::AsItIs => {
                            self.as_they_are.insert(name.clone());
                            None
                        }
                        Form::Masked(bytes) => {
                            let masked = format!("{public}{}", evidence.file);
                            self.masked.insert(masked.clone(), bytes);
                            Some(masked)
                        }
                        Form::LeftOut => None,
                    };
                    known.insert(evidence.file.clone(), masked);
                }
                let listed = Listed {
                    scenario: scenario.name.clone(),
                    observation: shown(recorded, evidence, self.as_they_are.contains(&name)),
                    masked: known[&evidence.file].clone(),
                };
                let line = serde_json::to_string(&listed).expect("an observation becomes JSON");
                lines.push(line + "\n");
            }
        }
        self.masked.insert(format!("{public}{READINGS}"), lines.concat().into_bytes());
        Ok(())
    }

    fn form(&self, journal: &Journal, store: &EvidenceStore, evidence: &Evidence) -> reports::Result<Form> {
        let is_file = evidence.offset.is_none() && journal.amendments().deletion_of(evidence).is_none();
        Ok(match evidence.media_type.as_str() {
            "image/png" if is_file => frames(&store.read(evidence)?).unwrap_or(Form::LeftOut),
            "audio/wav" if is_file => silent(&store.read(evidence)?).unwrap_or(Form::LeftOut),
            _ => Form::LeftOut,
        })
    }
}

/// The list of readings, below a run's public folder.
const READINGS: &str = "readings.jsonl";

/// The folder of run `number` in a public bundle, for what takes the place of its record.
fn folder_of(number: usize) -> String {
    format!("{}{number}/", names::PUBLIC_FORM)
}

/// An observation as the list has it: without its value, where its evidence is not there as it is. Of a line of a transcript the
/// hash is left out: somebody who tries all codes would find the one in it.
fn shown(recorded: &Observation, evidence: &Evidence, is_there: bool) -> Observation {
    let value = if is_there { recorded.value.clone() } else { Value::Null };
    let evidence = evidence.offset.is_none().then(|| evidence.clone());
    Observation { value, evidence, sealed: None, ..recorded.clone() }
}

/// The form of kept frames.
fn frames(png: &[u8]) -> Option<Form> {
    let kept = kept_frames(png).ok()?;
    let mut note: Note = serde_json::from_str(&kept.note).ok()?;
    let corner = note.place.map_or([0, 0], |place| place.corner);
    let region = match &mut note.look {
        Look::Checkmark { control, .. } if kept.frames.iter().all(|frame| shows_only(control, frame)) => {
            return Some(Form::AsItIs);
        }
        Look::Checkmark { region, .. } | Look::CodeView { region, .. } | Look::BackLabel { region, .. } => {
            Some(*region)
        }
        Look::Display { known, .. } => {
            // The state of its reader tells something of the digits before.
            *known = None;
            None
        }
        Look::QrSurroundings { .. } | Look::Heard { .. } => None,
    };
    let is_display = matches!(note.look, Look::Display { .. });
    let places = |frame: &Frame| match region {
        Some(region) => vec![inside(region, corner)],
        None if is_display => labels(frame),
        None => vec![frame.whole()],
    };
    let frames: Vec<Frame> = kept
        .frames
        .into_iter()
        .map(|mut frame| {
            for place in places(&frame) {
                blacken(&mut frame, place);
            }
            frame
        })
        .collect();
    Some(Form::Masked(keep_frames(&frames, &masked_note(&note))))
}

/// The note of a masked file.
fn masked_note(note: &Note) -> String {
    let mut note = serde_json::to_value(note).expect("a note becomes JSON");
    note["masked"] = true.into();
    note.to_string()
}

/// Whether no code is in the frame but the printed one, and no label of a display.
fn shows_only(control: &Control, frame: &Frame) -> bool {
    let seen = read_codes(frame, None);
    let is_known = seen.codes.iter().all(|code| code.payload == control.payload);
    is_known && !seen.abandoned && find_labels(frame, None).is_empty()
}

/// The labels in a frame, from their edges on; all of the frame where none is found.
fn labels(frame: &Frame) -> Vec<Region> {
    let around = |corners: readers::camera::Quad| {
        let (xs, ys) = (corners.map(|corner| corner.x), corners.map(|corner| corner.y));
        let least = |values: [f64; 4]| values.into_iter().fold(f64::MAX, f64::min).max(0.0).floor() as usize;
        let most = |values: [f64; 4]| values.into_iter().fold(0.0, f64::max).ceil() as usize;
        Region { x: least(xs), y: least(ys), width: most(xs) - least(xs), height: most(ys) - least(ys) }
    };
    let found: Vec<Region> = find_labels(frame, None).into_iter().map(around).collect();
    if found.len() == 1 { found } else { vec![frame.whole()] }
}

/// A region of the whole frame, in a part of it that begins at `corner`.
fn inside(region: Region, [x, y]: [usize; 2]) -> Region {
    let (right, bottom) = (region.x.saturating_add(region.width), region.y.saturating_add(region.height));
    let (left, top) = (region.x.saturating_sub(x), region.y.saturating_sub(y));
    Region {
        x: left,
        y: top,
        width: right.saturating_sub(x).saturating_sub(left),
        height: bottom.saturating_sub(y).saturating_sub(top),
    }
}

/// Makes a place in a frame black.
fn blacken(frame: &mut Frame, place: Region) {
    let Region { x, y, width, height } = frame.clip(place);
    for row in y..y + height {
        frame.y[row * frame.width + x..][..width].fill(0);
    }
    let (left, right, stride) = (x / 2, (x + width).div_ceil(2), frame.width / 2);
    for row in y / 2..(y + height).div_ceil(2) {
        for plane in [&mut frame.cb, &mut frame.cr] {
            plane[row * stride + left..row * stride + right].fill(128);
        }
    }
}

/// The form of a sound.
fn silent(wav: &[u8]) -> Option<Form> {
    let note: Note = serde_json::from_str(&wav_note(wav)?).ok()?;
    let mut sound = decode_wav(wav).ok()?;
    sound.at = BenchTime::ZERO;
    sound.samples.fill(0.0);
    Some(Form::Masked(sound.to_wav(&masked_note(&note))))
}

/// The list of readings of run `number`, by its name in a public bundle.
pub(super) fn list_of(number: usize) -> String {
    format!("{}{READINGS}", folder_of(number))
}

/// Writes the public form of the whole bundle `from` to `to`; with it goes `sealed`, the whole one encrypted.
///
/// # Errors
/// [`Refused`] for a bundle that is not whole, or whose masked files are others than those that were signed.
pub fn publish(from: &Path, to: &Path, sealed: Option<Vec<u8>>) -> Result<(), Refused> {
    let failed = |error: std::io::Error| Refused::new("a temporary folder", error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let unbundled = read_bundle(from, |name, bytes| {
        put(&folder.path().join(name), &bytes).map_err(|error| Refused::new(name, error))
    })?;
    let place = from.display().to_string();
    if unbundled.is_public() {
        return Err(Refused::new(&place, "the record is not in it: it is the public form already"));
    }
    let folders = (1..).map(RunRow::folder_of).map(|name| (folder.path().join(&name), name));
    let journals = folders.take_while(|(run, _)| run.is_dir());
    let journals =
        journals.map(|(run, name)| Journal::read(&run).map_err(|error| Refused::new(&name, error)));
    let journals = journals.collect::<Result<Vec<_>, _>>()?;
    let form = PublicForm::of(journals.iter()).map_err(|error| Refused::new(&place, error))?;
    form.check(unbundled.files.get(names::MASKED))?;
    let mut files = unbundled.files;
    files.extend(unbundled.attestations);
    files.extend(unbundled.stamps);
    files.insert(names::MANIFEST.to_owned(), unbundled.listed);
    files.extend(form.masked);
    for name in form.as_they_are {
        let bytes = fs::read(folder.path().join(&name)).map_err(|error| Refused::new(&name, error))?;
        files.insert(name, bytes);
    }
    files.extend(sealed.map(|sealed| (names::SEALED.to_owned(), sealed)));
    write_files(to, &files)
}

/// Reads the public form of run `number` again: `list` is its list of readings, `folder` holds what stayed as it is, below the
/// run's own names.
///
/// # Errors
/// [`Refused`], with the file, for a reading that is not what its evidence shows.
pub(super) fn reread(number: usize, list: &[u8], folder: &Path, fast: bool) -> Result<Reread, Refused> {
    let place = list_of(number);
    let refused = |what: &dyn std::fmt::Display| Refused::new(&place, what);
    let text = std::str::from_utf8(list).map_err(|error| refused(&error))?;
    let store = EvidenceStore::new(folder);
    let rereader = Rereader::new(&store, Memory::default());
    let mut reread = Reread::default();
    for line in text.lines() {
        let Listed { scenario, observation, .. } =
            serde_json::from_str(line).map_err(|error| refused(&error))?;
        let evidence = observation.evidence.as_ref().filter(|_| !observation.value.is_null());
        let Some(evidence) = evidence else {
            reread.masked += 1;
            continue;
        };
        if fast {
            continue;
        }
        let file = format!("{}{}", RunRow::folder_of(number), evidence.file);
        let bytes =
            store.read(evidence).map_err(|_| Refused::new(&file, "missing, or not what the list says"))?;
        let again = rereader.read(&observation, evidence, &bytes);
        let Again { observation: again, readers } = again.map_err(|error| Refused::new(&file, error))?;
        reread.readings += 1;
        if again != observation {
            if readers.is_none_or(|version| version == readers::VERSION) {
                let id = observation.id;
                let what = format!("observation {id} of {scenario:?} is not what its evidence shows");
                return Err(refused(&what));
            }
            reread.otherwise += 1;
        }
    }
    Ok(reread)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_black_and_the_rest_is_as_it_was() {
        let mut frame = Frame::still(8, 6, [vec![200; 48], vec![90; 12], vec![90; 12]]);
        blacken(&mut frame, inside(Region { x: 103, y: 50, width: 3, height: 2 }, [100, 50]));
        let dark: Vec<usize> = (0..48).filter(|place| frame.y[*place] == 0).collect();
        assert_eq!(dark, [3, 4, 5, 11, 12, 13]);
        assert_eq!(frame.cb.iter().filter(|value| **value == 128).count(), 2);
        blacken(&mut frame, Region { x: 7, y: 5, width: 900, height: 900 });
        assert_eq!(frame.y.iter().filter(|value| **value == 0).count(), 7);
    }

    #[test]
    fn what_lies_outside_of_a_part_is_not_masked_in_it() {
        let place = inside(Region { x: 0, y: 0, width: 120, height: 10 }, [100, 50]);
        assert_eq!((place.x, place.width, place.height), (0, 20, 0));
    }
}
