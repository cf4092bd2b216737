//! A mistake in a bench file.

use std::ops::Range;

use toml::Spanned;

use crate::{DriverError, ErrorKind};

/// Something that is wrong at one place of a bench file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigError {
    span: Option<Range<usize>>,
    message: String,
}

impl ConfigError {
    /// The value `at` is wrong.
    pub fn new<T>(at: &Spanned<T>, message: impl Into<String>) -> Self {
        Self::at(at.span(), message)
    }

    /// An error in the value at `span`.
    pub fn at(span: Range<usize>, message: impl Into<String>) -> Self {
        Self { span: Some(span), message: message.into() }
    }

    /// The keys of a driver do not fit together: the error stands at the driver's name.
    pub fn of_driver(message: impl Into<String>) -> Self {
        Self { span: None, message: message.into() }
    }

    /// The same error, which stands at `span` if it has no place yet.
    #[must_use]
    pub fn or_at(self, span: Range<usize>) -> Self {
        Self { span: self.span.or(Some(span)), ..self }
    }

    /// The error in words.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Where in the file it begins; 0 where it has no place.
    pub fn start(&self) -> usize {
        self.span.as_ref().map_or(0, |span| span.start)
    }

    /// As an error of `instrument`, whose settings were not checked before it was opened.
    pub fn of(self, instrument: &str) -> DriverError {
        DriverError::new(instrument, ErrorKind::Unsupported, self.message)
    }
}
