//! How samples are written: the format chunk, also in its extensible form (Multiple Channel Audio Data and WAVE Files,
//! Microsoft), and what bytes of it stand for. A sample stands at the upper end of its bytes, however many of its bits are
//! valid.

use super::{WavError, undecodable};

/// How samples are written.
pub(super) struct Form {
    pub channels: usize,
    pub rate_hz: u32,
    kind: Kind,
}

/// Encoding of a sample.
#[derive(Clone, Copy)]
enum Kind {
    /// A byte, with silence in the middle.
    Unsigned,
    /// An integer of this many bytes.
    Integer(usize),
    Float,
    Double,
    /// Eight bits of ITU-T G.711.
    ALaw,
    MuLaw,
}

const PCM: u16 = 1;
const FLOAT: u16 = 3;
const A_LAW: u16 = 6;
const MU_LAW: u16 = 7;
const EXTENSIBLE: u16 = 0xfffe;

impl Form {
    /// Reads a format chunk.
    pub fn of(chunk: &[u8]) -> Result<Self, WavError> {
        let short = |at: usize| chunk.get(at..at + 2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let needed = |at: usize| short(at).ok_or_else(|| undecodable("its format is cut short"));
        let (mut tag, channels, bits) = (needed(0)?, usize::from(needed(2)?), needed(14)?);
        let rate_hz = u32::from(needed(4)?) | u32::from(needed(6)?) << 16;
        let block = usize::from(needed(12)?);
        if tag == EXTENSIBLE {
            // The kind stands at the head of a GUID, behind the valid bits and the places of the channels.
            tag = needed(24)?;
        }
        if rate_hz == 0 || channels == 0 {
            return Err(undecodable("no channel, or no samples a second"));
        }
        // A container of 12 bits is two bytes; the block tells where the bits do not.
        let bytes = usize::from(bits.div_ceil(8)).max(if tag == PCM { block / channels } else { 0 });
        let kind = match (tag, bytes) {
            (PCM, 1) => Kind::Unsigned,
            (PCM, 2..=4) => Kind::Integer(bytes),
            (FLOAT, 4) => Kind::Float,
            (FLOAT, 8) => Kind::Double,
            (A_LAW, 1) => Kind::ALaw,
            (MU_LAW, 1) => Kind::MuLaw,
            (tag, _) => return Err(undecodable(format!("{} of {bits} bits", name(tag)))),
        };
        Ok(Self { channels, rate_hz, kind })
    }

    /// How many bytes a sample has.
    pub fn bytes(&self) -> usize {
        match self.kind {
            Kind::Unsigned | Kind::ALaw | Kind::MuLaw => 1,
            Kind::Integer(bytes) => bytes,
            Kind::Float => 4,
            Kind::Double => 8,
        }
    }

    /// The sample in `bytes`, which are as many as it has; full scale is -1 to 1.
    pub fn sample(&self, bytes: &[u8]) -> f32 {
        match (self.kind, bytes) {
            (Kind::Unsigned, [byte]) => (f32::from(*byte) - 128.0) / 128.0,
            (Kind::Integer(_), bytes) => {
                let mut upper = [0; 4];
                upper[4 - bytes.len().min(4)..].copy_from_slice(&bytes[..bytes.len().min(4)]);
                (f64::from(i32::from_le_bytes(upper)) / -f64::from(i32::MIN)) as f32
            }
            (Kind::Float, &[a, b, c, d]) => f32::from_le_bytes([a, b, c, d]),
            (Kind::Double, &[a, b, c, d, e, f, g, h]) => f64::from_le_bytes([a, b, c, d, e, f, g, h]) as f32,
            (Kind::ALaw, [byte]) => f32::from(a_law(*byte)) / 32_768.0,
            (Kind::MuLaw, [byte]) => f32::from(mu_law(*byte)) / 32_768.0,
            _ => 0.0,
        }
    }
}

/// Name of a format's tag, for the common ones.
fn name(tag: u16) -> String {
    match tag {
        PCM => "integers".into(),
        FLOAT => "floating point".into(),
        A_LAW => "A-law".into(),
        MU_LAW => "\u{b5}-law".into(),
        0x0002 | 0x0011 => "ADPCM".into(),
        0x0031 => "GSM 6.10".into(),
        0x0055 => "MP3".into(),
        0x00ff | 0x1610 => "AAC".into(),
        other => format!("format {other:#06x}"),
    }
}

/// A sample of A-law, linear in 16 bits (ITU-T G.711 table 1).
fn a_law(byte: u8) -> i16 {
    let code = byte ^ 0x55;
    let (exponent, mantissa) = (code >> 4 & 7, i16::from(code & 15));
    let magnitude = match exponent {
        0 => mantissa << 4 | 8,
        exponent => (mantissa << 4 | 0x108) << (exponent - 1),
    };
    if code & 0x80 == 0 { -magnitude } else { magnitude }
}

/// A sample of µ-law, linear in 16 bits (ITU-T G.711 table 2).
fn mu_law(byte: u8) -> i16 {
    const BIAS: i16 = 0x84;
    let code = !byte;
    let magnitude = ((i16::from(code & 15) << 3 | BIAS) << (code >> 4 & 7)) - BIAS;
    if code & 0x80 == 0 { magnitude } else { -magnitude }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithmic_samples_are_those_of_the_standard() {
        // Both ends, both sides of silence, and one in between.
        assert_eq!([0x00, 0x80, 0x7f, 0xff, 0x0f].map(mu_law), [-32_124, 32_124, 0, 0, -16_764]);
        assert_eq!([0x2a, 0xaa, 0x55, 0xd5, 0x1a].map(a_law), [-32_256, 32_256, -8, 8, -4_032]);
    }
}
