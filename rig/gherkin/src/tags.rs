//! Tag expressions, as in `@display and not (@slow or @sealed)`, by cucumber/tag-expressions.

use std::{fmt, str::FromStr};

/// A tag expression; the empty one is true of every scenario.
///
/// It is kept in postfix order, so that neither depth nor length of an expression costs stack.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagExpression(Vec<Op>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Op {
    Tag(String),
    Not,
    And,
    Or,
}

/// A text that cannot be parsed as a tag expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagExpressionError {
    expression: String,
    problem: String,
}

impl std::error::Error for TagExpressionError {}

impl fmt::Display for TagExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { expression, problem } = self;
        write!(f, "Tag expression \"{expression}\" could not be parsed because of syntax error: {problem}.")
    }
}

impl TagExpression {
    /// Whether it is true of a scenario with these tags, each with its `@`.
    pub fn matches<T: AsRef<str>>(&self, tags: &[T]) -> bool {
        let mut stack: Vec<bool> = Vec::new();
        for op in &self.0 {
            // Operators find their operands there: the parser put them in front.
            let value = match op {
                Op::Tag(name) => tags.iter().any(|tag| tag.as_ref() == name),
                Op::Not => !stack.pop().unwrap_or_default(),
                Op::And | Op::Or => {
                    let (last, first) = (stack.pop().unwrap_or_default(), stack.pop().unwrap_or_default());
                    if *op == Op::And { first && last } else { first || last }
                }
            };
            stack.push(value);
        }
        stack.pop().unwrap_or(true)
    }

    /// The tags that it names.
    pub fn tags(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|op| match op {
            Op::Tag(name) => Some(name.as_str()),
            _ => None,
        })
    }
}

impl FromStr for TagExpression {
    type Err = TagExpressionError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |problem: String| TagExpressionError { expression: text.to_owned(), problem };
        let words = words(text).map_err(wrong)?;
        postfix(words).map(Self).map_err(|problem| wrong(problem.to_owned()))
    }
}

/// A word of an expression.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Word {
    Open,
    Close,
    Operator(Op),
    Tag(String),
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let end = |word: &mut String, words: &mut Vec<Word>| match std::mem::take(word).as_str() {
        "" => {}
        "and" => words.push(Word::Operator(Op::And)),
        "or" => words.push(Word::Operator(Op::Or)),
        "not" => words.push(Word::Operator(Op::Not)),
        tag => words.push(Word::Tag(tag.to_owned())),
    };
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some(escaped) if "()\\".contains(escaped) || escaped.is_whitespace() => word.push(escaped),
                Some(other) => return Err(format!("Illegal escape before \"{other}\"")),
                None => return Err("Illegal escape before the end".into()),
            },
            '(' | ')' => {
                end(&mut word, &mut words);
                words.push(if letter == '(' { Word::Open } else { Word::Close });
            }
            space if space.is_whitespace() => end(&mut word, &mut words),
            other => word.push(other),
        }
    }
    end(&mut word, &mut words);
    Ok(words)
}

/// The shunting-yard algorithm: `not` binds tighter than `and`, `and` tighter than `or`.
fn postfix(words: Vec<Word>) -> Result<Vec<Op>, &'static str> {
    let (mut out, mut waiting) = (Vec::new(), Vec::<Word>::new());
    if words.is_empty() {
        return Ok(out);
    }
    let mut operand = true;
    for word in words {
        let begins = matches!(word, Word::Open | Word::Tag(_) | Word::Operator(Op::Not));
        if begins != operand {
            return Err(if operand { "Expected operand" } else { "Expected operator" });
        }
        match word {
            Word::Tag(name) => {
                out.push(Op::Tag(name));
                operand = false;
            }
            Word::Close => loop {
                match waiting.pop() {
                    Some(Word::Operator(op)) => out.push(op),
                    Some(_) => break,
                    None => return Err("Unmatched )"),
                }
            },
            Word::Open | Word::Operator(Op::Not) => waiting.push(word),
            Word::Operator(op) => {
                let tighter =
                    |one: &mut Word| matches!(one, Word::Operator(other) if binds(other) >= binds(&op));
                while let Some(Word::Operator(tighter)) = waiting.pop_if(tighter) {
                    out.push(tighter);
                }
                waiting.push(Word::Operator(op));
                operand = true;
            }
        }
    }
    if operand {
        return Err("Expected operand");
    }
    while let Some(word) = waiting.pop() {
        match word {
            Word::Operator(op) => out.push(op),
            _ => return Err("Unmatched ("),
        }
    }
    Ok(out)
}

fn binds(op: &Op) -> u8 {
    match op {
        Op::Or => 0,
        Op::And => 1,
        Op::Not | Op::Tag(_) => 2,
    }
}

/// With every bracket, as the official parsers write it.
impl fmt::Display for TagExpression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut stack: Vec<String> = Vec::new();
        for op in &self.0 {
            let written = match op {
                Op::Tag(name) => escaped(name),
                Op::Not => match stack.pop().unwrap_or_default() {
                    both if both.starts_with("( ") => format!("not {both}"),
                    one => format!("not ( {one} )"),
                },
                Op::And | Op::Or => {
                    let (second, first) = (stack.pop().unwrap_or_default(), stack.pop().unwrap_or_default());
                    format!("( {first} {} {second} )", if *op == Op::And { "and" } else { "or" })
                }
            };
            stack.push(written);
        }
        f.write_str(&stack.pop().unwrap_or_default())
    }
}

fn escaped(name: &str) -> String {
    let mut written = String::new();
    for letter in name.chars() {
        if "()\\".contains(letter) || letter.is_whitespace() {
            written.push('\\');
        }
        written.push(letter);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_deep_expression_costs_no_stack() {
        let deep = format!("{}@a{}", "not (".repeat(100_000), ")".repeat(100_000));
        let expression: TagExpression = deep.parse().unwrap();
        assert!(expression.matches(&["@a"]));
        assert_eq!(expression.tags().collect::<Vec<_>>(), ["@a"]);
    }

    #[test]
    fn a_tag_is_its_whole_name() {
        let expression: TagExpression = "@phone".parse().unwrap();
        assert!(expression.matches(&["@display", "@phone"]));
        assert!(!expression.matches(&["@phones"]) && !expression.matches(&["phone"]));
        assert!("a\\".parse::<TagExpression>().is_err());
    }
}
