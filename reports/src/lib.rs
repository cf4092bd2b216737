//! The record of a run, and what is made of it.
//!
//! A runner writes events through [`JournalWriter`] and keeps bytes in an [`EvidenceStore`]. All else starts
//! from a [`Journal`] that was read back: a [`Summary`] of it, and from both the reports [`text`], [`junit`]
//! and [`html`]. Nothing is reported that does not stand in the journal.

mod access;
mod amendments;
mod basis;
mod error;
mod event;
mod evidence;
mod html;
mod integrity;
mod journal;
mod junit;
mod mask;
mod messages;
mod outcome;
mod picture;
mod pictures;
mod proof;
pub mod release;
mod sealed;
mod summary;
mod text;

pub use access::Access;
pub use amendments::{AMENDMENTS_FILE, Amended, Amendment, Amendments, DeletedFile, amend};
pub use basis::{Basis, Cause, Deviation};
pub use error::{Error, Result};
pub use event::{
    Again, Because, ClauseInfo, Contribution, Distribution, Ended, Entry, Event, Evidence, FORMAT, Host,
    Input, InputKind, InstrumentInfo, Isolation, LeftOut, Level, Measurement, Observation, Origin,
    RunStarted, ScenarioInfo, Sealed, StepInfo, Verdict,
};
pub use evidence::{EvidenceStore, Transcript};
pub use html::{html, proof as proof_html};
pub use integrity::{Finding, Held, Inspection, Kept};
pub use journal::{
    ATTACHED, CHAIN_FILE, COMMON_CAUSE, JOURNAL_FILE, Journal, JournalWriter, QUARANTINED, RESUMED, Resumed,
    read_entries,
};
pub use junit::junit;
pub use mask::masked;
pub use messages::messages;
pub use outcome::Outcome;
pub use pictures::deciding_pictures;
pub use proof::{
    Cell, Deciding, DefectInfo, FalseAlarm, Matrix, Misblamed, MutantStatus, Proof, Proven, Tried, Worth,
    text as proof_text,
};
pub use sealed::{SEALED_FILE, Salt, SealedWriter, Secrets};
pub use summary::{
    AttemptSummary, ClauseResult, ClauseStatus, ClauseSummary, Counts, Flaky, NOT_EQUIPPED, Record, Retried,
    ScenarioSummary, StepSummary, Summary,
};
pub use text::text;
