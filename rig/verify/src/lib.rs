//! Whether a run, or a bundle of a release, is what it says: its readings are made again from its evidence, the oracle judges
//! them again, and what was signed is compared. Nothing of a bench is here, so that a recipient of a bundle needs no rig.

pub mod bad_input;
pub mod judging;
pub mod keys;
pub mod oracle;
pub mod readings;
pub mod release;
