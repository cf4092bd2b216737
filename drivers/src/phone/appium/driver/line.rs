//! The session behind a phone: opened when it is first needed, begun anew where it was lost.

use std::time::Duration;

use super::AppiumSettings;
use crate::{
    DriverError, ErrorKind, Result,
    webdriver::{Code, Fault, Session},
};

/// Opening a session may take this long: it installs and starts a helper on the phone.
const OPENING: Duration = Duration::from_secs(240);
/// Time limit for ending a session that is not needed any more.
const CLOSING: Duration = Duration::from_secs(5);

pub(super) struct Line {
    name: String,
    settings: AppiumSettings,
    session: Option<Session>,
    recoveries: u32,
}

impl Line {
    pub fn new(name: String, settings: AppiumSettings) -> Self {
        Self { name, settings, session: None, recoveries: 0 }
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn recoveries(&self) -> u32 {
        self.recoveries
    }

    /// Does `what` in a session. A session that turns out to be lost before the phone was asked is begun anew, once, and
    /// `what` is done from its beginning: all that it does but its last command can be done twice.
    pub fn run<T>(&mut self, what: &dyn Fn(&Session) -> crate::webdriver::Result<T>) -> Result<T> {
        let session = self.session()?;
        match what(&session) {
            Err(fault) if is_lost(&fault) => {
                self.session = None;
                let session = self.session()?;
                self.recoveries += 1;
                what(&session).map_err(|fault| self.error(&fault))
            }
            done => done.map_err(|fault| self.error(&fault)),
        }
    }

    /// The session, opened on first use.
    pub fn session(&mut self) -> Result<Session> {
        if let Some(session) = &self.session {
            return Ok(session.clone());
        }
        let AppiumSettings { server, .. } = &self.settings;
        let session = Session::open(server, &self.settings.capabilities(), OPENING);
        let session = session.map_err(|fault| self.not_opened(&fault))?;
        self.session = Some(session.clone());
        let settings = serde_json::json!({ "settings": self.settings.session_settings() });
        session.post("/appium/settings", &settings).map_err(|fault| self.error(&fault))?;
        Ok(session)
    }

    /// The version of the server.
    pub fn server_version(&self) -> Option<String> {
        let status = self.settings.server.status(CLOSING).ok()?;
        status["build"]["version"].as_str().map(str::to_owned)
    }

    fn not_opened(&self, fault: &Fault) -> DriverError {
        match fault {
            // Appium has no code of its own for what it does not have: a driver, a phone, an app's file.
            Fault::Refused { code: Code::UnknownError | Code::SessionNotCreated, message } => {
                self.named(ErrorKind::NotFound, format!("Appium opened no session: {message}"))
            }
            Fault::Refused { code: Code::UnknownCommand, .. } => {
                let detail = "has no sessions here: its base path belongs in `url` (Appium 1 had /wd/hub)";
                self.named(ErrorKind::Protocol, format!("{} {detail}", self.settings.server.url()))
            }
            other => self.error(other),
        }
    }

    /// The bench's trouble behind `fault`.
    pub fn error(&self, fault: &Fault) -> DriverError {
        let url = self.settings.server.url();
        match fault {
            Fault::Unreachable(detail) => {
                self.named(ErrorKind::Unplugged, format!("the Appium server {url} is not there: {detail}"))
            }
            Fault::NoAnswer(detail) => {
                let detail =
                    format!("the Appium server {url} gave no answer ({detail}); the phone may have obeyed");
                self.named(ErrorKind::NoAnswer, detail)
            }
            Fault::Protocol(detail) => {
                self.named(ErrorKind::Protocol, format!("{url} answered, but not as Appium does: {detail}"))
            }
            Fault::Refused { code, message } => {
                let (trouble, what) = match code {
                    _ if is_lost(fault) => (ErrorKind::Unplugged, "the session was lost again"),
                    Code::UnsupportedOperation | Code::UnknownMethod => {
                        (ErrorKind::Unsupported, "Appium cannot do this")
                    }
                    Code::Timeout | Code::ScriptTimeout => {
                        (ErrorKind::NoAnswer, "the phone did not answer Appium")
                    }
                    Code::StaleElementReference => (ErrorKind::CannotSee, "the screen does not keep still"),
                    _ if is_gone(message) => (ErrorKind::Unplugged, "Appium has lost the phone"),
                    _ if is_frozen(message) => {
                        (ErrorKind::CannotSee, "the app does not let Appium see its screen")
                    }
                    _ => (ErrorKind::Protocol, "Appium refused"),
                };
                self.named(trouble, format!("{what}: {code}: {message}"))
            }
        }
    }

    pub fn named(&self, trouble: ErrorKind, detail: impl Into<String>) -> DriverError {
        DriverError::new(&self.name, trouble, detail)
    }
}

impl Drop for Line {
    /// Lets the phone go. A server that is gone has done so already.
    fn drop(&mut self) {
        if let Some(session) = self.session.take() {
            session.within(CLOSING).close().ok();
        }
    }
}

/// Whether the session is over, and the command was not passed on to the phone: the server forgot it, or its helper on the
/// phone has ended.
fn is_lost(fault: &Fault) -> bool {
    let message = fault.message();
    fault.is_lost_session()
        || message.contains("instrumentation process is not running")
        || (message.contains("Could not proxy command") && message.contains("ECONNREFUSED"))
}

/// Whether the way from the server to the phone broke in the middle of a command.
fn is_gone(message: &str) -> bool {
    message.contains("Could not proxy command")
        || message.contains("device offline")
        || message.contains("not found: device")
}

/// Whether the app keeps its main thread too busy to be looked at.
fn is_frozen(message: &str) -> bool {
    message.contains("waiting for the root AccessibilityNodeInfo")
}
