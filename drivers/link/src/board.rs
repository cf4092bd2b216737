//! Requests to a board, and its responses.

use core::fmt;

use minicbor::{Decode, Encode};

/// A request to a board.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Request<'b> {
    /// Who are you?
    #[n(0)]
    Identity,
    /// Act as if the button were pressed.
    #[n(1)]
    Press,
    /// The content of the display.
    #[n(2)]
    Display,
    /// Take this test key and forget the counters.
    #[n(3)]
    Provision {
        /// The shared secret.
        #[b(0)]
        key: Key<'b>,
        /// The counter of the next code, where codes follow a counter (RFC 4226) instead of the time (RFC 6238).
        #[n(1)]
        counter: Option<u64>,
    },
    /// It is now this moment.
    #[n(4)]
    SetClock {
        /// Seconds since 1970-01-01T00:00:00Z; 0 is a bad value.
        #[n(0)]
        unix: u64,
    },
    /// How often did you do what?
    #[n(5)]
    Counters,
}

/// A shared secret. `Debug` tells its length only.
#[derive(Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(transparent)]
pub struct Key<'b>(#[cbor(b(0), with = "minicbor::bytes")] pub &'b [u8]);

impl Key<'_> {
    /// How many bytes a board takes: 128 bits at least (RFC 4226, section 4, R6), and no more than 32.
    pub const LENGTHS: core::ops::RangeInclusive<usize> = 16..=32;
}

impl fmt::Debug for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Key of {} bytes", self.0.len())
    }
}

/// A board's response.
#[derive(Clone, Debug, PartialEq, Eq, Encode, Decode)]
pub enum Response<'b> {
    /// To `Identity`.
    #[n(0)]
    Identity {
        /// Make and model.
        #[b(0)]
        model: &'b str,
        /// The firmware's version.
        #[b(1)]
        firmware: &'b str,
        /// The chip's own id, FICR DEVICEID.
        #[n(2)]
        chip: u64,
        /// Whether test commands (all but `Identity`) are obeyed.
        #[n(3)]
        test_commands: bool,
    },
    /// To `Display`.
    #[n(1)]
    Display {
        /// Six characters left to right: `0` to `9`, `-` for a dash, a space for a dark digit.
        #[b(0)]
        text: &'b str,
    },
    /// To `Counters`.
    #[n(2)]
    Counters {
        /// Presses, of the button or by `Press`, since the last reset or `Provision`.
        #[n(0)]
        presses: u32,
        /// Codes shown since the last reset or `Provision`.
        #[n(1)]
        codes: u32,
        /// Frames thrown away (framing, checksum, decoding) since the last reset.
        #[n(2)]
        bad_frames: u32,
        /// Seconds since 1970 on the board's own clock; 0 where it was not set since the last reset.
        #[n(3)]
        unix: u64,
        /// The counter of the next code, which survives a loss of power; `None` for time-based codes.
        #[n(4)]
        counter: Option<u64>,
    },
    /// To `Press`, `Provision` and `SetClock`: done.
    #[n(3)]
    Done,
    /// Not done.
    #[n(4)]
    Refused {
        /// Why.
        #[n(0)]
        reason: Refusal,
    },
}

/// Why a board did not do what it was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Refusal {
    /// It does not know the request, or cannot read it.
    #[n(0)]
    Unknown,
    /// Test commands are disabled.
    #[n(1)]
    Disabled,
    /// A value is out of range.
    #[n(2)]
    BadValue,
    /// It cannot do so now.
    #[n(3)]
    NotReady,
}
