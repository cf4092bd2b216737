//! A session: from its capabilities to its end.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Value, json};

use super::{Fault, Result, Server};

/// Whether what is sent is a secret that the server should keep out of its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sensitive {
    /// It is.
    Yes,
    /// It is not.
    No,
}

/// How long a command may take unless it is told otherwise.
const COMMAND: Duration = Duration::from_secs(30);

/// A session with a browser, a phone, or whatever else the server drives. It has to be [closed](Self::close).
#[derive(Clone, Debug)]
pub struct Session {
    server: Server,
    id: String,
    capabilities: Value,
    limit: Duration,
}

impl Session {
    /// Opens a session with these capabilities. `limit` is for this command alone: a phone gets a helper installed,
    /// which takes minutes.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn open(server: &Server, capabilities: &Value, limit: Duration) -> Result<Self> {
        let body = json!({ "capabilities": { "alwaysMatch": capabilities, "firstMatch": [{}] } });
        let mut value = server.post("/session", &body, Sensitive::No, limit)?;
        let id = value.get("sessionId").and_then(Value::as_str).map(str::to_owned);
        let id = id.ok_or_else(|| Fault::Protocol("a session without an id".into()))?;
        let capabilities = value.get_mut("capabilities").map(Value::take).unwrap_or_default();
        Ok(Self { server: server.clone(), id, capabilities, limit: COMMAND })
    }

    /// The same session, whose commands may take as long as `limit`.
    #[must_use]
    pub fn within(&self, limit: Duration) -> Self {
        Self { limit, ..self.clone() }
    }

    /// Capabilities as the server granted them.
    pub fn capabilities(&self) -> &Value {
        &self.capabilities
    }

    /// Asks for something: the value at `path` of this session ("/title").
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn get(&self, path: &str) -> Result<Value> {
        self.server.get(&self.path(path), self.limit)
    }

    /// Sends a command: `path` of this session ("/back"), with its arguments.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn post(&self, path: &str, arguments: &Value) -> Result<Value> {
        self.server.post(&self.path(path), arguments, Sensitive::No, self.limit)
    }

    /// Sends a command whose arguments are secret.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn post_secret(&self, path: &str, arguments: &Value) -> Result<Value> {
        self.server.post(&self.path(path), arguments, Sensitive::Yes, self.limit)
    }

    /// Runs a script, or one of Appium's own commands ("mobile: activateApp").
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn execute(&self, script: &str, arguments: &Value) -> Result<Value> {
        self.post("/execute/sync", &json!({ "script": script, "args": [arguments] }))
    }

    /// The source of the page or screen.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn source(&self) -> Result<String> {
        match self.get("/source")? {
            Value::String(source) => Ok(source),
            _ => Err(Fault::Protocol("a page source that is not text".into())),
        }
    }

    /// A picture of the screen, PNG.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn screenshot(&self) -> Result<Vec<u8>> {
        let picture = self.get("/screenshot")?;
        // Some servers break lines.
        let text: String = picture.as_str().unwrap_or_default().split_whitespace().collect();
        STANDARD.decode(text).map_err(|error| Fault::Protocol(format!("a screenshot: {error}")))
    }

    /// Width and height of the window, in the unit that points are given in.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn size(&self) -> Result<(f64, f64)> {
        let rect = self.get("/window/rect")?;
        let number = |key: &str| rect.get(key).and_then(Value::as_f64);
        let size = number("width").zip(number("height"));
        size.ok_or_else(|| Fault::Protocol("a window without width and height".into()))
    }

    /// Ends the session.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn close(self) -> Result<()> {
        self.server.delete(&self.path(""), self.limit).map(drop)
    }

    fn path(&self, rest: &str) -> String {
        format!("/session/{}{rest}", self.id)
    }
}
