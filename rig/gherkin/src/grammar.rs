//! The published grammar as a state machine: which line can follow which, and what it then is.

use crate::{
    ast::{Document, KeywordType, Location},
    build,
    dialect::Dialect,
    error::{ParseError, Problem},
    line,
    token::{Kind, Token},
};

/// The lines of a file with their meaning.
#[derive(Clone, Debug)]
pub struct Scan<'t> {
    /// Every line but those of the errors, in their order.
    pub tokens: Vec<Token<'t>>,
    /// The keywords that the file is read with.
    pub dialect: &'static Dialect,
    /// The syntax errors, in the order of the lines, ten at most.
    pub errors: Vec<ParseError>,
}

impl Scan<'_> {
    /// The document, of a file without errors.
    pub fn document(&self) -> Document {
        build::document(self)
    }
}

/// Parsing stops after this many errors.
const MOST_ERRORS: usize = 10;

/// Reads the lines of a feature file. A line that cannot stand where it does is an error, and left out.
pub fn scan(text: &str) -> Scan<'_> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = Reader {
        lines: text.lines().collect(),
        at: 0,
        state: State::Start,
        table: None,
        scan: Scan { tokens: Vec::new(), dialect: Dialect::english(), errors: Vec::new() },
    };
    reader.read();
    reader.scan
}

/// Where the machine stands between two lines.
#[derive(Clone, Debug)]
enum State {
    /// Before anything but comments.
    Start,
    /// Behind the language.
    Language,
    /// Behind tags of what comes next: a feature, a rule, a scenario or examples.
    Tags(Kind),
    /// Behind the line that opens a block.
    Header(Kind),
    /// In the description of a block.
    Description(Kind),
    /// Behind a step or its argument.
    Step(Kind, Argument),
    /// In a text block of a step, with the delimiter and indentation that it opened with.
    DocString(Kind, Argument, &'static str, usize),
    /// In the table of examples.
    Table,
}

/// Which arguments of a step have been read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Argument {
    None,
    Table,
    DocString,
    TableAfterDocString,
    Both,
}

const DELIMITERS: [&str; 2] = ["\"\"\"", "```"];

impl State {
    /// Kinds of line that are valid here, in the order in which a line is tried.
    fn accepted(&self) -> Vec<Kind> {
        let mut kinds = Vec::new();
        match self {
            Self::Start => kinds.extend([Kind::Eof, Kind::Language, Kind::Tags, Kind::Feature]),
            Self::Language => kinds.extend([Kind::Tags, Kind::Feature]),
            Self::Tags(next) => kinds.extend([Kind::Tags, *next]),
            Self::Header(block) => {
                kinds.extend([Kind::Eof, Kind::Empty, Kind::Comment]);
                kinds.extend(following(*block));
                kinds.push(Kind::Other);
                return kinds;
            }
            Self::Description(block) => {
                kinds.extend([Kind::Eof, Kind::Comment]);
                kinds.extend(following(*block));
                kinds.push(Kind::Other);
                return kinds;
            }
            Self::Step(block, argument) => {
                kinds.push(Kind::Eof);
                kinds.extend(argument.accepted());
                kinds.extend(following(*block));
            }
            Self::DocString(..) => return vec![Kind::DocString, Kind::Other],
            Self::Table => {
                kinds.push(Kind::Eof);
                kinds.extend(following(Kind::Examples));
            }
        }
        kinds.extend([Kind::Comment, Kind::Empty]);
        kinds
    }

    /// Where the machine stands behind a line of `kind`.
    fn after(&self, kind: Kind, token: &Token<'_>) -> Self {
        match (self, kind) {
            (Self::Header(block), Kind::Comment | Kind::Other) => Self::Description(*block),
            (_, Kind::Comment | Kind::Empty | Kind::Other | Kind::Eof) => self.clone(),
            (_, Kind::Language) => Self::Language,
            (_, Kind::Feature | Kind::Rule | Kind::Background | Kind::Scenario | Kind::Examples) => {
                Self::Header(kind)
            }
            (Self::Header(block) | Self::Description(block) | Self::Step(block, _), Kind::Step) => {
                Self::Step(*block, Argument::None)
            }
            (Self::Step(block, argument), Kind::TableRow) => Self::Step(*block, argument.with_table()),
            (Self::Step(block, argument), Kind::DocString) => {
                let delimiter = DELIMITERS.into_iter().find(|one| *one == token.keyword);
                Self::DocString(*block, *argument, delimiter.unwrap_or_default(), token.column - 1)
            }
            (Self::DocString(block, argument, ..), Kind::DocString) => {
                Self::Step(*block, argument.with_doc_string())
            }
            (_, Kind::TableRow) => Self::Table,
            // Of tags, the reader looks ahead; the rest is not accepted in these places.
            (_, Kind::Tags | Kind::Step | Kind::DocString) => self.clone(),
        }
    }
}

