//! Journals with every hash recomputed, as a forger with write access who knows `JOURNAL.md` would.

use std::{fs, path::Path};

use sha2::{Digest, Sha256};

/// A journal whose chain was recomputed, and the copy of the chain that a run keeps beside it.
pub struct Forged {
    pub journal: String,
    pub chain: String,
}

impl Forged {
    /// Puts both in the folder of a run, in place of what is there.
    pub fn put_in(&self, folder: &Path) {
        fs::write(folder.join("evidence/chain.txt"), &self.chain).unwrap();
        fs::write(folder.join("journal.jsonl"), &self.journal).unwrap();
    }
}

/// The journal `text` with its chain recomputed.
pub fn forged(text: &str) -> Forged {
    let journal = forged_from(&"0".repeat(64), text);
    let chain = journal.lines().map(|line| format!("{}\n", &line[10..74])).collect();
    Forged { journal, chain }
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
