//! Content on which listings of one storage agree, and the names of storages.

use std::collections::{BTreeMap, BTreeSet};

use super::super::assemble::Message;

/// Messages of a storage, by index.
pub(super) type Stored = BTreeMap<u16, Message>;

/// Content on which several listings of one storage agree.
pub(super) struct Surely {
    /// Messages that were the same twice.
    pub sure: Stored,
    /// Messages that one listing showed whole, and the others not at all.
    pub fleeting: Stored,
}

impl Surely {
    pub fn of(listings: [Stored; 3]) -> Self {
        let (mut sure, mut fleeting) = (Stored::new(), Stored::new());
        let places: BTreeSet<u16> = listings.iter().flat_map(|listing| listing.keys().copied()).collect();
        for place in places {
            let seen: Vec<&Message> = listings.iter().filter_map(|listing| listing.get(&place)).collect();
            let twice = |message: &&&Message| seen.iter().filter(|other| is_same(other, message)).count() > 1;
            match seen.iter().find(twice) {
                Some(message) => drop(sure.insert(place, (*message).clone())),
                None if seen.len() == 1 && seen[0].fits => drop(fleeting.insert(place, seen[0].clone())),
                None => {}
            }
        }
        fleeting.retain(|_, message| !sure.values().any(|other| other.lines == message.lines));
        Self { sure, fleeting }
    }

    pub fn was_seen(&self, place: u16) -> bool {
        self.sure.contains_key(&place) || self.fleeting.contains_key(&place)
    }
}

/// Whether two listings show the same message; its state changes when it is listed.
pub(super) fn is_same(one: &Message, other: &Message) -> bool {
    const STATE: usize = 1;
    let values = |message: &Message| {
        let values = message.values.iter().enumerate().filter(|(place, _)| *place != STATE);
        values.map(|(_, field)| field.text.clone()).collect::<Vec<_>>()
    };
    one.lines == other.lines && values(one) == values(other)
}

/// The names of storages in the first group of what `AT+CPMS=?` tells, without those for other things than messages.
pub(super) fn names_in(told: &str) -> Vec<String> {
    const OF_OTHER_THINGS: [&str; 2] = ["BM", "SR"];
    // SIMCom's word for a storage that is tried first: it has the messages of the one with that name.
    const PREFERRED: &str = "_P";
    let group = told.split_once('(').map_or(told, |(_, rest)| rest.split(')').next().unwrap_or(rest));
    let mut names: Vec<String> = Vec::new();
    for name in group.split('"').skip(1).step_by(2) {
        let other = OF_OTHER_THINGS.contains(&name) || name.ends_with(PREFERRED);
        if !other && !names.iter().any(|there| there == name) {
            names.push(name.into());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sms::{assemble::Kind, fields::split};

    #[test]
    fn storages_are_named_in_the_first_group() {
        assert_eq!(names_in(r#"+CPMS: ("SM","ME","BM","SR"),("SM"),("MT")"#), ["SM", "ME"]);
        assert_eq!(names_in(r#"+CPMS: "SM","SM","ME""#), ["SM", "ME"]);
        assert_eq!(names_in(""), [""; 0]);
    }

    fn stored(messages: &[(u16, &str)]) -> Stored {
        let message = |body: &str| Message {
            kind: Kind::Listed,
            values: split("0,1,,20"),
            lines: vec![body.into()],
            fits: true,
        };
        messages.iter().map(|(place, body)| (*place, message(body))).collect()
    }

    #[test]
    fn what_was_the_same_twice_is_sure() {
        let Surely { sure, fleeting } = Surely::of([
            stored(&[(1, "a"), (2, "b"), (3, "c")]),
            stored(&[(1, "a"), (2, "x"), (11, "a")]),
            stored(&[(1, "z"), (2, "y")]),
        ]);
        assert_eq!(sure.keys().copied().collect::<Vec<_>>(), [1]);
        assert_eq!(fleeting.keys().copied().collect::<Vec<_>>(), [3], "the one at 11 is that at 1");
    }
}
