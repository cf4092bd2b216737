//! The modem's driver against scripted modems: the cases, dialogues of makers' modems, and lines that are disturbed.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test's helpers may fail as the test does")]

mod bench;
mod cases;
mod dialogue;
mod disturbed;
mod families;
mod peer;
