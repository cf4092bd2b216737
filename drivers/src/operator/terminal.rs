//! The terminal that the rig was started from.

use std::io::{self, BufRead, Read, Write};

use super::{Operator, Question};
use crate::{DriverError, Result, Trouble};

/// The longest answer that is read.
const LONGEST: u64 = 4_096;

/// Asks on standard error, so that reports can go to standard output, and reads standard input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal;

impl Operator for Terminal {
    fn ask(&mut self, question: &Question) -> Result<String> {
        let answer = converse(question, &mut io::stdin().lock(), &mut io::stderr().lock());
        let gone = |detail: String| DriverError::new("operator", Trouble::Unplugged, detail);
        answer.map_err(|error| gone(error.to_string()))?.ok_or_else(|| gone("the terminal was closed".into()))
    }
}

/// Shows the question and reads a line; `None` where there is none any more.
fn converse(
    question: &Question,
    input: &mut impl BufRead,
    output: &mut impl Write,
) -> io::Result<Option<String>> {
    writeln!(output, "{}", question.text())?;
    if let Some(secret) = question.secret() {
        writeln!(output, "    {secret}")?;
    }
    write!(output, "> ")?;
    output.flush()?;
    let mut line = Vec::new();
    let count = input.take(LONGEST).read_until(b'\n', &mut line)?;
    Ok((count > 0).then(|| String::from_utf8_lossy(line.trim_ascii()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(question: &Question, input: &[u8]) -> (Option<String>, String) {
        let mut output = Vec::new();
        let answer = converse(question, &mut &*input, &mut output).unwrap();
        (answer, String::from_utf8(output).unwrap())
    }

    #[test]
    fn the_person_sees_what_to_type() {
        let question = Question::new("Type this on phone-1:").with_secret("hunter2");
        let (answer, output) = answer(&question, b" done \r\nrest");
        assert_eq!(answer.as_deref(), Some("done"));
        assert_eq!(output, "Type this on phone-1:\n    hunter2\n> ");
    }

    #[test]
    fn an_end_is_told_from_an_empty_line() {
        let question = Question::new("x");
        assert_eq!(answer(&question, b"\n").0.as_deref(), Some(""));
        assert_eq!(answer(&question, b"").0, None);
        assert_eq!(answer(&question, b"\xff").0.as_deref(), Some("\u{fffd}"));
    }
}
