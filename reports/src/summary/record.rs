//! The record's own data: when, where, by whom and with what the run was made.

use serde::Serialize;

use crate::{Amended, Input, Journal, Origin};

/// The record of a run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Record {
    /// The journal's format.
    pub format: u32,
    /// When the run began, in UTC.
    pub begin: Option<String>,
    /// When it ended, in UTC; none for a journal that was cut short.
    pub end: Option<String>,
    /// The rig's version.
    pub rig: String,
    /// Who made it, where, with which program.
    #[serde(flatten)]
    pub origin: Origin,
    /// The files that it was made with.
    pub inputs: Vec<Input>,
    /// Where the run was resumed, and by whom.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resumed: Vec<String>,
    /// Amendments to the run after its end.
    pub amendments: Vec<Amended>,
}

impl Record {
    pub(super) fn new(journal: &Journal) -> Self {
        let head = journal.head();
        Self {
            format: head.format,
            begin: journal.begun().map(str::to_owned),
            end: journal.ended().map(str::to_owned),
            rig: head.rig.clone(),
            origin: journal.origin().cloned().unwrap_or_default(),
            inputs: head.inputs.clone(),
            resumed: journal.resumptions().map(str::to_owned).collect(),
            amendments: journal.amendments().all().to_vec(),
        }
    }
}
