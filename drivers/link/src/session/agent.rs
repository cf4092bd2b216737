//! The agent's end: obeys who has proved the bench key, each request once.

use alloc::vec::Vec;

use super::{
    BenchKey, MESSAGE, Nonce,
    keys::{Cipher, Nonces},
    packet::Packet,
};
use crate::frame::TooLong;

/// The agent's end of its sessions. A stranger can have it make a challenge, and no more: the rig's session
/// goes on until another one has proved itself.
pub struct AgentEnd {
    key: BenchKey,
    /// The session of the newest hello; it has one try to prove the key.
    challenged: Option<Session>,
    /// Who has proved the key.
    proved: Option<Session>,
}

/// Result of a packet.
pub enum Received {
    /// Send this back.
    Reply(Vec<u8>),
    /// Obey this, then send back what `reply` seals.
    Request {
        /// The message, as the rig sealed it.
        message: Vec<u8>,
        /// Seals the answer.
        reply: Reply,
    },
    /// Not a packet, or a repeated one: send nothing.
    Nothing,
}

impl AgentEnd {
    /// An agent that has just started.
    pub fn new(key: BenchKey) -> Self {
        Self { key, challenged: None, proved: None }
    }

    /// Handles incoming bytes. `fresh` makes a nonce; it is called for a hello only.
    pub fn receive(&mut self, packet: &[u8], fresh: impl FnOnce() -> Nonce) -> Received {
        match Packet::decode(packet) {
            Some(Packet::Hello { nonce }) => self.challenge(&Nonces { rig: nonce.into(), agent: fresh() }),
            Some(Packet::Request { counter, sealed }) => self
                .request(counter, sealed)
                .unwrap_or_else(|| Packet::Refused { proof: self.key.refusal(packet).into() }.into()),
            _ => Received::Nothing,
        }
    }

    fn challenge(&mut self, nonces: &Nonces) -> Received {
        self.challenged = Some(Session {
            requests: self.key.to_agent(nonces),
            answers: self.key.to_rig(nonces),
            obeyed: None,
        });
        Packet::Challenge { nonce: nonces.agent.into(), proof: self.key.agent_proof(nonces).into() }.into()
    }

    /// Handles a request; `None` where it opens neither under the session nor under the challenge.
    fn request(&mut self, counter: u64, sealed: &[u8]) -> Option<Received> {
        if let Some(session) = &mut self.proved
            && let Some(message) = session.requests.open(counter, sealed)
        {
            return Some(session.obey(counter, message));
        }
        let session = self.challenged.take()?;
        let message = session.requests.open(counter, sealed)?;
        Some(self.proved.insert(session).obey(counter, message))
    }
}

impl From<Packet<'_>> for Received {
    fn from(packet: Packet<'_>) -> Self {
        Self::Reply(packet.encode())
    }
}

struct Session {
    requests: Cipher,
    answers: Cipher,
    /// The counter of the last request that was obeyed.
    obeyed: Option<u64>,
}

impl Session {
    fn obey(&mut self, counter: u64, message: Vec<u8>) -> Received {
        if self.obeyed.is_some_and(|obeyed| counter <= obeyed) {
            return Received::Nothing;
        }
        self.obeyed = Some(counter);
        Received::Request { message, reply: Reply { answers: self.answers.clone(), counter } }
    }
}

/// Seals the one answer to one request.
pub struct Reply {
    answers: Cipher,
    counter: u64,
}

impl Reply {
    /// Seals `message` into the packet that answers the request.
    pub fn seal(self, message: &[u8]) -> Result<Vec<u8>, TooLong> {
        if message.len() > MESSAGE {
            return Err(TooLong);
        }
        let sealed = self.answers.seal(self.counter, message);
        Ok(Packet::Answer { sealed: sealed.as_slice().into() }.encode())
    }
}
