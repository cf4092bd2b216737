//! The guide's part 3 from the password on: what is refused on the way, and the first logins.

use super::{Facts, Line, ModelAction, ModelActions, State, Subject, Tries, given, then, when};

/// A person who activates a code display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Activation {
    at: Place,
    /// Wrong codes.
    wrong: Tries,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Password,
    SerialNumber,
    Code,
    Blocked,
    Activated,
    /// Where the documents say no more, or another subject goes on.
    End,
}

/// Walks begin where a password is asked for.
pub(super) fn subject() -> Subject {
    Subject {
        name: "Walks to an active code display",
        tags: "@phone @display @uses-device @uses-lock",
        background: vec![
            given("a code display that holds its test key and the right time"),
            given("the guide followed as far as the password"),
        ],
        start: State::Activation(Activation { at: Place::Password, wrong: Tries::default() }),
    }
}

/// Passwords that are refused, and the id of the words that refuse each.
const REFUSED_PASSWORDS: [(&str, &str); 7] = [
    ("a password with my user ID in it", "password.user_id"),
    ("a password with my user ID in capital letters in it", "password.user_id"),
    ("a password of ten digits", "password.digits"),
    ("a longer password with ten digits in it", "password.digits"),
    ("a password with a forbidden word in it", "password.word"),
    ("a password with a forbidden word in capital letters in it", "password.word"),
    ("a password with a row of keys in it", "password.keyboard"),
];

impl Activation {
    pub(super) fn actions(&self, facts: &Facts) -> Vec<ModelAction> {
        let mut actions = ModelActions::of(*self, State::Activation);
        match self.at {
            Place::Password => password(facts, &mut actions),
            Place::SerialNumber => serial_number(facts, &mut actions),
            Place::Code => self.code(facts, &mut actions),
            Place::Blocked => blocked(facts, &mut actions),
            Place::Activated => activated(&mut actions),
            Place::End => {}
        }
        actions.all
    }

    fn code(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        let wrong = || when("I enter a wrong code");
        if self.wrong.next_is_allowed(facts.wrong_codes) {
            let seen = [wrong(), reads(facts, "code", "code.refused", "S5.C.8d")];
            actions.add("wrong code", seen, |state| state.wrong = state.wrong.counted());
        }
        if self.wrong.next_is_last(facts.wrong_codes) {
            let seen = [wrong(), reads(facts, "code", "code.blocked", "H.3")];
            actions.add("last wrong code", seen, |state| state.at = Place::Blocked);
        }
        let shown = format!("{} is shown", facts.quoted("activated.title"));
        let [press, enter] = displayed();
        let leave = when(format!("I tap {}", facts.quoted("button.ok")));
        actions.add("right code", [press, enter, then(shown, "S5.C.8d"), leave], |state| {
            state.at = Place::Activated;
        });
    }
}

/// The screen with the title of `screen` reads the text `id`.
fn reads(facts: &Facts, screen: &str, id: &str, clause: &str) -> Line {
    let (title, text) = (facts.quoted(&format!("{screen}.title")), facts.quoted(id));
    then(format!("the screen {title} reads {text}"), clause)
}

fn displayed() -> [Line; 2] {
    [when("I press the button on my code display"), when("I enter the code displayed")]
}

fn password(facts: &Facts, actions: &mut ModelActions<Activation>) {
    for characters in [facts.password_min - 1, facts.password_max + 1] {
        let create = when(format!("I create a password of {characters} characters"));
        let seen = [create, reads(facts, "password", "password.length", "H.5")];
        actions.add(format!("{characters} characters"), seen, |_| {});
    }
    for (what, id) in REFUSED_PASSWORDS {
        let seen = [when(format!("I create {what}")), reads(facts, "password", id, "H.5")];
        actions.add(what, seen, |_| {});
    }
    let create = when("I create a personal password for my code display and repeat it");
    actions.add("a good password", [create], |state| state.at = Place::SerialNumber);
}

fn serial_number(facts: &Facts, actions: &mut ModelActions<Activation>) {
    for (what, clause) in [
        ("a serial number of no device", "S5.C.7"),
        ("the serial number of somebody else's code display", "H.3"),
    ] {
        let seen = [when(format!("I enter {what}")), reads(facts, "serial", "serial.refused", clause)];
        actions.add(what, seen, |_| {});
    }
    let mine = when("I enter the serial number found on the back of my code display");
    actions.add("my serial number", [mine], |state| state.at = Place::Code);
}

fn blocked(facts: &Facts, actions: &mut ModelActions<Activation>) {
    let [press, enter] = displayed();
    actions.add("right code", [press, enter, reads(facts, "code", "code.blocked", "H.3")], |_| {});
}

fn activated(actions: &mut ModelActions<Activation>) {
    let again = when("I log in again with the same code");
    let refused = |clause| then("the login is refused", clause);
    actions.add("same code", [again, refused("RFC6238-5.2")], |state| state.at = Place::End);
    let log_in = || [when("I log in with the password and a new code"), then("I am logged in", "S5.C.9")];
    actions.add("log in", log_in(), |state| state.at = Place::End);
    let wrong = [when("I log in with a new code and a wrong password"), refused("S5.C.6b")];
    let both: Vec<_> = wrong.into_iter().chain(log_in()).collect();
    actions.add("wrong password, then log in", both, |state| state.at = Place::End);
}
