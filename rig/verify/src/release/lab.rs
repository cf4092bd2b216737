//! Declarations of a laboratory before a campaign: its people, its instruments, the items that it was given. Each file
//! goes into the bundle; what is missing in one is told all at once.

use std::path::Path;

use chrono::NaiveDate;
use serde::Deserialize;

use super::trust::day;
use crate::bad_input::BadInput;

/// A day in a file.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(try_from = "String")]
pub(super) struct FileDay(pub(super) NaiveDate);

impl TryFrom<String> for FileDay {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        day(&text).map(Self)
    }
}

/// `people.toml`: who may do what, and until when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    person: Vec<Person>,
}

/// A `[[person]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Person {
    name: String,
    may: Vec<Task>,
    until: FileDay,
}

/// Permissions of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Task {
    /// Run a campaign.
    Run,
    /// Drive phones and devices by hand, where a bench lacks an actuator.
    Drive,
    /// Put an instrument that failed back into use.
    ClearQuarantine,
    /// Withdraw a result.
    Annul,
    /// Review a test report.
    Review,
    /// Sign a test report.
    Sign,
    /// Change the method.
    ChangeMethod,
}

/// `instruments.toml`: the calibration of each instrument of a bench.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calibrations {
    instrument: Vec<Calibration>,
}

/// An `[[instrument]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Calibration {
    name: String,
    certificate: String,
    laboratory: String,
    /// The last day that the certificate counts.
    due: FileDay,
    /// The last intermediate check, as the laboratory tells it.
    #[serde(default)]
    checked: Option<FileDay>,
    /// Expanded uncertainty with its unit, as the certificate has it.
    #[serde(default)]
    uncertainty: Option<String>,
}

/// `items.toml`: the specimens that were handed in.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Items {
    item: Vec<Item>,
}

/// An `[[item]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Item {
    id: String,
    received_from: String,
    received: FileDay,
    sampled_by: String,
    seal: String,
    state: State,
    #[serde(default)]
    photograph: Option<String>,
    #[serde(default)]
    disposal: Option<String>,
}

/// The state of a specimen when it came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum State {
    New,
    Activated,
    Blocked,
}

/// Reads a file of this kind.
///
/// # Errors
/// [`BadInput`] with the line, and what is accepted.
pub fn load<T: for<'de> Deserialize<'de>>(file: &Path) -> Result<T, BadInput> {
    parse(file, &BadInput::read(file)?)
}

/// As [`load`], of the text of a file.
///
/// # Errors
/// [`BadInput`] with the line, and what is accepted.
pub fn parse<T: for<'de> Deserialize<'de>>(file: &Path, text: &str) -> Result<T, BadInput> {
    toml::from_str(text).map_err(|error| BadInput::of_toml(file, text, &error))
}

impl People {
    /// Why `operator` may not run a campaign on `today`; nothing if they may.
    pub fn missing(&self, operator: &str, today: NaiveDate) -> Option<String> {
        let Some(person) = self.person.iter().find(|person| person.name == operator) else {
            return Some(format!("people: {operator} is not among them"));
        };
        if !person.may.contains(&Task::Run) {
            return Some(format!("people: {operator} may not run a campaign"));
        }
        let until = person.until.0;
        (until < today).then(|| format!("people: {operator} was authorised until {until}"))
    }
}

impl Calibrations {
    /// Missing documents for each of the bench's instruments on `today`.
    pub fn missing<'i>(&self, instruments: impl Iterator<Item = &'i str>, today: NaiveDate) -> Vec<String> {
        instruments.filter_map(|name| self.missing_of(name, today)).collect()
    }

    fn missing_of(&self, name: &str, today: NaiveDate) -> Option<String> {
        let Some(known) = self.instrument.iter().find(|known| known.name == name) else {
            return Some(format!("instruments: {name} has no entry"));
        };
        let due = known.due.0;
        if due < today {
            let Calibration { certificate, laboratory, .. } = known;
            return Some(format!(
                "instruments: {name}: certificate {certificate} of {laboratory} ended on {due}"
            ));
        }
        if known.checked.is_some_and(|checked| checked.0 > today) {
            return Some(format!("instruments: {name}: its last check is in the future"));
        }
        let told = known.uncertainty.as_deref();
        told.is_some_and(str::is_empty).then(|| format!("instruments: {name}: its uncertainty is empty"))
    }
}

impl Items {
    /// Missing details of the specimens on `today`, of which `wanted` are asked for.
    pub fn missing(&self, wanted: usize, today: NaiveDate) -> Vec<String> {
        let mut missing = Vec::new();
        if self.item.len() < wanted {
            missing.push(format!("items: {} specimens; the method asks for {wanted}", self.item.len()));
        }
        for (number, item) in self.item.iter().enumerate() {
            let id = &item.id;
            if self.item[..number].iter().any(|before| before.id == *id) {
                missing.push(format!("items: {id} stands in it twice"));
            }
            if item.received.0 > today {
                missing.push(format!("items: {id} came in the future"));
            }
            let parts = [
                ("from whom it came", &item.received_from),
                ("who sampled it", &item.sampled_by),
                ("its seal", &item.seal),
            ];
            missing.extend(
                parts
                    .iter()
                    .filter(|(_, text)| text.is_empty())
                    .map(|(what, _)| format!("items: {id}: {what} is empty")),
            );
            let told = [("photograph", &item.photograph), ("disposal", &item.disposal)];
            missing.extend(
                told.iter()
                    .filter(|(_, text)| text.is_none())
                    .map(|(what, _)| format!("items: {id}: no {what} is told")),
            );
            if item.state != State::New {
                missing.push(format!("items: {id} is not new; the suite activates it"));
            }
        }
        missing
    }
}
