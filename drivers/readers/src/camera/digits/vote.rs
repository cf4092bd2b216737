//! Voting over frames: one frame may straddle a change, several that agree do not.

use super::{Blindness, DisplayReading, Doubt, Sight};

/// Joint result of several frames.
#[derive(Clone, Debug, PartialEq)]
pub enum Ballot {
    /// Enough sure readings show the same, and no sure reading shows anything else.
    Agreed(DisplayReading),
    /// Enough readings of a display that was seen lit before show the same segments, which make no digit, and no sure
    /// reading shows anything else: a stuck segment, or a dead one.
    Odd(DisplayReading),
    /// Sure readings contradict each other: what they show, in the order seen.
    Contradiction(Vec<String>),
    /// Too few sure readings; the last doubt, if there was one.
    Unsure(Option<Doubt>),
    /// The label was in none of the frames; the reason in the last one.
    CannotSee(Blindness),
}

/// A vote over the readings of several frames.
#[derive(Clone, Debug)]
pub struct Vote {
    needed: usize,
    sure: Vec<DisplayReading>,
    odd: Vec<DisplayReading>,
    doubt: Option<Doubt>,
    seen: usize,
    blindness: Option<Blindness>,
}

impl Vote {
    /// A vote that needs `needed` sure readings that agree (at least one).
    pub fn new(needed: usize) -> Self {
        Self {
            needed: needed.max(1),
            sure: Vec::new(),
            odd: Vec::new(),
            doubt: None,
            seen: 0,
            blindness: None,
        }
    }

    /// Counts what one frame shows.
    pub fn add(&mut self, sight: Sight) {
        match sight {
            Sight::CannotSee(blindness) => self.blindness = Some(blindness),
            Sight::Seen(reading) => {
                self.seen += 1;
                match reading.doubt {
                    Some(doubt) => {
                        self.doubt = Some(doubt);
                        self.odd.extend(reading.odd_text().is_some().then_some(reading));
                    }
                    None => self.sure.push(reading),
                }
            }
        }
    }

    /// Joint result of the frames added until now.
    pub fn ballot(&self) -> Ballot {
        let pattern = |reading: &DisplayReading| -> Vec<u8> {
            reading.glyphs.iter().map(|glyph| glyph.segments).collect()
        };
        if let (0, Some(blindness)) = (self.seen, self.blindness) {
            return Ballot::CannotSee(blindness);
        }
        let different = |readings: &'_ [DisplayReading]| -> usize {
            let mut shown: Vec<_> = readings.iter().map(pattern).collect();
            shown.dedup();
            shown.len()
        };
        if let ([], [first, ..]) = (self.sure.as_slice(), self.odd.as_slice())
            && self.odd.len() >= self.needed
            && different(&self.odd) == 1
        {
            return Ballot::Odd(first.clone());
        }
        let mut shown: Vec<&DisplayReading> = self.sure.iter().collect();
        shown.dedup_by_key(|reading| pattern(reading));
        match shown.as_slice() {
            [only] if self.sure.len() >= self.needed => Ballot::Agreed((*only).clone()),
            [] | [_] => Ballot::Unsure(self.doubt),
            several => Ballot::Contradiction(several.iter().filter_map(|reading| reading.text()).collect()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::{Display, Glyph, PATTERNS, Symbol},
        *,
    };

    fn showing(digit: u8, doubt: Option<Doubt>) -> Sight {
        let segments = PATTERNS[usize::from(digit)];
        let glyph = Glyph { segments, symbol: Symbol::of(segments), confidence: 1.0 };
        Sight::Seen(DisplayReading {
            glyphs: vec![glyph; 6],
            lit: true,
            confidence: 1.0,
            corners: Default::default(),
            doubt,
            display: Display::named("led-red").unwrap(),
        })
    }

    fn ballot(sights: impl IntoIterator<Item = Sight>) -> Ballot {
        let mut vote = Vote::new(3);
        sights.into_iter().for_each(|sight| vote.add(sight));
        vote.ballot()
    }

    #[test]
    fn three_that_agree_are_enough_and_doubts_do_not_count() {
        let doubt = Some(Doubt::Glare);
        assert_eq!(ballot([showing(4, None), showing(4, None), showing(7, doubt)]), Ballot::Unsure(doubt));
        let agreed = ballot([showing(4, None), showing(7, doubt), showing(4, None), showing(4, None)]);
        assert!(matches!(agreed, Ballot::Agreed(reading) if reading.code().as_deref() == Some("444444")));
    }

    #[test]
    fn one_sure_contradiction_is_enough_to_refuse() {
        let split = ballot([showing(4, None), showing(4, None), showing(4, None), showing(7, None)]);
        assert_eq!(split, Ballot::Contradiction(vec!["444444".into(), "777777".into()]));
    }

    #[test]
    fn blindness_shows_only_when_no_frame_shows_the_label() {
        let blind = Sight::CannotSee(Blindness::Dark);
        assert_eq!(ballot([blind.clone()]), Ballot::CannotSee(Blindness::Dark));
        assert_eq!(ballot([blind, showing(1, None)]), Ballot::Unsure(None));
        assert_eq!(ballot([]), Ballot::Unsure(None));
    }
}
