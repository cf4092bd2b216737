//! Who holds a bench: what is written into its locks.

use std::{path::Path, process};

use crate::provenance;

/// Who holds a bench, for others who want it.
pub(super) fn holder(operator: Option<&str>, folder: Option<&Path>) -> String {
    let operator = operator.map_or_else(provenance::login, str::to_owned);
    let folder = folder.map(|folder| format!(", run {}", folder.display())).unwrap_or_default();
    format!("{operator}, process {}, since {}{folder}", process::id(), provenance::utc_now())
}
