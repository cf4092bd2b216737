//! Messages as PDU mode has them: 3GPP TS 23.040 in hexadecimal, behind the address of a service centre.
//!
//! An own codec: the one on crates.io that both reads and writes messages (`sms-pdu`) rests on `encoding`,
//! which is unmaintained (RUSTSEC-2021-0153), puts message contents into its errors, and decodes each part by
//! itself, which breaks characters that stand across two parts.

mod address;
mod alphabet;
#[cfg(test)]
mod tests;
mod user_data;

pub(super) use user_data::{Content, MessagePart};

/// The reason for which a message cannot be decoded. Never contains its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub(super) struct PduError(pub &'static str);

type Result<T> = std::result::Result<T, PduError>;

const NOT_HEXADECIMAL: PduError = PduError("a message was not in hexadecimal");
const CUT_SHORT: PduError = PduError("a message was cut short");

/// An SMS-DELIVER (section 9.2.2.1): a message, or a part of one.
pub(super) struct Deliver {
    /// The sender: a number, with `+` if it is international, or a name.
    pub from: String,
    /// Its content.
    pub content: Content,
    /// Which part of a long message it is.
    pub part: Option<MessagePart>,
}

/// An SMS-SUBMIT (section 9.2.2.2) as `+CMGS` takes it.
pub(super) struct Submit {
    /// How many octets it has, without the service centre.
    pub length: usize,
    /// The message, with the service centre left to the SIM card.
    pub hex: String,
}

/// The octets that `line` has in hexadecimal; `None` for another kind of line.
pub(super) fn octets(line: &str) -> Option<Vec<u8>> {
    hex::decode(line.trim()).ok().filter(|octets| !octets.is_empty())
}

/// Whether the PDU in `line` has `length` octets, as a modem counts them: without the service centre's address (TS 27.005
/// section 3.1). Modems that leave this address out, or count it, count all.
pub(super) fn has_length(line: &str, length: usize) -> bool {
    octets(line).is_some_and(|octets| {
        let centre = usize::from(octets.first().copied().unwrap_or(0)) + 1;
        octets.len() == length || octets.len() == length + centre
    })
}

/// Reads a received message, which has `length` octets according to the modem. `None` for another kind of
/// message: a status report, or a sent one.
pub(super) fn deliver_of(pdu: &str, length: Option<usize>) -> Result<Option<Deliver>> {
    let octets = octets(pdu).ok_or(NOT_HEXADECIMAL)?;
    let read = deliver(pdu);
    // A modem may leave the service centre's address out: then all is the message.
    read.or_else(|error| {
        let whole = length == Some(octets.len());
        without_centre(Octets(&octets)).ok().filter(|_| whole).ok_or(error)
    })
}

/// Reads a received message. `None` for another kind of message: a status report, or a sent one.
pub(super) fn deliver(pdu: &str) -> Result<Option<Deliver>> {
    let octets = octets(pdu).ok_or(NOT_HEXADECIMAL)?;
    let mut octets = Octets(&octets);
    let centre = octets.one()?;
    octets.take(centre.into())?;
    without_centre(octets)
}

fn without_centre(mut octets: Octets<'_>) -> Result<Option<Deliver>> {
    const SUBMIT: u8 = 0b01;
    const STATUS_REPORT: u8 = 0b10;
    let first = octets.one()?;
    // A reserved type is to be processed as an SMS-DELIVER (section 9.2.3.1).
    if matches!(first & 0b11, SUBMIT | STATUS_REPORT) {
        return Ok(None);
    }
    let from = address::read(&mut octets)?;
    let _protocol = octets.one()?;
    let coding = octets.one()?;
    let _time_stamp = octets.take(7)?;
    let has_header = first & 0x40 != 0;
    let (content, part) = user_data::read(&mut octets, coding, has_header)?;
    // A modem that copies the SIM card's record fills it up with ones (TS 51.011 section 10.5.3).
    if octets.0.iter().any(|octet| *octet != 0xff) {
        return Err(PduError("something follows a message"));
    }
    Ok(Some(Deliver { from, content, part }))
}

/// A message of one part to the number `to`.
pub(super) fn submit(to: &str, text: &str) -> Result<Submit> {
    const SMS_SUBMIT: u8 = 0x01;
    let mut octets = vec![SMS_SUBMIT, 0];
    octets.extend(address::write(to)?);
    octets.push(0);
    octets.extend(user_data::write(text)?);
    Ok(Submit { length: octets.len(), hex: format!("00{}", hex::encode_upper(&octets)) })
}

/// Octets that are read from the front.
struct Octets<'a>(&'a [u8]);

impl<'a> Octets<'a> {
    fn one(&mut self) -> Result<u8> {
        self.take(1).map(|octets| octets[0])
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count).ok_or(CUT_SHORT)?;
        self.0 = rest;
        Ok(taken)
    }
}
