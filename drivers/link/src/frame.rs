//! One message in one frame: CBOR with a header and a checksum, stuffed so that a zero byte ends it.
//!
//! `LINK.md` is the normative text, for people who write the other end. Nothing here allocates, so that the
//! firmware and the rig run the same code.

use core::fmt;

use cobs::{CobsEncoder, DecodeResult, DecoderState};
use crc::{CRC_16_IBM_SDLC, Crc, Digest, Table};
use minicbor::{Decode, Encode, Encoder, encode::Write};

/// The version of the protocol, in the low seven bits of a frame's first byte.
pub const VERSION: u8 = 1;

/// The longest frame that a board sends or takes, delimiter included.
pub const BOARD_FRAME: usize = 128;

/// The longest frame that a phone's agent sends or takes, delimiter included: up to 4,093 bytes the
/// checksum finds any three wrong bits.
pub const PHONE_FRAME: usize = 4000;

const DELIMITER: u8 = 0;
const ANSWER: u8 = 0x80;
const HEADER: usize = 2;
const CHECKSUM: usize = 2;
const CRC: Crc<u16> = Crc::<u16>::new(&CRC_16_IBM_SDLC);

/// Which way a frame goes. It is in the frame, so that an echoing line is not taken for a board.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// From the rig.
    Request,
    /// To the rig.
    Answer,
}

/// A frame that came in whole: its checksum and its version are right.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Frame<'b> {
    /// Which way it goes.
    pub direction: Direction,
    /// The request's number; its answer bears the same.
    pub id: u8,
    /// The message, CBOR.
    pub body: &'b [u8],
}

impl<'b> Frame<'b> {
    /// The message; an error where the body is anything but one message of this type.
    pub fn message<M: Decode<'b, ()>>(&self) -> Result<M, Malformed> {
        let mut decoder = minicbor::Decoder::new(self.body);
        let message = decoder.decode().map_err(|_| Malformed)?;
        if decoder.position() == self.body.len() { Ok(message) } else { Err(Malformed) }
    }
}

/// Without the body, which may hold a key.
impl fmt::Debug for Frame<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} {} of {} bytes", self.direction, self.id, self.body.len())
    }
}

/// A message that is CBOR already, such as a sealed packet: one item, whole.
pub struct Item<'a>(pub &'a [u8]);

impl<C> Encode<C> for Item<'_> {
    fn encode<W: Write>(
        &self,
        e: &mut Encoder<W>,
        _: &mut C,
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        e.writer_mut().write_all(self.0).map_err(minicbor::encode::Error::write)
    }
}

/// The body is not a valid message of the requested type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no message of this protocol")
    }
}

impl core::error::Error for Malformed {}

/// A message that does not fit the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong;

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("message too long for a frame")
    }
}

impl core::error::Error for TooLong {}

/// Writes `message` as a frame, delimiter included, to the start of `wire`, and returns the frame's length.
/// `wire` is as long as the longest frame that the other end takes.
pub fn encode<M: Encode<()>>(
    direction: Direction,
    id: u8,
    message: &M,
    wire: &mut [u8],
) -> Result<usize, TooLong> {
    let first = match direction {
        Direction::Request => VERSION,
        Direction::Answer => VERSION | ANSWER,
    };
    let mut content = Content { cobs: CobsEncoder::new(wire), digest: CRC.digest() };
    content.write_all(&[first, id])?;
    Encoder::new(&mut content).encode(message).map_err(|_| TooLong)?;
    let length = content.finish()?;
    *wire.get_mut(length).ok_or(TooLong)? = DELIMITER;
    Ok(length + 1)
}

/// Content of an outgoing frame: checksummed and stuffed while it is written.
struct Content<'w> {
    cobs: CobsEncoder<'w>,
    digest: Digest<'static, u16, Table<1>>,
}

impl Content<'_> {
    fn finish(mut self) -> Result<usize, TooLong> {
        let checksum = self.digest.finalize();
        self.cobs.push(&checksum.to_le_bytes()).map_err(|_| TooLong)?;
        Ok(self.cobs.finalize())
    }
}

impl Write for Content<'_> {
    type Error = TooLong;

    fn write_all(&mut self, bytes: &[u8]) -> Result<(), TooLong> {
        self.digest.update(bytes);
        self.cobs.push(bytes).map_err(|_| TooLong)
    }
}

/// Finds frames of up to `N` bytes, delimiter included, in a stream of bytes. Counts invalid frames and skips
/// to the next delimiter.
pub struct Decoder<const N: usize> {
    cobs: DecoderState,
    content: [u8; N],
    length: usize,
    received: usize,
    bad: u32,
}

impl<const N: usize> Decoder<N> {
    /// A decoder that has seen nothing yet.
    pub const fn new() -> Self {
        Self { cobs: DecoderState::Idle, content: [0; N], length: 0, received: 0, bad: 0 }
    }

    /// Number of discarded frames: overlong, ill-stuffed, a wrong checksum or version.
    pub fn bad_frames(&self) -> u32 {
        self.bad
    }

    /// Takes the next byte; returns the frame that it ends.
    pub fn push(&mut self, byte: u8) -> Option<Frame<'_>> {
        self.received = self.received.saturating_add(1);
        if byte == DELIMITER {
            return self.delimit();
        }
        if self.received < N {
            // An error is impossible before the delimiter: all that COBS forbids is a zero inside.
            if let Ok(DecodeResult::DataContinue(byte)) = self.cobs.feed(byte) {
                self.append(byte);
            }
        }
        None
    }

    fn append(&mut self, byte: u8) {
        if let Some(free) = self.content.get_mut(self.length) {
            *free = byte;
            self.length += 1;
        }
    }

    fn delimit(&mut self) -> Option<Frame<'_>> {
        let received = core::mem::take(&mut self.received);
        let length = core::mem::take(&mut self.length);
        let whole = matches!(self.cobs.feed(DELIMITER), Ok(DecodeResult::DataComplete));
        self.cobs = DecoderState::Idle;
        if received == 1 {
            return None; // a delimiter alone: idle line
        }
        let frame = if whole && received <= N { open(&self.content[..length]) } else { None };
        if frame.is_none() {
            self.bad = self.bad.saturating_add(1);
        }
        frame
    }
}

impl<const N: usize> Default for Decoder<N> {
    fn default() -> Self {
        Self::new()
    }
}

/// The frame in `content`, where its checksum and version are right.
fn open(content: &[u8]) -> Option<Frame<'_>> {
    let (checked, checksum) = content.split_last_chunk::<CHECKSUM>()?;
    if CRC.checksum(checked) != u16::from_le_bytes(*checksum) {
        return None;
    }
    let ([first, id], body) = checked.split_first_chunk::<HEADER>()?;
    let direction = if first & ANSWER == 0 { Direction::Request } else { Direction::Answer };
    (first & !ANSWER == VERSION).then_some(Frame { direction, id: *id, body })
}
