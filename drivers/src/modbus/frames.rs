//! Frames in what comes from a line, wherever they begin.

use rmodbus::{ErrorKind, client::ModbusRequest};

/// A frame that answers a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// Its data, and the number of bytes before it.
    Answer { data: Vec<u8>, at: usize },
    /// An exception with this code.
    Exception(u8),
}

/// Unit, function, the number of bytes or an exception's code, and a checksum of two bytes.
const LEAST_FRAME: usize = 5;
const EXCEPTION: u8 = 0x80;

/// The first frame in `bytes` that answers `request` with `least` bytes of data or more.
///
/// The library takes each frame of another function for an exception, and so is asked for the checksum only.
pub(super) fn find(request: &ModbusRequest, bytes: &[u8], least: usize) -> Option<Found> {
    let function = request.func.byte();
    (0..bytes.len()).find_map(|at| {
        let frame = &bytes[at..];
        let [unit, told, number, ..] = *frame else { return None };
        if unit != request.unit_id {
            return None;
        }
        if told == function | EXCEPTION {
            return is_whole(request, frame.get(..LEAST_FRAME)?).then_some(Found::Exception(number));
        }
        let size = usize::from(number);
        if told != function || least == 0 || size < least {
            return None;
        }
        let frame = frame.get(..LEAST_FRAME + size)?;
        is_whole(request, frame).then(|| Found::Answer { data: frame[3..3 + size].to_vec(), at })
    })
}

/// Whether the checksum of `frame` is right.
fn is_whole(request: &ModbusRequest, frame: &[u8]) -> bool {
    !matches!(request.parse_ok(frame), Err(ErrorKind::FrameCRCError | ErrorKind::FrameBroken))
}

/// `bytes` without the first `part` in them.
pub(super) fn without(bytes: &[u8], part: &[u8]) -> Vec<u8> {
    match position(bytes, part) {
        Some(place) => [&bytes[..place], &bytes[place + part.len()..]].concat(),
        None => bytes.to_vec(),
    }
}

/// How often `part` is in `bytes`.
pub(super) fn count(mut bytes: &[u8], part: &[u8]) -> usize {
    let mut count = 0;
    while let Some(place) = position(bytes, part) {
        bytes = &bytes[place + part.len()..];
        count += 1;
    }
    count
}

fn position(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len().max(1)).position(|window| window == part)
}
