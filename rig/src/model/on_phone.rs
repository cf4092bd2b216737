//! The guide's part 1: the temporary PIN, the personal PIN, the choices, and the app in use.

use super::{Facts, Line, ModelAction, ModelActions, State, Subject, Tries, given, then, when};

/// A person on the way "on this phone".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OnPhone {
    at: Place,
    /// Wrong temporary PINs of this activation; wrong PINs in a row once the app is active.
    wrong: Tries,
    /// New temporary PINs that were asked for.
    resends: u32,
    /// Whether the newest temporary PIN is too old.
    expired: bool,
    /// Whether one was: how long an activation may stay open beyond that is said nowhere.
    was_expired: bool,
    biometrics: bool,
    /// Whether the app is open.
    open: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    TemporaryPin,
    PersonalPin,
    Biometrics,
    Notifications,
    App,
    Blocked,
    /// Where the documents say no more.
    End,
}

/// Walks begin where a temporary PIN has come.
pub(super) fn subject() -> Subject {
    Subject {
        name: "Walks on this phone",
        tags: "@app @phone @sms @biometrics @uses-app",
        background: vec![
            given("the guide followed on this phone as far as the temporary PIN code"),
            when("I receive a temporary PIN code by SMS"),
        ],
        start: State::OnPhone(OnPhone {
            at: Place::TemporaryPin,
            wrong: Tries::default(),
            resends: 0,
            expired: false,
            was_expired: false,
            biometrics: false,
            open: false,
        }),
    }
}

const ENTER_LAST: &str = "I enter the temporary PIN code received last";
const WRONG_TEMPORARY_PIN: &str = "I enter a wrong temporary PIN code";
const WRONG_PIN: &str = "I open the app and enter a wrong PIN code";
const RIGHT_PIN: &str = "I open the app and enter my personal PIN code";

fn refused(clause: &str) -> Line {
    then("the temporary PIN code is refused", clause)
}

impl OnPhone {
    pub(super) fn actions(&self, facts: &Facts) -> Vec<ModelAction> {
        let mut actions = ModelActions::of(*self, State::OnPhone);
        match self.at {
            Place::TemporaryPin => self.temporary_pin(facts, &mut actions),
            Place::PersonalPin => personal_pin(facts, &mut actions),
            Place::Biometrics => biometrics(&mut actions),
            Place::Notifications => notifications(facts, &mut actions),
            Place::App => self.app(facts, &mut actions),
            Place::Blocked => blocked(&mut actions),
            Place::End => {}
        }
        actions.all
    }

    /// Goes on to `at`, where nothing but the choice of biometrics counts that was before.
    fn go(&mut self, at: Place) {
        *self = Self {
            at,
            wrong: Tries::default(),
            resends: 0,
            expired: false,
            was_expired: false,
            biometrics: self.biometrics && at == Place::App,
            open: false,
        };
    }

    fn temporary_pin(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        if self.wrong.next_is_allowed(facts.temporary_pin_tries) {
            self.refused_temporary_pins(facts, actions);
        }
        if self.wrong.next_is_last(facts.temporary_pin_tries) {
            let stopped = format!("{} is shown", facts.quoted("temporary_pin.stopped"));
            let seen = [when(WRONG_TEMPORARY_PIN), then(stopped, "CIR2015-1502-2.3.1")];
            actions.add("last wrong one", seen, |state| state.go(Place::End));
        }
        if self.resends < facts.resends {
            actions.add("resend", [when("I ask for a new temporary PIN code and receive it")], |state| {
                state.resends += 1;
                state.expired = false;
            });
        }
        // A PIN that is too old is only worth a step where another one can be asked for, or the old one tried.
        let goes_on = self.resends < facts.resends || self.wrong.next_is_allowed(facts.temporary_pin_tries);
        if !self.was_expired && goes_on {
            let goes_by = when("the lifetime of the temporary PIN code goes by");
            actions.add("expire", [goes_by], |state| {
                state.expired = true;
                state.was_expired = true;
            });
        }
        if !self.expired {
            let seen = [when(ENTER_LAST), then("the temporary PIN code is accepted", "S5.A.2")];
            actions.add("right one", seen, |state| state.go(Place::PersonalPin));
        }
    }

