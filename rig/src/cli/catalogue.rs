//! Lists the defects and faults that a simulated bench can be given.

use serde::Serialize;

use super::{CliError, Format, print_json, print_line};
use crate::bench::simulated;

#[derive(Serialize)]
struct Defects {
    defects: Vec<simulated::DefectLine>,
}

/// `rig defects`.
pub(super) fn defects(format: Format) -> Result<u8, CliError> {
    let defects = simulated::defects();
    match format {
        Format::Json => print_json(&Defects { defects })?,
        Format::Human => {
            for defect in defects {
                let clauses = defect.clauses.join(", ");
                print_line(&format!(
                    "{:34} {:9} {clauses:22} {}",
                    defect.name, defect.component, defect.text
                ))?;
            }
        }
    }
    Ok(0)
}

#[derive(Serialize)]
struct Faults {
    faults: Vec<simulated::FaultLine>,
}

/// `rig faults`.
pub(super) fn faults(format: Format) -> Result<u8, CliError> {
    let faults = simulated::faults();
    match format {
        Format::Json => print_json(&Faults { faults })?,
        Format::Human => {
            for fault in faults {
                print_line(&format!("{:22} {:12} {}", fault.name, fault.instrument, fault.text))?;
            }
        }
    }
    Ok(0)
}
