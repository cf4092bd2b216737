//! The packets of a session. Decoding borrows its input, so that a length field never causes an allocation.

use alloc::vec::Vec;

use minicbor::{
    Decode, Encode,
    bytes::{ByteArray, ByteSlice},
};

use super::PACKET;

/// A packet, as it goes into a frame.
#[derive(Debug, Encode, Decode)]
pub(super) enum Packet<'b> {
    /// From the rig: opens a session.
    #[n(0)]
    Hello {
        #[n(0)]
        nonce: ByteArray<16>,
    },
    /// To the rig: the agent has the bench key; has the rig?
    #[n(1)]
    Challenge {
        #[n(0)]
        nonce: ByteArray<16>,
        #[n(1)]
        proof: ByteArray<32>,
    },
    /// From the rig: a message.
    #[n(2)]
    Request {
        #[n(0)]
        counter: u64,
        #[b(1)]
        sealed: &'b ByteSlice,
    },
    /// To the rig: the message that answers the request with the same counter.
    #[n(3)]
    Answer {
        #[b(0)]
        sealed: &'b ByteSlice,
    },
    /// To the rig: that request opens under no session of mine, and I have not obeyed it.
    #[n(4)]
    Refused {
        #[n(0)]
        proof: ByteArray<32>,
    },
}

impl<'b> Packet<'b> {
    pub fn encode(&self) -> Vec<u8> {
        minicbor::to_vec(self).expect("a vector takes any packet")
    }

    /// Decodes a packet; `None` unless `bytes` are exactly one packet of at most [`PACKET`] bytes.
    pub fn decode(bytes: &'b [u8]) -> Option<Self> {
        let mut decoder = minicbor::Decoder::new(bytes.get(..bytes.len().min(PACKET + 1))?);
        let packet = decoder.decode().ok()?;
        (bytes.len() <= PACKET && decoder.position() == bytes.len()).then_some(packet)
    }
}
