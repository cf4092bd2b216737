//! Everything that is made with the bench key: proofs and the keys of a session.
//!
//! Each is HMAC-SHA-256 (RFC 2104) under the bench key over a label of its own and what it is about. A label ends
//! with the only zero byte in it, so that none is the beginning of another.

use alloc::vec::Vec;
use core::fmt;

use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{Aead, KeyInit},
};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::Nonce;

const AGENT_PROOF: &[u8] = b"rig phone session 1, agent proof\0";
const REFUSAL: &[u8] = b"rig phone session 1, refusal\0";
const TO_AGENT: &[u8] = b"rig phone session 1, rig to agent\0";
const TO_RIG: &[u8] = b"rig phone session 1, agent to rig\0";

/// The secret that a bench and its phones share. Forgotten on drop; `Debug` does not tell it.
#[derive(Clone)]
pub struct BenchKey(Zeroizing<[u8; BenchKey::LENGTH]>);

impl BenchKey {
    /// How many bytes it has.
    pub const LENGTH: usize = 32;

    /// A key of these bytes, which must be unpredictable.
    pub fn new(bytes: &[u8]) -> Result<Self, KeyLength> {
        bytes.try_into().map(|key| Self(Zeroizing::new(key))).map_err(|_| KeyLength)
    }

    /// Shows the rig that the agent has this key.
    pub(super) fn agent_proof(&self, nonces: &Nonces) -> [u8; 32] {
        self.mac(AGENT_PROOF, nonces.parts())
    }

    /// Whether `proof` is the agent's. Takes the same time whatever is wrong with it.
    pub(super) fn is_agent_proof(&self, nonces: &Nonces, proof: &[u8; 32]) -> bool {
        self.hmac(AGENT_PROOF, nonces.parts()).verify_slice(proof).is_ok()
    }

    /// Shows the rig that an agent with this key refuses `packet`.
    pub(super) fn refusal(&self, packet: &[u8]) -> [u8; 32] {
        self.mac(REFUSAL, [packet, &[]])
    }

    /// Whether `proof` refuses `packet`. Takes the same time whatever is wrong with it.
    pub(super) fn is_refusal(&self, packet: &[u8], proof: &[u8; 32]) -> bool {
        self.hmac(REFUSAL, [packet, &[]]).verify_slice(proof).is_ok()
    }

    /// Cipher for the rig's messages in the session of these nonces.
    pub(super) fn to_agent(&self, nonces: &Nonces) -> Cipher {
        Cipher::new(self.mac(TO_AGENT, nonces.parts()))
    }

    /// Cipher for the agent's messages.
    pub(super) fn to_rig(&self, nonces: &Nonces) -> Cipher {
        Cipher::new(self.mac(TO_RIG, nonces.parts()))
    }

    fn mac(&self, label: &[u8], parts: [&[u8]; 2]) -> [u8; 32] {
        self.hmac(label, parts).finalize().into_bytes().into()
    }

    fn hmac(&self, label: &[u8], parts: [&[u8]; 2]) -> Hmac<Sha256> {
        let mut hmac =
            <Hmac<Sha256> as KeyInit>::new_from_slice(&*self.0).expect("an HMAC takes a key of any length");
        hmac.update(label);
        parts.into_iter().for_each(|part| hmac.update(part));
        hmac
    }
}

impl fmt::Debug for BenchKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BenchKey")
    }
}

/// A bench key of another length than [`BenchKey::LENGTH`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyLength;

impl fmt::Display for KeyLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a bench key has {} bytes", BenchKey::LENGTH)
    }
}

impl core::error::Error for KeyLength {}

/// Nonces of both ends of a session.
pub(super) struct Nonces {
    pub rig: Nonce,
    pub agent: Nonce,
}

impl Nonces {
    fn parts(&self) -> [&[u8]; 2] {
        [&self.rig, &self.agent]
    }
}

/// Seals and opens the messages of one direction of one session; the key is forgotten on drop.
#[derive(Clone)]
pub(super) struct Cipher(ChaCha20Poly1305);

impl Cipher {
    fn new(key: [u8; 32]) -> Self {
        let key = Zeroizing::new(key);
        Self(ChaCha20Poly1305::new((&*key).into()))
    }

    /// `message`, encrypted, with a tag of 16 bytes. Each counter is used for one message only.
    pub fn seal(&self, counter: u64, message: &[u8]) -> Vec<u8> {
        self.0.encrypt(&nonce(counter).into(), message).expect("a message is far below the cipher's limit")
    }

    /// The message in `sealed`; `None` where it was sealed with another key or counter.
    pub fn open(&self, counter: u64, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.decrypt(&nonce(counter).into(), sealed).ok()
    }
}

/// Four zero bytes and the counter, most significant byte first.
fn nonce(counter: u64) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[4..].copy_from_slice(&counter.to_be_bytes());
    nonce
}
