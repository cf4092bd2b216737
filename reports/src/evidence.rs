//! Evidence: the bytes behind observations, kept by their SHA-256, so that what a verdict rests on can be
//! shown to be what was seen.

use std::{
    fs,
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
        Ok(Evidence { media_type: media_type.to_owned(), sha256, size: bytes.len() as u64, file })
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

    /// The bytes of `evidence`, after proving that they are the ones that were kept.
    ///
    /// # Errors
    /// [`Error::Evidence`] where name, size or hash disagree, [`Error::Io`] where the file cannot be read.
    pub fn read(&self, evidence: &Evidence) -> Result<Vec<u8>> {
        let path = self.run_dir.join(FOLDER).join(format!(
            "{}.{}",
            evidence.sha256,
            extension(&evidence.media_type)
        ));
        let refused = |what: &str| Error::Evidence { file: path.clone(), what: what.to_owned() };
        // A journal comes from outside: its file name must be the one that its hash gives.
        let hash = evidence.sha256.len() == 64 && evidence.sha256.bytes().all(|b| b.is_ascii_hexdigit());
        if !hash || self.run_dir.join(&evidence.file) != path {
            return Err(refused("not the name of a file of evidence"));
        }
        let bytes = fs::read(&path).map_err(Error::io(&path))?;
        if bytes.len() as u64 != evidence.size || hex::encode(Sha256::digest(&bytes)) != evidence.sha256 {
            return Err(refused("not the bytes that were kept: size or SHA-256 differ"));
        }
        Ok(bytes)
    }

    /// Writes beside and renames, so that a file under its hash is always whole.
    fn write(&self, path: &Path, bytes: &[u8]) -> Result<()> {
        let folder = self.run_dir.join(FOLDER);
        self.access.create_dir(&folder)?;
        let number = UNFINISHED.fetch_add(1, Ordering::Relaxed);
        let beside = folder.join(format!("{number}.unfinished"));
        self.access.write(&beside, bytes)?;
        fs::rename(&beside, path).map_err(Error::io(path))
    }
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
