//! The suite: the register of clauses, the features that judge them, and the plan made of both.

pub mod features;
mod needs;
mod plan;
pub mod register;

pub use needs::{Capacity, DeviceOffer, Needs};
pub use plan::{Plan, Planned, PlannedStep, step_functions};
pub use register::Register;
