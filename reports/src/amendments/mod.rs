//! Amendments: changes to a run after its end, such as a withdrawn result, or evidence deleted when its time
//! was over. They have a file of their own, whose chain continues the journal's; the journal stays unchanged.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Evidence;

mod read;
mod write;

pub use write::amend;

/// The name of the amendments' file in the run's folder.
pub const AMENDMENTS_FILE: &str = "amendments.jsonl";

/// One line of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amended {
    /// Its number, from 0.
    pub seq: u32,
    /// When it was written, by the host's clock, as RFC 3339 has it in UTC.
    pub utc: String,
    /// Who wrote it.
    pub by: String,
    /// Why.
    pub reason: String,
    /// The amendment.
    #[serde(flatten)]
    pub amendment: Amendment,
}

/// A change to a run after its end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Amendment {
    /// Results are withdrawn: of this scenario, of this clause, or of this clause in this scenario.
    Annulled {
        /// The scenario, by its name in the plan; `None` for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        scenario: Option<String>,
        /// The clause; `None` for all.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        clause: Option<String>,
    },
    /// Files were deleted, since their time was over.
    Deleted {
        /// Deleted files: each one's name in the run's folder, its hash and its size.
        files: Vec<DeletedFile>,
    },
    /// The run is kept beyond the time of its class, until it is let go.
    Held,
    /// Ends a hold.
    LetGo,
}

/// A file that was deleted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedFile {
    /// Its name, relative to the run's folder.
    pub file: String,
    /// SHA-256 of the bytes that it had, lower-case hex.
    pub sha256: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Amendments to a run after its end, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Amendments {
    all: Vec<Amended>,
    head: String,
    torn: Option<usize>,
}

impl Amendments {
    /// All of them, in their order.
    pub fn all(&self) -> &[Amended] {
        &self.all
    }

    /// The hash of the last line; without amendments, the journal's.
    pub fn head(&self) -> &str {
        &self.head
    }

    /// The line (from 1) within which the file was cut short; `None` if every line is whole.
    pub fn torn(&self) -> Option<usize> {
        self.torn
    }

    /// The amendment that withdraws the result on `clause` in `scenario`.
    pub fn annulling(&self, scenario: &str, clause: &str) -> Option<&Amended> {
        self.all.iter().find(|one| one.annuls(scenario, Some(clause)))
    }

    /// The amendment that withdraws all of `scenario`.
    pub fn annulling_all_of(&self, scenario: &str) -> Option<&Amended> {
        self.all.iter().find(|one| one.annuls(scenario, None))
    }

    /// Whether any result is withdrawn.
    pub fn annul_anything(&self) -> bool {
        self.all.iter().any(|one| matches!(one.amendment, Amendment::Annulled { .. }))
    }

    /// The amendment that deleted the file of `evidence`.
    pub fn deletion_of(&self, evidence: &Evidence) -> Option<&Amended> {
        self.deleted()
            .get(evidence.file.as_str())
            .filter(|(_, file)| evidence.offset.is_some() || file.sha256 == evidence.sha256)
            .map(|(one, _)| *one)
    }

    /// Every file that was deleted, by its name.
    pub fn deleted(&self) -> BTreeMap<&str, (&Amended, &DeletedFile)> {
        let files = self.all.iter().flat_map(|one| match &one.amendment {
            Amendment::Deleted { files } => {
                files.iter().map(|file| (file.file.as_str(), (one, file))).collect()
            }
            _ => Vec::new(),
        });
        files.collect()
    }

    /// Whether the run is held.
    pub fn held(&self) -> bool {
        let last = self.all.iter().rev().find_map(|one| match one.amendment {
            Amendment::Held => Some(true),
            Amendment::LetGo => Some(false),
            _ => None,
        });
        last.unwrap_or(false)
    }
}

impl Amended {
    /// Whether it withdraws what `scenario` says about this clause, or about anything.
    fn annuls(&self, scenario: &str, about: Option<&str>) -> bool {
        let Amendment::Annulled { scenario: of, clause } = &self.amendment else { return false };
        let named = of.as_deref().is_none_or(|of| of == scenario);
        named && clause.as_deref().is_none_or(|clause| Some(clause) == about)
    }

    /// The amendment in a few words.
    pub fn told(&self) -> String {
        format!("{} by {}: {}", self.amendment.word(), self.by, self.reason)
    }
}

impl Amendment {
    /// The word for people.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Annulled { .. } => "annulled",
            Self::Deleted { .. } => "deleted",
            Self::Held => "held",
            Self::LetGo => "let go",
        }
    }
}
