//! The suite: the register of clauses, the features that judge them, and the plan made of both.

mod applies;
mod bound;
mod capacity;
pub mod features;
pub mod figures;
pub mod forms;
pub mod lint;
mod lost;
mod matching;
mod names;
mod needs;
mod plan;
pub mod register;
mod settings;
pub mod uses;

pub use applies::{clauses_outside, needed};
pub use capacity::{Capacity, DeviceOffer};
pub use matching::{MatchedStep, keyword};
pub use needs::{DeviceKind, Instrument, Needs, PhoneSkill, Single};
pub use plan::{ClauseAtStake, Plan, PlannedScenario, PlannedStep};
pub use register::{Clause, Register};
pub use uses::SideEffect;
