//! The error codes of W3C WebDriver (section 6.6 of the recommendation).

use std::fmt;

macro_rules! codes {
    ($($name:ident = $text:literal,)*) => {
        /// Error code of a refused command.
        #[derive(Clone, Debug, PartialEq, Eq)]
        #[expect(missing_docs, reason = "named after the codes of the recommendation, which says what each one means")]
        pub enum Code {
            $($name,)*
            /// A code that the recommendation does not have.
            Other(String),
        }

        impl Code {
            /// The code that a server's answer has.
            pub fn read(text: &str) -> Self {
                match text {
                    $($text => Self::$name,)*
                    other => Self::Other(other.to_owned()),
                }
            }

            fn text(&self) -> &str {
                match self {
                    $(Self::$name => $text,)*
                    Self::Other(text) => text,
                }
            }
        }

        #[cfg(test)]
        const ALL: &[&str] = &[$($text,)*];
    };
}

codes! {
    DetachedShadowRoot = "detached shadow root",
    ElementClickIntercepted = "element click intercepted",
    ElementNotInteractable = "element not interactable",
    InsecureCertificate = "insecure certificate",
    InvalidArgument = "invalid argument",
    InvalidCookieDomain = "invalid cookie domain",
    InvalidElementState = "invalid element state",
    InvalidSelector = "invalid selector",
    InvalidSessionId = "invalid session id",
    JavascriptError = "javascript error",
    MoveTargetOutOfBounds = "move target out of bounds",
    NoSuchAlert = "no such alert",
    NoSuchCookie = "no such cookie",
    NoSuchElement = "no such element",
    NoSuchFrame = "no such frame",
    NoSuchShadowRoot = "no such shadow root",
    NoSuchWindow = "no such window",
    ScriptTimeout = "script timeout",
    SessionNotCreated = "session not created",
    StaleElementReference = "stale element reference",
    Timeout = "timeout",
    UnableToCaptureScreen = "unable to capture screen",
    UnableToSetCookie = "unable to set cookie",
    UnexpectedAlertOpen = "unexpected alert open",
    UnknownCommand = "unknown command",
    UnknownError = "unknown error",
    UnknownMethod = "unknown method",
    UnsupportedOperation = "unsupported operation",
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_reads_as_it_is_written() {
        for text in ALL {
            let code = Code::read(text);
            assert!(!matches!(code, Code::Other(_)), "{text}");
            assert_eq!(code.to_string(), *text);
        }
        assert_eq!(Code::read("out of coffee"), Code::Other("out of coffee".into()));
    }
}
