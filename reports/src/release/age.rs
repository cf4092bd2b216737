//! Files that only the holder of one key can read: the format `age-encryption.org/v1` with X25519 recipients, as the program
//! `age` writes and reads it. The crate `age` would bring 85 crates; the primitives are here already.

use std::fmt;

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};
use chacha20poly1305::{
    ChaCha20Poly1305,
    aead::{Aead, KeyInit},
};
use curve25519_dalek::montgomery::MontgomeryPoint;
use hmac::{Hmac, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::bech32;

/// First line of a sealed file.
const VERSION: &str = "age-encryption.org/v1";
/// Begins the line of a recipient of this kind, and names the key that wraps the file's own.
const KIND: &str = "X25519";
/// Prefix of a recipient, and of an identity.
const RECIPIENT: &str = "age";
const IDENTITY: &str = "age-secret-key-";
/// Bytes that are encrypted as one piece, and by how many more it then has.
const PIECE: usize = 64 * 1024;
const TAG: usize = 16;
/// A file's own key.
type FileKey = Zeroizing<[u8; 16]>;

/// Somebody that a file can be sealed for: a public key, written as `age1…`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recipient(MontgomeryPoint);

/// The key that opens what was sealed for its [`Recipient`].
pub struct Identity(Zeroizing<[u8; 32]>);

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Identity({})", self.recipient())
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&bech32::encode(RECIPIENT, self.0.as_bytes()))
    }
}

impl std::str::FromStr for Recipient {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let key = bech32::decode(RECIPIENT, text).and_then(|bytes| <[u8; 32]>::try_from(&bytes[..]).ok());
        key.map(|key| Self(MontgomeryPoint(key)))
            .ok_or_else(|| format!("{text:?} is no recipient; one is written as age1 and 58 further signs"))
    }
}

impl Identity {
    /// The key of 32 random bytes.
    pub fn of_random(random: [u8; 32]) -> Self {
        Self(Zeroizing::new(random))
    }

    /// The key in the text of a file: the only line without a `#`.
    ///
    /// # Errors
    /// The mistake in it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
        let (line, more) = (lines.next().unwrap_or_default(), lines.next());
        let key = bech32::decode(IDENTITY, line).map(Zeroizing::new);
        let key = key.and_then(|bytes| <[u8; 32]>::try_from(&bytes[..]).ok());
        match (key, more) {
            (Some(key), None) => Ok(Self::of_random(key)),
            _ => Err("not a file with one line that begins with AGE-SECRET-KEY-1".to_owned()),
        }
    }

    /// The text of its file.
    pub fn to_text(&self) -> Zeroizing<String> {
        let line = Zeroizing::new(bech32::encode(IDENTITY, &*self.0).to_ascii_uppercase());
        Zeroizing::new(format!("# public key: {}\n{}\n", self.recipient(), *line))
    }

    /// Who files are sealed for, for this key.
    pub fn recipient(&self) -> Recipient {
        Recipient(MontgomeryPoint::mul_base_clamped(*self.0))
    }
}

