//! The way to a phone's test agent that only the bench key opens, whatever carries the packets.

use std::time::Duration;

use link::session::{Answered, BenchKey, Nonce, RigHello, RigSession, Untrusted};
use rand::{TryRng, rngs::SysRng};

use super::Transport;
use crate::{DriverError, ErrorKind, Result};

/// Carries packets of a session between the rig and a phone.
pub trait Carrier {
    /// Sends `packet` and waits for `limit` for the packet that answers it; a way that was lost and has to be found again
    /// takes its own time before that. Silence is an empty answer; `Err` means that the way to the phone is broken. What it
    /// carries is sealed: it may be lost, but not read or forged on the way.
    ///
    /// # Errors
    ///
    /// The way to the phone is broken. A silent phone is an empty answer.
    fn exchange(&mut self, packet: &[u8], limit: Duration) -> Result<Vec<u8>>;

    /// How often a connection that was lost was made again.
    fn recoveries(&self) -> u32 {
        0
    }
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
    fn open(&mut self, limit: Duration) -> Result<Option<RigSession>> {
        let hello = RigHello::new(self.key.clone(), (self.nonces)()?);
        let challenge = self.carrier.exchange(&hello.packet(), limit)?;
        if challenge.is_empty() {
            return Ok(None);
        }
        hello.challenged(&challenge).map(Some).map_err(|untrusted| untrusted_by(&self.name, untrusted))
    }
}

impl Transport for SessionTransport {
    /// Each packet has this limit of its own: opening a new session does not shorten it.
    fn exchange(&mut self, request: &[u8], limit: Duration) -> Result<Vec<u8>> {
        for _ in 0..TRIES {
            if self.session.is_none() {
                self.session = self.open(limit)?;
            }
            let Some(session) = &mut self.session else { return Ok(Vec::new()) };
            let packet = session
                .seal(request)
                .map_err(|error| DriverError::new(&self.name, ErrorKind::Unsupported, error.to_string()))?;
            let answer = self.carrier.exchange(&packet, limit)?;
            if answer.is_empty() {
                return Ok(answer);
            }
            match session.open(&answer).map_err(|untrusted| untrusted_by(&self.name, untrusted))? {
                Answered::Message(message) => return Ok(message),
                Answered::Refused => self.session = None,
            }
        }
        let detail = "the agent opens a session and does not know it";
        Err(DriverError::new(&self.name, ErrorKind::Protocol, detail))
    }

    fn recoveries(&self) -> u32 {
        self.carrier.recoveries()
    }
}

fn untrusted_by(name: &str, untrusted: Untrusted) -> DriverError {
    let trouble = match untrusted {
        Untrusted::WrongKey => ErrorKind::WrongDevice,
        Untrusted::Unexpected | Untrusted::Forged => ErrorKind::Protocol,
    };
    DriverError::new(name, trouble, untrusted.to_string())
}

