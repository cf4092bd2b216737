//! The result of a verification, for people and for programs.

use std::path::Path;

use reports::release::{Refused, age::Identity};
use serde_json::json;
use zeroize::Zeroizing;

use super::{
    stamp::Stamp,
    trust::Trust,
    verify::{RunChecked, Verified, verify, verify_sealed},
};
use crate::bad_input::BadInput;

/// The verification that somebody asks for.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    /// The bundle.
    pub bundle: &'a Path,
    /// The trust file.
    pub trust: &'a Path,
    /// Whether hashes alone are compared.
    pub fast: bool,
    /// The private key that a public bundle is sealed for, if the whole one in it is verified, too.
    pub identity: Option<&'a Path>,
    /// Whether a program reads the answer, as one line of JSON.
    pub json: bool,
}

impl Asked<'_> {
    /// Verifies the bundle: whether it holds, and the answer without a line feed at its end.
    ///
    /// # Errors
    /// [`BadInput`] for a trust file or an identity that cannot be used.
    pub fn answer(&self) -> Result<(bool, String), BadInput> {
        let trust = Trust::load(self.trust)?;
        let verified = match self.identity {
            Some(file) => verify_sealed(self.bundle, &trust, self.fast, &identity(file)?),
            None => verify(self.bundle, &trust, self.fast),
        };
        let text = match (&verified, self.json) {
            (Ok(verified), true) => for_programs(verified).to_string(),
            (Ok(verified), false) => page(verified, &trust, self.fast),
            (Err(refused), true) => refusal(refused).to_string(),
            (Err(refused), false) => format!("REFUSED  {refused}"),
        };
        Ok((verified.is_ok(), text))
    }
}

/// The private key in `file`.
fn identity(file: &Path) -> Result<Identity, BadInput> {
    let text = Zeroizing::new(BadInput::read(file)?);
    Identity::parse(&text).map_err(|what| BadInput::new(file, what))
}

/// A refusal as JSON.
fn refusal(refused: &Refused) -> serde_json::Value {
    let Refused { place, what } = refused;
    json!({ "verified": false, "place": place, "what": what })
}

/// The result as JSON.
fn for_programs(verified: &Verified) -> serde_json::Value {
    let parts = &verified.parts;
    let certificate = parts.certificate.as_ref().map(|certificate| &certificate.predicate);
    json!({
        "verified": true, "certified": certificate.is_some(), "report": parts.report.predicate,
        "certificate": certificate, "signers": parts.signers, "certifiers": parts.certifiers,
        "files": verified.listed, "left_out": verified.left_out, "runs": verified.runs,
    })
}

/// One page: what is certified and what not, who signed, and what was looked at.
fn page(verified: &Verified, trust: &Trust, fast: bool) -> String {
    let parts = &verified.parts;
    let report = &parts.report.predicate;
    let mut lines = vec!["VERIFIED".to_owned()];
    match &parts.certificate {
        Some(certificate) => lines.push(certificate.predicate.first_line.clone()),
        None => lines.push("No certificate: a laboratory's test report.".to_owned()),
    }
    lines.push(report.first_line.clone());
    lines.push(String::new());
    let mut put = |word: &str, text: &str| lines.push(format!("  {word:<12}{text}"));
    put("report", &format!("{}, issued {}", report.number, report.date));
    put("laboratory", &report.laboratory);
    put("client", &report.client);
    let words = ["tested by", "reviewed by"];
    for (number, id) in parts.signers.iter().enumerate() {
        put(words[number.min(1)], &format!("{} (key {})", trust.name(id), &id[..16]));
    }
    if parts.signers.len() < 2 {
        put("reviewed by", "nobody");
    }
    if let Some(certificate) = &parts.certificate {
        let by = parts.certifiers.iter().map(|id| trust.name(id)).collect::<Vec<_>>().join(", ");
        put(
            "certified by",
            &format!("{} ({by}), {}", certificate.predicate.body, certificate.predicate.date),
        );
    }
    for (statement, stamp) in &verified.stamps {
        match stamp {
            Stamp::At(moment, name) => put("time stamp", &format!("{moment} UTC by {name}, on {statement}")),
            Stamp::Unchecked(why) => put("time stamp", &format!("not checked, on {statement}: {why}")),
        }
    }
    for subject in &parts.report.subject {
        put("tested", &format!("{}, SHA-256 {}", subject.name, subject.sha256().unwrap_or("unknown")));
    }
    for run in &report.runs {
        put(&run.folder, &format!("{}, {} to {}, by {}", run.outcome, run.begun, run.ended, run.operator));
    }
    lines.push(String::new());
    lines.extend(looked_at(verified, fast));
    lines.push(limits(verified));
    lines.join("\n")
}

/// The verified parts.
fn looked_at(verified: &Verified, fast: bool) -> Vec<String> {
    let mut lines = vec![format!("{} files are those that were signed.", verified.listed)];
    let sum = |count: fn(&RunChecked) -> usize| verified.runs.iter().map(count).sum::<usize>();
    let readings = sum(|run| run.readings.unwrap_or(0));
    if verified.left_out > 0 {
        lines.push(format!(
            "PUBLIC FORM: {} files of the record are not in it as they were.",
            verified.left_out
        ));
        lines.push(format!(
            "{readings} readings were made again; {} are masked, and not re-read. Nothing was judged again.",
            sum(|run| run.masked)
        ));
        return lines;
    }
    if fast {
        lines
            .push("Frames and sounds were not read again, and nothing was judged again (--fast).".to_owned());
        return lines;
    }
    lines.push(format!(
        "{readings} readings were made again, and {} verdicts judged again.",
        sum(|run| run.verdicts)
    ));
    let otherwise = sum(|run| run.read_otherwise);
    if otherwise > 0 {
        lines
            .push(format!("{otherwise} readings come out otherwise with these readers; no verdict changes."));
    }
    let deleted = sum(|run| run.not_reread);
    if deleted > 0 {
        lines.push(format!(
            "{deleted} verdicts are not judged again: their evidence was deleted in its time."
        ));
    }
    lines
}

/// Clauses that are not certified.
fn limits(verified: &Verified) -> String {
    let left = |word: &str| {
        let clauses = verified.tables.clauses.iter().filter(|clause| clause.outcome == word);
        clauses.map(|clause| clause.id.as_str()).collect::<Vec<_>>()
    };
    let mut text = "Dates are the signers' own word. The results relate to the items tested only.".to_owned();
    for (word, says) in [("uncovered", "judged by no scenario"), ("not applicable", "not applicable")] {
        let ids = left(word);
        if !ids.is_empty() {
            text += &format!("\nOutside, {says}: {}", ids.join(" "));
        }
    }
    text
}
