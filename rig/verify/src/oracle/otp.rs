//! One-time codes: HOTP (RFC 4226) and TOTP (RFC 6238).

use std::{num::NonZeroU64, time::Duration};

use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use crate::keys::Key;

/// The hash under the HMAC (RFC 6238 section 1.2).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Algorithm {
    /// SHA-1, the default of RFC 4226.
    #[default]
    #[serde(rename = "SHA-1")]
    Sha1,
    /// SHA-256.
    #[serde(rename = "SHA-256")]
    Sha256,
    /// SHA-512.
    #[serde(rename = "SHA-512")]
    Sha512,
}

/// How many digits a code has: 6, 7 or 8 (RFC 4226 section 5.3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Digits(u8);

impl Digits {
    /// Six digits.
    pub const SIX: Self = Self(6);

    /// How many.
    pub fn count(self) -> usize {
        self.0.into()
    }
}

impl Default for Digits {
    fn default() -> Self {
        Self::SIX
    }
}

impl TryFrom<u8> for Digits {
    type Error = String;

    fn try_from(count: u8) -> Result<Self, String> {
        match count {
            6..=8 => Ok(Self(count)),
            _ => Err(format!("a code of {count} digits; 6, 7 and 8 are accepted")),
        }
    }
}

impl From<Digits> for u8 {
    fn from(digits: Digits) -> Self {
        digits.0
    }
}

/// The parameters of a TOTP (RFC 6238 section 4.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Totp {
    /// The hash under the HMAC.
    pub algorithm: Algorithm,
    /// How many digits a code has.
    pub digits: Digits,
    /// The time step X, in seconds.
    pub step_s: NonZeroU64,
    /// The Unix time T0 from which steps are counted, in seconds.
    pub t0_s: u64,
}

impl Default for Totp {
    /// The defaults of RFC 6238: SHA-1, 6 digits, steps of 30 s from the epoch.
    fn default() -> Self {
        const THIRTY: NonZeroU64 = NonZeroU64::new(30).expect("30 is not 0");
        Self { algorithm: Algorithm::Sha1, digits: Digits::SIX, step_s: THIRTY, t0_s: 0 }
    }
}

impl Totp {
    /// The step T that `unix` (since the epoch) lies in; step 0 also before T0.
    pub fn step_at(&self, unix: Duration) -> u64 {
        unix.as_secs().saturating_sub(self.t0_s) / self.step_s
    }

    /// The code of `step`.
    pub fn code(&self, key: &Key, step: u64) -> String {
        hotp(key, step, self.digits, self.algorithm)
    }
}

/// HOTP(K, C) of RFC 4226 section 5.3, leading zeros kept.
pub fn hotp(key: &Key, counter: u64, digits: Digits, algorithm: Algorithm) -> String {
    let number = truncate(&hmac(key, counter, algorithm)) % 10_u32.pow(digits.0.into());
    format!("{number:0width$}", width = digits.count())
}

/// HMAC of the counter as eight bytes, most significant first.
fn hmac(key: &Key, counter: u64, algorithm: Algorithm) -> Vec<u8> {
    fn with<M: Mac + KeyInit>(key: &Key, counter: u64) -> Vec<u8> {
        let mut mac =
            <M as KeyInit>::new_from_slice(key.expose()).expect("an HMAC takes a key of any length");
        mac.update(&counter.to_be_bytes());
        mac.finalize().into_bytes().to_vec()
    }
    match algorithm {
        Algorithm::Sha1 => with::<Hmac<Sha1>>(key, counter),
        Algorithm::Sha256 => with::<Hmac<Sha256>>(key, counter),
        Algorithm::Sha512 => with::<Hmac<Sha512>>(key, counter),
    }
}

