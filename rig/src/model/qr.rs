//! The guide's part 2, items 5 and 11: the QR code, which is good for its time, once, and until there is a newer one.

use super::{Facts, Line, ModelAction, ModelActions, State, Subject, given, then, when};

/// A person with a QR code on the old phone and a new phone at hand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct QrCode {
    at: Place,
    /// Whether an older code was shown before the one of now.
    has_older: bool,
    /// Whether the new phone was held up to anything: it then hides the code from the camera for a while.
    was_moved: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Shown,
    Gone,
    Scanned,
    /// Where the documents say no more.
    End,
}

/// Walks begin with a code that is shown.
pub(super) fn subject() -> Subject {
    Subject {
        name: "Walks with a QR code",
        tags: "@copy @two-phones @camera @radio @holder @screen",
        background: vec![
            given("the MitID app, newly installed on another phone"),
            given("a QR code shown on the old phone"),
        ],
        start: State::QrCode(QrCode { at: Place::Shown, has_older: false, was_moved: false }),
    }
}

const OPEN_SCANNER: &str = "I open the scanner of the new phone";
const SHOW_SAVED: &str = "the code, saved, is shown to the new phone";
/// An age at which no limit lets a code be refused, in seconds.
const YOUNG_S: u32 = 120;

fn expired(facts: &Facts, clause: &str) -> Line {
    let (title, text) = (facts.quoted("scan.refused"), facts.quoted("scan.expired"));
    then(format!("the screen {title} reads {text} on the new phone"), clause)
}

fn no_checkmark() -> Line {
    then("no green checkmark shows on the new phone", "S5.B.11b")
}

fn silent() -> Line {
    then("the old phone no longer advertises", "H.7")
}

impl QrCode {
    pub(super) fn actions(&self, facts: &Facts) -> Vec<ModelAction> {
        let mut actions = ModelActions::of(*self, State::QrCode);
        match self.at {
            Place::Shown => self.shown(facts, &mut actions),
            Place::Gone => self.gone(facts, &mut actions),
            Place::Scanned => {
                let again = [when("I open the scanner of the new phone again"), when(SHOW_SAVED)];
                let seen: Vec<_> = again.into_iter().chain([expired(facts, "SP800-63B-3.1.3")]).collect();
                actions.add("scan it twice", seen, |state| state.at = Place::End);
            }
            Place::End => {}
        }
        actions.all
    }

    fn shown(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        actions.add("is near", [then("the old phone advertises that it is near", "H.7")], |_| {});
        actions.add("renew", [when("I have a new QR code shown")], |state| state.has_older = true);
        let cancel = [when("I cancel on the old phone"), silent()];
        actions.add("cancel", cancel, |state| state.at = Place::End);
        if self.was_moved {
            return;
        }
        let watch = when("I watch the QR code until it is gone");
        let seen = [watch, then("it was shown for 3 minutes", "S5.B.5b"), silent()];
        actions.add("watch", seen, |state| state.at = Place::Gone);
        if self.has_older {
            let older = when("the code before it, saved, is shown to the new phone");
            let seen = [when(OPEN_SCANNER), older, expired(facts, "CIR2015-1502-2.3.1"), no_checkmark()];
            actions.add("scan the older one", seen, |state| state.was_moved = true);
        }
        let saved = when(format!("{SHOW_SAVED} {YOUNG_S} seconds after it was first seen"));
        actions.add("scan it young", [saved, then("the code is accepted", "S5.B.5b")], |state| {
            state.at = Place::Scanned;
            state.was_moved = true;
        });
    }

    fn gone(&self, facts: &Facts, actions: &mut ModelActions<Self>) {
        if !self.was_moved {
            let scan = [when(OPEN_SCANNER), when(SHOW_SAVED), expired(facts, "S5.B.5b"), no_checkmark()];
            actions.add("scan it late", scan, |state| state.was_moved = true);
        }
        actions.add("show another", [when("the old phone shows a QR code")], |state| {
            state.at = Place::Shown;
            state.has_older = false;
        });
    }
}
