//! Addresses: numbers in half octets, and names (TS 23.040 section 9.1.2.5).

use super::{Octets, PduError, Result, alphabet};

/// Characters of half octets; 15 fills up the last octet.
const DIGITS: [char; 15] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '*', '#', 'a', 'b', 'c'];

const INTERNATIONAL: u8 = 1;
const ALPHANUMERIC: u8 = 5;

/// Reads an address.
pub fn read(octets: &mut Octets<'_>) -> Result<String> {
    let half_octets = usize::from(octets.one()?);
    let kind = octets.one()? >> 4 & 0b111;
    let value = octets.take(half_octets.div_ceil(2))?;
    if kind == ALPHANUMERIC {
        return Ok(alphabet::letters(&alphabet::unpack(value, half_octets * 4 / 7)));
    }
    let digits = value.iter().flat_map(|octet| [octet & 15, octet >> 4]).take(half_octets);
    let digits = digits.filter_map(|digit| DIGITS.get(usize::from(digit)));
    let prefix = (kind == INTERNATIONAL).then_some(&'+');
    Ok(prefix.into_iter().chain(digits).collect())
}

/// Writes a number: international with `+`, of unknown kind without. No more than 20 digits.
pub fn write(number: &str) -> Result<Vec<u8>> {
    const NO_NUMBER: PduError = PduError("no phone number");
    let (kind, digits) = match number.strip_prefix('+') {
        Some(digits) => (0x91, digits),
        None => (0x81, number),
    };
    let digits: Option<Vec<u8>> =
        digits.chars().map(|c| Some(DIGITS.iter().position(|digit| *digit == c)? as u8)).collect();
    let digits = digits.filter(|digits| (1..=20).contains(&digits.len())).ok_or(NO_NUMBER)?;
    let pairs = digits.chunks(2).map(|pair| pair.get(1).copied().unwrap_or(15) << 4 | pair[0]);
    Ok([digits.len() as u8, kind].into_iter().chain(pairs).collect())
}
