//! The binary from outside: what people and night jobs type, and what they get. Every test starts `rig` in
//! the suite's folder, as a newcomer would, and looks at nothing but its exit code, its output and the
//! folder that it made.

// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

mod anywhere;
#[cfg(feature = "webdriver")]
mod appium;
mod applicability;
mod attach;
mod bad_bench;
mod bad_feature;
mod bad_instruments;
mod bad_journal;
mod bad_picture;
mod bad_sound;
mod bad_usage;
mod calibrate;
mod clauses;
mod common;
mod dap;
mod defects;
mod displays;
mod environment;
mod evidence;
mod explore;
mod faults;
mod forge;
mod forms;
mod gherkin;
mod golden;
mod junit;
mod killed;
mod language;
mod left_at;
mod meaning;
mod messages;
mod nights;
mod observers;
mod page;
mod properties;
mod prove;
mod record;
mod release;
mod reported;
mod resumed;
mod retries;
mod run;
mod secrets;
mod shapes;
mod signal;
mod sounds;
mod step;
mod step_fixes;
mod step_looks;
mod structure;
mod table;
mod tamper;
mod timing;
mod troubled_nights;
