//! Inside a line: indentation, tags, cells.

use crate::token::Item;

/// The column, from 1, of the first character of `line` that is not whitespace.
pub(crate) fn column(line: &str) -> usize {
    1 + line.chars().take_while(|letter| letter.is_whitespace()).count()
}

/// `line` without its first `count` characters; of a line that is indented by less, without its indentation.
pub(crate) fn without_indent(line: &str, count: usize) -> &str {
    if column(line) <= count {
        return line.trim_start();
    }
    line.char_indices().nth(count).map_or("", |(at, _)| &line[at..])
}

/// The tags of a line, and the comment behind them. The column of the first tag with a space in it is the error.
pub(crate) fn tags(line: &str) -> Result<(Vec<Item<'_>>, &str), usize> {
    let (tags, comment) = match comment_at(line) {
        Some(at) => line.split_at(at),
        None => (line, ""),
    };
    let mut items = Vec::new();
    let starts: Vec<usize> = tags.match_indices('@').map(|(at, _)| at).collect();
    for (place, start) in starts.iter().enumerate() {
        let end = starts.get(place + 1).copied().unwrap_or(tags.len());
        let raw = tags[*start..end].trim_end();
        let column = 1 + line[..*start].chars().count();
        if raw.contains(char::is_whitespace) {
            return Err(column);
        }
        if raw.len() > 1 {
            items.push(Item { column, raw, value: raw.to_owned() });
        }
    }
    Ok((items, comment.trim()))
}

/// Where the comment behind tags begins: a `#` after whitespace.
fn comment_at(line: &str) -> Option<usize> {
    let mut before = None;
    for (at, letter) in line.char_indices() {
        if letter == '#' && before.is_some_and(char::is_whitespace) {
            return Some(at);
        }
        before = Some(letter);
    }
    None
}

/// The cells of a line that begins with `|` after its indentation, and what stands behind the last `|`.
pub(crate) fn cells(line: &str) -> (Vec<Item<'_>>, &str) {
    let mut items = Vec::new();
    let mut value = String::new();
    // Of the cell that is being read: where it begins, in bytes and in characters.
    let mut begun: Option<(usize, usize)> = None;
    let mut letters = line.char_indices().enumerate();
    while let Some((count, (at, letter))) = letters.next() {
        match letter {
            '|' => {
                if let Some((start, column)) = begun {
                    items.push(cell(&line[start..at], column, &value));
                }
                begun = Some((at + 1, count + 1));
                value.clear();
            }
            '\\' => match letters.next() {
                Some((_, (_, 'n'))) => value.push('\n'),
                Some((_, (_, escaped @ ('|' | '\\')))) => value.push(escaped),
                Some((_, (_, other))) => value.extend(['\\', other]),
                None => value.push('\\'),
            },
            other => value.push(other),
        }
    }
    let tail = begun.map_or("", |(start, _)| line[start..].trim());
    (items, tail)
}

/// A cell: `value` without whitespace around it. A line end that was written `\n` is kept.
fn cell<'t>(raw: &'t str, before: usize, value: &str) -> Item<'t> {
    let space = |letter: char| letter != '\n' && letter.is_whitespace();
    let indent = value.chars().take_while(|letter| space(*letter)).count();
    Item { column: 1 + before + indent, raw: raw.trim(), value: value.trim_matches(space).to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(line: &str) -> Vec<(usize, String)> {
        cells(line).0.into_iter().map(|item| (item.column, item.value)).collect()
    }

    #[test]
    fn cells_have_columns_and_escapes() {
        assert_eq!(values("  | a | \\|b\\\\ |"), [(5, "a".into()), (9, "|b\\".into())]);
        assert_eq!(values("| \\na\\o |"), [(3, "\na\\o".into())]);
        assert_eq!(values("| open"), []);
        assert_eq!(cells("| a | tail ").1, "tail");
        assert_eq!(cells("| a |  ").1, "");
    }

    #[test]
    fn tags_stand_side_by_side_or_apart_with_a_comment_behind() {
        let (items, comment) = tags(" @a@b  @c#d #e").unwrap();
        let found: Vec<_> = items.iter().map(|item| (item.column, item.raw)).collect();
        assert_eq!(found, [(2, "@a"), (4, "@b"), (8, "@c#d")]);
        assert_eq!(comment, "#e");
        assert_eq!(tags("  @a tag"), Err(3));
        assert_eq!(tags("@").unwrap().0, []);
    }

    #[test]
    fn indentation_is_counted_in_characters() {
        assert_eq!(column("\u{a0} x"), 3);
        assert_eq!(without_indent("    x ", 2), "  x ");
        assert_eq!(without_indent("  x ", 4), "x ");
        assert_eq!(without_indent("", 4), "");
        assert_eq!(without_indent("      ", 4), "  ");
    }
}
