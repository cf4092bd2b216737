//! History of runs: what changed, what is flaky, what is stale, what drifts.
//!
//! It is read from an index, which is made from the runs' folders and is never the truth: without it, or where it does not
//! fit a run's journal any more, the run is read anew.

mod facts;
mod index;
mod known;
mod metrics;
mod morning;
mod nights;
mod page;
mod query;

pub use facts::{ClauseFact, GOLDEN, InputsKey, MeasureFact, RunFacts, ScenarioFact, local_day};
pub use index::{INDEX_FILE, Index};
pub use known::{KnownFailures, Matched};
pub use metrics::open_metrics;
pub use morning::{Morning, Spent, Trouble};
pub use nights::{AGAIN, BenchChecks, checks, newest, settled};
pub use page::page;
pub use query::{Affected, Change, ControlChart, FlakeRate, Stale, affected, changes, drifts, flaky, stale};
