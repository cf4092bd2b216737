//! Statements: in-toto statements (version 1) with the predicates of a bundle.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{Refused, TestReport, names};

/// The media type of a statement.
pub const PAYLOAD_TYPE: &str = "application/vnd.in-toto+json";
/// The type of a statement.
const STATEMENT: &str = "https://in-toto.io/Statement/v1";

/// Begins the first line of what a simulated bench gives.
pub(super) const SIMULATED_LINE: &str = "SIMULATED PRODUCT ON A SIMULATED BENCH. ";

/// The types of predicates. Those of our own are described in `METHOD.md`; their addresses lead nowhere.
pub mod predicate {
    /// The in-toto project's result of tests, version 0.1.
    pub const TEST_RESULT: &str = "https://in-toto.io/attestation/test-result/v0.1";
    /// A laboratory's test report.
    pub const REPORT: &str = "https://rig.invalid/test-report/v1";
    /// A certification body's certificate over a test report.
    pub const CERTIFICATE: &str = "https://rig.invalid/certificate/v1";
}

/// A statement: something said of subjects.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement<P> {
    #[serde(rename = "_type")]
    kind: String,
    /// Tested items, by name and hash.
    pub subject: Vec<Descriptor>,
    #[serde(rename = "predicateType")]
    predicate_type: String,
    /// The predicate.
    pub predicate: P,
}

/// Something that has a hash: a subject, or a file (in-toto's ResourceDescriptor).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Descriptor {
    /// Its name.
    pub name: String,
    /// Its hashes, by algorithm.
    pub digest: BTreeMap<String, String>,
    /// Further facts about it.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, Value>,
}

impl Descriptor {
    /// Something called `name`, with this SHA-256.
    pub fn new(name: &str, sha256: &str) -> Self {
        let digest = [("sha256".to_owned(), sha256.to_owned())].into();
        Self { name: name.to_owned(), digest, annotations: BTreeMap::new() }
    }

    /// Its SHA-256.
    pub fn sha256(&self) -> Option<&str> {
        self.digest.get("sha256").map(String::as_str)
    }
}

/// The predicate `test-result`: passed, warned and failed clauses. It knows neither inconclusive nor error: a clause that
/// is not decided stands in none of the lists, and the result is FAILED.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TestResult {
    /// PASSED, WARNED or FAILED.
    pub result: String,
    /// Everything that the result hangs on.
    pub configuration: Vec<Descriptor>,
    /// Clauses that the product keeps.
    pub passed_tests: Vec<String>,
    /// Clauses of level should that the product breaks.
    pub warned_tests: Vec<String>,
    /// Clauses that the product breaks.
    pub failed_tests: Vec<String>,
}

/// The predicate of a certificate: which report it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certificate {
    /// The certificate in a sentence.
    pub first_line: String,
    /// The report's number.
    pub report: String,
    /// SHA-256 of the report's payload.
    pub report_sha256: String,
    /// The day of the certificate.
    pub date: String,
    /// The bundle's file.
    pub file: String,
    /// The name of the body that certifies.
    pub body: String,
}

impl Certificate {
    /// The certificate of `body` over `report`, whose payload has this hash.
    pub fn of(report: &TestReport, report_sha256: &str, date: &str, body: &str) -> Self {
        let (mark, place) = match report.simulated {
            true => (names::SIMULATED, SIMULATED_LINE),
            false => ("", ""),
        };
        let first_line = format!(
            "{place}CERTIFICATE over test report {}: every clause that binds the product was kept in {} runs.",
            report.number,
            report.runs.len()
        );
        Self {
            first_line,
            report: report.number.clone(),
            report_sha256: report_sha256.to_owned(),
            date: date.to_owned(),
            file: format!("{}-certificate{mark}{}", report.number, names::EXTENSION),
            body: body.to_owned(),
        }
    }
}

impl<P: Serialize + DeserializeOwned> Statement<P> {
    /// The statement that says `predicate` of `subject`.
    pub fn new(subject: Vec<Descriptor>, predicate_type: &str, predicate: P) -> Self {
        Self { kind: STATEMENT.to_owned(), subject, predicate_type: predicate_type.to_owned(), predicate }
    }

    /// Its bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("a statement holds strings and finite numbers only")
    }

    /// Reads a verified payload of the file `place`.
    ///
    /// # Errors
    /// [`Refused`] for one of another type or form.
    pub fn read(place: &str, payload: &[u8], predicate_type: &str) -> Result<Self, Refused> {
        let refused = |what: String| Refused::new(place, what);
        let statement: Self = serde_json::from_slice(payload)
            .map_err(|error| refused(format!("not a statement that this program knows: {error}")))?;
        if statement.kind != STATEMENT || statement.predicate_type != predicate_type {
            return Err(refused(format!("a statement of another type than {predicate_type}")));
        }
        Ok(statement)
    }
}
