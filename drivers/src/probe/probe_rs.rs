//! A debug probe, through `probe-rs`.

/// A debug probe that probe-rs knows.
pub struct ProbeRs;
