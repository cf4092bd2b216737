//! Test doubles: a clock, a person, a serial line, a camera, a phone's app.
//!
//! Tests of other crates switch the feature `testing` on in their dev-dependencies. A released program has none of this.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{BenchTime, Clock};

mod app;
mod camera;
mod line;
mod person;

pub use app::TwoPages;
pub use camera::RingCamera;
pub use line::{ScriptedLine, Sent};
pub use person::ScriptedPerson;

/// Implements [`Instrument`](crate::Instrument) for a double that is always well: `always_well!(Type, "its name")`.
#[macro_export]
macro_rules! always_well {
    ($double:ty, $name:literal) => {
        impl $crate::Instrument for $double {
            fn name(&self) -> &str {
                $name
            }

            fn identity(&mut self) -> $crate::Result<$crate::Identity> {
                Ok($crate::Identity::default())
            }

            fn check(&mut self) -> $crate::Result<()> {
                Ok(())
            }

            fn make_safe(&mut self) -> $crate::Result<()> {
                Ok(())
            }
        }
    };
}

/// A clock that goes only while somebody waits, and then jumps to the deadline. It starts at zero and has no UTC.
#[derive(Default)]
pub struct FakeClock(AtomicU64);

impl Clock for FakeClock {
    fn now(&self) -> BenchTime {
        BenchTime::from_nanos(self.0.load(Ordering::Relaxed))
    }

    fn step(&self, deadline: BenchTime) {
        self.0.fetch_max(deadline.as_nanos(), Ordering::Relaxed);
    }
}
