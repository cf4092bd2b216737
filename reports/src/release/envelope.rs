//! Envelopes: signed statements, as DSSE 1.0 (Dead Simple Signing Envelope) has them.
//!
//! DSSE signs payload and type. White space, further fields and the ids of keys may change without breaking a signature; so an
//! envelope is refused unless it is, byte for byte, the one that this module writes.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};

use super::{PAYLOAD_TYPE, PublicKey, Refused};

/// A payload with its signatures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Envelope {
    payload: String,
    #[serde(rename = "payloadType")]
    payload_type: String,
    signatures: Vec<SignatureLine>,
}

/// One signature: the id of its key, and its 64 bytes in base64.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureLine {
    keyid: String,
    sig: String,
}

/// The bytes that are signed of a `payload`.
pub fn pre_authentication(payload: &[u8]) -> Vec<u8> {
    let head = format!("DSSEv1 {} {PAYLOAD_TYPE} {} ", PAYLOAD_TYPE.len(), payload.len());
    [head.as_bytes(), payload].concat()
}

impl Envelope {
    /// The envelope of a payload that nobody has signed yet.
    pub fn unsigned(payload: &[u8]) -> Self {
        Self {
            payload: STANDARD.encode(payload),
            payload_type: PAYLOAD_TYPE.to_owned(),
            signatures: Vec::new(),
        }
    }

    /// Adds the signature of `key`, which was made of the payload's [`pre_authentication`].
    pub fn sign(&mut self, key: &PublicKey, signature: &[u8; 64]) {
        self.signatures.push(SignatureLine { keyid: key.id(), sig: STANDARD.encode(signature) });
    }

    /// The envelope's bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("strings become JSON")
    }

    /// Reads the envelope in the file `place`.
    ///
    /// # Errors
    /// [`Refused`] where a byte is not as [`to_bytes`](Self::to_bytes) writes it.
    pub fn read(place: &str, bytes: &[u8]) -> Result<Self, Refused> {
        let refused = |what: String| Refused::new(place, what);
        let envelope: Self = serde_json::from_slice(bytes)
            .map_err(|error| refused(format!("not an envelope of a statement: {error}")))?;
        if envelope.to_bytes() != bytes {
            return Err(refused("an envelope that is written otherwise than this program writes it".into()));
        }
        if envelope.payload_type != PAYLOAD_TYPE {
            return Err(refused(format!("its payload is not {PAYLOAD_TYPE}")));
        }
        Ok(envelope)
    }

    /// The ids of the keys that signed it.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.signatures.iter().map(|line| line.keyid.as_str())
    }

    /// The payload, before anything is known of its signatures.
    ///
    /// # Errors
    /// [`Refused`], at `place`, where it is not base64.
    pub fn payload(&self, place: &str) -> Result<Vec<u8>, Refused> {
        STANDARD.decode(&self.payload).map_err(|error| Refused::new(place, format!("its payload: {error}")))
    }

    /// The payload, after every signature was verified by the key that `key` finds by its id.
    ///
    /// # Errors
    /// [`Refused`], at `place`, for an envelope without signatures, an unknown key, one that signed twice, or a signature that
    /// does not hold.
    pub fn verified(
        &self,
        place: &str,
        key: impl FnMut(&str) -> Result<PublicKey, String>,
    ) -> Result<Vec<u8>, Refused> {
        let payload = self.payload(place)?;
        self.verify(place, &payload, key)?;
        Ok(payload)
    }

    /// That every signature is one of `payload`, which is this envelope's.
    pub(super) fn verify(
        &self,
        place: &str,
        payload: &[u8],
        mut key: impl FnMut(&str) -> Result<PublicKey, String>,
    ) -> Result<(), Refused> {
        let refused = |what: String| Refused::new(place, what);
        let signed = pre_authentication(payload);
        if self.signatures.is_empty() {
            return Err(refused("nobody signed it".into()));
        }
        for (number, SignatureLine { keyid, sig }) in self.signatures.iter().enumerate() {
            if self.key_ids().take(number).any(|before| before == keyid) {
                return Err(refused(format!("key {keyid} signed it twice")));
            }
            let signature = STANDARD.decode(sig).ok().and_then(|bytes| <[u8; 64]>::try_from(bytes).ok());
            let signature =
                signature.ok_or_else(|| refused("a signature is not 64 bytes in base64".into()))?;
            let key = key(keyid).map_err(refused)?;
            if !key.verifies(&signed, &signature) {
                return Err(refused(format!("the signature of key {keyid} is not one of these bytes")));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::SigningSecret;

    #[test]
    fn the_bytes_that_are_signed_are_those_of_the_specification() {
        // DSSE 1.0's example, with our type.
        assert_eq!(
            pre_authentication(b"hello world"),
            b"DSSEv1 28 application/vnd.in-toto+json 11 hello world"
        );
    }

    #[test]
    fn no_flipped_bit_of_an_envelope_goes_unseen() {
        let (one, two) = (SigningSecret::of_seed([1; 32]), SigningSecret::of_seed([2; 32]));
        let mut envelope = Envelope::unsigned(b"{\"a\":1}");
        for secret in [&one, &two] {
            let signature = secret.sign(&pre_authentication(b"{\"a\":1}"));
            envelope.sign(&secret.public(), &signature);
        }
        let keys = [one.public(), two.public()];
        let read = |bytes: &[u8]| {
            let known = |id: &str| keys.iter().find(|key| key.id() == id).cloned().ok_or("unknown".into());
            Envelope::read("e", bytes)?.verified("e", known)
        };
        let sound = envelope.to_bytes();
        assert_eq!(read(&sound).unwrap(), b"{\"a\":1}");
        for bit in 0..sound.len() * 8 {
            let mut flipped = sound.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&flipped).is_err(), "bit {bit} of {}", String::from_utf8_lossy(&flipped));
        }
        assert!(read(&[&sound[..], b"\n"].concat()).is_err(), "white space at the end");
        assert!(read(&Envelope::unsigned(b"{}").to_bytes()).is_err(), "nobody signed it");
    }
}
