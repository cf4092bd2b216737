//! One shape for everything that is wrong with a file from outside: which file, which line, what is
//! wrong and what is accepted. The command line shows it and ends with exit code 2.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
};

/// An error in a file that the rig was given.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct BadInput {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1, where one can be named.
    pub line: Option<usize>,
    /// The error, and what is accepted instead.
    pub message: String,
}

impl BadInput {
    /// Something wrong with `file` as a whole.
    pub fn new(file: &Path, message: impl Into<String>) -> Self {
        Self { file: file.to_owned(), line: None, message: message.into() }
    }

    /// Something wrong in line `line` of `file`, from 1.
    pub fn in_line(file: &Path, line: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line), ..Self::new(file, message) }
    }

    /// Something wrong at byte `offset` of `source`, the text of `file`.
    pub fn at(file: &Path, source: &str, offset: usize, message: impl Into<String>) -> Self {
        Self { line: Some(line_of(source, offset)), ..Self::new(file, message) }
    }

    /// The error that toml reports for `source`, the text of `file`. Its message names what is accepted; the
    /// source line, which may hold a secret, is left out.
    pub fn of_toml(file: &Path, source: &str, error: &toml::de::Error) -> Self {
        let message = error.message().trim_end().replace('\n', "; ");
        match error.span() {
            Some(span) => Self::at(file, source, span.start, message),
            None => Self::new(file, message),
        }
    }

    /// Reads the text of `file`.
    pub fn read(file: &Path) -> Result<String, Self> {
        fs::read_to_string(file).map_err(|error| Self::new(file, format!("cannot be read: {error}")))
    }
}

impl fmt::Display for BadInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, "{line}:")?;
        }
        write!(f, " {}", self.message)
    }
}

/// The line, from 1, of byte `offset` in `source`; the last line for an offset beyond its end.
fn line_of(source: &str, offset: usize) -> usize {
    1 + source.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_file_and_line() {
        let bad = BadInput::at(Path::new("bench.toml"), "a\nb\nc", 4, "no such key");
        assert_eq!(bad.to_string(), "bench.toml:3: no such key");
        assert_eq!(BadInput::new(Path::new("bench.toml"), "is empty").to_string(), "bench.toml: is empty");
    }

    #[test]
    fn a_toml_error_keeps_its_place_and_leaves_out_the_source() {
        let source = "a = 1\nkey = \"secret\nb = 2\n";
        let error = toml::from_str::<toml::Table>(source).unwrap_err();
        let bad = BadInput::of_toml(Path::new("keys.toml"), source, &error);
        assert_eq!(bad.line, Some(2));
        assert!(!bad.to_string().contains("secret"), "{bad}");
    }

    #[test]
    fn a_missing_file_is_named() {
        let bad = BadInput::read(Path::new("no/such/file.toml")).unwrap_err();
        assert!(bad.to_string().starts_with("no/such/file.toml: cannot be read:"), "{bad}");
    }
}
