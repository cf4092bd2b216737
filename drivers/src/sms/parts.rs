//! Long messages: parts that come in any order, more than once, or not at all.

use std::{collections::BTreeMap, time::Duration};

use super::{
    Sms,
    pdu::{Content, Deliver, MessagePart},
};
use crate::{BenchTime, Reading};

/// How long after its last part a message that is not whole is waited for. The network sends parts seconds
/// apart; where it must try again, it does so within minutes, too late for any step of a test.
pub(super) const PATIENCE: Duration = Duration::from_secs(60);

/// Who sent it, its reference, whether that is wide, and how many parts there are.
type Key = (String, u16, bool, u8);

/// Puts parts together.
#[derive(Default)]
pub(super) struct Joiner {
    parts: BTreeMap<Key, Parts>,
    /// Messages whose reference was used again before they were whole.
    overtaken: Vec<Incomplete>,
}

/// Received parts of one long message. A whole one is remembered until its time is over, for parts that
/// arrive twice.
struct Parts {
    contents: BTreeMap<u8, Content>,
    last: Reading<()>,
    whole: bool,
}

/// A message that was given up.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Incomplete {
    /// How many of its parts came.
    pub came: usize,
    /// How many there are.
    pub count: u8,
}

impl Joiner {
    /// Takes a message or a part that came at `seen`; the message that it completes, if it does.
    pub fn take(&mut self, deliver: Deliver, seen: Reading<()>) -> Option<Reading<Sms>> {
        let Deliver { from, content, part } = deliver;
        match part {
            Some(part) if part.count > 1 => self.take_part(from, content, part, seen),
            _ => Some(seen.map(|()| Sms { from, text: content.text() })),
        }
    }

    fn take_part(
        &mut self,
        from: String,
        content: Content,
        part: MessagePart,
        seen: Reading<()>,
    ) -> Option<Reading<Sms>> {
        let key = (from.clone(), part.reference, part.wide, part.count);
        let fresh = || Parts { contents: BTreeMap::new(), last: seen.clone(), whole: false };
        let parts = self.parts.entry(key).or_insert_with(fresh);
        match parts.contents.get(&part.number) {
            Some(there) if *there == content => return None,
            // The next message that bears this reference.
            Some(_) => {
                let before = std::mem::replace(parts, fresh());
                let came = before.contents.len();
                let lost = (!before.whole).then_some(Incomplete { came, count: part.count });
                self.overtaken.extend(lost);
            }
            None => {}
        }
        parts.contents.insert(part.number, content);
        parts.last = seen.clone();
        if parts.contents.len() < part.count.into() {
            return None;
        }
        parts.whole = true;
        Some(seen.map(|()| Sms { from, text: text(parts.contents.values()) }))
    }

    /// Forgets what is older than [`PATIENCE`]; the messages among it that are not whole, each told once.
    pub fn give_up(&mut self, now: BenchTime) -> Vec<Incomplete> {
        let old = self.parts.extract_if(.., |_, parts| now.since(parts.last.at) >= PATIENCE);
        let missing = old.filter(|(_, parts)| !parts.whole);
        let missing =
            missing.map(|((_, _, _, count), parts)| Incomplete { came: parts.contents.len(), count });
        self.overtaken.drain(..).chain(missing).collect()
    }
}

/// Text of joined parts: neighbours of one kind are joined before they are decoded.
fn text<'a>(parts: impl Iterator<Item = &'a Content>) -> String {
    let mut runs: Vec<Content> = Vec::new();
    for part in parts {
        if !runs.last_mut().is_some_and(|run| run.append(part)) {
            runs.push(part.clone());
        }
    }
    runs.iter().map(Content::text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(reference: u16, number: u8, text: &[u8]) -> Deliver {
        let part = MessagePart { reference, wide: false, count: 3, number };
        Deliver { from: "+45".into(), content: Content::Septets(text.to_vec()), part: Some(part) }
    }

    fn at(seconds: u64) -> Reading<()> {
        Reading::new(BenchTime::ZERO + Duration::from_secs(seconds), Duration::from_millis(1), ())
    }

    #[test]
    fn parts_in_any_order_and_twice_are_one_message_with_the_last_ones_stamp() {
        for order in [[1, 2, 3], [1, 3, 2], [2, 1, 3], [2, 3, 1], [3, 1, 2], [3, 2, 1]] {
            let mut joiner = Joiner::default();
            let texts: [&[u8]; 3] = [b"a\x1b", b"e", b"c"];
            let deliver = |number: u8| part(7, number, texts[usize::from(number) - 1]);
            assert!(joiner.take(deliver(order[0]), at(1)).is_none());
            assert!(joiner.take(deliver(order[0]), at(2)).is_none());
            assert!(joiner.take(deliver(order[1]), at(3)).is_none());
            let whole = joiner.take(deliver(order[2]), at(4)).unwrap();
            assert_eq!((whole.at, whole.value.text.as_str()), (at(4).at, "a€c"), "{order:?}");
            assert!(joiner.take(deliver(order[1]), at(5)).is_none(), "told once");
            assert_eq!(joiner.give_up(at(100).at), [], "and not missed");
        }
    }

    #[test]
    fn a_part_that_stays_away_is_told_once() {
        let mut joiner = Joiner::default();
        joiner.take(part(7, 1, b"a"), at(1));
        joiner.take(part(7, 3, b"c"), at(10));
        assert_eq!(joiner.give_up(at(69).at), []);
        assert_eq!(joiner.give_up(at(70).at), [Incomplete { came: 2, count: 3 }]);
        assert_eq!(joiner.give_up(at(99).at), []);
        assert!(joiner.take(part(7, 2, b"b"), at(99)).is_none(), "what comes later is another message");
    }

    #[test]
    fn a_reference_that_is_used_again_is_another_message() {
        let mut joiner = Joiner::default();
        for (seconds, number) in [(1, 1), (2, 2)] {
            assert!(joiner.take(part(7, number, b"a"), at(seconds)).is_none());
        }
        assert!(joiner.take(part(7, 3, b"a"), at(3)).is_some());
        for (seconds, number) in [(4, 1), (5, 2)] {
            assert!(joiner.take(part(7, number, b"b"), at(seconds)).is_none());
        }
        assert_eq!(joiner.take(part(7, 3, b"b"), at(6)).unwrap().value.text, "bbb");
        assert_eq!(joiner.give_up(at(6).at), [], "both were whole");
        assert!(joiner.take(part(8, 3, b"b"), at(6)).is_none(), "another reference is another message");
        assert!(joiner.take(part(8, 3, b"c"), at(7)).is_none());
        let overtaken = Incomplete { came: 1, count: 3 };
        assert_eq!(joiner.give_up(at(7).at), [overtaken], "one that was not whole is told");
    }
}
