//! `rig key`: a new key for signing, in files that OpenSSL reads.

use std::{
    fs::{File, OpenOptions},
    io::{Read, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::{Args, Subcommand};
use reports::release::{PublicKey, SigningSecret, age::Identity};
use zeroize::Zeroizing;

use super::{CliError, print_line};
use crate::{bad_input::BadInput, release::signer};

#[derive(Clone, Debug, Args)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Clone, Debug, Subcommand)]
enum KeyCommand {
    /// Make a key: FILE is private, FILE.pub is for those who verify.
    New(NewArgs),
    /// Make a key that whole bundles are sealed for: FILE is private; the recipient that is printed is for `rig publish --seal-for`.
    Sealing {
        /// The private key's file; refused if it is there. The program `age` reads it, too.
        file: PathBuf,
    },
    /// Print the id of a public key, and its entry for a trust file.
    Show {
        /// The public key, in PEM.
        file: PathBuf,
    },
}

#[derive(Clone, Debug, Args)]
struct NewArgs {
    /// The private key's file; refused if it is there.
    file: PathBuf,
    /// A file whose first line is the passphrase; without one, the terminal is asked.
    #[arg(long, value_name = "FILE")]
    passphrase: Option<PathBuf>,
    /// Leave the private key unencrypted: for a store that encrypts it itself.
    #[arg(long, conflicts_with = "passphrase")]
    unencrypted: bool,
}

/// `rig key`.
pub(super) fn key(args: &KeyArgs) -> Result<u8, CliError> {
    match &args.command {
        KeyCommand::New(args) => new(args),
        KeyCommand::Sealing { file } => sealing(file),
        KeyCommand::Show { file } => {
            let public = PublicKey::from_pem(&BadInput::read(file)?);
            entry(&public.map_err(|what| BadInput::new(file, what))?)
        }
    }
}

fn new(args: &NewArgs) -> Result<u8, CliError> {
    let secret = SigningSecret::of_seed(*random()?);
    let pem = if args.unencrypted {
        secret.to_pem()
    } else {
        let passphrase = signer::passphrase(&args.file, args.passphrase.as_deref())?;
        if passphrase.is_empty() {
            let why = "the passphrase is empty; --unencrypted leaves the key unencrypted";
            return Err(CliError::Usage(why.to_owned()));
        }
        secret.to_encrypted_pem(&passphrase, &*random()?)
    };
    let public = args.file.with_added_extension("pub");
    create(&args.file, 0o600, pem.as_bytes())?;
    create(&public, 0o644, secret.public().to_pem().as_bytes())?;
    entry(&secret.public())
}

/// The entry of a trust file, with what only people know left open.
fn entry(public: &PublicKey) -> Result<u8, CliError> {
    print_line(&format!("# key {}", public.id()))?;
    print_line(
        "[[key]]\nname = \"\"\nmay = [\"issue\"]  # issue, review, certify\nfrom = \"\"  # a day: 2026-12-31\nuntil = \"\"",
    )?;
    print_line(&format!("public = \"\"\"\n{}\"\"\"", public.to_pem()))?;
    Ok(0)
}

/// A key that bundles are sealed for: its file is private, and what it prints is for those who seal.
fn sealing(file: &Path) -> Result<u8, CliError> {
    let identity = Identity::of_random(*random()?);
    create(file, 0o600, identity.to_text().as_bytes())?;
    print_line(&identity.recipient().to_string())?;
    Ok(0)
}

/// Bytes of this machine's randomness.
pub(super) fn random<const N: usize>() -> Result<Zeroizing<[u8; N]>, CliError> {
    let mut bytes = Zeroizing::new([0; N]);
    let read = File::open("/dev/urandom").and_then(|mut random| random.read_exact(&mut *bytes));
    read.map_err(|error| CliError::Failed(format!("/dev/urandom: {error}")))?;
    Ok(bytes)
}

/// Writes a file that is not there yet.
fn create(path: &Path, mode: u32, bytes: &[u8]) -> Result<(), CliError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(mode).open(path);
    let written = file.and_then(|mut file| file.write_all(bytes));
    written.map_err(|error| CliError::Usage(format!("{}: {error}", path.display())))
}
