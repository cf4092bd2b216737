//! The rig's end of the link protocol.

/// A board on a serial line.
pub struct BoardLink;
