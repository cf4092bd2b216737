use std::io::Cursor;

use hound::{SampleFormat, WavSpec, WavWriter};
use proptest::prelude::*;

use super::*;

/// A file with two channels, 0.5 in the first one.
fn file(bits_per_sample: u16, sample_format: SampleFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    let spec = WavSpec { channels: 2, sample_rate: 8_000, bits_per_sample, sample_format };
    let mut writer = WavWriter::new(&mut bytes, spec).unwrap();
    for number in 0..20 {
        let half = number % 2 == 0;
        match sample_format {
            SampleFormat::Float => writer.write_sample(if half { 0.5_f32 } else { 0.0 }).unwrap(),
            SampleFormat::Int => {
                writer.write_sample(if half { 1_i32 << (bits_per_sample - 2) } else { 0 }).unwrap();
            }
        }
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// A chunk, padded to an even size.
fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let fill = vec![0; data.len() % 2];
    [name, &(data.len() as u32).to_le_bytes()[..], data, &fill].concat()
}

fn format(tag: u16, channels: u16, bits: u16) -> Vec<u8> {
    let block = channels * bits.div_ceil(8);
    let rate = 8_000_u32;
    let bytes: [&[u8]; 6] = [
        &tag.to_le_bytes(),
        &channels.to_le_bytes(),
        &rate.to_le_bytes(),
        &(rate * u32::from(block)).to_le_bytes(),
        &block.to_le_bytes(),
        &bits.to_le_bytes(),
    ];
    bytes.concat()
}

/// The extensible form: `valid` bits of each sample count, and the kind is in the GUID.
fn extensible(tag: u16, channels: u16, bits: u16, valid: u16) -> Vec<u8> {
    let rest: [&[u8]; 5] = [
        &22_u16.to_le_bytes(),
        &valid.to_le_bytes(),
        &[0; 4],
        &tag.to_le_bytes(),
        &[0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113],
    ];
    [format(0xfffe, channels, bits), rest.concat()].concat()
}

fn riff(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = chunks.concat();
    [b"RIFF", &(body.len() as u32 + 4).to_le_bytes()[..], b"WAVE", &body].concat()
}

fn samples(file: &[u8]) -> Vec<f32> {
    decode_wav(file).unwrap().samples
}

#[test]
fn the_channel_with_the_sound_is_taken_in_every_format() {
    for (bits, format) in [
        (8, SampleFormat::Int),
        (16, SampleFormat::Int),
        (24, SampleFormat::Int),
        (32, SampleFormat::Int),
        (32, SampleFormat::Float),
    ] {
        let sound = decode_wav(&file(bits, format)).unwrap();
        assert_eq!((sound.rate_hz, sound.samples), (8_000, vec![0.5; 10]), "{bits} bits");
    }
    let second = riff(&[chunk(b"fmt ", &format(1, 2, 16)), chunk(b"data", &[0, 0, 0, 64, 1, 0, 0, 192])]);
    assert_eq!(samples(&second), [0.5, -0.5]);
}

#[test]
fn a_sample_stands_at_the_upper_end_of_its_bytes() {
    let half =
        |format: Vec<u8>, sample: &[u8]| samples(&riff(&[chunk(b"fmt ", &format), chunk(b"data", sample)]));
    assert_eq!(half(extensible(1, 1, 32, 24), &[0, 0, 0, 64]), [0.5], "24 bits in 32");
    assert_eq!(half(extensible(1, 1, 32, 20), &[0, 0, 0, 192]), [-0.5]);
    assert_eq!(half(format(1, 1, 12), &[0, 64]), [0.5], "12 bits in 16");
    assert_eq!(half(format(1, 1, 20), &[0, 0, 64]), [0.5], "20 bits in 24");
    assert_eq!(half(extensible(3, 1, 32, 32), &0.5_f32.to_le_bytes()), [0.5]);
    assert_eq!(half(format(3, 1, 64), &0.5_f64.to_le_bytes()), [0.5]);
    assert_eq!(half(format(1, 1, 8), &[192]), [0.5]);
    assert_eq!(half(format(7, 1, 8), &[0x7f, 0xff]), [0.0, 0.0]);
    let mut in_32 = format(1, 1, 24);
    in_32[12] = 4; // Without the extensible form, the block tells that 24 bits take 32.
    assert_eq!(half(in_32, &[0, 0, 0, 64]), [0.5]);
}

#[test]
fn chunks_before_the_samples_may_be_odd() {
    let (head, data) = (chunk(b"fmt ", &format(1, 1, 16)), chunk(b"data", &[0, 64]));
    for odd in [&b"x"[..], b"xyz", b"xy", b""] {
        assert_eq!(
            samples(&riff(&[chunk(b"LIST", odd), head.clone(), chunk(b"junk", odd), data.clone()])),
            [0.5]
        );
    }
    // The byte that fills up was forgotten.
    let mut forgotten = chunk(b"LIST", b"xyz");
    forgotten.pop();
    assert_eq!(samples(&riff(&[head, forgotten, data])), [0.5]);
}

#[test]
fn lengths_that_a_writer_did_not_know_reach_to_the_end() {
    let head = chunk(b"fmt ", &format(1, 1, 16));
    for told in [0_u32, u32::MAX, 0x7fff_ffff, 0x7fff_ffff - 36, 0x8000_0000, 0xffff_ffff - 44] {
        let data = [b"data", &told.to_le_bytes()[..], &[0, 64, 0, 192, 1]].concat();
        let mut file = riff(&[head.clone(), data]);
        file[4..8].copy_from_slice(&told.to_le_bytes());
        assert_eq!(samples(&file), [0.5, -0.5], "{told:#x}");
    }
    // A known length of zero.
    let none = riff(&[head.clone(), chunk(b"data", &[]), chunk(b"LIST", b"INFO")]);
    assert_eq!(samples(&none), [0.0; 0]);
    let data = [b"data", &u32::MAX.to_le_bytes()[..], &[0, 64, 0, 192]].concat();
    let long = chunk(b"ds64", &[[0; 8], 2_u64.to_le_bytes(), [0; 8]].concat());
    let mut file = riff(&[long, head, data]);
    file[..4].copy_from_slice(b"RF64");
    assert_eq!(samples(&file), [0.5]);
}

#[test]
fn what_is_not_read_is_refused_in_words() {
    let head = chunk(b"fmt ", &format(1, 1, 16));
    let refused = |file: &[u8]| decode_wav(file).unwrap_err().to_string();
    let cut = [b"data", &100_u32.to_le_bytes()[..], &[0, 64]].concat();
    assert!(refused(&riff(&[head.clone(), cut])).contains("cut short: 2 of 100 bytes"));
    assert!(
        refused(&riff(&[head.clone(), [b"LIST", &99_u32.to_le_bytes()[..], b"x"].concat()]))
            .contains("cut short")
    );
    assert!(refused(&riff(&[chunk(b"data", &[0, 64])])).contains("without a format"));
    assert!(refused(&riff(&[head])).contains("no samples"));
    for (tag, bits, words) in
        [(2, 4, "ADPCM of 4 bits"), (0x55, 0, "MP3"), (3, 16, "floating point of 16"), (99, 16, "0x0063")]
    {
        let file = riff(&[chunk(b"fmt ", &format(tag, 1, bits)), chunk(b"data", &[0, 64])]);
        assert!(refused(&file).contains(words), "{}", refused(&file));
    }
    let mut file = file(16, SampleFormat::Int);
    for (name, words) in [(b"RIFX", "big-endian"), (b"FORM", "AIFF"), (b"OggS", "not a RIFF file")] {
        file[..4].copy_from_slice(name);
        assert!(refused(&file).contains(words));
    }
    assert!(refused(b"RIFF").contains("too short"));
}

proptest! {
    #[test]
    fn any_bytes_are_a_sound_or_an_error(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        broken in any::<prop::sample::Index>(),
        cut in any::<prop::sample::Index>(),
        byte in any::<u8>(),
    ) {
        let _ = decode_wav(&bytes);
        let mut bytes = file(16, SampleFormat::Int);
        let place = broken.index(bytes.len());
        bytes[place] = byte;
        bytes.truncate(cut.index(bytes.len() + 1));
        let _ = decode_wav(&bytes);
    }
}
