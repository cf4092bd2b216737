//! Bundles of a release: a bundle with the record of its runs, and signed statements about it.
//!
//! A bundle (`.rigcert`) is one tar archive with one form for each byte of it: files in the order of their names, one form of
//! header, nothing between and nothing behind. Its statements are in-toto statements in DSSE envelopes, signed with Ed25519
//! keys. `METHOD.md` tells what they say.

pub mod age;
mod archive;
mod assemble;
mod bech32;
mod envelope;
mod key;
mod ledger;
mod manifest;
mod page;
mod report;
mod statement;
mod tables;
mod unbundle;

use std::fmt::Display;

pub use archive::{ArchiveWriter, read_archive};
pub use assemble::{Issue, sign_bundle, write_bundle, write_files};
pub use envelope::{Envelope, SignatureLine, pre_authentication};
pub use key::{PublicKey, SigningSecret};
pub use ledger::{Attempt, Ledger, LedgerEvent, LedgerLine, product_hash};
pub use manifest::Manifest;
pub use report::{
    ClauseRow, DECISION_RULE, FigureRow, METHOD, METHOD_VERSION, RunRow, Subject, TestReport, TestTables,
};
pub use statement::{Certificate, Descriptor, PAYLOAD_TYPE, Statement, TestResult, predicate};
pub use tables::tables_of;
pub use unbundle::{SignedParts, Unbundled, read_bundle};

/// The names of files in a bundle that are not files of a run.
pub mod names {
    /// The signed report.
    pub const REPORT: &str = "attestations/report.dsse.json";
    /// The same result, as the in-toto project's predicate has it.
    pub const TEST_RESULT: &str = "attestations/test-result.dsse.json";
    /// The certification body's signature over a report.
    pub const CERTIFICATE: &str = "attestations/certificate.dsse.json";
    /// Folder of what is signed by itself, and therefore stands in no manifest.
    pub const ATTESTATIONS: &str = "attestations/";
    /// The list of all other files, as `sha256sum` writes it.
    pub const MANIFEST: &str = "manifest.sha256";
    /// The method, as it was when the report was made.
    pub const METHOD: &str = "method.md";
    /// The page for people.
    pub const PAGE: &str = "report.html";
    /// The result by clause, for programs.
    pub const TABLES: &str = "result.json";
    /// Every attempt to test the product.
    pub const LEDGER: &str = "ledger.jsonl";
    /// Folder of the runs, by number from 1.
    pub const RUNS: &str = "runs/";
    /// The hashes of the masked files of the public form, as `sha256sum` writes them.
    pub const MASKED: &str = "masked.sha256";
    /// In a public bundle, folder of what takes the place of the record of runs.
    pub const PUBLIC_FORM: &str = "public/";
    /// In a public bundle, the whole one, encrypted for somebody's key; it stands in no manifest.
    pub const SEALED: &str = "sealed.age";
    /// Stands before [`EXTENSION`] in the name of a public bundle.
    pub const PUBLIC: &str = ".public";
    /// End of the name of a time stamp, which stands beside its statement.
    pub const STAMP: &str = ".tsr";
    /// End of a bundle's name.
    pub const EXTENSION: &str = ".rigcert";
    /// Stands before [`EXTENSION`] in the name of a bundle of a simulated bench.
    pub const SIMULATED: &str = "-simulated";
}

/// Why a bundle is refused: the place in it, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {what}")]
pub struct Refused {
    /// The file in the bundle, or the bundle itself.
    pub place: String,
    /// The mistake.
    pub what: String,
}

impl Refused {
    /// Something wrong at `place`.
    pub fn new(place: &str, what: impl Display) -> Self {
        Self { place: place.to_owned(), what: what.to_string() }
    }
}
