//! A bench of real devices starts only where it is allowed to: in a test environment that the bench file or its profile names,
//! while that is authorised, and with no other people than the environment's test identities.

use std::time::SystemTime;

use drivers::registry::ConfigError;
use toml::Spanned;

use super::file::{BenchFile, Kind};
use crate::profile::{Environment, Profile};

/// The environment that the bench of `file` may act in at `now`, which the profile names, or the bench file itself. The
/// simulated bench needs none: it acts on nobody.
pub(super) fn check(
    file: &BenchFile,
    profile: &Profile,
    now: SystemTime,
) -> Result<Option<Environment>, ConfigError> {
    if *file.kind.get_ref() == Kind::Simulated {
        return Ok(None);
    }
    let fault = |message| match &file.environment {
        Some(own) => ConfigError::new(own, message),
        None => ConfigError::new(&file.profile, message),
    };
    let own = file.environment.as_ref().map(Spanned::get_ref);
    let environment = match (own, &profile.environment) {
        (Some(_), Some(_)) => return Err(fault("the profile names a test environment already".into())),
        (Some(one), None) | (None, Some(one)) => one,
        (None, None) => {
            let message = "neither this file nor its profile names an authorised test environment, and a bench of \
                           real devices starts in no other; it is a table [environment] with name, operator, \
                           authorised_by, until and identities";
            return Err(fault(message.into()));
        }
    };
    environment.check(now).map_err(fault)?;
    if let Some(restore) = environment.restore.as_ref().filter(|one| one.within_s >= file.step_limit_s) {
        // Setting it up anew is the first thing that a scenario does, and no step may take longer.
        let (within, limit) = (restore.within_s, file.step_limit_s);
        return Err(fault(format!(
            "`restore` has {within} s; `step_limit_s` is {limit}, and has to be more"
        )));
    }
    let people = file.people.iter().map(|person| &person.user);
    let owners = file.devices.iter().map(|device| &device.owner);
    for user in people.chain(owners).chain([&file.serial_numbers.foreign_owner]) {
        environment.knows(user.get_ref()).map_err(|message| ConfigError::new(user, message))?;
    }
    Ok(Some(environment.clone()))
}