/// `plain`, sealed for `recipient`. `random` is used for this file alone.
///
/// # Errors
/// For a recipient that no key has.
pub fn seal(plain: &[u8], recipient: &Recipient, random: &[u8; 64]) -> Result<Vec<u8>, String> {
    let part = |from: usize, to: usize| Zeroizing::new(random[from..to].to_vec());
    let file_key: FileKey = Zeroizing::new(part(0, 16)[..].try_into().expect("16 bytes"));
    let ephemeral: [u8; 32] = part(16, 48)[..].try_into().expect("32 bytes");
    let nonce = part(48, 64);
    let share = MontgomeryPoint::mul_base_clamped(ephemeral);
    let wrap = wrap_key(recipient.0.mul_clamped(ephemeral), share, recipient.0)?;
    let wrapped = wrap.encrypt(&[0; 12].into(), &file_key[..]).expect("16 bytes are encrypted");
    let (share, wrapped) = (STANDARD_NO_PAD.encode(share.as_bytes()), STANDARD_NO_PAD.encode(wrapped));
    let header = format!("{VERSION}\n-> {KIND} {share}\n{wrapped}\n---");
    let mac = STANDARD_NO_PAD.encode(header_mac(&file_key, &header).finalize().into_bytes());
    let mut sealed = format!("{header} {mac}\n").into_bytes();
    sealed.extend(&nonce[..]);
    let cipher = cipher(&derived(&file_key[..], &nonce, b"payload"));
    // An empty file has one empty piece.
    let count = plain.len().div_ceil(PIECE).max(1);
    for number in 0..count {
        let piece = &plain[number * PIECE..plain.len().min((number + 1) * PIECE)];
        let nonce = piece_nonce(number, number + 1 == count);
        sealed.extend(cipher.encrypt(&nonce.into(), piece).expect("64 KiB are encrypted"));
    }
    Ok(sealed)
}

/// Opens a file that was sealed for `identity`, among others maybe.
///
/// # Errors
/// Why it cannot be opened: another key, another format, or bytes that changed.
pub fn open(sealed: &[u8], identity: &Identity) -> Result<Vec<u8>, String> {
    let changed = || "not as it was sealed".to_owned();
    let end = sealed.windows(4).position(|four| four == b"\n---").ok_or("not a file of age")?;
    let header = std::str::from_utf8(&sealed[..end + 4]).map_err(|_| changed())?;
    let rest = &sealed[end + 4..];
    let mac_end = rest.iter().position(|byte| *byte == b'\n').ok_or_else(changed)?;
    let (mac, payload) = (&rest[..mac_end], &rest[mac_end + 1..]);
    let key = file_key(header, identity)?;
    let mac = mac.strip_prefix(b" ").and_then(|mac| STANDARD_NO_PAD.decode(mac).ok()).ok_or_else(changed)?;
    header_mac(&key, header).verify_slice(&mac).map_err(|_| changed())?;
    let (nonce, pieces) = payload.split_at_checked(16).ok_or_else(changed)?;
    let cipher = cipher(&derived(&key[..], nonce, b"payload"));
    let count = pieces.len().div_ceil(PIECE + TAG);
    let mut plain = Vec::with_capacity(pieces.len());
    for (number, piece) in pieces.chunks(PIECE + TAG).enumerate() {
        let nonce = piece_nonce(number, number + 1 == count);
        let piece = cipher.decrypt(&nonce.into(), piece).map_err(|_| changed())?;
        if piece.is_empty() && number > 0 {
            return Err(changed());
        }
        plain.extend(piece);
    }
    if count == 0 { Err(changed()) } else { Ok(plain) }
}

/// The file's own key, from the stanza of the header that is for `identity`.
fn file_key(header: &str, identity: &Identity) -> Result<FileKey, String> {
    let mut lines = header.lines();
    if lines.next() != Some(VERSION) {
        return Err(format!("another format than {VERSION}"));
    }
    while let Some(line) = lines.next() {
        let Some(share) = line.strip_prefix(&format!("-> {KIND} ")) else { continue };
        let share = STANDARD_NO_PAD.decode(share).ok().and_then(|share| <[u8; 32]>::try_from(share).ok());
        let body = STANDARD_NO_PAD.decode(lines.next().unwrap_or_default()).ok();
        let (Some(share), Some(body)) = (share, body.filter(|body| body.len() == 16 + TAG)) else {
            return Err("a recipient's part of the header is not as it was sealed".to_owned());
        };
        let share = MontgomeryPoint(share);
        let wrap = wrap_key(share.mul_clamped(*identity.0), share, identity.recipient().0)?;
        if let Ok(key) = wrap.decrypt(&[0; 12].into(), &body[..]).map(Zeroizing::new) {
            return Ok(Zeroizing::new(key[..].try_into().map_err(|_| "a key of another length")?));
        }
    }
    Err("it was sealed for another key".to_owned())
}

