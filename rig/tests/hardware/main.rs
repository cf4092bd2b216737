//! A bench of real devices from outside, on a machine without any: `rig` opens it with the drivers of such a
//! bench, unmodified, through the kernel's pseudo-terminals and a D-Bus of the test's own. Behind them is the
//! reference product in real time; the rig sees it only through its instruments.

// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

mod bad_bench;
#[path = "../../../drivers/tests/bluez/bus.rs"]
mod bus;
#[path = "../cli/common.rs"]
#[allow(dead_code, reason = "the tests of the command line need all of it")]
mod common;
mod doctor;
mod lab;
mod pause;
mod run;
#[path = "../../../drivers/tests/bluez/sim/mod.rs"]
#[allow(dead_code, unused_imports, reason = "the tests of the drivers need all of it")]
mod sim;
mod table;
mod world;
