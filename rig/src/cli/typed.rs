//! Lines that are typed at a terminal: editing, completion, and a history that is kept across sessions, without a secret in it.

use std::{env, fs, io, os::unix::fs::DirBuilderExt, path::PathBuf};

use rustyline::{
    Config, Context, Editor, Helper, completion::Completer, error::ReadlineError, highlight::Highlighter,
    hint::Hinter, history::FileHistory, validate::Validator,
};

use crate::debug::{command_verbs, has_secret};

/// How many lines are kept.
const KEPT: usize = 1000;
/// Names the folder for what programs keep.
const STATE: &str = "XDG_STATE_HOME";

/// Completes commands, and words that the place of a command can be.
pub(super) struct Words {
    places: Vec<String>,
}

impl Helper for Words {}
impl Highlighter for Words {}
impl Validator for Words {}
impl Hinter for Words {
    type Hint = String;
}

impl Completer for Words {
    type Candidate = String;

    fn complete(&self, line: &str, at: usize, _: &Context<'_>) -> rustyline::Result<(usize, Vec<String>)> {
        let typed = line.get(..at).unwrap_or(line);
        let Some((verb, _)) = typed.split_once(' ') else {
            let verbs = command_verbs().filter(|verb| verb.starts_with(typed));
            return Ok((0, verbs.map(|verb| format!("{verb} ")).collect()));
        };
        if !["to", "break"].contains(&verb) {
            return Ok((at, Vec::new()));
        }
        let begin = verb.len() + 1;
        let places = self.places.iter().filter(|place| place.starts_with(&typed[begin..]));
        Ok((begin, places.cloned().collect()))
    }
}

/// The next line that is typed; `places` complete what `to` and `break` take. `None` at the end of the input.
///
/// # Errors
/// The terminal fails.
pub(super) fn line(prompt: &str, places: &[String]) -> io::Result<Option<String>> {
    let failed = |error: ReadlineError| io::Error::other(error.to_string());
    let config = Config::builder().max_history_size(KEPT).map_err(failed)?.build();
    let mut editor = Editor::<Words, FileHistory>::with_config(config).map_err(failed)?;
    editor.set_helper(Some(Words { places: places.to_vec() }));
    let history = history();
    if let Some(file) = &history {
        // There is none at first.
        let _ = editor.load_history(file);
    }
    loop {
        match editor.readline(prompt) {
            Ok(line) => {
                if let Some(file) = history.as_ref().filter(|_| !has_secret(&line)) {
                    // Whoever cannot keep lines types them again.
                    let _ = editor.add_history_entry(line.as_str());
                    let _ = editor.append_history(file);
                }
                return Ok(Some(line));
            }
            Err(ReadlineError::Interrupted) => println!("stop ends the run, and so does Ctrl-D"),
            Err(ReadlineError::Eof) => return Ok(None),
            Err(error) => return Err(failed(error)),
        }
    }
}

/// The file of the lines, in a folder of one's own.
fn history() -> Option<PathBuf> {
    let named = env::var_os(STATE).filter(|folder| !folder.is_empty()).map(PathBuf::from);
    let folder =
        named.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".local/state")))?.join("rig");
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).ok()?;
    Some(folder.join("step-history"))
}

#[cfg(test)]
mod tests {
    use rustyline::history::DefaultHistory;

    use super::*;

    #[test]
    fn commands_and_places_are_completed() {
        let words = Words { places: vec!["S5.B.5b".to_owned(), "@sms".to_owned()] };
        let history = DefaultHistory::new();
        let complete = |line: &str| words.complete(line, line.len(), &Context::new(&history)).unwrap();
        assert_eq!(complete("cont"), (0, vec!["continue ".to_owned()]));
        assert_eq!(complete("break S5"), (6, vec!["S5.B.5b".to_owned()]));
        assert_eq!(complete("to @"), (3, vec!["@sms".to_owned()]));
        assert_eq!(complete("note S5").1, Vec::<String>::new());
    }
}