    fn refused_temporary_pins(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        actions.add("wrong one", [when(WRONG_TEMPORARY_PIN), refused("S5.A.2")], |state| {
            state.wrong = state.wrong.counted();
        });
        for digits in [facts.temporary_pin_digits / 2, facts.temporary_pin_digits - 1] {
            let part = when(format!("I enter {digits} digits of the temporary PIN code"));
            actions.add(format!("{digits} digits"), [part, refused("S5.A.2")], |state| {
                state.wrong = state.wrong.perhaps();
            });
        }
        if self.resends > 0 {
            let before = when("I enter the temporary PIN code received before");
            actions.add("one before", [before, refused("SP800-63B-3.1.3")], |state| {
                state.wrong = state.wrong.perhaps();
            });
        }
        if self.expired {
            actions.add("late one", [when(ENTER_LAST), refused("SP800-63B-3.1.3")], |state| {
                state.wrong = state.wrong.perhaps();
            });
        }
    }

    fn app(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        if self.wrong.next_is_allowed(facts.pin_tries) {
            let seen = [when(WRONG_PIN), then("the PIN code is refused", "S5.A.3b")];
            actions.add("wrong PIN", seen, |state| {
                state.wrong = state.wrong.counted();
                state.open = false;
            });
            let temporary = when("I open the app and enter the temporary PIN code");
            let seen = [temporary, then("the PIN code is refused", "S5.A.3a")];
            actions.add("temporary PIN", seen, |state| {
                state.wrong = state.wrong.perhaps();
                state.open = false;
            });
        }
        if self.wrong.next_is_last(facts.pin_tries) {
            let seen = [when(WRONG_PIN), then("the app is blocked", "CIR2015-1502-2.3.1")];
            actions.add("last wrong PIN", seen, |state| state.go(Place::Blocked));
        }
        let seen = [when(RIGHT_PIN), then("the app is ready to use", "S5.A.3b")];
        actions.add("right PIN", seen, |state| {
            state.wrong = state.wrong.perhaps_cleared();
            state.open = true;
        });
        let asks = || then("the app asks for my PIN code", "S5.A.3b");
        actions.add("open", [when("I open the app"), asks()], |state| state.open = false);
        if self.open {
            let leave = when("I leave the app and come back to it");
            actions.add("leave", [leave, asks()], |state| state.open = false);
        }
        if self.biometrics {
            let finger = when("I open the app with my finger or face");
            let seen = [finger, then("the app is ready to use", "S5.A.4")];
            actions.add("finger or face", seen, |state| state.open = true);
        } else {
            let not_offered = format!("{} is not offered", facts.quoted("unlock.biometrics"));
            let seen = [when("I open the app"), then(not_offered, "S5.A.4")];
            actions.add("no finger", seen, |state| state.open = false);
        }
    }
}

fn personal_pin(facts: &Facts, actions: &mut ModelActions<OnPhone>) {
    let reads = |id: &str, clause: &str| {
        let (title, text) = (facts.quoted("pin.title"), facts.quoted(id));
        then(format!("the screen {title} reads {text}"), clause)
    };
    for digits in [facts.pin_digits - 1, facts.pin_digits + 1] {
        let create = when(format!("I create a personal PIN code of {digits} digits"));
        actions.add(format!("PIN of {digits} digits"), [create, reads("pin.length", "H.1")], |_| {});
    }
    let easy = when("I create a personal PIN code that is easy to guess");
    actions.add("easy PIN", [easy, reads("pin.forbidden", "CIR2015-1502-2.3.1")], |_| {});
    let differs = when("I create a personal PIN code and repeat another one");
    let seen = [differs, then("the repeated PIN code is refused", "S5.A.3a")];
    actions.add("PIN repeated otherwise", seen, |state| state.at = Place::End);
    let create = when("I create a personal PIN code and repeat it");
    actions.add("PIN", [create], |state| state.at = Place::Biometrics);
}

fn biometrics(actions: &mut ModelActions<OnPhone>) {
    for (words, chosen) in [("not to use", false), ("to use", true)] {
        let choose = when(format!("I choose {words} biometrics"));
        actions.add(format!("choose {words} biometrics"), [choose], |state| {
            state.at = Place::Notifications;
            state.biometrics = chosen;
        });
    }
}

fn notifications(facts: &Facts, actions: &mut ModelActions<OnPhone>) {
    for id in ["dialog.allow", "dialog.deny"] {
        let (set_up, answer) = (facts.quoted("notifications.set_up"), facts.quoted(id));
        let tap = when(format!("I tap {set_up} and then {answer}"));
        actions.add(id, [tap], |state| {
            state.go(Place::App);
        });
    }
}

fn blocked(actions: &mut ModelActions<OnPhone>) {
    for (name, entered) in [("right PIN", RIGHT_PIN), ("wrong PIN", WRONG_PIN)] {
        let seen = [when(entered), then("the app is blocked", "CIR2015-1502-2.3.1")];
        actions.add(name, seen, |_| {});
    }
}
