//! Patch files: lines of a file that are changed, as a unified diff that `patch` and `git apply` take.

use std::collections::BTreeMap;

/// Lines about a change that are written, too.
const CONTEXT: usize = 3;

/// A file some of whose lines are changed.
#[derive(Clone, Debug)]
pub struct Edited {
    /// Its path in the patch.
    name: String,
    lines: Vec<String>,
    /// The lines that are changed, by their index, with what is to stand there.
    changed: BTreeMap<usize, String>,
}

impl Edited {
    /// The file called `name`, with this text.
    pub fn new(name: &str, text: &str) -> Self {
        let lines = text.split_inclusive('\n').map(str::to_owned).collect();
        Self { name: name.to_owned(), lines, changed: BTreeMap::new() }
    }

    /// The lines as they are now, without their ends.
    pub fn lines(&self) -> impl Iterator<Item = &str> {
        let line = |(index, line)| self.changed.get(&index).unwrap_or(line).trim_end_matches(['\n', '\r']);
        self.lines.iter().enumerate().map(line)
    }

    /// `new` stands for `old` in this line from now on. False: `old` is not there.
    pub fn replace(&mut self, index: usize, old: &str, new: &str) -> bool {
        let Some(line) = self.changed.get(&index).or_else(|| self.lines.get(index)) else { return false };
        let found = line.contains(old);
        if found {
            let line = line.replacen(old, new, 1);
            self.changed.insert(index, line);
        }
        found
    }

    /// The difference; empty if nothing is changed.
    pub fn patch(&self) -> String {
        let mut hunks = Vec::<(usize, usize)>::new();
        for &line in self.changed.keys() {
            let (from, to) = (line.saturating_sub(CONTEXT), (line + CONTEXT + 1).min(self.lines.len()));
            match hunks.last_mut() {
                Some((_, end)) if *end >= from => *end = to,
                _ => hunks.push((from, to)),
            }
        }
        if hunks.is_empty() {
            return String::new();
        }
        let mut text = format!("--- a/{0}\n+++ b/{0}\n", self.name);
        for (from, to) in hunks {
            let (first, count) = (from + 1, to - from);
            text.push_str(&format!("@@ -{first},{count} +{first},{count} @@\n"));
            (from..to).for_each(|index| self.write_line(index, &mut text));
        }
        text
    }

    fn write_line(&self, index: usize, text: &mut String) {
        let mut line = |mark: char, line: &str| {
            text.push(mark);
            text.push_str(line);
            if !line.ends_with('\n') {
                text.push_str("\n\\ No newline at end of file\n");
            }
        };
        match self.changed.get(&index) {
            Some(new) => {
                line('-', &self.lines[index]);
                line('+', new);
            }
            None => line(' ', &self.lines[index]),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, process::Command};

    use proptest::prelude::*;

    use super::*;

    /// The file after `tool` has applied the patch.
    fn applied(tool: &[&str], before: &str, patch: &str) -> String {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("a folder")).unwrap();
        let file = folder.path().join("a folder/file.toml");
        fs::write(&file, before).unwrap();
        fs::write(folder.path().join("it.patch"), patch).unwrap();
        let mut command = Command::new(tool[0]);
        // Outside of any repository, a patch is applied as it is.
        let done =
            command.args(&tool[1..]).current_dir(folder.path()).env("GIT_DIR", "/nonexistent").output();
        let done = done.unwrap();
        assert!(done.status.success(), "{}\n{patch}", String::from_utf8_lossy(&done.stderr));
        fs::read_to_string(&file).unwrap()
    }

    fn edited(text: &str, changes: &[usize]) -> (Edited, String) {
        let mut edited = Edited::new("a folder/file.toml", text);
        for &index in changes {
            assert!(edited.replace(index, "old", "new, longer æ"));
        }
        let after: String = text
            .split_inclusive('\n')
            .enumerate()
            .map(|(index, line)| match changes.contains(&index) {
                true => line.replacen("old", "new, longer æ", 1),
                false => line.to_owned(),
            })
            .collect();
        (edited, after)
    }

    #[test]
    fn git_takes_a_patch_of_lines_apart_and_close_by() {
        let text: String = (0..40).map(|line| format!("{line} old # old\n")).collect();
        for (text, changes) in [
            (text.as_str(), vec![0, 1, 5, 20, 39]),
            (text.as_str(), vec![7, 14]),
            ("old", vec![0]),
            ("first\r\nold\r\nlast", vec![1]),
            ("first\nlast old", vec![1]),
        ] {
            let (edited, after) = edited(text, &changes);
            assert_eq!(applied(&["git", "apply", "it.patch"], text, &edited.patch()), after, "{changes:?}");
        }
        assert_eq!(Edited::new("x", "a\n").patch(), "");
        assert!(
            !Edited::new("x", "a\n").replace(0, "b", "c") && !Edited::new("x", "a\n").replace(7, "a", "c")
        );
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(16))]
        #[test]
        fn git_takes_any_patch(lines in 1_usize..40, picks in proptest::collection::vec(0_usize..40, 1..6)) {
            let text: String = (0..lines).map(|line| format!("{line} old\n")).collect();
            let mut changes: Vec<usize> = picks.into_iter().map(|pick| pick % lines).collect();
            changes.sort_unstable();
            changes.dedup();
            let (edited, after) = edited(&text, &changes);
            prop_assert_eq!(applied(&["git", "apply", "it.patch"], &text, &edited.patch()), after);
        }
    }
}
