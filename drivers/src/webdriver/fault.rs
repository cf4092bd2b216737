//! Errors between a client and a server, by their meaning for the command.

use super::Code;

/// A result of this client.
pub type Result<T> = std::result::Result<T, Fault>;

/// A failed command.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The server cannot be reached: the command was not sent.
    #[error("no WebDriver server: {0}")]
    Unreachable(String),
    /// The server did not answer in time, or broke off: the command may have been obeyed or not.
    #[error("no answer: {0}")]
    NoAnswer(String),
    /// Something answered, but not as WebDriver has it.
    #[error("not WebDriver: {0}")]
    Protocol(String),
    /// The server's own error.
    #[error("{code}: {message}")]
    Refused {
        /// Its code.
        code: Code,
        /// The first line of its message, which is for people.
        message: String,
    },
}

impl Fault {
    /// Whether the page has no such element, or no longer has it.
    pub fn is_absence(&self) -> bool {
        matches!(self.code(), Some(Code::NoSuchElement | Code::StaleElementReference))
    }

    /// Whether the server knows no such session (any more).
    pub fn is_lost_session(&self) -> bool {
        matches!(self.code(), Some(Code::InvalidSessionId))
    }

    /// The server's code, if the error is the server's.
    pub fn code(&self) -> Option<&Code> {
        match self {
            Self::Refused { code, .. } => Some(code),
            _ => None,
        }
    }

    /// The server's message; empty where the error is not the server's.
    pub fn message(&self) -> &str {
        match self {
            Self::Refused { message, .. } => message,
            _ => "",
        }
    }

    /// The same fault without `secret`, which a server may repeat in its message.
    #[must_use]
    pub fn without(self, secret: &str) -> Self {
        match self {
            Self::Refused { code, message } if !secret.is_empty() => {
                Self::Refused { code, message: message.replace(secret, "…") }
            }
            other => other,
        }
    }
}
