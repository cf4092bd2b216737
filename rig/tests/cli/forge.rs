//! Journals with every hash recomputed, as a forger with write access who knows `JOURNAL.md` would.

use sha2::{Digest, Sha256};

/// The journal `text` with its chain recomputed.
pub fn forged(text: &str) -> String {
    forged_from(&"0".repeat(64), text)
}

/// As [`forged`], of a chain that goes on after the line with the hash `before`.
pub fn forged_from(before: &str, text: &str) -> String {
    let (mut before, mut forged) = (before.to_owned(), String::new());
    for line in text.lines() {
        let rest = &line["{\"chain\":\"".len() + 64 + "\",".len()..];
        before = hex::encode(Sha256::digest(format!("{before}{rest}")));
        forged += &format!("{{\"chain\":\"{before}\",{rest}\n");
    }
    forged
}

/// The copy of the chain that a run keeps beside a journal of these lines.
pub fn chain_copy(journal: &str) -> String {
    journal.lines().map(|line| format!("{}\n", &line[10..74])).collect()
}
