//! The rig: it drives phones and code devices through the documented activation flow, watches them with
//! instruments of its own, and says for each clause whether the product keeps it.

pub mod bench;
pub mod bus;
pub mod cli;
mod dap;
mod debug;
pub mod explore;
pub mod history;
pub mod locks;
pub mod model;
pub mod night;
mod page;
pub mod profile;
pub mod prove;
pub mod provenance;
pub mod recorder;
pub mod remark;
pub mod retention;
pub mod runner;
pub mod session;
mod steps;
pub mod suite;

// What stands without a bench is a crate of its own, so that a recipient of a bundle can have it alone.
pub use verify::{bad_input, judging, keys, oracle, readings, release};
