//! The record of a run, and what is made of it.

mod event;
mod outcome;

pub use event::{
    ClauseInfo, Entry, Event, Evidence, FORMAT, Host, InstrumentInfo, Level, Measurement, Observation,
    RunStarted, ScenarioInfo, StepInfo, Verdict,
};
pub use outcome::Outcome;
