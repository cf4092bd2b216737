//! The digest: what two runs must agree on to be the same run.

use sha2::{Digest, Sha256};

use super::Journal;

impl Journal {
    /// SHA-256, in lower-case hex, over the lines in plan order, each without what stands before its own members (chain
    /// and host), with a line feed at its end.
    pub fn digest(&self) -> String {
        let mut hash = Sha256::new();
        for rest in &self.rests {
            hash.update(rest);
            hash.update("\n");
        }
        hex::encode(hash.finalize())
    }
}

/// The part of a line after its member `host`, which comes first after the chain's hash; `None` for a line in
/// another format.
pub(super) fn after_host(line: &str) -> Option<&str> {
    const HOST: &str = ",\"host\":";
    let (_, host) = line.split_once(HOST)?;
    let (mut depth, mut in_string, mut escaped) = (0_u32, false, false);
    for (place, byte) in host.bytes().enumerate() {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = in_string,
            b'"' => in_string = !in_string,
            b'{' if !in_string => depth += 1,
            b'}' if !in_string => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    return host.get(place + 1..)?.strip_prefix(',');
                }
            }
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_host_is_cut_off_whatever_it_holds() {
        let line = r#"{"chain":"00","host":{"wall_ms":1,"origin":{"host":"a}\"{\\","x":{}}},"scenario":0,"host":{}}"#;
        assert_eq!(after_host(line), Some(r#""scenario":0,"host":{}}"#));
        for none in [
            "",
            "{}",
            r#"{"chain":"00","host":{"#,
            r#"{"chain":"00","host":{}}"#,
            r#"{"chain":"00","host":}"#,
        ] {
            assert_eq!(after_host(none), None, "{none}");
        }
    }
}
