//! Elements: finding them, and acting on them.

use serde_json::{Value, json};

use super::{Fault, Result, Session};

/// The key that the recommendation marks an element's id with.
const KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// How an element is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By<'a> {
    /// A CSS selector.
    Css(&'a str),
    /// An XPath.
    XPath(&'a str),
    /// The whole text of a link.
    LinkText(&'a str),
    /// Another strategy of the server's own, by its name ("accessibility id").
    Other(&'a str, &'a str),
}

impl By<'_> {
    fn arguments(self) -> Value {
        let (using, value) = match self {
            Self::Css(selector) => ("css selector", selector),
            Self::XPath(path) => ("xpath", path),
            Self::LinkText(text) => ("link text", text),
            Self::Other(using, value) => (using, value),
        };
        json!({ "using": using, "value": value })
    }
}

/// An element of the page, as long as it is there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Element(String);

impl Element {
    fn read(value: &Value) -> Result<Self> {
        let id = value.get(KEY).and_then(Value::as_str);
        id.map(|id| Self(id.to_owned())).ok_or_else(|| Fault::Protocol("an element without an id".into()))
    }

    fn path(&self, rest: &str) -> String {
        format!("/element/{}{rest}", self.0)
    }
}

impl Session {
    /// The first element that `by` finds; `None` if the page has none.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn find(&self, by: By<'_>) -> Result<Option<Element>> {
        match self.post("/element", &by.arguments()) {
            Ok(value) => Element::read(&value).map(Some),
            Err(fault) if fault.is_absence() => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    /// All elements that `by` finds.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn find_all(&self, by: By<'_>) -> Result<Vec<Element>> {
        match self.post("/elements", &by.arguments())? {
            Value::Array(elements) => elements.iter().map(Element::read).collect(),
            _ => Err(Fault::Protocol("elements that are not a list".into())),
        }
    }

    /// Clicks or taps in the middle of `element`.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn click(&self, element: &Element) -> Result<()> {
        self.post(&element.path("/click"), &json!({})).map(drop)
    }

    /// Empties a field.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn clear(&self, element: &Element) -> Result<()> {
        self.post(&element.path("/clear"), &json!({})).map(drop)
    }

    /// Types into a field, after what is there. What is typed is kept out of the server's log, if the server knows how, and
    /// out of the error.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn type_secret(&self, element: &Element, text: &str) -> Result<()> {
        let typed = self.post_secret(&element.path("/value"), &json!({ "text": text }));
        typed.map(drop).map_err(|fault| fault.without(text))
    }

    /// The visible text of `element`. Never ask it of a field that holds a secret: servers log their answers.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn text(&self, element: &Element) -> Result<String> {
        match self.get(&element.path("/text"))? {
            Value::String(text) => Ok(text),
            _ => Err(Fault::Protocol("a text that is none".into())),
        }
    }
}
