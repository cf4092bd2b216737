//! The rig's end: opens a session, asks, and believes only what the agent has sealed.

use alloc::vec::Vec;

use super::{
    BenchKey, MESSAGE, Nonce, Untrusted,
    keys::{Cipher, Nonces},
    packet::Packet,
};
use crate::frame::TooLong;

/// A session that was asked for.
pub struct RigHello {
    key: BenchKey,
    nonce: Nonce,
}

impl RigHello {
    /// Begins a session with the holder of `key`.
    pub fn new(key: BenchKey, nonce: Nonce) -> Self {
        Self { key, nonce }
    }

    /// The packet for the agent.
    pub fn packet(&self) -> Vec<u8> {
        Packet::Hello { nonce: self.nonce.into() }.encode()
    }

    /// Handles the agent's answer. If the agent proves the key, the session is open on the rig's side; the
    /// agent opens it at the first request.
    pub fn challenged(self, packet: &[u8]) -> Result<RigSession, Untrusted> {
        let Some(Packet::Challenge { nonce, proof }) = Packet::decode(packet) else {
            return Err(Untrusted::Unexpected);
        };
        let nonces = Nonces { rig: self.nonce, agent: nonce.into() };
        if !self.key.is_agent_proof(&nonces, &proof) {
            return Err(Untrusted::WrongKey);
        }
        Ok(RigSession {
            requests: self.key.to_agent(&nonces),
            answers: self.key.to_rig(&nonces),
            key: self.key,
            next: 0,
            asked: None,
        })
    }
}

/// An open session.
pub struct RigSession {
    key: BenchKey,
    requests: Cipher,
    answers: Cipher,
    /// The counter of the next request.
    next: u64,
    /// The counter and the packet of the request that waits for its answer.
    asked: Option<(u64, Vec<u8>)>,
}

/// The agent's answer to a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// Its answer.
    Message(Vec<u8>),
    /// It knows no such session, as after a restart, and has not obeyed: the request can be sent in a new one.
    Refused,
}

impl RigSession {
    /// Seals `message` into the packet of the next request. Answers to earlier requests are rejected from
    /// then on.
    pub fn seal(&mut self, message: &[u8]) -> Result<Vec<u8>, TooLong> {
        if message.len() > MESSAGE {
            return Err(TooLong);
        }
        let counter = self.next;
        self.next = counter.checked_add(1).expect("nobody lives to send 2^64 messages");
        let sealed = self.requests.seal(counter, message);
        let packet = Packet::Request { counter, sealed: sealed.as_slice().into() }.encode();
        self.asked = Some((counter, packet.clone()));
        Ok(packet)
    }

    /// Takes what the agent answers to the last request, once.
    pub fn open(&mut self, packet: &[u8]) -> Result<Answered, Untrusted> {
        let (counter, asked) = self.asked.as_ref().ok_or(Untrusted::Unexpected)?;
        let answered = match Packet::decode(packet) {
            Some(Packet::Answer { sealed }) => self.answers.open(*counter, sealed).map(Answered::Message),
            Some(Packet::Refused { proof }) => {
                self.key.is_refusal(asked, &proof).then_some(Answered::Refused)
            }
            _ => return Err(Untrusted::Unexpected),
        };
        let answered = answered.ok_or(Untrusted::Forged)?;
        self.asked = None;
        Ok(answered)
    }
}
