//! The step functions: what the sentences of the features do.
//!
//! They say which moves make up a step and which check judges it; the moves themselves are the session's,
//! the judging the oracle's.

mod guide;
mod login;
mod look;
mod password;
mod prepare;
mod times;

/// The phone in hand, and the one beside it.
const PHONE: usize = 0;
const OTHER_PHONE: usize = 1;
/// The code display under test, and the one beside it.
const DISPLAY: usize = 0;
const OTHER_DISPLAY: usize = 1;
