//! What a debug probe finds in a code device's flash.

use drivers::{DriverError, ErrorKind, Reading};

use super::{Session, StepResult};
use crate::{oracle::observed::KeyBits, recorder::Handle};

/// Pages of flash that the firmware keeps its key in, in turns, and the mark of a record
/// (fixtures/firmware/README.md).
const KEY_PAGES: [u32; 2] = [0x3_f800, 0x3_fc00];
const KEY_MARK: &[u8] = b"KEY2";
/// Mark, sequence number and length. The key comes after them, and is not read.
const HEAD: usize = 12;

impl Session {
    /// How long the key is that the firmware keeps in flash, read by the probe.
    pub(crate) fn key_length(&mut self, device: usize) -> StepResult<Handle<KeyBits>> {
        let device = &mut self.instruments.devices[device];
        let Some(probe) = &mut device.probe else {
            let name = device.entry.name.get_ref();
            return Err(DriverError::new(name, ErrorKind::NotFound, "no debug probe on it").into());
        };
        let name = probe.name().to_owned();
        let mut newest: Option<(u32, Reading<KeyBits>)> = None;
        for page in KEY_PAGES {
            let head = probe.read_memory(page, HEAD)?;
            let Some((sequence, bits)) = record(&head.value) else { continue };
            if newest.as_ref().is_none_or(|(newest, _)| *newest < sequence) {
                newest = Some((sequence, head.map(|_| KeyBits { bits })));
            }
        }
        let (_, length) = newest.ok_or_else(|| {
            DriverError::new(&name, ErrorKind::Unsupported, "no record of a key at the documented addresses")
        })?;
        self.recording.observe(&name, &length)
    }
}

/// Sequence number and key length in bits of the record that begins so, where it is one.
fn record(head: &[u8]) -> Option<(u32, u32)> {
    let fields = head.strip_prefix(KEY_MARK)?;
    let word = |at: usize| Some(u32::from_le_bytes(*fields.get(at..)?.first_chunk()?));
    Some((word(0)?, word(4)?.saturating_mul(8)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_records_head_tells_how_late_it_is_and_how_long_the_key() {
        assert_eq!(record(b"KEY2\x07\0\0\0\x14\0\0\0"), Some((7, 160)));
        assert_eq!(record(b"KEY2\x07\0\0\0\xff\xff\xff\xff"), Some((7, u32::MAX)));
        assert_eq!(record(b"KEY2\x07\0\0\0\x14\0"), None);
        assert_eq!(record(&[0xff; HEAD]), None);
        assert_eq!(record(b""), None);
    }
}
