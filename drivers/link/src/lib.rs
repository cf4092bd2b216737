//! Messages and framing that boards, phones and the rig share.
#![cfg_attr(not(test), no_std)]

#[cfg(feature = "alloc")]
extern crate alloc;

pub mod board;
pub mod frame;
#[cfg(feature = "alloc")]
pub mod phone;
#[cfg(feature = "session")]
pub mod session;