/// The dynamic truncation of RFC 4226 section 5.3: the low nibble of the last byte says where to take 31 bits.
fn truncate(mac: &[u8]) -> u32 {
    let offset = usize::from(mac[mac.len() - 1] & 0x0f);
    let word = [mac[offset], mac[offset + 1], mac[offset + 2], mac[offset + 3]];
    u32::from_be_bytes(word) & 0x7fff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The seed of both RFCs, repeated to `length` bytes (RFC 6238 erratum 2866: 20, 32 and 64).
    fn seed(length: usize) -> Key {
        Key::new(b"1234567890".iter().copied().cycle().take(length).collect::<Vec<_>>())
    }

    fn hex(bytes: &[u8]) -> String {
        bytes.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// RFC 4226 appendix D: HMAC-SHA-1, truncated value and code of counters 0 to 9.
    const APPENDIX_D: [(&str, u32, &str); 10] = [
        ("cc93cf18508d94934c64b65d8ba7667fb7cde4b0", 1284755224, "755224"),
        ("75a48a19d4cbe100644e8ac1397eea747a2d33ab", 1094287082, "287082"),
        ("0bacb7fa082fef30782211938bc1c5e70416ff44", 137359152, "359152"),
        ("66c28227d03a2d5529262ff016a1e6ef76557ece", 1726969429, "969429"),
        ("a904c900a64b35909874b33e61c5938a8e15ed1c", 1640338314, "338314"),
        ("a37e783d7b7233c083d4f62926c7a25f238d0316", 868254676, "254676"),
        ("bc9cd28561042c83f219324d3c607256c03272ae", 1918287922, "287922"),
        ("a4fb960c0bc06e1eabb804e5b397cdc4b45596fa", 82162583, "162583"),
        ("1b3c89f65e6c9e883012052823443f048b4332db", 673399871, "399871"),
        ("1637409809a679dc698207310c8c7fc07290d9e5", 645520489, "520489"),
    ];

    #[test]
    fn rfc_4226_appendix_d() {
        for (counter, (mac, truncated, code)) in (0_u64..).zip(APPENDIX_D) {
            let computed = hmac(&seed(20), counter, Algorithm::Sha1);
            assert_eq!(hex(&computed), mac, "counter {counter}");
            assert_eq!(truncate(&computed), truncated, "counter {counter}");
            assert_eq!(hotp(&seed(20), counter, Digits::SIX, Algorithm::Sha1), code, "counter {counter}");
        }
    }

    /// RFC 6238 appendix B: Unix time, step, and the codes of SHA-1, SHA-256 and SHA-512.
    const APPENDIX_B: [(u64, u64, [&str; 3]); 6] = [
        (59, 0x1, ["94287082", "46119246", "90693936"]),
        (1111111109, 0x23523EC, ["07081804", "68084774", "25091201"]),
        (1111111111, 0x23523ED, ["14050471", "67062674", "99943326"]),
        (1234567890, 0x273EF07, ["89005924", "91819424", "93441116"]),
        (2000000000, 0x3F940AA, ["69279037", "90698825", "38618901"]),
        (20000000000, 0x27BC86AA, ["65353130", "77737706", "47863826"]),
    ];

    #[test]
    fn rfc_6238_appendix_b() {
        let hashes = [(Algorithm::Sha1, 20), (Algorithm::Sha256, 32), (Algorithm::Sha512, 64)];
        for (unix, step, codes) in APPENDIX_B {
            for ((algorithm, length), code) in hashes.into_iter().zip(codes) {
                let totp = Totp { algorithm, digits: Digits(8), ..Totp::default() };
                assert_eq!(totp.step_at(Duration::from_secs(unix)), step);
                assert_eq!(totp.code(&seed(length), step), code, "{algorithm:?} at {unix}");
            }
        }
    }

    #[test]
    fn six_digits_are_the_last_of_eight_and_keep_their_leading_zeros() {
        let code = |unix| Totp::default().code(&seed(20), Totp::default().step_at(Duration::from_secs(unix)));
        assert_eq!(code(1111111109), "081804");
        assert_eq!(code(1111111111), "050471");
        assert_eq!(code(20000000000), "353130");
    }

    #[test]
    fn steps_count_from_t0() {
        let totp = Totp { t0_s: 100, ..Totp::default() };
        let steps = [0, 99, 100, 129, 130].map(|unix| totp.step_at(Duration::from_secs(unix)));
        assert_eq!(steps, [0, 0, 0, 0, 1]);
    }

    #[test]
    fn other_numbers_of_digits_and_a_step_of_nothing_are_refused() {
        for bad in [r#"{"digits":5}"#, r#"{"digits":9}"#, r#"{"step_s":0}"#, r#"{"algorithm":"md5"}"#] {
            let mut value = serde_json::to_value(Totp::default()).unwrap();
            let change: serde_json::Map<_, _> = serde_json::from_str(bad).unwrap();
            value.as_object_mut().unwrap().extend(change);
            assert!(serde_json::from_value::<Totp>(value).is_err(), "{bad}");
        }
    }
}
