//! The suite: the register of clauses, and the features that judge them.

pub mod register;
