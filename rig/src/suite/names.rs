//! Names that tell scenarios apart: journals, faults and proofs find a scenario by its name.

use std::collections::HashMap;

use super::features::WrittenScenario;
use crate::bad_input::BadInput;

/// The second scenario of a name is an error. The rows of an outline share theirs, and are numbered.
pub fn unique(written: &[WrittenScenario]) -> Result<(), BadInput> {
    let mut first = HashMap::<&str, &WrittenScenario>::new();
    for one in written {
        let before = *first.entry(&one.name).or_insert(one);
        if (&one.file, one.heading) != (&before.file, before.heading) {
            let (file, line) = (before.file.display(), before.heading);
            let message =
                format!("a scenario is named {:?} already, at {file}:{line}; names are unique", one.name);
            return Err(BadInput::in_line(&one.file, one.heading, message));
        }
    }
    Ok(())
}
