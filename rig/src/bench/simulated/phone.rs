//! Phones of a simulated bench: through the test agent of each, or through an Appium server of the simulator.

use drivers::{
    Result,
    phone::{AgentPhone, Phone, SessionTransport},
};
use sim::world::SimulatedBench;

use crate::bench::Bench;

/// Opens the phone at `index` of the bench file.
pub(super) fn open(bench: &Bench, world: &SimulatedBench, index: usize) -> Result<Box<dyn Phone>> {
    let name = bench.phones[index].name.get_ref();
    #[cfg(feature = "webdriver")]
    if let Some(keys) = appium::keys(bench, name) {
        return appium::open(name, &keys, world, index);
    }
    let transport = SessionTransport::new(name, world.phone(index), bench.bench_key.clone());
    Ok(Box::new(AgentPhone::new(name, Box::new(transport), world.clock())))
}

#[cfg(feature = "webdriver")]
mod appium {
    use drivers::{
        DriverError, ErrorKind, Result, operator,
        phone::{AppiumPhone, InTurn, OperatorPhone, Phone},
        registry::DriverKeys,
    };
    use sim::world::SimulatedBench;

    use crate::bench::{Bench, simulated::drivers::SimulatedAppiumKeys};

    /// The keys of the phone, if it is behind an Appium server.
    pub(super) fn keys(bench: &Bench, name: &str) -> Option<SimulatedAppiumKeys> {
        let settings = &bench.listed(name)?.settings;
        (settings.driver() == SimulatedAppiumKeys::NAME).then(|| settings.read().ok()).flatten()
    }

    /// The phone behind a server of its own. A person does what Appium cannot, as on a bench of real devices.
    pub(super) fn open(
        name: &str,
        keys: &SimulatedAppiumKeys,
        world: &SimulatedBench,
        index: usize,
    ) -> Result<Box<dyn Phone>> {
        let error = |detail: String| DriverError::new(name, ErrorKind::Unsupported, detail);
        let form = keys.form().map_err(error)?;
        let server = world.appium(index, form).map_err(|why| error(format!("no Appium server: {why}")))?;
        let settings = keys.settings(&server.url()).map_err(error)?;
        let phone = AppiumPhone::new(name, settings, world.clock());
        let person = OperatorPhone::new(name, Box::new(world.person(index)), world.clock());
        let both = InTurn::new(Box::new(phone)).then(operator::NAME, Box::new(person));
        Ok(Box::new(both.keeping(Box::new(server))))
    }
}
