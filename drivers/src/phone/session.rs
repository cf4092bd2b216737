//! The way to a phone's test agent that only the bench key opens, whatever carries the packets.

use link::session::{Answered, BenchKey, Nonce, RigHello, RigSession, Untrusted};
use rand::{TryRng, rngs::SysRng};

use super::Transport;
use crate::{BenchTime, DriverError, Result, Trouble};

/// Carries packets of a session between the rig and a phone.
pub trait Carrier {
    /// Sends `packet` and waits until `deadline` for the packet that answers it. Silence is an empty answer;
    /// `Err` means that the way to the phone is broken. What it carries is sealed: it may be lost, but not read
    /// or forged on the way.
    fn exchange(&mut self, packet: &[u8], deadline: BenchTime) -> Result<Vec<u8>>;
}

/// How often a request is sent: again only in a new session, and only where the agent has said under the bench
/// key that it did not obey it.
const TRIES: usize = 2;

/// Carries requests in a session of [`link::session`]: opened with the first request, and again after the agent
/// has restarted. An agent with another bench key is the wrong device; what is forged, replayed or damaged on
/// the way is a protocol error.
pub struct SessionTransport {
    name: String,
    carrier: Box<dyn Carrier>,
    key: BenchKey,
    nonces: Box<dyn FnMut() -> Result<Nonce>>,
    session: Option<RigSession>,
}

impl SessionTransport {
    /// Sessions with the phone `name` at the other end of `carrier`, with nonces from the system's generator.
    pub fn new(name: impl Into<String>, carrier: Box<dyn Carrier>, key: BenchKey) -> Self {
        let name = name.into();
        let of = name.clone();
        Self::with_nonces(name, carrier, key, Box::new(move || system_nonce(&of)))
    }

    /// As [`new`](Self::new), with nonces from `nonces`: no two of them may be equal.
    pub fn with_nonces(
        name: impl Into<String>,
        carrier: Box<dyn Carrier>,
        key: BenchKey,
        nonces: Box<dyn FnMut() -> Result<Nonce>>,
    ) -> Self {
        Self { name: name.into(), carrier, key, nonces, session: None }
    }

    /// Opens a session; `None` where the agent is silent.
    fn open(&mut self, deadline: BenchTime) -> Result<Option<RigSession>> {
        let hello = RigHello::new(self.key.clone(), (self.nonces)()?);
        let challenge = self.carrier.exchange(&hello.packet(), deadline)?;
        if challenge.is_empty() {
            return Ok(None);
        }
        hello.challenged(&challenge).map(Some).map_err(|untrusted| untrusted_by(&self.name, untrusted))
    }
}

impl Transport for SessionTransport {
    fn exchange(&mut self, request: &[u8], deadline: BenchTime) -> Result<Vec<u8>> {
        for _ in 0..TRIES {
            if self.session.is_none() {
                self.session = self.open(deadline)?;
            }
            let Some(session) = &mut self.session else { return Ok(Vec::new()) };
            let packet = session
                .seal(request)
                .map_err(|error| DriverError::new(&self.name, Trouble::Unsupported, error.to_string()))?;
            let answer = self.carrier.exchange(&packet, deadline)?;
            if answer.is_empty() {
                return Ok(answer);
            }
            match session.open(&answer).map_err(|untrusted| untrusted_by(&self.name, untrusted))? {
                Answered::Message(message) => return Ok(message),
                Answered::Refused => self.session = None,
            }
        }
        let detail = "the agent opens a session and does not know it";
        Err(DriverError::new(&self.name, Trouble::Protocol, detail))
    }
}

fn untrusted_by(name: &str, untrusted: Untrusted) -> DriverError {
    let trouble = match untrusted {
        Untrusted::WrongKey => Trouble::WrongDevice,
        Untrusted::Unexpected | Untrusted::Forged => Trouble::Protocol,
    };
    DriverError::new(name, trouble, untrusted.to_string())
}

fn system_nonce(name: &str) -> Result<Nonce> {
    let mut nonce = Nonce::default();
    SysRng.try_fill_bytes(&mut nonce).map_err(|error| {
        DriverError::new(name, Trouble::Unsupported, format!("no random numbers from the system: {error}"))
    })?;
    Ok(nonce)
}
