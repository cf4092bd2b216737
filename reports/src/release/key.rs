//! Keys: Ed25519, in the files that OpenSSL reads and writes.

use std::fmt;

use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use pkcs8::{
    DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey, LineEnding, PrivateKeyInfoRef,
    pkcs5::pbes2,
};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

/// Rounds of PBKDF2 with HMAC-SHA-256 between a passphrase and a key.
const ROUNDS: u32 = 600_000;
/// First line of an encrypted private key.
const ENCRYPTED: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
/// PEM label of one.
const ENCRYPTED_LABEL: &str = "ENCRYPTED PRIVATE KEY";

/// The key that signatures are verified with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key in a PEM text (`PUBLIC KEY`).
    ///
    /// # Errors
    /// The mistake in it.
    pub fn from_pem(pem: &str) -> Result<Self, String> {
        let key = VerifyingKey::from_public_key_pem(pem);
        let key = key.map_err(|error| format!("not an Ed25519 public key in PEM: {error}"))?;
        if key.is_weak() {
            return Err("a weak key, which signs anything".to_owned());
        }
        Ok(Self(key))
    }

    /// The key as PEM (`PUBLIC KEY`).
    pub fn to_pem(&self) -> String {
        self.0.to_public_key_pem(LineEnding::LF).expect("32 bytes become PEM")
    }

    /// The key's id: SHA-256 of the form that securesystemslib hashes, so that its users find the key by it.
    pub fn id(&self) -> String {
        let public = hex::encode(self.0.as_bytes());
        let form = format!(r#"{{"keytype":"ed25519","keyval":{{"public":"{public}"}},"scheme":"ed25519"}}"#);
        hex::encode(Sha256::digest(form))
    }

    /// Whether `signature` is the key's, of `message`.
    pub fn verifies(&self, message: &[u8], signature: &[u8; 64]) -> bool {
        self.0.verify_strict(message, &Signature::from_bytes(signature)).is_ok()
    }
}

/// The key that signatures are made with. Its bytes are wiped when it goes.
pub struct SigningSecret(SigningKey);

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningSecret({})", self.public().id())
    }
}

impl SigningSecret {
    /// The key of 32 random bytes.
    pub fn of_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// Whether the key in `pem` is encrypted.
    pub fn is_encrypted(pem: &str) -> bool {
        pem.trim_start().starts_with(ENCRYPTED)
    }

    /// The key in a PEM text: PKCS#8, encrypted with `passphrase` if it is encrypted.
    ///
    /// # Errors
    /// The mistake in it.
    pub fn from_pem(pem: &str, passphrase: &str) -> Result<Self, String> {
        let key = match Self::is_encrypted(pem) {
            true => SigningKey::from_pkcs8_encrypted_pem(pem, passphrase)
                .map_err(|_| "not a key that this passphrase decrypts".to_owned())?,
            false => SigningKey::from_pkcs8_pem(pem)
                .map_err(|error| format!("not an Ed25519 private key in PKCS#8 PEM: {error}"))?,
        };
        Ok(Self(key))
    }

    /// The key as PEM: PKCS#8 version 1, which OpenSSL reads, unlike version 2.
    pub fn to_pem(&self) -> Zeroizing<String> {
        self.document().to_pkcs8_pem(LineEnding::LF).expect("32 bytes become PEM")
    }

    /// The key as PEM, encrypted with `passphrase`: PBES2 with PBKDF2 (HMAC-SHA-256) and AES-256-CBC. `random` is
    /// used for this key alone.
    pub fn to_encrypted_pem(&self, passphrase: &str, random: &[u8; 32]) -> Zeroizing<String> {
        let plain = self.document().to_pkcs8_der().expect("32 bytes become DER");
        let (salt, iv) = random.split_at(16);
        let iv = <[u8; 16]>::try_from(iv).expect("half of 32 bytes");
        let parameters = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, salt, iv);
        let parameters = parameters.expect("a salt of 16 bytes is accepted");
        let key = PrivateKeyInfoRef::try_from(plain.as_bytes()).expect("the form that was just written");
        let encrypted = key.encrypt_with_params(parameters, passphrase).expect("a short text is encrypted");
        encrypted.to_pem(ENCRYPTED_LABEL, LineEnding::LF).expect("a short text becomes PEM")
    }

    /// Version 1: without the public key, which version 2 repeats.
    fn document(&self) -> ed25519_dalek::pkcs8::KeypairBytes {
        ed25519_dalek::pkcs8::KeypairBytes { secret_key: self.0.to_bytes(), public_key: None }
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Its signature of `message`.
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.0.sign(message).to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_comes_back_from_its_files() {
        let secret = SigningSecret::of_seed([7; 32]);
        let public = secret.public();
        assert_eq!(PublicKey::from_pem(&public.to_pem()).unwrap(), public);
        assert_eq!(SigningSecret::from_pem(&secret.to_pem(), "").unwrap().public(), public);
        let encrypted = secret.to_encrypted_pem("open sesame", &[3; 32]);
        assert!(SigningSecret::is_encrypted(&encrypted) && !SigningSecret::is_encrypted(&secret.to_pem()));
        assert_eq!(SigningSecret::from_pem(&encrypted, "open sesame").unwrap().public(), public);
        assert!(SigningSecret::from_pem(&encrypted, "open barley").is_err());
        let signature = secret.sign(b"message");
        assert!(public.verifies(b"message", &signature) && !public.verifies(b"massage", &signature));
    }

    #[test]
    fn keys_of_other_kinds_are_refused() {
        for bad in ["", "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----\n", "ssh-ed25519 AAAA"] {
            assert!(PublicKey::from_pem(bad).is_err() && SigningSecret::from_pem(bad, "").is_err(), "{bad}");
        }
    }
}
