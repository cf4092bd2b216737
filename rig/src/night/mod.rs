//! The night: which scenarios run when, on which bench, within given hours. Pure planning: nothing is opened here.
//!
//! A [`Task`] is a scenario with its bench time and the ways in which benches can run it. [`choose`] says in which order
//! tasks are wanted; a [`Schedule`] places them on benches, each as early as its instruments are free; [`bound`] is what no
//! schedule can beat.

mod bound;
mod chart;
mod choose;
mod file;
mod hours;
mod quarantine;
mod schedule;
mod task;
mod timeline;
mod times;

pub use bound::{LowerBound, bound};
pub use chart::chart;
pub use choose::{Choice, Seen, Why, choose};
pub use file::{NightBench, NightFile, NightWindow, Upcoming};
pub use hours::{clock_time, day_name};
pub use quarantine::{QUARANTINE_FILE, QuarantineNote, Quarantined, What};
pub use schedule::{Placed, Schedule};
pub use task::{Resources, Task, Tasks, Way};
pub use times::Times;
