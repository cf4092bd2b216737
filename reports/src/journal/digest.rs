//! The digest: what two runs must agree on to be the same run.

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Journal;

impl Journal {
    /// SHA-256, in lower-case hex, over the entries in plan order, each as a line of canonical JSON
    /// (keys in ascending order of code points at every depth, no white space, a line feed at its end)
    /// without its `host` key.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for entry in self.entries() {
            let mut value = serde_json::to_value(entry).expect("an entry that was read is written again");
            if let Value::Object(members) = &mut value {
                members.remove("host");
            }
            // A no-op unless some dependency has turned serde_json's insertion order on.
            value.sort_all_objects();
            hash.update(value.to_string());
            hash.update("\n");
        }
        hex::encode(hash.finalize())
    }
}
