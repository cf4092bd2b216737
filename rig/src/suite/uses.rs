//! Side effects of a scenario: devices and test identities that it uses up, by its tags, and how each is
//! restored.
//!
//! On the simulated bench every scenario has a world of its own; in a test environment they have to be
//! restored, so a scenario declares them beforehand.

use std::fmt;

/// A change that a scenario leaves behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SideEffect {
    /// A code device becomes its owner's active one.
    Device,
    /// An app becomes one of a person's active ones.
    App,
    /// A person cannot use codes for as long as the profile's block lasts.
    Lock,
    /// A code device is blocked for good.
    Block,
}

impl SideEffect {
    /// Every use: its tag, what is used up, how it is restored.
    pub const TABLE: [(Self, &str, &str, &str); 4] = [
        (
            Self::Device,
            "uses-device",
            "a code device is activated",
            "the test environment takes it back from its owner",
        ),
        (Self::App, "uses-app", "an app is activated", "the test environment removes it from the person"),
        (
            Self::Lock,
            "uses-lock",
            "a person is blocked for a while",
            "the block ends by itself, after the profile's time",
        ),
        (
            Self::Block,
            "uses-block",
            "a code device is blocked for good",
            "a new device is issued in the test environment",
        ),
    ];

    /// The tag that declares it.
    pub fn tag(self) -> &'static str {
        self.row().1
    }

    fn row(self) -> &'static (Self, &'static str, &'static str, &'static str) {
        Self::TABLE.iter().find(|(one, ..)| *one == self).expect("every use stands in the table")
    }
}

/// The side effect, and how it is undone.
impl fmt::Display for SideEffect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (_, _, what, restored) = self.row();
        write!(f, "{what} ({restored})")
    }
}

/// The side effects that `tags` declare, in the order of the table; an error for an unknown tag with their
/// prefix.
pub fn from_tags(tags: &[String]) -> Result<Vec<SideEffect>, String> {
    let known = |tag: &&String| SideEffect::TABLE.iter().any(|(_, known, ..)| known == tag);
    if let Some(unknown) = tags.iter().filter(|tag| tag.starts_with("uses-")).find(|tag| !known(tag)) {
        let accepted: Vec<_> = SideEffect::TABLE.iter().map(|(_, tag, ..)| format!("@{tag}")).collect();
        return Err(format!("unknown tag @{unknown}; accepted: {}", accepted.join(", ")));
    }
    let declared = SideEffect::TABLE.iter().filter(|(_, tag, ..)| tags.iter().any(|found| found == tag));
    Ok(declared.map(|(one, ..)| *one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_declare_what_is_used_up() {
        let tags = ["phone", "uses-lock", "uses-device", "uses-lock"].map(str::to_owned);
        assert_eq!(from_tags(&tags), Ok(vec![SideEffect::Device, SideEffect::Lock]));
        assert!(SideEffect::Lock.to_string().contains("ends by itself"));
        let unknown = from_tags(&["uses-phone".to_owned()]).unwrap_err();
        assert_eq!(
            unknown,
            "unknown tag @uses-phone; accepted: @uses-device, @uses-app, @uses-lock, @uses-block"
        );
    }
}
