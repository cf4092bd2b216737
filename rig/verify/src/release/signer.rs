//! Who signs: a key in a file, or a program that holds one (an agent, a token).

use std::{
    io::{IsTerminal, Write, stdin},
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use reports::release::{Envelope, PublicKey, SigningSecret, pre_authentication};
use serde::Deserialize;
use zeroize::Zeroizing;

use crate::bad_input::BadInput;

/// Signs statements.
#[derive(Debug)]
pub struct Signer {
    public: PublicKey,
    with: With,
}

#[derive(Debug)]
enum With {
    Secret(SigningSecret),
    Program(Vec<String>),
}

/// A file that names a program instead of holding a key. The program gets the bytes to sign on standard input, and answers
/// with the signature's 64 bytes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ProgramKeys {
    sign: Vec<String>,
    /// The public key's file, relative to this one.
    public: PathBuf,
}

impl Signer {
    /// The signer of `file`: a private key in PEM, or a TOML file with `sign` and `public`. The passphrase of an encrypted key
    /// stands in the file `passphrase`; without one, the terminal is asked.
    ///
    /// # Errors
    /// [`BadInput`] where a file cannot be used.
    pub fn load(file: &Path, passphrase: Option<&Path>) -> Result<Self, BadInput> {
        let text = Zeroizing::new(BadInput::read(file)?);
        if file.extension().is_some_and(|extension| extension == "toml") {
            return Self::program(file, &text);
        }
        let refused = |what: String| BadInput::new(file, what);
        let passphrase = match SigningSecret::is_encrypted(&text) {
            true => self::passphrase(file, passphrase)?,
            false => Zeroizing::default(),
        };
        let secret = SigningSecret::from_pem(&text, &passphrase).map_err(refused)?;
        Ok(Self { public: secret.public(), with: With::Secret(secret) })
    }

    fn program(file: &Path, text: &str) -> Result<Self, BadInput> {
        let keys: ProgramKeys =
            toml::from_str(text).map_err(|error| BadInput::of_toml(file, text, &error))?;
        if keys.sign.is_empty() {
            return Err(BadInput::new(file, "`sign` is empty; it is a program and its arguments"));
        }
        let public = file.parent().unwrap_or(Path::new("")).join(&keys.public);
        let pem = BadInput::read(&public)?;
        let key = PublicKey::from_pem(&pem).map_err(|what| BadInput::new(&public, what))?;
        Ok(Self { public: key, with: With::Program(keys.sign) })
    }

    /// The public key.
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Adds its signature to `envelope`, whose payload is `payload`.
    ///
    /// # Errors
    /// Why a program did not sign.
    pub fn sign(&self, envelope: &mut Envelope, payload: &[u8]) -> Result<(), String> {
        let message = pre_authentication(payload);
        let signature = match &self.with {
            With::Secret(secret) => secret.sign(&message),
            With::Program(program) => ask(program, &message)?,
        };
        if !self.public.verifies(&message, &signature) {
            return Err("the program's signature is not one of the public key beside it".to_owned());
        }
        envelope.sign(&self.public, &signature);
        Ok(())
    }
}

/// The signature that a program makes of `message`.
fn ask(program: &[String], message: &[u8]) -> Result<[u8; 64], String> {
    let name = &program[0];
    let failed = |error: std::io::Error| format!("{name}: {error}");
    let mut child = Command::new(name)
        .args(&program[1..])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut input) = child.stdin.take() {
        // A program that needs no input may have gone already.
        let _ = input.write_all(message);
    }
    let output = child.wait_with_output().map_err(failed)?;
    if !output.status.success() {
        return Err(format!("{name}: {}", output.status));
    }
    let given = output.stdout.len();
    <[u8; 64]>::try_from(output.stdout).map_err(|_| format!("{name} gave {given} bytes; a signature has 64"))
}

/// The passphrase of the key in `key`: the first line of `file`, or what the terminal answers.
///
/// # Errors
/// [`BadInput`] where nobody can be asked.
pub fn passphrase(key: &Path, file: Option<&Path>) -> Result<Zeroizing<String>, BadInput> {
    if let Some(file) = file {
        let text = Zeroizing::new(BadInput::read(file)?);
        return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
    }
    if !stdin().is_terminal() {
        return Err(BadInput::new(key, "encrypted; name a file with its passphrase by --passphrase"));
    }
    eprint!("Passphrase of {}: ", key.display());
    let echo = |how: &str| drop(Command::new("stty").arg(how).status());
    echo("-echo");
    let mut line = Zeroizing::new(String::new());
    let read = stdin().read_line(&mut line);
    echo("echo");
    eprintln!();
    read.map_err(|error| BadInput::new(key, format!("no passphrase: {error}")))?;
    Ok(Zeroizing::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_signs_with_the_key_that_it_holds() {
        let folder = tempfile::tempdir().unwrap();
        let secret = SigningSecret::of_seed([5; 32]);
        let write = |name: &str, bytes: &[u8]| std::fs::write(folder.path().join(name), bytes).unwrap();
        write("public.pem", secret.public().to_pem().as_bytes());
        write("signature", &secret.sign(&pre_authentication(b"{}")));
        let path = folder.path().join("signature");
        write("token.toml", format!("sign = [\"cat\", {path:?}]\npublic = \"public.pem\"\n").as_bytes());
        let signer = Signer::load(&folder.path().join("token.toml"), None).unwrap();
        let mut envelope = Envelope::unsigned(b"{}");
        signer.sign(&mut envelope, b"{}").unwrap();
        assert_eq!(envelope.verified("e", |_| Ok(secret.public())).unwrap(), b"{}");
        let other = signer.sign(&mut envelope, b"[]").unwrap_err();
        assert!(other.contains("not one of the public key"), "{other}");
    }
}
