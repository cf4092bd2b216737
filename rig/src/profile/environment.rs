//! The test environment that a hardware bench is allowed to act in. A real service is a person's identity:
//! without an authorised environment, no bench of real devices starts.

use std::{fmt, num::NonZeroU64, time::SystemTime};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Deserializer, de::Error as _};
use toml::value::Datetime;

/// An authorised test environment, as the profile names it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Environment {
    /// Its name.
    pub name: String,
    /// Who runs it.
    pub operator: String,
    /// The contract or letter that allows the tests, by its reference.
    pub authorised_by: String,
    /// The last day, in UTC, on which it does.
    #[serde(deserialize_with = "date")]
    pub until: NaiveDate,
    /// The user IDs of its test identities.
    pub identities: Vec<String>,
    /// Command that resets them before each scenario with a phone; without it a person does so between runs.
    pub restore: Option<Restore>,
}

/// A program that restores what scenarios have used up. It takes devices and apps from all test identities, ends their
/// blocks, and has phones as they are before an activation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The program and its arguments.
    #[serde(deserialize_with = "command")]
    pub command: Vec<String>,
    /// Time limit in seconds.
    pub within_s: NonZeroU64,
}

impl Environment {
    /// An error where the authorisation has ended at `now`.
    pub fn check(&self, now: SystemTime) -> Result<(), String> {
        let today = DateTime::<Utc>::from(now).date_naive();
        if today <= self.until {
            return Ok(());
        }
        let Self { name, authorised_by, until, .. } = self;
        Err(format!(
            "the authorisation of the test environment {name:?} ({authorised_by}) ended on {until}; today is {today}"
        ))
    }

    /// An error if `user` is not among its test identities.
    pub fn knows(&self, user: &str) -> Result<(), String> {
        if self.identities.iter().any(|identity| identity == user) {
            return Ok(());
        }
        let there = match self.identities.as_slice() {
            [] => "there are none".to_owned(),
            some => format!("there are: {}", some.join(", ")),
        };
        Err(format!("{user:?} is not an identity of the test environment {:?}; {there}", self.name))
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { name, operator, authorised_by, until, .. } = self;
        write!(f, "{name} of {operator}, authorised by {authorised_by} until {until}")?;
        match &self.restore {
            Some(restore) => {
                let command = restore.command.join(" ");
                write!(f, "; set up anew before each scenario with a phone by `{command}`")
            }
            None => Ok(()),
        }
    }
}

/// A program's name, and what it is given.
fn command<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    let command = Vec::<String>::deserialize(value)?;
    match command.first() {
        Some(program) if !program.is_empty() => Ok(command),
        _ => Err(D::Error::custom(
            "a command is a program and its arguments, as in [\"program\", \"argument\"]",
        )),
    }
}

/// A date without a time, as TOML writes it.
pub(crate) fn date<'de, D: Deserializer<'de>>(value: D) -> Result<NaiveDate, D::Error> {
    let written = Datetime::deserialize(value)?;
    match (written.date, written.time) {
        (Some(date), None) => {
            let date = NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into());
            date.ok_or_else(|| D::Error::custom(format!("there is no day {written}")))
        }
        _ => Err(D::Error::custom(format!("{written} is not a date; it is written as in 2027-06-30"))),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const WRITTEN: &str = r#"
name = "preproduction"
operator = "the operator"
authorised_by = "contract 17"
until = 2027-06-30
identities = ["test-user-1"]
"#;

    #[test]
    fn it_holds_to_the_end_of_its_last_day() {
        let environment: Environment = toml::from_str(WRITTEN).unwrap();
        let at = |unix_s| SystemTime::UNIX_EPOCH + Duration::from_secs(unix_s);
        // The last second of 2027-06-30 in UTC, and the one after it.
        assert_eq!(environment.check(at(1_814_399_999)), Ok(()));
        let ended = environment.check(at(1_814_400_000)).unwrap_err();
        assert!(ended.contains("ended on 2027-06-30; today is 2027-07-01"), "{ended}");
    }

    #[test]
    fn only_its_own_identities_are_known() {
        let environment: Environment = toml::from_str(WRITTEN).unwrap();
        assert_eq!(environment.knows("test-user-1"), Ok(()));
        let unknown = environment.knows("somebody").unwrap_err();
        assert!(
            unknown.contains("\"somebody\" is not an identity") && unknown.contains("there are: test-user-1")
        );
    }

    #[test]
    fn it_says_what_sets_it_up_anew() {
        let environment: Environment = toml::from_str(WRITTEN).unwrap();
        assert!(environment.to_string().ends_with("until 2027-06-30"), "{environment}");
        let restore = "restore = { command = [\"anew\", \"all\"], within_s = 60 }";
        let environment: Environment = toml::from_str(&format!("{WRITTEN}{restore}")).unwrap();
        assert!(
            environment.to_string().ends_with("before each scenario with a phone by `anew all`"),
            "{environment}"
        );
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for (until, words) in [
            ("2027-06-30T12:00:00Z", "it is written as in 2027-06-30"),
            ("12:00:00", "it is written as in 2027-06-30"),
            ("\"soon\"", "invalid type"),
        ] {
            let error = toml::from_str::<Environment>(&WRITTEN.replace("2027-06-30", until)).unwrap_err();
            assert!(error.message().contains(words), "{until}: {error}");
        }
    }
}
