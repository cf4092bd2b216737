//! Secrets of a run: a record holds to them without saying them. An event has the commitment, the SHA-256 of salt,
//! media type and secret; all lie in the run's sealed file. Without that file the record keeps its chain, and tells nothing.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::{ErrorKind, Write},
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{Access, Error, Result, Sealed, journal::chain::Chain};

/// The name of the sealed file in the run's folder.
pub const SEALED_FILE: &str = "sealed.jsonl";

/// Salt of a secret's commitment, against guessing.
pub type Salt = [u8; 32];

/// A line of the sealed file.
#[derive(Debug, Serialize, Deserialize)]
struct Line {
    commitment: String,
    salt: String,
    media_type: String,
    /// The secret's bytes, in lower-case hex.
    secret: String,
}

/// The file, and the hash of what stands in it.
#[derive(Debug)]
struct State {
    file: File,
    chain: Chain,
}

/// Writes the sealed file of a run, always with mode 0600. Shared by reference between workers.
#[derive(Debug)]
pub struct SealedWriter {
    path: PathBuf,
    /// Made with the first secret.
    state: Mutex<Option<State>>,
}

impl SealedWriter {
    /// The sealed file of the run in `run_dir`. Nothing is touched before the first use.
    pub fn new(run_dir: &Path) -> Self {
        Self { path: run_dir.join(SEALED_FILE), state: Mutex::default() }
    }

    /// Goes on with the sealed file of an interrupted run. Of a line that was cut short nothing stays.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read or written; [`Error::Journal`] where its chain is broken.
    pub fn resume(run_dir: &Path) -> Result<Self> {
        let writer = Self::new(run_dir);
        let Some(text) = read(&writer.path)? else { return Ok(writer) };
        let mut chain = Chain::start();
        let mut whole = 0;
        for (line, number) in text.split_inclusive(|&byte| byte == b'\n').zip(1..) {
            let Some(bare) = line.strip_suffix(b"\n") else { break };
            let refused = |what| Error::Journal { file: writer.path.clone(), line: number, what };
            chain.check(bare).map_err(refused)?;
            whole += line.len() as u64;
        }
        let file = Access::PRIVATE.open(&writer.path, OpenOptions::new().append(true))?;
        file.set_len(whole).map_err(Error::io(&writer.path))?;
        Ok(Self { state: Mutex::new(Some(State { file, chain })), ..writer })
    }

    /// Keeps `secret`, and tells what an event says of it.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be written.
    pub fn seal(&self, media_type: &str, secret: &[u8], salt: &Salt) -> Result<Sealed> {
        let commitment = commitment(salt, media_type, secret);
        let line = Line {
            commitment: commitment.clone(),
            salt: hex::encode(salt),
            media_type: media_type.to_owned(),
            secret: hex::encode(secret),
        };
        let object = serde_json::to_string(&line).expect("strings become JSON");
        // A panic elsewhere left no line half written.
        let mut slot = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let state = match &mut *slot {
            Some(state) => state,
            none => {
                let file = Access::PRIVATE.open(&self.path, OpenOptions::new().append(true).create(true))?;
                none.insert(State { file, chain: Chain::start() })
            }
        };
        state.file.write_all(&state.chain.link(&object)).map_err(Error::io(&self.path))?;
        Ok(Sealed { media_type: media_type.to_owned(), commitment })
    }
}

/// The bytes of the sealed file at `path`; none without such a file.
fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path)(error)),
    }
}

/// The secrets of a run, by their commitments.
#[derive(Debug, Default)]
pub struct Secrets(BTreeMap<String, Vec<u8>>);

impl Secrets {
    /// Reads the sealed file of the run in `run_dir`; empty without such a file.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read; [`Error::Journal`], with file and line, where a secret
    /// differs from its commitment, or a line does not parse.
    pub fn read(run_dir: &Path) -> Result<Self> {
        let path = run_dir.join(SEALED_FILE);
        let Some(text) = read(&path)? else { return Ok(Self::default()) };
        let (mut chain, mut secrets) = (Chain::start(), BTreeMap::new());
        for (line, number) in text.split_inclusive(|&byte| byte == b'\n').zip(1..) {
            let refused = |what| Error::Journal { file: path.clone(), line: number, what };
            let Some(line) = line.strip_suffix(b"\n") else {
                // The write that was under way when the run was cut short.
                break;
            };
            chain.check(line).map_err(refused)?;
            let (commitment, secret) = unsealed(line).map_err(|what| refused(what.to_owned()))?;
            secrets.insert(commitment, secret);
        }
        Ok(Self(secrets))
    }

    /// The secret that `sealed` commits to, if it was kept.
    pub fn get(&self, sealed: &Sealed) -> Option<&[u8]> {
        self.0.get(&sealed.commitment).map(Vec::as_slice)
    }
}

/// The commitment of a line, and its secret.
fn unsealed(line: &[u8]) -> Result<(String, Vec<u8>), &'static str> {
    let parsed: Line = serde_json::from_slice(line).map_err(|_| "not a line of a sealed file")?;
    let bytes =
        |digits: &str| hex::decode(digits).map_err(|_| "salt and secret are written in hexadecimal digits");
    let (salt, secret) = (bytes(&parsed.salt)?, bytes(&parsed.secret)?);
    if commitment(&salt, &parsed.media_type, &secret) != parsed.commitment {
        return Err("not the secret that was committed to: SHA-256 of salt, media type and secret differs");
    }
    Ok((parsed.commitment, secret))
}

fn commitment(salt: &[u8], media_type: &str, secret: &[u8]) -> String {
    let kind = Sha256::new().chain_update(salt).chain_update(media_type).chain_update([0]);
    hex::encode(kind.chain_update(secret).finalize())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_comes_back_by_its_commitment_and_only_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let writer = SealedWriter::new(folder.path());
        assert!(!folder.path().join(SEALED_FILE).exists());
        let sealed = writer.seal("text/plain", b"482915", &[7; 32]).unwrap();
        let other = writer.seal("text/plain", b"482915", &[8; 32]).unwrap();
        assert_ne!(sealed.commitment, other.commitment, "a salt hides that two secrets are one");
        let path = folder.path().join(SEALED_FILE);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Secrets::read(folder.path()).unwrap().get(&sealed), Some(&b"482915"[..]));

        let text = fs::read_to_string(&path).unwrap();
        let first = text.lines().next().unwrap();
        for forged in [
            text.replacen("343832393135", "343832393136", 1),
            text.replacen("text/plain", "text/html", 1),
            text.clone() + first + "\n",
            text.lines().rev().map(|line| format!("{line}\n")).collect(),
        ] {
            fs::write(&path, forged).unwrap();
            assert!(matches!(Secrets::read(folder.path()), Err(Error::Journal { .. })));
        }
        fs::write(&path, &text[..text.len() - 1]).unwrap();
        let cut = Secrets::read(folder.path()).unwrap();
        assert!(cut.get(&sealed).is_some() && cut.get(&other).is_none());
        fs::remove_file(&path).unwrap();
        assert!(Secrets::read(folder.path()).unwrap().get(&sealed).is_none());
    }
}
