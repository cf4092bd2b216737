//! Sounds and pictures in the forms that recorders, pipes and webcams leave: read rightly, or refused in words.

use std::{fs, path::Path};

use crate::{
    common::{assert_refused, rig, root},
    sounds,
};

const DIGITS: [u8; 6] = [2, 7, 3, 9, 0, 5];

/// The samples of the digits, spoken.
fn spoken(folder: &Path) -> Vec<[u8; 2]> {
    let file = folder.join("spoken.wav");
    sounds::speak(&file, "en/slow", &DIGITS);
    let bytes = fs::read(&file).unwrap();
    bytes[44..].as_chunks::<2>().0.to_vec()
}

fn chunk(name: &[u8; 4], told: u32, data: &[u8]) -> Vec<u8> {
    [name, &told.to_le_bytes()[..], data].concat()
}

/// A format chunk: what kind, how many channels, and how many bits of how many are valid.
fn format(kind: u16, channels: u16, bits: u16, valid: u16) -> Vec<u8> {
    const EXTENSIBLE: u16 = 0xfffe;
    let block = channels * bits / 8;
    let rate = 16_000_u32;
    let mut data: Vec<u8> = [EXTENSIBLE, channels].iter().flat_map(|value| value.to_le_bytes()).collect();
    data.extend(rate.to_le_bytes());
    data.extend((rate * u32::from(block)).to_le_bytes());
    data.extend([block, bits, 22, valid].iter().flat_map(|value| value.to_le_bytes()));
    data.extend([0; 4]);
    data.extend(kind.to_le_bytes());
    data.extend([0, 0, 0, 0, 16, 0, 128, 0, 0, 170, 0, 56, 155, 113]);
    chunk(b"fmt ", data.len() as u32, &data)
}

fn riff(told: u32, chunks: &[&[u8]]) -> Vec<u8> {
    [b"RIFF", &told.to_le_bytes()[..], b"WAVE", &chunks.concat()].concat()
}

#[test]
fn digits_are_heard_in_every_form_that_a_recorder_leaves() {
    let temporary = tempfile::tempdir().unwrap();
    let samples = spoken(temporary.path());
    let data = samples.concat();
    let length = data.len() as u32;
    let plain = format(1, 1, 16, 16);
    let whole = chunk(b"data", length, &data);
    let spread = |spread: &dyn Fn(&[u8; 2]) -> Vec<u8>| -> Vec<u8> {
        let data: Vec<u8> = samples.iter().flat_map(spread).collect();
        chunk(b"data", data.len() as u32, &data)
    };
    let in_32 = spread(&|[low, high]| vec![0, 0, *low, *high]);
    let in_24 = spread(&|[low, high]| vec![0, *low, *high]);
    let second = spread(&|[low, high]| vec![0, 0, *low, *high]);
    let float = spread(&|sample| (f32::from(i16::from_le_bytes(*sample)) / 32_768.0).to_le_bytes().to_vec());
    let endless = |told: u32| riff(told, &[&plain, &chunk(b"data", told, &data)]);
    let forms: [(&str, Vec<u8>); 10] = [
        ("an odd chunk", riff(0, &[&chunk(b"LIST", 3, b"abc\0"), &plain, &whole])),
        ("an odd chunk that is not filled up", riff(0, &[&plain, &chunk(b"LIST", 3, b"abc"), &whole])),
        ("no length", endless(0)),
        ("the largest length", endless(u32::MAX)),
        ("the largest length of a signed number", endless(i32::MAX as u32)),
        ("24 bits in 32", riff(0, &[&format(1, 1, 32, 24), &in_32])),
        ("24 bits", riff(0, &[&format(1, 1, 24, 24), &in_24])),
        ("the second channel", riff(0, &[&format(1, 2, 16, 16), &second])),
        ("floating point", riff(0, &[&format(3, 1, 32, 32), &float])),
        ("notes behind the sound", riff(0, &[&plain, &whole, &chunk(b"id3 ", 4, b"abcd")])),
    ];
    for (form, bytes) in forms {
        let file = temporary.path().join("form.wav");
        fs::write(&file, bytes).unwrap();
        let heard = rig(&["listen", "--format", "json", file.to_str().unwrap()]).json();
        assert_eq!(heard["utterances"][0]["digits"], "273905", "{form}: {heard}");
    }
}

#[test]
fn a_sound_that_is_cut_short_is_refused() {
    let temporary = tempfile::tempdir().unwrap();
    let data = spoken(temporary.path()).concat();
    let bytes =
        riff(0, &[&format(1, 1, 16, 16), &chunk(b"data", data.len() as u32, &data[..data.len() / 2])]);
    let file = temporary.path().join("cut.wav");
    fs::write(&file, bytes).unwrap();
    let name = file.to_str().unwrap();
    assert_refused(&rig(&["listen", name]), name, &["cut short"]);
}

#[test]
fn a_jpeg_without_its_tables_is_read_and_one_cut_short_is_refused() {
    let case = |name: &str| root().join("rig/tests/cases").join(name).to_str().unwrap().to_owned();
    let bare = case("picture-jpeg-with-standard-huffman-tables-left-out.jpg");
    let seen = rig(&["look", "--format", "json", &bare]).json();
    assert!(seen["found"].as_array().is_some_and(|found| !found.is_empty()), "{seen}");
    let cut = case("picture-cut-short-called-empty.jpg");
    assert_refused(&rig(&["look", &cut]), &cut, &["cut short"]);
}
