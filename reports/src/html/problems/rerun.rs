//! The command that runs a scenario again.

use crate::Journal;

/// Options that say which scenarios run, and take a value.
const SELECTION: [&str; 2] = ["--name", "--tags"];
/// Options that belong to the run that was, not to the scenario, and take a value.
const OF_THE_RUN: [&str; 6] = ["--seed", "--jobs", "--operator", "--class", "--out", "--format"];
/// Of the same kind, but given in full by the journal's head.
const OF_THE_HEAD: [&str; 3] = ["--defect", "--fault", "--mode"];

/// The command for the whole run, or for one scenario of it.
pub(super) fn command(journal: &Journal, scenario: Option<&str>) -> String {
    let head = journal.head();
    let mut words = vec!["rig".to_owned(), "run".to_owned()];
    let arguments = journal.origin().map_or(&[] as &[String], |origin| &origin.arguments);
    words.extend(kept(arguments, scenario.is_none()));
    if head.simulated {
        words.extend(["--seed".to_owned(), head.seed.to_string()]);
    }
    words.extend(head.defects.iter().flat_map(|defect| ["--defect".to_owned(), defect.clone()]));
    words.extend(head.faults.iter().flat_map(|fault| ["--fault".to_owned(), fault.clone()]));
    if let Some(name) = scenario {
        words.extend(["--name".to_owned(), format!("^{}$", escaped(name))]);
    }
    words.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" ")
}

/// The arguments of `rig run` that say what is tested on what: bench, suite, files, and the selection of the whole run.
fn kept(arguments: &[String], whole: bool) -> Vec<String> {
    let mut arguments = arguments.iter();
    // A run that another command made has none that `rig run` takes.
    if arguments.next().is_none_or(|command| command != "run") {
        return Vec::new();
    }
    let mut kept = Vec::new();
    while let Some(argument) = arguments.next() {
        let option = argument.split_once('=').map_or(argument.as_str(), |(option, _)| option);
        let selects = SELECTION.contains(&option) && !whole;
        if selects || OF_THE_RUN.contains(&option) || OF_THE_HEAD.contains(&option) {
            if !argument.contains('=') {
                arguments.next();
            }
        } else {
            kept.push(argument.clone());
        }
    }
    kept
}

/// A name as a regular expression that matches nothing else.
fn escaped(name: &str) -> String {
    let special = |letter: char| r"\.+*?()|[]{}^$".contains(letter);
    name.chars().flat_map(|letter| special(letter).then_some('\\').into_iter().chain([letter])).collect()
}

/// A word as a shell takes it.
fn quoted(word: &str) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_./=@:,+".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn what_is_tested_is_kept_and_what_was_said_of_the_run_is_not() {
        let line = "run --bench b.toml --seed 7 --out=x --tags @phone features/a.feature --as-equipped";
        assert_eq!(kept(&words(line), false), words("--bench b.toml features/a.feature --as-equipped"));
        let whole = words("--bench b.toml --tags @phone features/a.feature --as-equipped");
        assert_eq!(kept(&words(line), true), whole);
        assert!(kept(&words("prove --seed 7"), true).is_empty());
        assert!(kept(&[], true).is_empty());
    }

    #[test]
    fn a_name_is_matched_whole_and_passes_a_shell() {
        assert_eq!(escaped("One press (twice)."), r"One press \(twice\)\.");
        assert_eq!(quoted("Somebody else's"), r"'Somebody else'\''s'");
        assert_eq!(quoted("features/a.feature"), "features/a.feature");
        assert_eq!(quoted(""), "''");
    }
}
