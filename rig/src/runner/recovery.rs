//! Recovery between two attempts: a device that failed is cut from its supply for a moment, where a relay can.

use std::time::Duration;

use super::{Job, OpenBench, Opener, scenario::ScenarioEnd};
use crate::{
    bench::{Instruments, SimParams},
    remark::remark,
};

/// How long the supply is off: longer than its capacitors last.
const OFF: Duration = Duration::from_secs(3);
/// How long a device takes to start, and to be found again by the host.
const STARTS: Duration = Duration::from_secs(5);

/// Brings the devices of one scenario back.
pub(super) struct Recovery {
    /// Opens the devices alone, with the switches of their supplies; `None` without switches.
    open: Option<Opener>,
    /// The instruments that stand on those supplies.
    supplied: Vec<String>,
}

impl Recovery {
    /// For the scenario of `job`.
    pub(super) fn new(job: &Job, open: &OpenBench) -> Self {
        let needs = job.bench.supplies(&job.planned.needs);
        let supplied =
            needs.as_ref().map_or_else(Vec::new, |needs| job.bench.supplied(needs).into_iter().collect());
        let open = needs.map(|needs| {
            let mut devices_alone = job.planned.clone();
            devices_alone.needs = needs;
            open(&job.bench, &devices_alone)
        });
        Self { open, supplied }
    }

    /// Switches the supplies off and on again where what failed stands on one; whether it did.
    pub(super) fn after(&mut self, end: &ScenarioEnd, given: &SimParams) -> bool {
        let Some(open) = &mut self.open else { return false };
        let Some(failed) = end.instrument.as_ref().filter(|failed| self.supplied.contains(failed)) else {
            return false;
        };
        match open(given).and_then(cycle) {
            Ok(()) => true,
            Err(error) => {
                remark(format!("rig: {failed} failed, and its supply cannot be switched: {error}"));
                false
            }
        }
    }
}

/// Switches the supplies of all devices off, and on again, whatever comes.
fn cycle(mut instruments: Instruments) -> drivers::Result<()> {
    let switch = |instruments: &mut Instruments, on: bool| {
        let mut all = Ok(());
        for supply in instruments.devices.iter_mut().filter_map(|device| device.power.as_mut()) {
            all = all.and(supply.switch(on).map(drop));
        }
        all
    };
    let wait = |instruments: &Instruments, span: Duration| {
        let clock = &instruments.clock;
        clock.wait_until(clock.now() + span)
    };
    let off = switch(&mut instruments, false).and_then(|()| wait(&instruments, OFF));
    let on = switch(&mut instruments, true).and_then(|()| wait(&instruments, STARTS));
    off.and(on)
}
