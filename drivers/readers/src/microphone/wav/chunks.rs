//! The chunks of a RIFF file (Multimedia Programming Interface and Data Specifications 1.0), and of RF64, its form for long
//! files (EBU Tech 3306).

use super::{WavError, undecodable};

/// Content of a file: the format of samples, and the samples.
pub(super) struct Data<'b> {
    pub format: &'b [u8],
    pub samples: &'b [u8],
}

/// Lengths that writers leave who did not know better: none yet, and those that stand for "to the end". Pipes are written with
/// the largest that a program holds possible, which is at least this.
const UNKNOWN: usize = 0x7fff_0000;

/// Reads the chunks of `bytes`.
pub(super) fn read(bytes: &[u8]) -> Result<Data<'_>, WavError> {
    let head = bytes.get(..12).ok_or_else(|| undecodable("too short for a WAV file"))?;
    match (&head[..4], &head[8..]) {
        (b"RIFF" | b"RF64" | b"BW64", b"WAVE") => {}
        (b"RIFX", _) => return Err(undecodable("big-endian RIFX")),
        (b"FORM", _) => return Err(undecodable("AIFF")),
        (b"RIFF" | b"RF64" | b"BW64", other) => {
            return Err(undecodable(format!("RIFF with {:?}", String::from_utf8_lossy(other))));
        }
        _ => return Err(undecodable("not a RIFF file")),
    }
    let (mut at, mut format, mut long) = (12, None, None);
    while let Some(head) = bytes.get(at..at + 8) {
        let (name, begin) = (&head[..4], at + 8);
        let told = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
        let there = bytes.len() - begin;
        match name {
            b"data" => {
                let format = format.ok_or_else(|| undecodable("samples without a format before them"))?;
                let length = length_of_samples(bytes, begin, told, long)?;
                return Ok(Data { format, samples: &bytes[begin..begin + length] });
            }
            // The lengths of the file and of its samples, in 64 bits.
            b"ds64" => {
                let field = bytes.get(begin + 8..begin + 16).and_then(|field| field.try_into().ok());
                long = field.map(u64::from_le_bytes).and_then(|length| usize::try_from(length).ok());
            }
            b"fmt " => format = bytes.get(begin..begin + told),
            _ => {}
        }
        if told > there {
            let name = String::from_utf8_lossy(name);
            return Err(undecodable(format!("cut short: chunk {name:?} has {there} of {told} bytes")));
        }
        at = next(bytes, begin + told);
    }
    Err(undecodable("no samples in it"))
}

/// Names of chunks that are common in sound files.
const KNOWN: [&[u8]; 12] = [
    b"data", b"fmt ", b"LIST", b"fact", b"JUNK", b"junk", b"bext", b"id3 ", b"ID3 ", b"cue ", b"PEAK",
    b"smpl",
];

/// Where the next chunk begins: a chunk of odd length is filled up with a byte, which some writers forget.
fn next(bytes: &[u8], end: usize) -> usize {
    let name = |at: usize| bytes.get(at..at + 4).unwrap_or_default();
    let forgotten = KNOWN.contains(&name(end)) && !KNOWN.contains(&name(end + 1));
    if end % 2 == 1 && !forgotten { end + 1 } else { end }
}

/// How long the samples are that begin at `begin`: as long as is `told`, or to the end where the writer did not know.
fn length_of_samples(
    bytes: &[u8],
    begin: usize,
    told: usize,
    long: Option<usize>,
) -> Result<usize, WavError> {
    let there = bytes.len() - begin;
    let told = long.filter(|_| told == u32::MAX as usize).unwrap_or(told);
    if told == 0 && next_is_a_chunk(bytes, begin) {
        return Ok(0);
    }
    if told == 0 || (told >= UNKNOWN && told > there) {
        return Ok(there);
    }
    if told > there {
        return Err(undecodable(format!("cut short: {there} of {told} bytes of samples")));
    }
    Ok(told)
}

/// Whether samples of no length are followed by another chunk, and so are as short as they say.
fn next_is_a_chunk(bytes: &[u8], at: usize) -> bool {
    let Some(head) = bytes.get(at..at + 8) else { return bytes.len() == at };
    let length = u32::from_le_bytes([head[4], head[5], head[6], head[7]]) as usize;
    KNOWN.contains(&&head[..4]) && length <= bytes.len() - at - 8
}
