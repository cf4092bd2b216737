//! Runs that one report is made of: repetitions of one suite on one product, as they were written, and made by no hand.

use std::path::Path;

use reports::{Journal, Summary, release::Ledger};

use crate::bad_input::BadInput;

/// The place of the first run that does not repeat run 1, and the part that differs.
pub fn first_other(runs: &[(Journal, Summary)]) -> Option<(usize, &'static str)> {
    let [(first, _), others @ ..] = runs else { return None };
    let other = |other: &Journal| {
        let (a, b) = (first.head(), other.head());
        let differs = [
            ("files", a.inputs != b.inputs),
            ("bench", a.bench != b.bench || a.simulated != b.simulated),
            ("profile", a.profile != b.profile),
            ("rig", a.rig != b.rig || program(first) != program(other)),
            ("defects", a.defects != b.defects),
        ];
        differs.into_iter().find(|(_, differs)| *differs).map(|(what, _)| what)
    };
    (1..).zip(others).find_map(|(place, (journal, _))| Some((place, other(journal)?)))
}

/// The hash of the program that made the run.
pub fn program(journal: &Journal) -> Option<&str> {
    journal.origin().and_then(|origin| origin.program_sha256.as_deref())
}

/// Whether a person stepped through the run: then it is not a verdict.
pub fn is_by_hand(journal: &Journal) -> bool {
    journal.origin().is_some_and(|origin| origin.by_hand)
}

/// The ledger in `file`, which is of this product.
///
/// # Errors
/// [`BadInput`] where it is not whole, or of another product.
pub fn ledger(file: &Path, product: &str) -> Result<Ledger, BadInput> {
    let text = BadInput::read(file)?;
    let ledger = Ledger::read(&file.display().to_string(), text.as_bytes());
    let ledger = ledger.map_err(|refused| BadInput::new(Path::new(&refused.place), refused.what))?;
    match ledger.line_of_another(product) {
        None => Ok(ledger),
        Some(line) => Err(BadInput::new(file, format!("line {line} is of another product"))),
    }
}