/// The cipher that wraps a file's key, of the secret that both ends share.
fn wrap_key(
    shared: MontgomeryPoint,
    share: MontgomeryPoint,
    recipient: MontgomeryPoint,
) -> Result<ChaCha20Poly1305, String> {
    let shared = Zeroizing::new(shared.to_bytes());
    if shared.iter().all(|byte| *byte == 0) {
        return Err("a recipient that no key has".to_owned());
    }
    let salt = [*share.as_bytes(), *recipient.as_bytes()].concat();
    Ok(cipher(&derived(&shared[..], &salt, format!("{VERSION}/{KIND}").as_bytes())))
}

fn cipher(key: &[u8; 32]) -> ChaCha20Poly1305 {
    ChaCha20Poly1305::new(key.into())
}

/// HMAC-SHA-256 (RFC 2104) that begins with `key`.
fn hmac(key: &[u8]) -> Hmac<Sha256> {
    <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("an HMAC takes a key of any length")
}

fn header_mac(file_key: &FileKey, header: &str) -> Hmac<Sha256> {
    hmac(&*derived(&file_key[..], b"", b"header")).chain_update(header)
}

/// HKDF-SHA-256 (RFC 5869), its first 32 bytes.
fn derived(secret: &[u8], salt: &[u8], info: &[u8]) -> Zeroizing<[u8; 32]> {
    let extracted = Zeroizing::new(<[u8; 32]>::from(hmac(salt).chain_update(secret).finalize().into_bytes()));
    Zeroizing::new(hmac(&*extracted).chain_update(info).chain_update([1]).finalize().into_bytes().into())
}

/// Eleven bytes of the piece's number, and whether it is the last.
fn piece_nonce(number: usize, is_last: bool) -> [u8; 12] {
    let mut nonce = [0; 12];
    nonce[3..11].copy_from_slice(&(number as u64).to_be_bytes());
    nonce[11] = u8::from(is_last);
    nonce
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_written_as_the_specification_has_them() {
        let identity = Identity::of_random([0x42; 32]);
        let text = identity.to_text();
        assert!(text.contains("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX"));
        let recipient = "age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj";
        assert_eq!(identity.recipient().to_string(), recipient);
        assert_eq!(recipient.parse::<Recipient>().unwrap(), identity.recipient());
        assert_eq!(Identity::parse(&text).unwrap().recipient(), identity.recipient());
        assert!(recipient.replace("age1z", "age1q").parse::<Recipient>().is_err());
        assert!(Identity::parse("").is_err() && Identity::parse(recipient).is_err());
    }

    #[test]
    fn what_was_sealed_is_opened_by_its_key_alone_and_as_it_was() {
        let (one, other) = (Identity::of_random([1; 32]), Identity::of_random([2; 32]));
        for length in [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE] {
            let plain: Vec<u8> = (0..length).map(|at| at as u8).collect();
            let sealed = seal(&plain, &one.recipient(), &[9; 64]).unwrap();
            assert_eq!(open(&sealed, &one).unwrap(), plain, "{length}");
            assert!(open(&sealed, &other).unwrap_err().contains("another key"));
            assert!(open(&sealed[..sealed.len() - 1], &one).is_err());
            assert!(open(&[&sealed[..], b"x"].concat(), &one).is_err());
        }
        let sealed = seal(b"secret", &one.recipient(), &[9; 64]).unwrap();
        for bit in 0..sealed.len() * 8 {
            let mut flipped = sealed.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(open(&flipped, &one).is_err(), "bit {bit}");
        }
        let sealed = seal(&[7; 3 * PIECE], &one.recipient(), &[9; 64]).unwrap();
        let cut = sealed.len() - PIECE - TAG;
        assert!(open(&sealed[..cut], &one).is_err(), "the last piece is marked");
        assert!(seal(b"", &Recipient(MontgomeryPoint([0; 32])), &[9; 64]).is_err());
    }
}
