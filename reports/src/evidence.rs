//! Evidence: the bytes behind observations, kept by their SHA-256, so that what a verdict rests on can be
//! shown to be what was seen.

use std::{
    fs::{self, File, OpenOptions},
    io::{Read, Seek, SeekFrom, Write},
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
        let sha256 = hex::encode(Sha256::digest(bytes));
        let file = format!("{FOLDER}/{sha256}.{}", extension(media_type));
        let path = self.run_dir.join(&file);
        if !path.exists() {
            self.write(&path, bytes)?;
        }
        Ok(Evidence {
            media_type: media_type.to_owned(),
            sha256,
            size: bytes.len() as u64,
            file,
            offset: None,
        })
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

    /// The transcript of the scenario at this place of the plan, to be written from its begin.
    pub fn transcript(&self, scenario: u32) -> Result<Transcript> {
        let file = transcript(scenario);
        self.create_folder()?;
        let path = self.run_dir.join(&file);
        let open = self.access.open(&path, OpenOptions::new().write(true).create(true).truncate(true))?;
        Ok(Transcript { path, file, open, size: 0 })
    }

    /// The bytes of `evidence`, after proving that they are the ones that were kept.
    ///
    /// # Errors
    /// [`Error::Evidence`] where name, size or hash disagree, [`Error::Io`] where the file cannot be read.
    pub fn read(&self, evidence: &Evidence) -> Result<Vec<u8>> {
        let path = self.path(evidence)?;
        let bytes = match evidence.offset {
            None => fs::read(&path),
            Some(offset) => File::open(&path).and_then(|mut file| {
                file.seek(SeekFrom::Start(offset))?;
                let mut bytes = Vec::new();
                file.take(evidence.size).read_to_end(&mut bytes).map(|_| bytes)
            }),
        };
        let bytes = bytes.map_err(Error::io(&path))?;
        if bytes.len() as u64 != evidence.size || hex::encode(Sha256::digest(&bytes)) != evidence.sha256 {
            let what = "not the bytes that were kept: size or SHA-256 differ".to_owned();
            return Err(Error::Evidence { file: path, what });
        }
        Ok(bytes)
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
