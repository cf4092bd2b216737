//! The rig: it drives phones and code devices through the documented activation flow, watches them with
//! instruments of its own, and says for each clause whether the product keeps it.

pub mod bad_input;
pub mod bench;
pub mod bus;
pub mod cli;
mod dap;
mod debug;
pub mod history;
pub mod judging;
pub mod keys;
pub mod locks;
pub mod night;
pub mod oracle;
mod page;
pub mod profile;
pub mod prove;
pub mod provenance;
pub mod readings;
pub mod recorder;
pub mod release;
pub mod remark;
pub mod retention;
pub mod runner;
pub mod session;
mod steps;
pub mod suite;
