//! Requests and answers: JSON over HTTP, as section 6.3 of the recommendation has it.

use std::{io::ErrorKind, time::Duration};

use serde_json::Value;
use ureq::{
    Agent, Body, RequestBuilder,
    http::Response,
    typestate::{WithBody, WithoutBody},
};

use super::{Code, Fault, Result, session::Sensitive};

/// The largest answer that is read: a screenshot of a large screen is some megabytes.
const LARGEST: u64 = 64 << 20;
/// Finding a server takes no longer than this.
const CONNECT: Duration = Duration::from_secs(2);
/// Keeps a request's arguments out of Appium's log.
const SENSITIVE: &str = "X-Appium-Is-Sensitive";

/// A WebDriver server.
#[derive(Clone, Debug)]
pub struct Server {
    agent: Agent,
    url: String,
}

impl Server {
    /// The server at `url`, its base path included ("http://127.0.0.1:4723"). An error in words where `url`
    /// is not such an address: this client speaks no TLS, so the server belongs on this machine or behind a
    /// tunnel.
    ///
    /// # Errors
    ///
    /// `url` is not an address that this client speaks to, in words.
    pub fn new(url: &str) -> std::result::Result<Self, String> {
        let host = url.strip_prefix("http://").map(|rest| rest.split('/').next().unwrap_or_default());
        if host.is_none_or(str::is_empty) || url.contains(char::is_whitespace) {
            return Err(format!(
                "{url:?} is not the address of a WebDriver server; accepted: http://HOST:PORT/PATH"
            ));
        }
        let agent = Agent::config_builder()
            // An error's body tells more than its status.
            .http_status_as_error(false)
            .timeout_connect(Some(CONNECT))
            // A kept connection that the server has closed would look like a request without an answer.
            .max_idle_connections(0)
            .proxy(None)
            .build();
        Ok(Self { agent: agent.into(), url: url.trim_end_matches('/').to_owned() })
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Status of the server: readiness and version.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn status(&self, limit: Duration) -> Result<Value> {
        self.get("/status", limit)
    }

    pub(super) fn get(&self, path: &str, limit: Duration) -> Result<Value> {
        read(without_body(self.agent.get(self.at(path)), limit).call())
    }

    pub(super) fn delete(&self, path: &str, limit: Duration) -> Result<Value> {
        read(without_body(self.agent.delete(self.at(path)), limit).call())
    }

    pub(super) fn post(
        &self,
        path: &str,
        body: &Value,
        sensitive: Sensitive,
        limit: Duration,
    ) -> Result<Value> {
        let request = with_body(self.agent.post(self.at(path)), limit);
        let request = match sensitive {
            Sensitive::Yes => request.header(SENSITIVE, "true"),
            Sensitive::No => request,
        };
        read(request.header("Content-Type", "application/json; charset=utf-8").send(body.to_string()))
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.url)
    }
}

fn without_body(request: RequestBuilder<WithoutBody>, limit: Duration) -> RequestBuilder<WithoutBody> {
    request.config().timeout_global(Some(limit)).build()
}

fn with_body(request: RequestBuilder<WithBody>, limit: Duration) -> RequestBuilder<WithBody> {
    request.config().timeout_global(Some(limit)).build()
}

/// The value in an answer, or the server's error.
fn read(answer: std::result::Result<Response<Body>, ureq::Error>) -> Result<Value> {
    let mut answer = answer.map_err(|error| fault(&error))?;
    let status = answer.status();
    let body = answer.body_mut().with_config().limit(LARGEST).read_to_vec().map_err(|error| fault(&error))?;
    let no_json = |_| Fault::Protocol(format!("status {} without JSON", status.as_u16()));
    let mut body: Value = serde_json::from_slice(&body).map_err(no_json)?;
    let value = body.get_mut("value").map(Value::take);
    let value =
        value.ok_or_else(|| Fault::Protocol(format!("status {} without a value", status.as_u16())))?;
    if status.is_success() {
        return Ok(value);
    }
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let message = text("message").lines().next().unwrap_or_default().to_owned();
    match text("error") {
        "" => Err(Fault::Protocol(format!("status {} without an error code", status.as_u16()))),
        code => Err(Fault::Refused { code: Code::read(code), message }),
    }
}

fn fault(error: &ureq::Error) -> Fault {
    match error {
        ureq::Error::Io(io) if io.kind() == ErrorKind::ConnectionRefused => {
            Fault::Unreachable(io.to_string())
        }
        ureq::Error::HostNotFound
        | ureq::Error::ConnectionFailed
        | ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => {
            Fault::Unreachable(error.to_string())
        }
        ureq::Error::BodyExceedsLimit(_) => Fault::Protocol(error.to_string()),
        ureq::Error::Http(_) | ureq::Error::Protocol(_) => Fault::Protocol(error.to_string()),
        _ => Fault::NoAnswer(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_plain_http() {
        for url in ["https://127.0.0.1:4723", "127.0.0.1:4723", "http://", "http:// a", ""] {
            assert!(Server::new(url).unwrap_err().contains("http://HOST"), "{url}");
        }
        assert_eq!(Server::new("http://127.0.0.1:4723/wd/").unwrap().url(), "http://127.0.0.1:4723/wd");
    }
}
