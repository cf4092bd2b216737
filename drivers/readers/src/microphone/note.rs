//! The comment of a WAV file: the RIFF chunk `ICMT` in a list `INFO`.

/// Appends `note` to the WAV file in `file`.
pub(super) fn append(file: &mut Vec<u8>, note: &str) {
    let text = [note.as_bytes(), &[0]].concat();
    let padded = text.len().next_multiple_of(2);
    file.extend_from_slice(b"LIST");
    file.extend_from_slice(&size(4 + 8 + padded));
    file.extend_from_slice(b"INFOICMT");
    file.extend_from_slice(&size(text.len()));
    file.extend_from_slice(&text);
    file.resize(file.len() + padded - text.len(), 0);
    let whole = size(file.len().saturating_sub(8));
    if let Some(place) = file.get_mut(4..8) {
        place.copy_from_slice(&whole);
    }
}

/// The comment of the WAV file in `file`, if any.
pub fn wav_note(file: &[u8]) -> Option<String> {
    let list = chunks(file.get(12..)?)
        .find_map(|(id, data)| data.strip_prefix(b"INFO").filter(|_| id == *b"LIST"))?;
    let (_, text) = chunks(list).find(|(id, _)| id == b"ICMT")?;
    Some(String::from_utf8_lossy(text.strip_suffix(&[0]).unwrap_or(text)).into_owned())
}

/// The chunks in `bytes`: each one's name and what is in it. A chunk that goes on beyond the end ends them.
fn chunks(mut bytes: &[u8]) -> impl Iterator<Item = ([u8; 4], &[u8])> {
    std::iter::from_fn(move || {
        let (id, rest) = bytes.split_first_chunk::<4>()?;
        let (size, rest) = rest.split_first_chunk::<4>()?;
        let size = u32::from_le_bytes(*size) as usize;
        let data = rest.get(..size)?;
        bytes = rest.get(size.next_multiple_of(2)..).unwrap_or_default();
        Some((*id, data))
    })
}

/// A size as RIFF stores it; one that is too large for RIFF is truncated.
fn size(bytes: usize) -> [u8; 4] {
    (bytes as u32).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;

    use super::*;
    use crate::{
        BenchTime,
        microphone::{Sound, decode_wav},
    };

    fn sound() -> Sound {
        let samples = vec![0.25; 7];
        Sound { at: BenchTime::ZERO, uncertainty: Duration::ZERO, rate_hz: 16_000, samples }
    }

    #[test]
    fn a_note_is_read_again_and_the_sound_beside_it() {
        for note in ["odd", "even", "", "en note på dansk"] {
            let file = sound().to_wav(note);
            assert_eq!(wav_note(&file).as_deref(), Some(note));
            assert_eq!(decode_wav(&file).unwrap().samples, sound().as_kept().samples);
            assert_eq!(file.len() - 8, u32::from_le_bytes(file[4..8].try_into().unwrap()) as usize);
        }
        assert_eq!(wav_note(b"RIFF....WAVEfmt "), None);
    }

    proptest! {
        #[test]
        fn any_bytes_have_a_note_or_none(
            bytes in prop::collection::vec(any::<u8>(), 0..80),
            place in any::<prop::sample::Index>(),
            byte in any::<u8>(),
        ) {
            let _ = wav_note(&bytes);
            let mut file = sound().to_wav("note");
            let place = place.index(file.len());
            file[place] = byte;
            let _ = wav_note(&file);
        }
    }
}
