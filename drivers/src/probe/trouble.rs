//! Maps errors of probe-rs to kinds of error.

use std::{error::Error, io};

use probe_rs::architecture::arm::{ArmError, DapError};
use probe_rs::config::RegistryError;
use probe_rs::probe::{DebugProbeError, ProbeCreationError};

use crate::ErrorKind;

/// The most telling of `error` and all that caused it.
pub(super) fn trouble_of(error: &(dyn Error + 'static)) -> ErrorKind {
    std::iter::successors(Some(error), |&error| error.source())
        .filter_map(named_by)
        .last()
        .unwrap_or(ErrorKind::Protocol)
}

/// The trouble that this one error names, without what caused it.
fn named_by(error: &(dyn Error + 'static)) -> Option<ErrorKind> {
    if let Some(error) = error.downcast_ref::<ProbeCreationError>() {
        return of_opening(error);
    }
    if let Some(error) = error.downcast_ref::<DebugProbeError>() {
        return of_probe(error);
    }
    if let Some(error) = error.downcast_ref::<ArmError>() {
        return of_chip(error);
    }
    if let Some(error) = error.downcast_ref::<probe_rs::Error>() {
        return matches!(error, probe_rs::Error::Timeout).then_some(ErrorKind::NoAnswer);
    }
    if let Some(DapError::NoAcknowledge | DapError::WaitResponse) = error.downcast_ref() {
        return Some(ErrorKind::NoAnswer);
    }
    if error.is::<RegistryError>() {
        return Some(ErrorKind::Unsupported);
    }
    // USB errors reach us as input and output errors, at any depth.
    error.is::<io::Error>().then_some(ErrorKind::Unplugged)
}

fn of_opening(error: &ProbeCreationError) -> Option<ErrorKind> {
    match error {
        ProbeCreationError::NotFound => Some(ErrorKind::NotFound),
        ProbeCreationError::CouldNotOpen => Some(ErrorKind::InUse),
        _ => None,
    }
}

fn of_probe(error: &DebugProbeError) -> Option<ErrorKind> {
    match error {
        DebugProbeError::Usb(_) => Some(ErrorKind::Unplugged),
        DebugProbeError::Timeout | DebugProbeError::TargetNotFound => Some(ErrorKind::NoAnswer),
        _ => None,
    }
}

fn of_chip(error: &ArmError) -> Option<ErrorKind> {
    match error {
        ArmError::Timeout | ArmError::NoTargetResponse { .. } => Some(ErrorKind::NoAnswer),
        ArmError::NoArmTarget => Some(ErrorKind::WrongDevice),
        ArmError::MissingPermissions(_) => Some(ErrorKind::Unsupported),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_innermost_cause_names_the_trouble() {
        let gone = io::Error::new(io::ErrorKind::NotConnected, "gone");
        let unplugged = probe_rs::Error::from(ArmError::from(DebugProbeError::Usb(gone)));
        assert_eq!(trouble_of(&unplugged), ErrorKind::Unplugged);
        let silent = ArmError::NoTargetResponse { source: Box::new(DapError::NoAcknowledge.into()) };
        assert_eq!(trouble_of(&probe_rs::Error::from(silent)), ErrorKind::NoAnswer);
        let faulted = probe_rs::Error::from(ArmError::from(DapError::FaultResponse));
        assert_eq!(trouble_of(&faulted), ErrorKind::Protocol);
        let absent = DebugProbeError::ProbeCouldNotBeCreated(ProbeCreationError::NotFound);
        assert_eq!(trouble_of(&absent), ErrorKind::NotFound);
    }
}
