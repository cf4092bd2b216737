//! What must hold for a bench file as a whole: names used once, everything referred to is there, every
//! driver known, every device present.

use std::{collections::BTreeSet, ops::Range, path::Path};

use toml::Spanned;

use super::{
    file::{BenchFile, Kind},
    names,
};
use crate::{bad_input::BadInput, keys::KeyRing};

/// Something wrong at a place of the file.
#[derive(Debug)]
pub(super) struct Fault {
    span: Range<usize>,
    message: String,
}

impl Fault {
    fn new<T>(at: &Spanned<T>, message: String) -> Self {
        Self { span: at.span(), message }
    }

    /// As an error that names file and line.
    pub fn in_file(self, path: &Path, text: &str) -> BadInput {
        BadInput::at(path, text, self.span.start, self.message)
    }
}

/// The first thing that is wrong.
pub(super) fn check(file: &BenchFile, keys: &KeyRing) -> Result<(), Fault> {
    unique_names(file)?;
    for display in &file.displays {
        present(*file.kind.get_ref(), &display.link.port)?;
    }
    let accepted = Accepted::on(*file.kind.get_ref());
    let cameras = names(file.cameras.iter().map(|camera| &camera.name));
    for camera in &file.cameras {
        known("camera driver", &camera.driver, accepted.cameras)?;
    }
    for display in &file.displays {
        known("driver of a link", &display.link.driver, &["serialport"])?;
        known("driver of a finger", &display.finger.driver, accepted.fingers)?;
        if let Some(probe) = &display.probe {
            known("driver of a probe", &probe.driver, &["probe-rs"])?;
        }
        one_of("camera", &display.view.camera, &cameras)?;
        one_of("key", &display.key, &keys.ids().collect())?;
    }
    for phone in &file.phones {
        known("phone driver", &phone.driver, accepted.phones)?;
    }
    Ok(())
}

/// The drivers that a kind of bench can have.
struct Accepted {
    cameras: &'static [&'static str],
    fingers: &'static [&'static str],
    phones: &'static [&'static str],
}

impl Accepted {
    fn on(kind: Kind) -> Self {
        match kind {
            Kind::Simulated => {
                Self { cameras: &["simulated"], fingers: &["simulated", "link"], phones: &["memory"] }
            }
            Kind::Hardware => Self { cameras: &[], fingers: &["link"], phones: &[] },
        }
    }
}

fn unique_names(file: &BenchFile) -> Result<(), Fault> {
    let cameras = file.cameras.iter().map(|camera| &camera.name);
    let displays = file.displays.iter().map(|display| &display.name);
    let phones = file.phones.iter().map(|phone| &phone.name);
    let mut seen = BTreeSet::new();
    for name in cameras.chain(displays).chain(phones) {
        if !seen.insert(name.get_ref()) {
            return Err(Fault::new(name, format!("the name {:?} is used twice", name.get_ref())));
        }
    }
    Ok(())
}

fn known(what: &str, value: &Spanned<String>, accepted: &[&str]) -> Result<(), Fault> {
    if accepted.contains(&value.get_ref().as_str()) {
        return Ok(());
    }
    let accepted = match accepted {
        [] => "this build has none for this kind of bench".to_owned(),
        some => format!("accepted: {}", some.join(", ")),
    };
    Err(Fault::new(value, format!("unknown {what} {:?}; {accepted}", value.get_ref())))
}

fn one_of(what: &str, value: &Spanned<String>, there: &BTreeSet<&str>) -> Result<(), Fault> {
    if there.contains(value.get_ref().as_str()) {
        return Ok(());
    }
    let there: Vec<_> = there.iter().copied().collect();
    Err(Fault::new(
        value,
        format!("there is no {what} {:?}; there are: {}", value.get_ref(), there.join(", ")),
    ))
}

/// On hardware a serial port must exist; on the simulated bench it is made.
fn present(kind: Kind, port: &Spanned<String>) -> Result<(), Fault> {
    match kind {
        Kind::Simulated => known("port of a simulated bench", port, &["pty"]),
        Kind::Hardware if Path::new(port.get_ref()).exists() => Ok(()),
        Kind::Hardware => {
            Err(Fault::new(port, format!("there is no device {:?} on this machine", port.get_ref())))
        }
    }
}
