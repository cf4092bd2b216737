//! Which digits were spoken, of all that may have been; and how much dearer the best other reading is.

use std::ops::Range;

use super::{
    alignment::{Edge, Lattice},
    hearing::{Doubt, Words},
    spectrum::HOP,
};

/// By how much the second best reading must be dearer.
const LEAST_LEAD: f32 = 45.0;

/// A word with a higher cost per frame is not a digit.
const MOST_A_FRAME: f32 = 25.0;

/// Highest cost per frame at which `STRETCH` frames between words pass as silence; beyond it they are
/// unexplained speech.
const STRETCH: usize = 12;
const MOST_IN_SILENCE: f32 = 30.0;

/// Readings kept at each moment.
const KEPT: usize = 2;

/// One way through a lattice.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path {
    pub words: Vec<Edge>,
    pub cost: f32,
}

/// One reading in one language.
pub(super) struct Candidate<'l> {
    language: &'l str,
    path: Path,
    /// A stretch that neither digits nor silence explain, in frames.
    unexplained: Option<Range<usize>>,
}

/// Interpretation of an utterance.
pub(super) struct Interpretation {
    /// The likeliest words, surely said or not.
    pub words: Vec<Edge>,
    /// The words, if certain.
    pub said: Result<Words, Doubt>,
}

impl<'l> Candidate<'l> {
    /// The reading `path` of `lattice`.
    pub fn new(language: &'l str, path: Path, lattice: &Lattice) -> Self {
        let unexplained = unexplained(&path, &lattice.silence);
        Self { language, path, unexplained }
    }

    fn digits(&self) -> String {
        self.path.words.iter().map(|word| char::from(b'0' + word.digit)).collect()
    }
}

/// Decides among `candidates` of all languages; frames count from `begin`.
pub(super) fn decide(mut candidates: Vec<Candidate>, begin: usize) -> Interpretation {
    candidates.sort_by(|left, right| left.path.cost.total_cmp(&right.path.cost));
    let said = match candidates.as_slice() {
        [best, second, ..] => said(best, second, begin),
        _ => Err(Doubt::NoSound),
    };
    let words = candidates.into_iter().next().map_or_else(Vec::new, |best| best.path.words);
    Interpretation { words, said }
}

fn said(best: &Candidate, second: &Candidate, begin: usize) -> Result<Words, Doubt> {
    let seconds = |frame: usize| (begin + frame) as f64 * HOP;
    if let Some(frames) = &best.unexplained {
        return Err(Doubt::NoDigit { from: seconds(frames.start), to: seconds(frames.end) });
    }
    let lead = second.path.cost - best.path.cost;
    if lead < LEAST_LEAD {
        let (digits, or) = (best.digits(), second.digits());
        let [language, other] = [best, second].map(|candidate| candidate.language.to_owned());
        return Err(if language == other {
            Doubt::Ambiguous { digits, or }
        } else {
            Doubt::AmbiguousLanguage { language, or: other }
        });
    }
    // Even odds at the least lead.
    let confidence = 1.0 - f64::from((-lead / LEAST_LEAD).exp2());
    Ok(Words { digits: best.digits(), language: best.language.to_owned(), confidence })
}

/// The first stretch that neither a digit of `path` nor silence explains; the whole stretch if `path` has no
/// digits.
fn unexplained(path: &Path, silence: &[f32]) -> Option<Range<usize>> {
    if path.words.is_empty() {
        return Some(0..silence.len());
    }
    let dear = |word: &&Edge| word.cost > MOST_A_FRAME * (word.end - word.begin) as f32;
    if let Some(word) = path.words.iter().find(dear) {
        return Some(word.begin..word.end);
    }
    let ends = std::iter::once(0).chain(path.words.iter().map(|word| word.end));
    let begins = path.words.iter().map(|word| word.begin).chain([silence.len()]);
    let too_loud = |(from, to): (usize, usize)| {
        let loud = |costs: &[f32]| costs.iter().sum::<f32>() > MOST_IN_SILENCE * STRETCH as f32;
        let place = silence[from..to].windows(STRETCH).position(loud)?;
        Some(from + place..from + place + STRETCH)
    };
    ends.zip(begins).find_map(too_loud)
}

/// A way to read everything up to a moment.
#[derive(Clone, Copy)]
struct Token {
    cost: f32,
    /// Tells strings of digits apart.
    key: u64,
    /// The last word, and which token of the moment at which it began it goes on from.
    last: Option<(Edge, usize)>,
    /// Where silence was passed through: the token of the moment before.
    silent: usize,
}

/// The cheapest readings of `lattice` with different digits, cheapest first.
pub(super) fn readings(lattice: &Lattice) -> Vec<Path> {
    let origin = Token { cost: 0.0, key: 7, last: None, silent: 0 };
    let mut moments: Vec<Vec<Token>> = vec![vec![origin]];
    for (now, silence) in lattice.silence.iter().enumerate() {
        let mut tokens: Vec<Token> = Vec::new();
        for (silent, token) in moments[now].iter().enumerate() {
            let cost = token.cost + silence;
            keep(&mut tokens, Token { cost, key: token.key, last: None, silent });
        }
        for edge in &lattice.ends[now + 1] {
            for (before, token) in moments[edge.begin].iter().enumerate() {
                let key = (token.key ^ u64::from(edge.digit + 1)).wrapping_mul(0x0000_0100_0000_01b3);
                let cost = token.cost + edge.cost;
                keep(&mut tokens, Token { cost, key, last: Some((*edge, before)), silent: 0 });
            }
        }
        moments.push(tokens);
    }
    let end = moments.len() - 1;
    (0..moments[end].len()).map(|token| trace(&moments, end, token)).collect()
}

/// Keeps `token` among the cheapest with different digits, in the order of costs.
fn keep(tokens: &mut Vec<Token>, token: Token) {
    if let Some(same) = tokens.iter().position(|other| other.key == token.key) {
        if tokens[same].cost <= token.cost {
            return;
        }
        tokens.remove(same);
    }
    let place = tokens.partition_point(|other| other.cost <= token.cost);
    tokens.insert(place, token);
    tokens.truncate(KEPT);
}

fn trace(moments: &[Vec<Token>], mut moment: usize, mut token: usize) -> Path {
    let cost = moments[moment][token].cost;
    let mut words = Vec::new();
    while moment > 0 {
        let at = &moments[moment][token];
        (moment, token) = match at.last {
            Some((edge, before)) => {
                words.push(edge);
                (edge.begin, before)
            }
            None => (moment - 1, at.silent),
        };
    }
    words.reverse();
    Path { words, cost }
}
