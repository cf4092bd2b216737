//! The suite: the register of clauses, the features that judge them, and the plan made of both.

mod applies;
pub mod features;
mod needs;
mod plan;
pub mod register;
pub mod uses;

pub use applies::clauses_outside;
pub use needs::{Capacity, DeviceOffer, Needs};
pub use plan::{Blame, Plan, Planned, PlannedStep, step_functions};
pub use register::{Clause, Register};
pub use uses::Use;
