//! The manifest: the SHA-256 of every file of a bundle but the attestations, as `sha256sum` writes and checks it.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::Refused;

/// The hashes of files, by their names.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest(BTreeMap<String, String>);

impl Manifest {
    /// Adds a file.
    pub fn add(&mut self, name: &str, bytes: &[u8]) {
        self.0.insert(name.to_owned(), hex::encode(Sha256::digest(bytes)));
    }

    /// The hash of a file.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// The names of the files, in their order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// A line for each file: its hash, two spaces, its name, a line feed.
    pub fn to_text(&self) -> String {
        self.0.iter().map(|(name, hash)| format!("{hash}  {name}\n")).collect()
    }

    /// That `listed`, the manifest in the file `place`, says of each file what it is.
    ///
    /// # Errors
    /// [`Refused`], at the first file that is missing, added or changed; at `place` for a list of another form.
    pub fn check(&self, place: &str, listed: &[u8]) -> Result<(), Refused> {
        if listed.is_empty() {
            return Err(Refused::new(place, "missing"));
        }
        if self.to_text().as_bytes() == listed {
            return Ok(());
        }
        let listed =
            Self::read(listed).ok_or_else(|| Refused::new(place, "not a list as sha256sum writes it"))?;
        for (name, hash) in &listed.0 {
            match self.get(name) {
                None => return Err(Refused::new(name, "missing: the manifest names it")),
                Some(found) if found != hash => {
                    return Err(Refused::new(name, "changed: the manifest has another hash of it"));
                }
                Some(_) => {}
            }
        }
        let added = self.names().find(|name| listed.get(name).is_none());
        Err(added.map_or_else(
            || Refused::new(place, "its lines are not in their order and form"),
            |name| Refused::new(name, "added: the manifest does not name it"),
        ))
    }

    /// As [`check`](Self::check), where files below the folder `left_out` may be missing.
    ///
    /// # Errors
    /// As `check`.
    pub fn check_without(&self, place: &str, listed: &[u8], left_out: &str) -> Result<(), Refused> {
        let all =
            Self::read(listed).ok_or_else(|| Refused::new(place, "not a list as sha256sum writes it"))?;
        let kept =
            all.0.into_iter().filter(|(name, _)| !name.starts_with(left_out) || self.get(name).is_some());
        self.check(place, Self(kept.collect()).to_text().as_bytes())
    }

    fn read(text: &[u8]) -> Option<Self> {
        let line = |line: &str| line.split_once("  ").map(|(hash, name)| (name.to_owned(), hash.to_owned()));
        std::str::from_utf8(text).ok()?.lines().map(line).collect::<Option<_>>().map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_difference_is_named() {
        let manifest = |files: &[(&str, &[u8])]| {
            let mut manifest = Manifest::default();
            files.iter().for_each(|(name, bytes)| manifest.add(name, bytes));
            manifest
        };
        let sound = manifest(&[("a", b"1"), ("b", b"2")]);
        let text = sound.to_text();
        assert!(text.starts_with("6b86b273ff34fce19d6b804eff5a3f5747ada4eaa22f1d49c01e52ddb7875b4b  a\n"));
        sound.check("m", text.as_bytes()).unwrap();
        let told = |manifest: Manifest| manifest.check("m", text.as_bytes()).unwrap_err().to_string();
        assert_eq!(told(manifest(&[("a", b"1")])), "b: missing: the manifest names it");
        assert!(told(manifest(&[("a", b"1"), ("b", b"3")])).starts_with("b: changed"));
        assert!(told(manifest(&[("a", b"1"), ("b", b"2"), ("c", b"")])).starts_with("c: added"));
        for bit in 0..text.len() * 8 {
            let mut flipped = text.clone().into_bytes();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(sound.check("m", &flipped).is_err(), "bit {bit}");
        }
    }
}
