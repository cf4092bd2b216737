//! A phone with a test agent, whatever carries the messages.

use std::{collections::BTreeMap, time::Duration};

use link::phone::{Request, Response};

use super::{Phone, Screen};
use crate::{DriverError, ErrorKind, Identity, Instrument, Raw, Reading, Result, SharedClock};

/// How long an agent may take to answer. It answers for the screen, not for the service behind it; but phones
/// take their time to install an app, to open one, and for what goes through their settings.
fn time_limit(request: &Request) -> Duration {
    Duration::from_secs(match request {
        Request::Reinstall => 120,
        Request::Reopen | Request::Background | Request::Foreground => 15,
        Request::SetClock { .. } | Request::Screenshot | Request::Biometric { .. } => 15,
        _ => 2,
    })
}

/// Carries one request to the agent and its answer back.
pub trait Transport {
    /// Sends `request`, one message in CBOR, and waits for `limit` for the message that answers it; finding the phone
    /// again, where it was lost, takes its own time. Silence is an empty answer; `Err` means that the way to the phone is broken.
    ///
    /// # Errors
    ///
    /// The way to the phone is broken. A silent phone is an empty answer.
    fn exchange(&mut self, request: &[u8], limit: Duration) -> Result<Vec<u8>>;

    /// How often a way that was lost was found again.
    fn recoveries(&self) -> u32 {
        0
    }
}

/// A phone that answers for itself. Its readings are stamped with the middle of the exchange, and its
/// evidence is the answer as it came: screens only, never what was typed.
pub struct AgentPhone {
    name: String,
    transport: Box<dyn Transport>,
    clock: SharedClock,
}

impl AgentPhone {
    /// The phone `name` at the other end of `transport`.
    pub fn new(name: impl Into<String>, transport: Box<dyn Transport>, clock: SharedClock) -> Self {
        Self { name: name.into(), transport, clock }
    }

    /// Sends a request once: after an error it may have been obeyed or not.
    fn ask(&mut self, request: &Request) -> Result<Reading<Response>> {
        let message = minicbor::to_vec(request).expect("a vector takes any message");
        let sent = self.clock.now();
        let limit = time_limit(request);
        let bytes = self.transport.exchange(&message, limit)?;
        let uncertainty = self.clock.now().since(sent) / 2;
        if bytes.is_empty() {
            return Err(self.error(ErrorKind::NoAnswer, format!("the agent was silent for {limit:?}")));
        }
        let mut decoder = minicbor::Decoder::new(&bytes);
        match decoder.decode::<Response>() {
            Ok(response) if decoder.position() == bytes.len() => Ok(Reading {
                at: sent + uncertainty,
                uncertainty,
                value: response,
                raw: Some(Raw { media_type: "application/cbor", bytes }),
            }),
            _ => Err(self.error(ErrorKind::Protocol, format!("no message: {} bytes", bytes.len()))),
        }
    }

