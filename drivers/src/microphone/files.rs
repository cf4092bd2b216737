//! Sounds and enrolments from files.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Enrolment, EnrolmentError, Sound, Voice, WavError, decode_wav};

/// The first channel of the WAV file `path`, beginning at [`BenchTime::ZERO`](crate::BenchTime::ZERO).
///
/// # Errors
///
/// The file cannot be read, or is not a WAV file that [`decode_wav`] knows.
pub fn read_wav(path: &Path) -> Result<Sound, WavError> {
    let bytes = fs::read(path).map_err(|error| WavError::Unreadable(error.to_string()))?;
    decode_wav(&bytes)
}

/// The enrolment in `folder`: templates of `folder/{language}/{digit}-{take}.wav`.
///
/// # Errors
///
/// A file cannot be read, or the recordings are not enough to tell digits apart.
pub fn load_enrolment(folder: &Path) -> Result<Enrolment, EnrolmentError> {
    Enrolment::of(folder, &load_voices(folder)?)
}

/// The recordings in `folder`, by language.
///
/// # Errors
///
/// The folder or a file in it cannot be read.
pub fn load_voices(folder: &Path) -> Result<Vec<Voice>, EnrolmentError> {
    let languages = sorted(folder)?.into_iter().filter(|entry| entry.is_dir());
    languages
        .map(|folder| {
            let read = |file: PathBuf| {
                let wav = fs::read(&file).map_err(|error| EnrolmentError::unreadable(&file, &error))?;
                Ok((file, wav))
            };
            let files = sorted(&folder)?.into_iter().map(read).collect::<Result<_, _>>()?;
            Ok(Voice { folder, files })
        })
        .collect()
}

/// Paths in `folder`, sorted by name.
fn sorted(folder: &Path) -> Result<Vec<PathBuf>, EnrolmentError> {
    let unreadable = |error: std::io::Error| EnrolmentError::unreadable(folder, &error);
    let entries = fs::read_dir(folder).map_err(unreadable)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path()));
    let mut paths = paths.collect::<Result<Vec<_>, _>>().map_err(unreadable)?;
    paths.sort();
    Ok(paths)
}
