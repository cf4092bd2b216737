//! Readings of instruments: a value, its time and uncertainty, and the bytes it rests on.

use std::time::Duration;

use crate::BenchTime;

/// One reading of an instrument.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading<T> {
    /// When it was so, on the bench clock.
    pub at: BenchTime,
    /// How far `at` may be off, to either side (largest error, not a standard deviation).
    pub uncertainty: Duration,
    /// The value.
    pub value: T,
    /// The raw bytes, kept as evidence.
    pub raw: Option<Raw>,
}

impl<T> Reading<T> {
    /// A reading without evidence.
    pub fn new(at: BenchTime, uncertainty: Duration, value: T) -> Self {
        Self { at, uncertainty, value, raw: None }
    }

    /// The same moment and evidence with another value.
    pub fn map<U>(self, f: impl FnOnce(T) -> U) -> Reading<U> {
        Reading { at: self.at, uncertainty: self.uncertainty, value: f(self.value), raw: self.raw }
    }
}

/// The bytes behind a reading, as they came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw {
    /// The IANA media type ("image/png", "application/cbor", "text/plain").
    pub media_type: &'static str,
    /// The bytes.
    pub bytes: Vec<u8>,
}