    /// Asks for something to be done. `Ok(false)` where the screen has no such thing.
    fn act(&mut self, request: &Request) -> Result<bool> {
        match self.ask(request)?.value {
            Response::Done => Ok(true),
            Response::Absent => Ok(false),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Asks for something that any phone can do.
    fn order(&mut self, request: &Request) -> Result<()> {
        match self.ask(request)?.value {
            Response::Done => Ok(()),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Asks for something that `pick` takes out of the right answer.
    fn learn<T>(
        &mut self,
        request: &Request,
        pick: fn(Response) -> std::result::Result<T, Response>,
    ) -> Result<Reading<T>> {
        let Reading { at, uncertainty, value, raw } = self.ask(request)?;
        match pick(value) {
            Ok(value) => Ok(Reading { at, uncertainty, value, raw }),
            Err(other) => Err(self.unexpected(&other)),
        }
    }

    fn unexpected(&self, response: &Response) -> DriverError {
        let answer = match response {
            Response::Identity { .. } => "an identity",
            Response::Screen(_) => "a screen",
            Response::Done => "\"done\"",
            Response::Absent => "\"no such thing\"",
            Response::Unknown => {
                return self.error(ErrorKind::Unsupported, "the agent does not know this request".into());
            }
            Response::Screenshot { .. } => "a screenshot",
            Response::Notifications(_) => "notifications",
            Response::Scanned(_) => "what was scanned",
        };
        self.error(ErrorKind::Protocol, format!("the agent answered with {answer}, which was not asked for"))
    }

    fn error(&self, trouble: ErrorKind, detail: String) -> DriverError {
        DriverError::new(&self.name, trouble, detail)
    }
}

impl Instrument for AgentPhone {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        match self.ask(&Request::Identity)?.value {
            Response::Identity { model, app } => Ok(Identity {
                driver: "test agent".into(),
                model,
                serial: String::new(),
                detail: BTreeMap::from([("app".into(), app)]),
            }),
            other => Err(self.unexpected(&other)),
        }
    }

    fn check(&mut self) -> Result<()> {
        self.identity().map(|_| ())
    }

    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }

    fn recoveries(&self) -> u32 {
        self.transport.recoveries()
    }
}

impl Phone for AgentPhone {
    fn screen(&mut self) -> Result<Reading<Screen>> {
        self.learn(&Request::Screen, |response| match response {
            Response::Screen(screen) => Ok(screen),
            other => Err(other),
        })
    }

    fn tap(&mut self, label: &str) -> Result<bool> {
        self.act(&Request::Tap { label: label.into() })
    }

    fn enter(&mut self, label: &str, text: &str) -> Result<bool> {
        self.act(&Request::Enter { label: label.into(), text: text.into() })
    }

    fn set(&mut self, label: &str, on: bool) -> Result<bool> {
        self.act(&Request::Set { label: label.into(), on })
    }

    fn reopen(&mut self) -> Result<()> {
        self.order(&Request::Reopen)
    }

    fn background(&mut self) -> Result<()> {
        self.order(&Request::Background)
    }

    fn foreground(&mut self) -> Result<()> {
        self.order(&Request::Foreground)
    }

    fn reinstall(&mut self) -> Result<()> {
        self.order(&Request::Reinstall)
    }

    fn set_clock(&mut self, offset_s: i64) -> Result<()> {
        self.order(&Request::SetClock { offset_s })
    }

    fn screenshot(&mut self) -> Result<Reading<bool>> {
        self.learn(&Request::Screenshot, |response| match response {
            Response::Screenshot { shows_app } => Ok(shows_app),
            other => Err(other),
        })
    }

    fn biometric(&mut self, owner: bool) -> Result<bool> {
        self.act(&Request::Biometric { owner })
    }

    fn notify(&mut self, text: &str) -> Result<()> {
        self.order(&Request::Notify { text: text.into() })
    }

    fn notifications(&mut self) -> Result<Reading<Vec<String>>> {
        self.learn(&Request::Notifications, |response| match response {
            Response::Notifications(texts) => Ok(texts),
            other => Err(other),
        })
    }

    fn scanned(&mut self) -> Result<Reading<Option<String>>> {
        self.learn(&Request::Scanned, |response| match response {
            Response::Scanned(payload) => Ok(payload),
            other => Err(other),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{clock::RealClock, phone::contract, testing::TwoPages};

    impl Transport for TwoPages {
        fn exchange(&mut self, request: &[u8], _: Duration) -> Result<Vec<u8>> {
            let request = minicbor::decode(request).expect("the driver speaks the protocol");
            Ok(minicbor::to_vec(self.answer(request)).unwrap())
        }
    }

    /// Answers every request with the same bytes.
    struct Always(Vec<u8>);

    impl Transport for Always {
        fn exchange(&mut self, _: &[u8], _: Duration) -> Result<Vec<u8>> {
            Ok(self.0.clone())
        }
    }

    fn phone(transport: impl Transport + 'static) -> AgentPhone {
        AgentPhone::new("phone 1", Box::new(transport), clock())
    }

    fn clock() -> SharedClock {
        Arc::new(RealClock::new(Duration::ZERO))
    }

    #[test]
    fn keeps_the_contract() {
        let walk = contract::Walk { button: "Go on", field: "Name" };
        let clock = clock();
        let mut phone = AgentPhone::new("phone 1", Box::new(TwoPages::default()), clock.clone());
        contract::keeps(&mut phone, &clock, &walk);
    }

    #[test]
    fn a_disabled_button_is_not_there() {
        assert!(!phone(TwoPages::default()).tap("Not yet").unwrap());
    }

    #[test]
    fn a_box_is_set() {
        let mut phone = phone(TwoPages::default());
        assert!(!phone.set("Agreed", true).unwrap());
        assert!(phone.tap("Go on").unwrap());
        assert!(phone.set("Agreed", true).unwrap());
        assert!(phone.screen().unwrap().value.switches[0].on);
    }

    #[test]
    fn silence_is_no_answer() {
        let error = phone(Always(Vec::new())).screen().unwrap_err();
        assert_eq!((error.instrument.as_str(), error.trouble), ("phone 1", ErrorKind::NoAnswer));
    }

    #[test]
    fn noise_cut_short_and_trailing_bytes_are_protocol_errors() {
        let whole = minicbor::to_vec(Response::Screen(Screen::default())).unwrap();
        let trailing = [whole.as_slice(), &[0]].concat();
        for bytes in [vec![0xff; 9], whole[..whole.len() - 1].to_vec(), trailing] {
            assert_eq!(phone(Always(bytes)).screen().unwrap_err().trouble, ErrorKind::Protocol);
        }
    }

    #[test]
    fn a_request_that_the_agent_does_not_know_is_unsupported() {
        let mut phone = phone(Always(minicbor::to_vec(Response::Unknown).unwrap()));
        assert_eq!(phone.screen().unwrap_err().trouble, ErrorKind::Unsupported);
        assert_eq!(phone.identity().unwrap_err().trouble, ErrorKind::Unsupported);
        assert_eq!(phone.tap("x").unwrap_err().trouble, ErrorKind::Unsupported);
        assert_eq!(phone.reopen().unwrap_err().trouble, ErrorKind::Unsupported);
    }
}
