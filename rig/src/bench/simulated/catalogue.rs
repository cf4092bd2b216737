//! Lists the defects and faults that the simulated bench can be given.

use reports::DefectInfo;
use serde::Serialize;
use sim::{
    product::{DEFECTS, Defects},
    world::FAULTS,
};

/// A defect, as `rig defects` lists it.
#[derive(Serialize)]
pub struct DefectLine {
    /// Its number in the list of clauses and defects.
    pub number: u16,
    /// Its name.
    pub name: &'static str,
    /// The clauses it breaks.
    pub clauses: &'static [&'static str],
    /// Where it lives.
    pub component: String,
    /// Description, one sentence.
    pub text: &'static str,
}

impl From<DefectLine> for DefectInfo {
    fn from(line: DefectLine) -> Self {
        Self {
            number: line.number,
            name: line.name.into(),
            clauses: line.clauses.iter().map(|clause| (*clause).into()).collect(),
            component: line.component,
            text: line.text.into(),
        }
    }
}

/// A fault, as `rig faults` lists it.
#[derive(Serialize)]
pub struct FaultLine {
    /// Its name.
    pub name: &'static str,
    /// The kind of instrument it breaks.
    pub instrument: &'static str,
    /// Description, one sentence.
    pub text: &'static str,
}

/// Every defect that the reference product can be given.
pub fn defects() -> Vec<DefectLine> {
    let line = |defect: &'static sim::product::Defect| DefectLine {
        number: defect.number,
        name: defect.name,
        clauses: defect.clauses,
        component: format!("{:?}", defect.component).to_lowercase(),
        text: defect.text,
    };
    DEFECTS.iter().map(line).collect()
}

/// Every fault that the simulated bench can be given.
pub fn faults() -> Vec<FaultLine> {
    FAULTS
        .iter()
        .map(|fault| FaultLine { name: fault.name, instrument: fault.instrument, text: fault.text })
        .collect()
}

/// The full names of what the reference product is asked to get wrong, by name or by number; the error
/// names what there is.
pub fn defect_names(asked: &[String]) -> std::result::Result<Vec<String>, String> {
    let mut names = Vec::with_capacity(asked.len());
    for name in asked {
        let meant = Defects::parse([name]).map_err(|error| format!("{error}; `rig defects` lists all"))?;
        let full = DEFECTS.iter().filter(|defect| meant.has(defect.switch));
        names.extend(full.map(|defect| defect.name.to_owned()));
    }
    Ok(names)
}
