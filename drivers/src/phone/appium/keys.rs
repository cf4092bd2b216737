//! Keys of a phone behind an Appium server in a bench file.

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::Spanned;

use super::{AppiumPhone, AppiumSettings};
use crate::{
    Result,
    operator::{self, Terminal},
    phone::{InTurn, OperatorPhone, Phone},
    registry::{Checked, Claim, ConfigError, DriverKeys, Feature, Open, Opening, Via},
};

/// Keys of a phone behind an Appium server. A person does what Appium cannot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppiumKeys {
    /// The server: "http://HOST:PORT", with its base path if it has one.
    url: String,
    /// The capabilities of the session. A name without a prefix is one of Appium's.
    capabilities: Spanned<Map<String, Value>>,
    /// The app on the phone: its package or bundle identifier.
    app: Spanned<String>,
}

impl AppiumKeys {
    fn settings(&self) -> Checked<AppiumSettings> {
        let capabilities = self.capabilities.get_ref().clone();
        AppiumSettings::new(&self.url, capabilities, self.app.get_ref()).map_err(ConfigError::of_driver)
    }
}

impl DriverKeys for AppiumKeys {
    const NAME: &'static str = super::NAME;
    const FEATURE: Option<Feature> = Some(super::FEATURE);
    const VIA: Via = Via::Person;

    fn check(&self) -> Checked<()> {
        self.settings().map(drop)
    }

    /// A phone with a `udid` is that phone, whatever the server.
    fn claims(&self) -> Vec<Claim> {
        let named = ["udid", "appium:udid"].iter().find_map(|name| self.capabilities.get_ref().get(*name));
        let udid = named.and_then(Value::as_str);
        let at = self.capabilities.span();
        udid.map(|udid| Claim::new("phone", &Spanned::new(at, udid))).into_iter().collect()
    }
}

impl Open<dyn Phone> for AppiumKeys {
    fn open(self, at: Opening<'_, dyn Phone>) -> Result<Box<dyn Phone>> {
        let settings = self.settings().map_err(|error| error.of(at.name))?;
        let phone = AppiumPhone::new(at.name, settings, at.clock.clone());
        let person = OperatorPhone::new(at.name, Box::new(Terminal), at.clock.clone());
        Ok(Box::new(InTurn::new(Box::new(phone)).then(operator::NAME, Box::new(person))))
    }
}
