//! Evidence: the bytes behind observations, kept by their SHA-256, so that what a verdict rests on can be
//! shown to be what was seen.

use std::{
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU64, Ordering},
};

use image::{ExtendedColorType, ImageEncoder, codecs::png::PngEncoder};
use sha2::{Digest, Sha256};

use crate::{Access, Error, Evidence, Result};

/// The folder of evidence within the run's folder.
const FOLDER: &str = "evidence";

/// Numbers unfinished files, so that two workers never write to the same one.
static UNFINISHED: AtomicU64 = AtomicU64::new(0);

impl Evidence {
    /// The evidence that `bytes` are, as a file of its own.
    pub fn of(media_type: &str, bytes: &[u8]) -> Self {
        let sha256 = hex::encode(Sha256::digest(bytes));
        let file = format!("{FOLDER}/{sha256}.{}", extension(media_type));
        Self { media_type: media_type.to_owned(), sha256, size: bytes.len() as u64, file, offset: None }
    }

    /// Its bytes in the `file` that it names, if they are the ones that were kept.
    pub fn part<'f>(&self, file: &'f [u8]) -> Option<&'f [u8]> {
        let bytes = match self.offset {
            None => file,
            Some(offset) => {
                let start = usize::try_from(offset).ok()?;
                file.get(start..start.checked_add(usize::try_from(self.size).ok()?)?)?
            }
        };
        let is_kept = bytes.len() as u64 == self.size && hex::encode(Sha256::digest(bytes)) == self.sha256;
        is_kept.then_some(bytes)
    }
}

/// The evidence of one run. Shared by reference between workers.
#[derive(Debug)]
pub struct EvidenceStore {
    run_dir: PathBuf,
    access: Access,
}

impl EvidenceStore {
    /// The evidence of the run in `run_dir`, for whom its journal is. Nothing is touched before the first use.
    pub fn new(run_dir: &Path) -> Self {
        Self { run_dir: run_dir.to_owned(), access: Access::of(run_dir) }
    }

    /// Keeps `bytes`, once, however often they are seen.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written.
    pub fn store(&self, media_type: &str, bytes: &[u8]) -> Result<Evidence> {
        let evidence = Evidence::of(media_type, bytes);
        self.keep(&evidence, bytes)?;
        Ok(evidence)
    }

    /// Keeps the bytes that `evidence` was [made of](Evidence::of), once.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written.
    pub fn keep(&self, evidence: &Evidence, bytes: &[u8]) -> Result<()> {
        let path = self.run_dir.join(&evidence.file);
        if path.exists() { Ok(()) } else { self.write(&path, bytes) }
    }

    /// Keeps a frame as PNG: `rgb` holds `width` x `height` pixels of three bytes, row by row.
    ///
    /// # Errors
    /// [`Error::Evidence`] where the sizes disagree, [`Error::Io`] where the file cannot be written.
    pub fn store_frame(&self, width: u32, height: u32, rgb: &[u8]) -> Result<Evidence> {
        let refused = |what: String| Error::Evidence { file: self.run_dir.join(FOLDER), what };
        if rgb.len() as u64 != u64::from(width) * u64::from(height) * 3 {
            return Err(refused(format!("a frame of {width} x {height} pixels with {} bytes", rgb.len())));
        }
        let mut png = Vec::new();
        PngEncoder::new(&mut png)
            .write_image(rgb, width, height, ExtendedColorType::Rgb8)
            .map_err(|error| refused(error.to_string()))?;
        self.store("image/png", &png)
    }

    /// The transcript of the scenario at this place of the plan, to be written after its first `size` bytes: 0, but for a
    /// scenario of a resumed run, which goes on after what its journal names.
    ///
    /// # Errors
    ///
    /// The folder or the file cannot be made.
    pub fn transcript(&self, scenario: u32, size: u64) -> Result<Transcript> {
        let file = transcript(scenario);
        self.create_folder()?;
        let path = self.run_dir.join(&file);
        let open = self.access.open(&path, OpenOptions::new().append(true).create(true))?;
        open.set_len(size).map_err(Error::io(&path))?;
        Ok(Transcript { path, file, open, size })
    }

