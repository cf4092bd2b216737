//! A model of the documentation: the states that a person can be in on the documented ways, what one can do in each, and
//! what must be seen then, under which clause. Where nothing is said, the model expects nothing.
//!
//! It is data and pure functions. It knows the register's ids and the profile, neither a product nor a bench. Every action is
//! made of sentences of the suite, so that a walk through the model is a scenario that the suite's own steps run and judge.

mod activation;
mod coverage;
mod facts;
mod login;
mod on_phone;
mod qr;
mod tries;
mod walk;

use activation::Activation;
pub use coverage::{Reachable, WalkCoverage};
pub use facts::Facts;
use login::Login;
use on_phone::OnPhone;
use qr::QrCode;
use tries::Tries;
pub use walk::{Walk, Walker, feature};

/// One line of a scenario.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its keyword.
    keyword: &'static str,
    /// Its words, with the clause in brackets where it judges.
    text: String,
}

fn given(text: impl Into<String>) -> Line {
    Line { keyword: "Given", text: text.into() }
}

fn when(text: impl Into<String>) -> Line {
    Line { keyword: "When", text: text.into() }
}

/// A result that must be seen, under `clause`.
fn then(text: impl AsRef<str>, clause: &str) -> Line {
    Line { keyword: "Then", text: format!("{} [{clause}]", text.as_ref()) }
}

/// The place of a person on a documented way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// On the way "on this phone", from the temporary PIN to the use of the app.
    OnPhone(OnPhone),
    /// On the way with a code display, from the password to the first login.
    Activation(Activation),
    /// With a code display that is activated.
    Login(Login),
    /// With a QR code on the old phone.
    QrCode(QrCode),
}

/// Something that one can do in a state.
#[derive(Clone, Debug)]
pub struct ModelAction {
    /// Its name, unique in its state.
    pub name: String,
    /// The acts, and the results that must be seen.
    pub lines: Vec<Line>,
    /// Where that leads.
    pub next: State,
}

impl ModelAction {
    /// Whether anything must be seen.
    fn judges(&self) -> bool {
        self.lines.iter().any(|line| line.keyword == "Then")
    }
}

impl State {
    /// Everything that can be done.
    pub fn actions(&self, facts: &Facts) -> Vec<ModelAction> {
        match self {
            Self::OnPhone(state) => state.actions(facts),
            Self::Activation(state) => state.actions(facts),
            Self::Login(state) => state.actions(facts),
            Self::QrCode(state) => state.actions(facts),
        }
    }
}

/// Part of the documentation that walks begin in.
#[derive(Clone, Debug)]
pub struct Subject {
    /// Its name, as a feature.
    pub name: &'static str,
    /// The tags of its scenarios.
    pub tags: &'static str,
    /// How each walk begins.
    pub background: Vec<Line>,
    /// The state after that.
    pub start: State,
}

/// All parts of the documentation that the model has.
pub fn subjects() -> Vec<Subject> {
    vec![on_phone::subject(), activation::subject(), login::subject(), qr::subject()]
}

/// The actions of one state, as they are collected.
struct ModelActions<S> {
    from: S,
    wrap: fn(S) -> State,
    all: Vec<ModelAction>,
}

impl<S: Copy> ModelActions<S> {
    fn of(from: S, wrap: fn(S) -> State) -> Self {
        Self { from, wrap, all: Vec::new() }
    }

    /// Adds an action that leads to what `change` makes of the state.
    fn add(&mut self, name: impl Into<String>, lines: impl Into<Vec<Line>>, change: impl FnOnce(&mut S)) {
        let mut next = self.from;
        change(&mut next);
        self.all.push(ModelAction { name: name.into(), lines: lines.into(), next: (self.wrap)(next) });
    }
}

#[cfg(test)]
mod tests;
