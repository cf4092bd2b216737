//! A press by the link protocol, on a board that has one.

/// Presses by asking the board to act as if its button were pressed.
pub struct LinkFinger;
