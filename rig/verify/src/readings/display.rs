//! Readings of code displays.

use readers::camera::{
    Ballot, Blindness, DisplayReader, DisplayReading, Doubt, Frame, KnownDisplay, Quad, Region, Sight, Vote,
    find_label,
};

use crate::oracle::observed::Display;

/// Pixels that are kept around the label.
const MARGIN: f64 = 10.0;

/// A display in frames taken one after another: each is read off the part that is kept of it.
pub struct Looks {
    region: Region,
    /// The part: around the label, or all of the region where no label is found.
    part: Option<Region>,
    /// State of the reader before.
    known: Option<KnownDisplay>,
    sights: Sights,
    parts: Vec<Frame>,
}

/// Sights in frames, of which some must agree.
struct Sights {
    agree: usize,
    vote: Vote,
    last: Option<Sight>,
}

impl Looks {
    /// Looks at the display in `region`, of which `agree` must agree; `last` is the part in which its label was lately.
    pub fn new(region: Region, agree: usize, last: Option<Region>) -> Self {
        Self { region, part: last, known: None, sights: Sights::new(agree), parts: Vec::new() }
    }

    /// Looks at one more frame, with the display's own reader.
    pub fn add(&mut self, frame: &Frame, reader: &mut DisplayReader) {
        if self.parts.is_empty() {
            self.known = reader.known();
        }
        let (mut part, mut sight) = self.read(frame, reader);
        if self.parts.is_empty() && matches!(sight, Sight::CannotSee(_)) {
            // Nothing is kept yet: the label may have moved.
            self.part = None;
            (part, sight) = self.read(frame, reader);
        }
        self.sights.add(sight);
        self.parts.push(part);
    }

    /// The part of the frame, and what is seen in it.
    fn read(&mut self, frame: &Frame, reader: &mut DisplayReader) -> (Frame, Sight) {
        let place = *self.part.get_or_insert_with(|| {
            find_label(frame, Some(self.region)).map_or(self.region, |corners| around(&corners))
        });
        let (part, _) = frame.cut(place);
        let sight = reader.read(&part, None);
        (part, sight)
    }

    /// The part that was read.
    pub fn part(&self) -> Option<Region> {
        self.part
    }

    /// State of the reader before the first frame.
    pub fn known(&self) -> Option<KnownDisplay> {
        self.known.clone()
    }

    /// Whether enough frames agree, or some contradict each other.
    pub fn is_decided(&self) -> bool {
        matches!(self.sights.vote.ballot(), Ballot::Agreed(_) | Ballot::Odd(_) | Ballot::Contradiction(_))
    }

    /// Whether nothing is lit, whether or not that means that the display is dark.
    pub fn nothing_shows(&self) -> bool {
        match self.sights.vote.ballot() {
            Ballot::Agreed(reading) => !reading.lit,
            Ballot::Unsure(doubt) => doubt.is_some_and(Doubt::nothing_shows),
            _ => false,
        }
    }

    /// Whether nothing is lit in the last frame, whether or not that means that the display is dark.
    pub fn last_shows_nothing(&self) -> bool {
        match &self.sights.last {
            Some(Sight::Seen(reading)) => reading.doubt.map_or(!reading.lit, Doubt::nothing_shows),
            _ => false,
        }
    }

    /// The segments that are sure and make no digit, in the last frame.
    pub fn odd_text(&self) -> Option<String> {
        match &self.sights.last {
            Some(Sight::Seen(reading)) => reading.odd_text(),
            _ => None,
        }
    }

    /// Joint value of the frames.
    pub fn value(&self) -> Result<Display, Blindness> {
        self.sights.value()
    }

    /// The parts of the frames that were read.
    pub fn into_parts(self) -> Vec<Frame> {
        self.parts
    }
}

/// Joint value of `parts` of frames, of which `agree` must agree, for a reader in the state `known`.
pub fn read(parts: &[Frame], agree: usize, known: Option<KnownDisplay>) -> Result<Display, Blindness> {
    let mut reader = DisplayReader::knowing(known);
    let mut sights = Sights::new(agree);
    parts.iter().for_each(|part| sights.add(reader.read(part, None)));
    sights.value()
}

impl Sights {
    fn new(agree: usize) -> Self {
        Self { agree, vote: Vote::new(agree), last: None }
    }

    fn add(&mut self, sight: Sight) {
        self.vote.add(sight.clone());
        self.last = Some(sight);
    }

    fn value(&self) -> Result<Display, Blindness> {
        Ok(match self.vote.ballot() {
            // Segments that make no digit count where two frames show the same ones.
            Ballot::Odd(reading) if self.agree == 1 => {
                Display { refused: reading.doubt.map(|doubt| doubt.to_string()), ..seen(&reading) }
            }
            Ballot::Agreed(reading) | Ballot::Odd(reading) => seen(&reading),
            Ballot::CannotSee(blindness) => return Err(blindness),
            Ballot::Contradiction(texts) => {
                refused(format!("frames contradict each other: {}", texts.join(", ")))
            }
            Ballot::Unsure(doubt) => refused(doubted(doubt)),
        })
    }
}

fn seen(reading: &DisplayReading) -> Display {
    Display {
        lit: reading.lit,
        glyphs: reading.glyphs.iter().map(|glyph| glyph.symbol.as_char()).collect(),
        confidence: reading.confidence,
        refused: None,
        control: true,
    }
}

/// The label was in view, but the digits could not be read.
fn refused(why: String) -> Display {
    Display { lit: false, glyphs: Vec::new(), confidence: 0.0, refused: Some(why), control: true }
}

fn doubted(doubt: Option<Doubt>) -> String {
    doubt.map_or_else(|| "too few frames agree".to_owned(), |doubt| doubt.to_string())
}

/// The part of the picture that shows the label with these corners, and the display in it.
fn around(corners: &Quad) -> Region {
    let (xs, ys) = (corners.map(|corner| corner.x), corners.map(|corner| corner.y));
    let least = |values: [f64; 4]| (values.into_iter().fold(f64::MAX, f64::min) - MARGIN).max(0.0);
    let most = |values: [f64; 4]| values.into_iter().fold(0.0, f64::max) + MARGIN;
    let (x, y) = (least(xs) as usize, least(ys) as usize);
    Region { x, y, width: most(xs) as usize - x, height: most(ys) as usize - y }
}
