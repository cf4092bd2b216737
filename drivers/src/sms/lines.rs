//! Lines out of what a modem sends.

use crate::{BenchTime, Reading, Result, serial::SerialLine};

/// The longest line of any use: a whole message in hexadecimal has fewer than 700 characters. Of longer
/// ones the beginning is dropped.
const LONGEST: usize = 4_096;

/// Reads a serial line by lines of text.
pub(super) struct Lines {
    port: Box<dyn SerialLine>,
    /// Bytes received and not taken yet.
    buffer: Vec<u8>,
    /// When the last bytes came, and how surely.
    seen: Reading<()>,
}

impl Lines {
    pub fn new(port: Box<dyn SerialLine>) -> Self {
        Self { port, buffer: Vec::new(), seen: Reading::new(BenchTime::ZERO, Default::default(), ()) }
    }

    /// Writes `text` unchanged.
    pub fn write(&mut self, text: &str, deadline: BenchTime) -> Result<()> {
        self.port.write(text.as_bytes(), deadline)
    }

    /// The next non-blank line, or the prompt `>` that a modem sends without an end of line (TS 27.005
    /// section 3.5.1); `None` if neither arrived until `deadline`. Each byte is one character (ISO 8859-1),
    /// so that none is lost before the character set is known.
    pub fn next(&mut self, deadline: BenchTime) -> Result<Option<Reading<String>>> {
        loop {
            if let Some(line) = self.take() {
                return Ok(Some(self.seen.clone().map(|()| line)));
            }
            if self.seen.at > deadline {
                return Ok(None); // However much comes: it is too late.
            }
            let Reading { at, uncertainty, value, .. } = self.port.read(deadline)?;
            if value.is_empty() {
                return Ok(None);
            }
            self.seen = Reading::new(at, uncertainty, ());
            self.buffer.extend(value);
            let excess = self.buffer.len().saturating_sub(2 * LONGEST);
            self.buffer.drain(..excess);
        }
    }

    fn take(&mut self) -> Option<String> {
        while let Some(end) = self.buffer.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
            let line: Vec<u8> = self.buffer.drain(..=end).take(end).collect();
            if !line.trim_ascii().is_empty() {
                return Some(line.into_iter().map(char::from).collect());
            }
        }
        if self.buffer.trim_ascii() == b">" {
            self.buffer.clear();
            return Some(">".into());
        }
        None
    }
}