fn system_nonce(name: &str) -> Result<Nonce> {
    let mut nonce = Nonce::default();
    SysRng.try_fill_bytes(&mut nonce).map_err(|error| {
        DriverError::new(name, ErrorKind::Unsupported, format!("no random numbers from the system: {error}"))
    })?;
    Ok(nonce)
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, rc::Rc};

    use link::session::{AgentEnd, MESSAGE, Received};

    use super::*;

    /// An agent in a test's hands: it answers a request with the request, and what it answers can be changed.
    struct Agent {
        end: AgentEnd,
        nonces: u8,
        obeyed: Vec<Vec<u8>>,
        on_the_way: fn(Vec<u8>) -> Vec<u8>,
    }

    #[derive(Clone)]
    struct Air(Rc<RefCell<Agent>>);

    impl Carrier for Air {
        fn exchange(&mut self, packet: &[u8], _: Duration) -> Result<Vec<u8>> {
            let agent = &mut *self.0.borrow_mut();
            let nonces = &mut agent.nonces;
            let fresh = || {
                *nonces += 1;
                [*nonces; 16]
            };
            let answer = match agent.end.receive(packet, fresh) {
                Received::Reply(packet) => packet,
                Received::Request { message, reply } => {
                    agent.obeyed.push(message.clone());
                    reply.seal(&message).unwrap()
                }
                Received::Nothing => Vec::new(),
            };
            Ok((agent.on_the_way)(answer))
        }
    }

    fn key(fill: u8) -> BenchKey {
        BenchKey::new(&[fill; BenchKey::LENGTH]).unwrap()
    }

    /// A phone with the bench key, and the way to it.
    fn phone() -> (Air, SessionTransport) {
        let agent =
            Agent { end: AgentEnd::new(key(7)), nonces: 0, obeyed: Vec::new(), on_the_way: |answer| answer };
        let air = Air(Rc::new(RefCell::new(agent)));
        let mut nonce = 0;
        let nonces = move || {
            nonce += 1;
            Ok([nonce; 16])
        };
        let transport =
            SessionTransport::with_nonces("phone 1", Box::new(air.clone()), key(7), Box::new(nonces));
        (air, transport)
    }

    const LIMIT: Duration = Duration::from_secs(2);

    fn ask(transport: &mut SessionTransport, request: &[u8]) -> Result<Vec<u8>> {
        transport.exchange(request, LIMIT)
    }

    fn trouble(transport: &mut SessionTransport) -> ErrorKind {
        let error = ask(transport, b"tap").unwrap_err();
        assert_eq!(error.instrument, "phone 1");
        error.trouble
    }

    #[test]
    fn requests_and_answers_come_through() {
        let (air, mut transport) = phone();
        for message in [b"one".as_slice(), b"two", b"three"] {
            assert_eq!(ask(&mut transport, message).unwrap(), message);
        }
        assert_eq!(air.0.borrow().obeyed, [b"one".as_slice(), b"two", b"three"]);
        assert_eq!(air.0.borrow().nonces, 1, "one session for all of them");
    }

    #[test]
    fn the_systems_nonces_differ() {
        assert_ne!(system_nonce("phone 1").unwrap(), system_nonce("phone 1").unwrap());
    }

    #[test]
    fn after_the_agent_restarted_the_request_is_sent_in_a_new_session() {
        let (air, mut transport) = phone();
        ask(&mut transport, b"one").unwrap();
        air.0.borrow_mut().end = AgentEnd::new(key(7));
        assert_eq!(ask(&mut transport, b"two").unwrap(), b"two");
        assert_eq!(air.0.borrow().obeyed, [b"one", b"two"], "obeyed once");
    }

    #[test]
    fn each_packet_has_all_of_the_time() {
        struct Limited(Air, Rc<RefCell<Vec<Duration>>>);
        impl Carrier for Limited {
            fn exchange(&mut self, packet: &[u8], limit: Duration) -> Result<Vec<u8>> {
                self.1.borrow_mut().push(limit);
                self.0.exchange(packet, limit)
            }
        }
        let (air, limits) = (phone().0, Rc::default());
        let carrier = Limited(air.clone(), Rc::clone(&limits));
        let mut transport = SessionTransport::new("phone 1", Box::new(carrier), key(7));
        ask(&mut transport, b"one").unwrap();
        air.0.borrow_mut().end = AgentEnd::new(key(7));
        ask(&mut transport, b"two").unwrap();
        assert_eq!(*limits.borrow(), [LIMIT; 5], "hello, request; request, hello, request");
    }

    #[test]
    fn an_agent_with_another_key_is_the_wrong_device() {
        let (air, mut transport) = phone();
        air.0.borrow_mut().end = AgentEnd::new(key(8));
        assert_eq!(trouble(&mut transport), ErrorKind::WrongDevice);
        air.0.borrow_mut().end = AgentEnd::new(key(7));
        assert!(ask(&mut transport, b"one").is_ok(), "usable once the right phone is there");
    }

    #[test]
    fn an_agent_that_keeps_forgetting_is_a_protocol_error() {
        struct Forgetful(Air);
        impl Carrier for Forgetful {
            fn exchange(&mut self, packet: &[u8], limit: Duration) -> Result<Vec<u8>> {
                let answer = self.0.exchange(packet, limit);
                self.0.0.borrow_mut().end = AgentEnd::new(key(7));
                answer
            }
        }
        let (air, _) = phone();
        let mut transport = SessionTransport::new("phone 1", Box::new(Forgetful(air.clone())), key(7));
        assert_eq!(trouble(&mut transport), ErrorKind::Protocol);
        assert!(air.0.borrow().obeyed.is_empty());
    }

    #[test]
    fn a_changed_answer_is_a_protocol_error_and_the_next_one_counts() {
        let (air, mut transport) = phone();
        ask(&mut transport, b"one").unwrap();
        air.0.borrow_mut().on_the_way = |mut answer| {
            *answer.last_mut().unwrap() ^= 1;
            answer
        };
        assert_eq!(trouble(&mut transport), ErrorKind::Protocol);
        air.0.borrow_mut().on_the_way = |answer| answer;
        assert_eq!(ask(&mut transport, b"two").unwrap(), b"two");
    }

    #[test]
    fn an_answer_from_before_is_a_protocol_error() {
        struct Replaying(Air, Vec<u8>);
        impl Carrier for Replaying {
            fn exchange(&mut self, packet: &[u8], limit: Duration) -> Result<Vec<u8>> {
                let answer = self.0.exchange(packet, limit)?;
                Ok(std::mem::replace(&mut self.1, answer))
            }
        }
        let (mut air, _) = phone();
        let mut transport =
            SessionTransport::new("phone 1", Box::new(Replaying(air.clone(), vec![1])), key(7));
        assert_eq!(trouble(&mut transport), ErrorKind::Protocol, "no challenge");
        assert_eq!(trouble(&mut transport), ErrorKind::WrongDevice, "a challenge to another hello");
        assert!(air.exchange(&[], LIMIT).unwrap().is_empty());
        assert!(air.0.borrow().obeyed.is_empty());
    }

    #[test]
    fn silence_is_silence_and_the_session_survives_it() {
        let (air, mut transport) = phone();
        air.0.borrow_mut().on_the_way = |_| Vec::new();
        assert_eq!(ask(&mut transport, b"one").unwrap(), b"", "to the hello");
        air.0.borrow_mut().on_the_way = |answer| answer;
        ask(&mut transport, b"two").unwrap();
        air.0.borrow_mut().on_the_way = |_| Vec::new();
        assert_eq!(ask(&mut transport, b"three").unwrap(), b"", "to a request");
        air.0.borrow_mut().on_the_way = |answer| answer;
        assert_eq!(ask(&mut transport, b"four").unwrap(), b"four");
        assert_eq!(air.0.borrow().nonces, 2, "one session since the hello was heard");
    }

    #[test]
    fn a_message_that_no_packet_holds_is_not_sent() {
        let (air, mut transport) = phone();
        let error = ask(&mut transport, &[0; MESSAGE + 1]).unwrap_err();
        assert_eq!(error.trouble, ErrorKind::Unsupported);
        assert!(air.0.borrow().obeyed.is_empty());
    }
}