/// Kinds of line that can follow the header of a block, or a step of it.
fn following(block: Kind) -> &'static [Kind] {
    match block {
        Kind::Background => &[Kind::Step, Kind::Tags, Kind::Scenario, Kind::Rule],
        Kind::Scenario => &[Kind::Step, Kind::Tags, Kind::Examples, Kind::Scenario, Kind::Rule],
        Kind::Examples => &[Kind::TableRow, Kind::Tags, Kind::Examples, Kind::Scenario, Kind::Rule],
        _ => &[Kind::Background, Kind::Tags, Kind::Scenario, Kind::Rule],
    }
}

impl Argument {
    fn accepted(self) -> &'static [Kind] {
        match self {
            Self::None | Self::Table => &[Kind::TableRow, Kind::DocString],
            Self::DocString | Self::TableAfterDocString => &[Kind::TableRow],
            Self::Both => &[],
        }
    }

    fn with_table(self) -> Self {
        match self {
            Self::None | Self::Table => Self::Table,
            _ => Self::TableAfterDocString,
        }
    }

    fn with_doc_string(self) -> Self {
        if self == Self::None { Self::DocString } else { Self::Both }
    }
}

/// The machine on its way through a file.
struct Reader<'t> {
    lines: Vec<&'t str>,
    at: usize,
    state: State,
    /// Of the table that is being read, how many cells its rows have; none once one of them had another number.
    table: Option<Option<usize>>,
    scan: Scan<'t>,
}

impl<'t> Reader<'t> {
    fn read(&mut self) {
        while let Some(raw) = self.lines.get(self.at).copied() {
            if let Err(error) = self.line(raw) {
                self.scan.errors.push(error);
                if self.scan.errors.len() == MOST_ERRORS {
                    return;
                }
            }
            self.at += 1;
        }
        let expected = self.state.accepted();
        if !expected.contains(&Kind::Eof) {
            let location = Location { line: self.lines.len() + 1, column: None };
            self.scan.errors.push(ParseError { location, problem: Problem::UnexpectedEnd { expected } });
        }
    }

    fn line(&mut self, raw: &'t str) -> Result<(), ParseError> {
        let accepted = self.state.accepted();
        let bare = Bare { raw, text: raw.trim(), number: self.at + 1, column: line::column(raw) };
        for kind in &accepted {
            if let Some(token) = self.matched(*kind, &bare)? {
                self.settle(&token)?;
                self.state = match (&self.state, kind) {
                    (State::Tags(_), Kind::Tags) => self.state.clone(),
                    (_, Kind::Tags) => State::Tags(self.tagged()),
                    (state, kind) => state.after(*kind, &token),
                };
                self.scan.tokens.push(token);
                return Ok(());
            }
        }
        Err(bare.error(Problem::UnexpectedLine { got: bare.text.to_owned(), expected: accepted }))
    }

