//! A session between a rig and a phone's test agent: the agent obeys only a rig that proves the bench key.
//!
//! `PHONE.md` is the normative text, for people who write an agent. Both ends live here, so that the rig, the
//! simulated phones and the tests of either run the same code. Nothing here does input or output, reads a
//! clock or makes random numbers: packets and nonces are handed in.
//!
//! The rig says hello with a nonce; the agent answers with a nonce of its own and proves the bench key over
//! both. Keys for each direction follow from the bench key and both nonces, and every message is sealed with
//! ChaCha20-Poly1305 (RFC 8439) under a counter that only rises. The first message that opens is the rig's
//! proof.

use core::fmt;

mod agent;
mod keys;
mod packet;
mod rig;

pub use agent::{AgentEnd, Received, Reply};
pub use keys::{BenchKey, KeyLength};
pub use rig::{Answered, RigHello, RigSession};

/// The longest message that a session carries, in bytes. Sealed, as a packet, in a frame, it fits
/// [`PHONE_FRAME`](crate::frame::PHONE_FRAME).
pub const MESSAGE: usize = 3900;

/// The longest packet: a message, its tag of 16 bytes, and up to 15 bytes of CBOR around them.
pub const PACKET: usize = MESSAGE + 31;

/// A session's nonce: 16 bytes from an unpredictable generator, used once.
pub type Nonce = [u8; 16];

/// A packet that the rig cannot take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Untrusted {
    /// Not a packet that is valid at this point.
    Unexpected,
    /// The agent does not have the bench key.
    WrongKey,
    /// Its seal does not fit: forged, replayed or damaged.
    Forged,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Unexpected => "no packet that could come now",
            Self::WrongKey => "the agent does not have this bench key",
            Self::Forged => "a seal that does not fit: forged, replayed or damaged",
        })
    }
}

impl core::error::Error for Untrusted {}