    /// The bytes of `evidence`, after proving that they are the ones that were kept.
    ///
    /// # Errors
    /// [`Error::Evidence`] where name, size or hash disagree, [`Error::Io`] where the file cannot be read.
    pub fn read(&self, evidence: &Evidence) -> Result<Vec<u8>> {
        let file = self.file(evidence)?;
        evidence.part(&file).map(<[u8]>::to_vec).ok_or_else(|| self.changed(evidence))
    }

    /// The whole file that `evidence` lies in.
    ///
    /// # Errors
    /// [`Error::Evidence`] for a name that no evidence has, [`Error::Io`] where the file cannot be read.
    pub fn file(&self, evidence: &Evidence) -> Result<Vec<u8>> {
        let path = self.path(evidence)?;
        fs::read(&path).map_err(Error::io(&path))
    }

    fn changed(&self, evidence: &Evidence) -> Error {
        let what = "not the bytes that were kept: size or SHA-256 differ".to_owned();
        Error::Evidence { file: self.run_dir.join(&evidence.file), what }
    }

    /// The bytes kept under this SHA-256, which another piece of evidence names, after proving that they are those.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_by_hash(&self, media_type: &str, sha256: &str) -> Result<Vec<u8>> {
        let file = format!("{FOLDER}/{sha256}.{}", extension(media_type));
        let size = fs::metadata(self.run_dir.join(&file)).map_or(0, |found| found.len());
        self.read(&Evidence {
            media_type: media_type.into(),
            sha256: sha256.into(),
            size,
            file,
            offset: None,
        })
    }

    /// Where `evidence` lies. A journal comes from outside: its file must be the one that its hash gives, or the
    /// transcript of a scenario.
    fn path(&self, evidence: &Evidence) -> Result<PathBuf> {
        let hash = evidence.sha256.len() == 64 && evidence.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let file = match evidence.offset {
            None => format!("{FOLDER}/{}.{}", evidence.sha256, extension(&evidence.media_type)),
            Some(_) => scenario_of(&evidence.file).map(transcript).unwrap_or_default(),
        };
        let path = self.run_dir.join(&evidence.file);
        if !hash || evidence.file != file {
            let what = "not the name of a file of evidence".to_owned();
            return Err(Error::Evidence { file: path, what });
        }
        Ok(path)
    }

    fn create_folder(&self) -> Result<PathBuf> {
        let folder = self.run_dir.join(FOLDER);
        self.access.create_dir(&folder)?;
        Ok(folder)
    }

    /// Writes beside and renames, so that a file under its hash is always whole.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let folder = self.create_folder()?;
        let number = UNFINISHED.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!("{number}.unfinished"));
        self.access.write(&beside, bytes)?;
        fs::rename(&beside, path).map_err(Error::io(path))
    }
}

/// A scenario's transcript, line by line.
#[derive(Debug)]
pub struct Transcript {
    path: PathBuf,
    /// Its path, relative to the run's folder.
    file: String,
    open: File,
    size: u64,
}

impl Transcript {
    /// Appends `line`.
    ///
    /// # Errors
    /// [`Error::Io`] where it cannot be written.
    pub fn append(&mut self, line: &[u8]) -> Result<Evidence> {
        self.open.write_all(line).map_err(Error::io(&self.path))?;
        let offset = self.size;
        self.size += line.len() as u64;
        Ok(Evidence {
            media_type: "application/json".to_owned(),
            sha256: hex::encode(Sha256::digest(line)),
            size: line.len() as u64,
            file: self.file.clone(),
            offset: Some(offset),
        })
    }
}

/// The file of a scenario's transcript, relative to the run's folder.
fn transcript(scenario: u32) -> String {
    format!("{FOLDER}/transcript-{scenario}.jsonl")
}

/// The scenario whose transcript `file` is.
fn scenario_of(file: &str) -> Option<u32> {
    file.strip_prefix(FOLDER)?.strip_prefix("/transcript-")?.strip_suffix(".jsonl")?.parse().ok()
}

/// The file name extension of a media type; "bin" for one that the rig does not make.
fn extension(media_type: &str) -> &'static str {
    match media_type {
        "image/png" => "png",
        "image/jpeg" => "jpg",
        "audio/wav" => "wav",
        "text/plain" => "txt",
        "application/json" => "json",
        "application/xml" => "xml",
        "application/cbor" => "cbor",
        _ => "bin",
    }
}