    /// The line as a token of `kind`, if it is one.
    fn matched(&self, kind: Kind, bare: &Bare<'t>) -> Result<Option<Token<'t>>, ParseError> {
        let text = bare.text;
        Ok(match kind {
            Kind::Empty if text.is_empty() => Some(bare.token(kind, "", text)),
            Kind::Comment if text.starts_with('#') => Some(bare.token(kind, "", bare.raw)),
            Kind::Language => language(text).map(|code| bare.token(kind, "", code)),
            Kind::Tags if text.starts_with('@') => {
                let (items, tail) = line::tags(bare.raw).map_err(|column| ParseError {
                    location: Location { line: bare.number, column: Some(column) },
                    problem: Problem::TagWithSpace,
                })?;
                Some(Token { items, tail, ..bare.token(kind, "", "") })
            }
            Kind::TableRow if text.starts_with('|') => {
                let (items, tail) = line::cells(bare.raw);
                Some(Token { items, tail, ..bare.token(kind, "", "") })
            }
            Kind::Step => self.scan.dialect.step_of(text).map(|(keyword, keyword_type)| {
                let (keyword, rest) = text.split_at(keyword.len());
                Token { keyword_type, ..bare.token(kind, keyword, rest.trim()) }
            }),
            Kind::DocString => self.delimiter(text).map(|length| {
                let (keyword, rest) = text.split_at(length);
                bare.token(kind, keyword, rest.trim())
            }),
            Kind::Other => Some(bare.token(kind, "", &self.other(bare.raw))),
            _ => self.scan.dialect.title_of(kind, text).map(|keyword| {
                let (keyword, rest) = text.split_at(keyword.len());
                bare.token(kind, keyword, rest[1..].trim())
            }),
        })
    }

    /// How long the delimiter of a text block is at the begin of `text`: the open one's, or any.
    fn delimiter(&self, text: &str) -> Option<usize> {
        let open = match self.state {
            State::DocString(_, _, delimiter, _) => Some(delimiter),
            _ => None,
        };
        let fits = |one: &&str| open.is_none_or(|open| open == *one) && text.starts_with(one);
        DELIMITERS.iter().find(|one| fits(one)).map(|one| one.len())
    }

    /// A line of a description, unchanged; a line of a text block without its indentation and its escapes.
    fn other(&self, raw: &str) -> String {
        match self.state {
            State::DocString(_, _, delimiter, indent) => {
                let escaped: String = delimiter.chars().flat_map(|quote| ['\\', quote]).collect();
                line::without_indent(raw, indent).replace(&escaped, delimiter)
            }
            _ => raw.to_owned(),
        }
    }

    /// Takes over the language of a token, and compares the cells of a table's rows.
    fn settle(&mut self, token: &Token<'t>) -> Result<(), ParseError> {
        match token.kind {
            Kind::Language => {
                let unknown = || ParseError {
                    location: token.location(),
                    problem: Problem::UnknownLanguage(token.text.clone()),
                };
                self.scan.dialect = Dialect::find(&token.text).ok_or_else(unknown)?;
            }
            Kind::TableRow => {
                let cells = token.items.len();
                let first = *self.table.get_or_insert(Some(cells));
                if first.is_some_and(|first| first != cells) {
                    self.table = Some(None);
                    return Err(ParseError { location: token.location(), problem: Problem::CellCount });
                }
            }
            Kind::Comment | Kind::Empty => {}
            _ => self.table = None,
        }
        Ok(())
    }

    /// The kind of block that the tags of this line belong to, by the line behind all tags, comments and
    /// blank lines.
    fn tagged(&self) -> Kind {
        let block = match self.state {
            State::Start | State::Language => return Kind::Feature,
            State::Header(block) | State::Description(block) | State::Step(block, _) => block,
            _ => Kind::Examples,
        };
        let next = self.lines[self.at + 1..]
            .iter()
            .map(|line| line.trim())
            .find(|line| !(line.is_empty() || line.starts_with('@') || line.starts_with('#')));
        let opens = |kind| next.is_some_and(|next| self.scan.dialect.title_of(kind, next).is_some());
        if matches!(block, Kind::Scenario | Kind::Examples) && opens(Kind::Examples) {
            Kind::Examples
        } else if opens(Kind::Scenario) {
            Kind::Scenario
        } else {
            Kind::Rule
        }
    }
}

/// A line before its meaning is known.
struct Bare<'t> {
    raw: &'t str,
    text: &'t str,
    number: usize,
    column: usize,
}

impl<'t> Bare<'t> {
    fn token(&self, kind: Kind, keyword: &'t str, text: &str) -> Token<'t> {
        Token {
            kind,
            line: self.number,
            column: self.column,
            raw: self.raw,
            keyword,
            keyword_type: KeywordType::Unknown,
            text: text.to_owned(),
            items: Vec::new(),
            tail: "",
        }
    }

    fn error(&self, problem: Problem) -> ParseError {
        ParseError { location: Location { line: self.number, column: Some(self.column) }, problem }
    }
}

/// The code in a line `# language: CODE`.
pub(crate) fn language(text: &str) -> Option<&str> {
    let rest = text.trim().strip_prefix('#')?.trim_start().strip_prefix("language")?;
    let code = rest.trim_start().strip_prefix(':')?.trim();
    let letters = |letter: char| letter.is_ascii_alphabetic() || matches!(letter, '-' | '_');
    (!code.is_empty() && code.chars().all(letters)).then_some(code)
}
