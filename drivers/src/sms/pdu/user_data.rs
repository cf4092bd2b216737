//! Content of a message: TP-User-Data with its header (TS 23.040 sections 9.2.3.16 and 9.2.3.24), by its
//! TP-Data-Coding-Scheme (TS 23.038 section 4).

use super::{CUT_SHORT, Octets, PduError, Result, alphabet};

/// The most octets of user data that a message holds.
const MOST_OCTETS: usize = 140;
/// The most septets.
const MOST_SEPTETS: usize = 160;

/// Content of a message or a part, not decoded yet: a character may stand across two parts.
#[derive(Clone, PartialEq, Eq)]
pub enum Content {
    /// The GSM 7 bit default alphabet, unpacked.
    Septets(Vec<u8>),
    /// UCS-2; what is sent today is UTF-16, big end first.
    Ucs2(Vec<u8>),
    /// Octets without an alphabet.
    Octets(Vec<u8>),
}

/// Which part of a long message a message is (section 9.2.3.24.1 and .8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MessagePart {
    /// The same in all parts.
    pub reference: u16,
    /// Whether the reference has 16 bits; one of 8 bits with the same value is another.
    pub wide: bool,
    /// How many parts there are.
    pub count: u8,
    /// Which one it is, from 1 to `count`.
    pub number: u8,
}

impl Content {
    /// Decodes the text. Octets without an alphabet read as ISO 8859-1, so that none is lost.
    pub fn text(&self) -> String {
        match self {
            Self::Septets(septets) => alphabet::letters(septets),
            Self::Ucs2(octets) => {
                let units = octets.chunks(2).map(|pair| match *pair {
                    [high, low] => u16::from_be_bytes([high, low]),
                    _ => 0xfffd,
                });
                char::decode_utf16(units)
                    .map(|letter| letter.unwrap_or(char::REPLACEMENT_CHARACTER))
                    .collect()
            }
            Self::Octets(octets) => octets.iter().copied().map(char::from).collect(),
        }
    }

    /// Appends the next part. `false` if it is of another kind.
    pub fn append(&mut self, next: &Self) -> bool {
        match (self, next) {
            (Self::Septets(all), Self::Septets(next))
            | (Self::Ucs2(all), Self::Ucs2(next))
            | (Self::Octets(all), Self::Octets(next)) => {
                all.extend(next);
                true
            }
            _ => false,
        }
    }
}

/// How TP-User-Data is coded.
#[derive(Clone, Copy)]
enum Coding {
    Septets,
    Octets,
    Ucs2,
}

impl Coding {
    /// Reserved codings are read as the default alphabet, as TS 23.038 section 4 demands.
    fn of(scheme: u8) -> Result<Self> {
        let general = scheme & 0x80 == 0;
        if general && scheme & 0x20 != 0 {
            return Err(PduError("a message is compressed"));
        }
        Ok(match (scheme >> 4, scheme >> 2 & 0b11) {
            (0..=7, 1) => Self::Octets,
            (0..=7, 2) | (0b1110, _) => Self::Ucs2,
            (0b1111, bits) if bits & 1 != 0 => Self::Octets,
            _ => Self::Septets,
        })
    }
}

/// Reads TP-User-Data-Length and what follows it.
pub fn read(octets: &mut Octets<'_>, scheme: u8, has_header: bool) -> Result<(Content, Option<MessagePart>)> {
    const TOO_LONG: PduError = PduError("a message is longer than messages can be");
    let coding = Coding::of(scheme)?;
    let length = usize::from(octets.one()?);
    let (most, takes) = match coding {
        Coding::Septets => (MOST_SEPTETS, (length * 7).div_ceil(8)),
        Coding::Octets | Coding::Ucs2 => (MOST_OCTETS, length),
    };
    if length > most {
        return Err(TOO_LONG);
    }
    let data = octets.take(takes)?;
    let (header, part) = if has_header { read_header(data)? } else { (0, None) };
    let content = match coding {
        // The text begins at the next septet after the header.
        Coding::Septets => {
            let septets = alphabet::unpack(data, length);
            Content::Septets(septets.get((header * 8).div_ceil(7)..).unwrap_or_default().to_vec())
        }
        Coding::Octets => Content::Octets(data[header..].to_vec()),
        Coding::Ucs2 => Content::Ucs2(data[header..].to_vec()),
    };
    Ok((content, part))
}

/// How many octets the header takes, and which part it makes this.
fn read_header(data: &[u8]) -> Result<(usize, Option<MessagePart>)> {
    let length = 1 + usize::from(*data.first().ok_or(CUT_SHORT)?);
    let mut elements = Octets(data.get(1..length).ok_or(CUT_SHORT)?);
    let mut part = None;
    while !elements.0.is_empty() {
        let kind = elements.one()?;
        let size = elements.one()?.into();
        let found = match (kind, elements.take(size)?) {
            (0x00, &[reference, count, number]) => {
                MessagePart { reference: reference.into(), wide: false, count, number }
            }
            (0x08, &[high, low, count, number]) => {
                MessagePart { reference: u16::from_be_bytes([high, low]), wide: true, count, number }
            }
            (0x24 | 0x25, _) => return Err(PduError("a message needs a national language table")),
            _ => continue,
        };
        // A part that contradicts itself is to be ignored (section 9.2.3.24.1).
        if (1..=found.count).contains(&found.number) {
            part = Some(found);
        }
    }
    Ok((length, part))
}

/// TP-Data-Coding-Scheme, TP-User-Data-Length and TP-User-Data of `text`: in the default alphabet where that
/// does, else in UCS-2.
pub fn write(text: &str) -> Result<Vec<u8>> {
    const TOO_LONG: PduError = PduError("a text is too long for one message");
    let (scheme, length, most, octets) = match alphabet::septets(text) {
        Some(septets) => (0x00, septets.len(), MOST_SEPTETS, alphabet::pack(&septets)),
        None => {
            let octets: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
            (0x08, octets.len(), MOST_OCTETS, octets)
        }
    };
    if length > most {
        return Err(TOO_LONG);
    }
    Ok([&[scheme, length as u8], &octets[..]].concat())
}
