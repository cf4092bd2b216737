//! A bench of real devices starts only where it is allowed to: in a test environment that its profile names,
//! while that is authorised, and with no other people than the environment's test identities.

use std::time::SystemTime;

use super::{
    check::Fault,
    file::{BenchFile, Kind},
};
use crate::profile::Profile;

/// Whether the bench of `file` may act at `now`. The simulated one always may: it acts on nobody.
pub(super) fn check(file: &BenchFile, profile: &Profile, now: SystemTime) -> Result<(), Fault> {
    if *file.kind.get_ref() == Kind::Simulated {
        return Ok(());
    }
    let Some(environment) = &profile.environment else {
        let message = "the profile names no authorised test environment, and a bench of real devices starts in \
                       no other; it is a table [environment] with name, operator, authorised_by, until and \
                       identities";
        return Err(Fault::new(&file.profile, message.into()));
    };
    environment.check(now).map_err(|message| Fault::new(&file.profile, message))?;
    let people = file.people.iter().map(|person| &person.user);
    let owners = file.devices.iter().map(|device| &device.owner);
    for user in people.chain(owners).chain([&file.serial_numbers.foreign_owner]) {
        environment.knows(user.get_ref()).map_err(|message| Fault::new(user, message))?;
    }
    Ok(())
}
