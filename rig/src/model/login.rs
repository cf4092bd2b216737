//! Logins with a code display that is activated: a code works once, with the password, and wrong codes block.

use super::{Facts, Line, ModelAction, ModelActions, State, Subject, Tries, given, then, when};

/// A person with a code display.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Login {
    wrong: Tries,
    /// The most wrong codes since the last login: too many in a row block for good.
    wrong_in_a_row: u32,
    block: Block,
    /// Whether the code that was seen last is the one that was used last.
    is_used: bool,
    kept: Kept,
    /// Whether one is logged in.
    inside: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Block {
    No,
    /// It has just begun.
    New,
    /// The shortest block that is allowed may be over.
    Ending,
}

/// A code that was kept for later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kept {
    None,
    Newest,
    /// A newer one was accepted since.
    Overtaken,
}

/// Walks begin with a code display that is activated.
pub(super) fn subject() -> Subject {
    Subject {
        name: "Walks with a code display",
        tags: "@phone @display @uses-device @uses-lock",
        background: vec![
            given("a code display that holds its test key and the right time"),
            given("my code display is activated"),
        ],
        start: State::Login(Login {
            wrong: Tries::default(),
            wrong_in_a_row: 0,
            block: Block::No,
            is_used: true,
            kept: Kept::None,
            inside: false,
        }),
    }
}

const LOG_IN: &str = "I log in with the password and a new code";

/// Words instead of the password.
const WRONG_PASSWORDS: [&str; 4] = [
    "no password",
    "a wrong password",
    "the password in other letter case",
    "the password but for its last character",
];

fn refused(clause: &str) -> Line {
    then("the login is refused", clause)
}

impl Login {
    pub(super) fn actions(&self, facts: &Facts) -> Vec<ModelAction> {
        let mut actions = ModelActions::of(*self, State::Login);
        match self.block {
            Block::No => self.free(facts, &mut actions),
            Block::New => blocked(&mut actions),
            Block::Ending => {}
        }
        if self.block != Block::No {
            let over = when("the time of the block goes by");
            actions.add("the block ends", [over], |state| {
                state.block = Block::No;
                state.wrong = Tries::up_to(facts.wrong_codes);
            });
        }
        actions.all
    }

    fn free(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        actions.add("log in", [when(LOG_IN), then("I am logged in", "S5.C.9")], |state| {
            *state = Self {
                wrong: Tries::default(),
                wrong_in_a_row: 0,
                is_used: true,
                kept: if state.kept == Kept::None { Kept::None } else { Kept::Overtaken },
                inside: true,
                ..*state
            };
        });
        if self.wrong.next_is_allowed(facts.wrong_codes) {
            self.refusals(actions);
        }
        self.wrong_codes(facts, actions);
        if self.kept == Kept::None {
            actions.add("keep a code", [given("a new code, kept for later")], |state| {
                state.kept = Kept::Newest;
                state.is_used = false;
            });
        }
        actions.add("a time step", [when("1 time step goes by")], |_| {});
    }

    /// Logins that must be refused, and may count as a wrong code.
    fn refusals(&self, actions: &mut ModelActions<Self>) {
        let mut add = |name: &str, said: String, seen: Line| {
            actions.add(name, [when(said), seen], |state| {
                state.wrong = state.wrong.perhaps();
                state.inside = false;
                state.is_used &= name == "same code";
            });
        };
        if self.is_used {
            add("same code", "I log in again with the same code".into(), refused("RFC6238-5.2"));
        }
        if self.is_used && self.inside {
            let seen = then("the change is refused", "RFC6238-5.2");
            add("approve with it", "I approve a change with the same code".into(), seen);
        }
        if self.kept == Kept::Overtaken {
            add("kept code", "I log in with the code kept".into(), refused("RFC6238-5.2"));
        }
        for words in WRONG_PASSWORDS {
            add(words, format!("I log in with a new code and {words}"), refused("S5.C.6b"));
        }
    }

    fn wrong_codes(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        let mut add = |count: u32, block: Block| {
            let entered = [when(format!("I enter wrong codes at {count} logins"))];
            actions.add(format!("{count} wrong codes"), entered, |state| {
                state.wrong = (0..count).fold(state.wrong, |wrong, _| wrong.counted());
                state.wrong_in_a_row += count;
                state.block = block;
                state.inside = false;
                state.is_used = false;
            });
        };
        let spare = facts.wrong_codes_for_good.saturating_sub(self.wrong_in_a_row + facts.wrong_codes);
        if spare == 0 {
            return;
        }
        if self.wrong.next_is_allowed(facts.wrong_codes) {
            add(1, Block::No);
        }
        if let Some(left) = self.wrong.left(facts.wrong_codes) {
            add(left, Block::New);
        }
    }
}

/// The right code does not help while the block lasts.
fn blocked(actions: &mut ModelActions<Login>) {
    let seen = || [when(LOG_IN), then("I am blocked", "H.3")];
    actions.add("log in", seen(), |state| state.block = Block::Ending);
    let nearly = when("all but a minute of the shortest block goes by");
    let [log_in, refused] = seen();
    actions.add("log in late", [nearly, log_in, refused], |state| state.block = Block::Ending);
}
