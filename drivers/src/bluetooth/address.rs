//! Bluetooth addresses.

use std::{fmt, str::FromStr};

/// A Bluetooth address, written as "00:11:22:AA:BB:CC" (Bluetooth Core Specification, volume 2, part B,
/// section 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address([u8; 6]);

/// A text that is not a Bluetooth address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a Bluetooth address is six pairs of hexadecimal digits with colons between them")]
pub struct NoAddress;

impl From<[u8; 6]> for Address {
    fn from(octets: [u8; 6]) -> Self {
        Self(octets)
    }
}

impl From<Address> for [u8; 6] {
    fn from(address: Address) -> Self {
        address.0
    }
}

impl FromStr for Address {
    type Err = NoAddress;

    fn from_str(text: &str) -> Result<Self, NoAddress> {
        let mut octets = [0; 6];
        let mut pairs = text.split(':');
        for octet in &mut octets {
            let pair = pairs.next().filter(|pair| pair.len() == 2).ok_or(NoAddress)?;
            hex::decode_to_slice(pair, std::slice::from_mut(octet)).map_err(|_| NoAddress)?;
        }
        pairs.next().is_none().then_some(Self(octets)).ok_or(NoAddress)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, e, g] = self.0;
        write!(f, "{a:02X}:{b:02X}:{c:02X}:{d:02X}:{e:02X}:{g:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_read_as_it_is_written() {
        let text = "00:11:22:AA:BB:CC";
        assert_eq!(text.parse::<Address>().map(|address| address.to_string()), Ok(text.to_owned()));
        assert_eq!("00:11:22:aa:bb:cc".parse::<Address>(), text.parse::<Address>());
        for wrong in ["", "00:11:22:AA:BB", "00:11:22:AA:BB:CC:DD", "0:11:22:AA:BB:CC", "00:11:22:AA:BB:Cø"]
        {
            assert_eq!(wrong.parse::<Address>(), Err(NoAddress), "{wrong}");
        }
    }
}
