//! The chain: every line carries a hash of itself and of all lines before it.

use sha2::{Digest, Sha256};

/// How a chained line begins; the 64 digits of its hash follow.
const OPEN: &str = "{\"chain\":\"";
/// Separator between the hash and the rest of the line.
const BETWEEN: &str = "\",";
/// How many hexadecimal digits a hash has.
const DIGITS: usize = 64;

/// Running hash over the lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Chain(String);

impl Chain {
    /// The chain of a file that stands on its own, before its first line.
    pub(crate) fn start() -> Self {
        Self("0".repeat(DIGITS))
    }

    /// The chain of a file that goes on where another has `head`.
    pub(crate) fn anchored(head: &str) -> Self {
        Self(head.to_owned())
    }

    /// The hash of the last line.
    pub(crate) fn head(&self) -> &str {
        &self.0
    }

    /// The line, with its line feed, that says `object`: JSON that begins with `{` and has a member.
    pub(crate) fn link(&mut self, object: &str) -> Vec<u8> {
        let rest = object.strip_prefix('{').unwrap_or(object);
        self.0 = hash(&self.0, rest.as_bytes());
        format!("{OPEN}{}{BETWEEN}{rest}\n", self.0).into_bytes()
    }

    /// Takes `line`, without its line feed, for the next one, or says why it is not.
    pub(crate) fn check(&mut self, line: &[u8]) -> Result<(), String> {
        let rest = line.strip_prefix(OPEN.as_bytes()).and_then(|rest| rest.split_at_checked(DIGITS));
        let (found, rest) = rest.ok_or("not a line of a chain: its hash is missing")?;
        let rest =
            rest.strip_prefix(BETWEEN.as_bytes()).ok_or("not a line of a chain: its hash is missing")?;
        let wanted = hash(&self.0, rest);
        if found != wanted.as_bytes() {
            let what = "the chain breaks here: this line was changed, or lines before it are missing, added or moved";
            return Err(what.to_owned());
        }
        self.0 = wanted;
        Ok(())
    }
}

fn hash(before: &str, rest: &[u8]) -> String {
    hex::encode(Sha256::new().chain_update(before).chain_update(rest).finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_what_it_was_given_and_chains() {
        let mut chain = Chain::start();
        let first = String::from_utf8(chain.link("{\"a\":1}")).unwrap();
        let second = String::from_utf8(chain.link("{\"a\":1}")).unwrap();
        assert!(first.ends_with("\",\"a\":1}\n") && first != second);
        let mut reader = Chain::start();
        for line in [&first, &second] {
            reader.check(line.trim_end().as_bytes()).unwrap();
        }
        assert_eq!(reader, chain);
        assert!(Chain::start().check(second.trim_end().as_bytes()).unwrap_err().contains("breaks here"));
    }

    #[test]
    fn no_flipped_bit_goes_unseen() {
        let line = Chain::start().link("{\"a\":1}");
        let line = line.trim_ascii_end();
        for bit in 0..line.len() * 8 {
            let mut flipped = line.to_owned();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(Chain::start().check(&flipped).is_err(), "bit {bit}");
        }
    }
}
