//! Sound files that tests hand to the binary.

use std::path::Path;

use drivers::microphone::read_wav;

use crate::common::root;

const RATE_HZ: u32 = 16_000;

/// Writes a WAV file in which the prompts of `digits` are spoken, in `voice` ("en/slow"), in a room with a little
/// noise.
pub fn speak(file: &Path, voice: &str, digits: &[u8]) {
    let mut samples = vec![0.0; RATE_HZ as usize];
    for digit in digits {
        let prompt = root().join(format!("fixtures/recordings/speech/reader/{voice}/{digit}.wav"));
        samples.extend(read_wav(&prompt).unwrap().samples);
        samples.extend(vec![0.0; RATE_HZ as usize / 8]);
    }
    samples.extend(vec![0.0; RATE_HZ as usize]);
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f64::from(state >> 16) / 32_768.0 - 1.0
    };
    let steps = samples.iter().map(|sample| (f64::from(*sample) * 8_000.0 + noise() * 20.0) as i16);
    std::fs::write(file, wav(&steps.collect::<Vec<_>>())).unwrap();
}

/// The bytes of a WAV file of one channel.
pub fn wav(samples: &[i16]) -> Vec<u8> {
    let data: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let length = data.len() as u32;
    let mut bytes = b"RIFF".to_vec();
    bytes.extend((36 + length).to_le_bytes());
    bytes.extend(b"WAVEfmt \x10\0\0\0\x01\0\x01\0");
    bytes.extend(RATE_HZ.to_le_bytes());
    bytes.extend((RATE_HZ * 2).to_le_bytes());
    bytes.extend(b"\x02\0\x10\0data");
    bytes.extend(length.to_le_bytes());
    bytes.extend(data);
    bytes
}
