//! Settings of an Appium server for a phone and the app on it.

use serde_json::{Map, Value, json};

use super::source::{self, Form};
use crate::{phone::Screen, webdriver::Server};

/// A phone behind an Appium server.
#[derive(Clone, Debug)]
pub struct AppiumSettings {
    pub(super) server: Server,
    pub(super) form: Form,
    /// The app: its package or bundle identifier.
    pub(super) app: String,
    /// Where the server finds the app to install, if it can.
    pub(super) file: Option<String>,
    capabilities: Map<String, Value>,
}

/// The capabilities of the recommendation, which have no prefix.
const STANDARD: [&str; 9] = [
    "browserName",
    "browserVersion",
    "platformName",
    "acceptInsecureCerts",
    "pageLoadStrategy",
    "proxy",
    "setWindowRect",
    "timeouts",
    "unhandledPromptBehavior",
];

/// Capabilities that a session must never have: they wipe an activation, restart the app, or answer the
/// questions that the suite is about.
const FORBIDDEN: [(&str, Value); 6] = [
    ("appium:noReset", Value::Bool(false)),
    ("appium:fullReset", Value::Bool(true)),
    ("appium:autoGrantPermissions", Value::Bool(true)),
    ("appium:autoAcceptAlerts", Value::Bool(true)),
    ("appium:autoDismissAlerts", Value::Bool(true)),
    ("appium:autoLaunch", Value::Bool(true)),
];

/// How long the server keeps an idle session, in seconds: a person who answers a question takes their time.
const IDLE_S: u32 = 600;

impl AppiumSettings {
    /// The phone that `capabilities` name, at the server at `url`, with the app `app` on it: a package or a bundle
    /// identifier. A name without a prefix is one of Appium's. An error in words where something is wrong or missing.
    pub fn new(url: &str, capabilities: Map<String, Value>, app: &str) -> Result<Self, String> {
        let server = Server::new(url)?;
        if app.is_empty() || app.contains(['/', ' ']) {
            return Err(format!("{app:?} is not a package or bundle identifier (\"dk.mitid.app.android\")"));
        }
        let mut capabilities: Map<_, _> =
            capabilities.into_iter().map(|(name, value)| (prefixed(name), value)).collect();
        let form = match capabilities.get("appium:automationName").and_then(Value::as_str) {
            Some(name) if name.eq_ignore_ascii_case("UiAutomator2") => Form::Android,
            Some(name) if name.eq_ignore_ascii_case("XCUITest") => Form::Ios,
            other => {
                let other = other.unwrap_or_default();
                return Err(format!("`automationName` is {other:?}; accepted: UiAutomator2, XCUITest"));
            }
        };
        if let Some((name, value)) =
            FORBIDDEN.into_iter().find(|(name, value)| capabilities.get(*name) == Some(value))
        {
            let name = name.trim_start_matches("appium:");
            return Err(format!("`{name}` = {value} would change what is judged"));
        }
        let platform = match form {
            Form::Android => "Android",
            Form::Ios => "iOS",
        };
        let defaults = [
            ("platformName", json!(platform)),
            ("appium:noReset", json!(true)),
            ("appium:autoLaunch", json!(false)),
            ("appium:newCommandTimeout", json!(IDLE_S)),
        ];
        for (name, value) in defaults {
            capabilities.entry(name).or_insert(value);
        }
        let id = match form {
            Form::Android => "appium:appPackage",
            Form::Ios => "appium:bundleId",
        };
        capabilities.entry(id).or_insert_with(|| json!(app));
        let file = capabilities.get("appium:app").and_then(Value::as_str).map(str::to_owned);
        Ok(Self { server, form, app: app.to_owned(), file, capabilities })
    }

    /// Reads a page source of this phone, saved on the day when the phone is set up. An error in words where
    /// it is not one.
    pub fn read(&self, source: &str) -> Result<Screen, String> {
        source::read(self.form, source, &self.app, &[]).map(|seen| seen.screen)
    }

    pub(super) fn capabilities(&self) -> Value {
        Value::Object(self.capabilities.clone())
    }

    /// Settings for page sources: no long wait for an idle screen, and the system's dialogs included.
    pub(super) fn session_settings(&self) -> Value {
        match self.form {
            Form::Android => json!({ "waitForIdleTimeout": 200 }),
            Form::Ios => json!({ "respectSystemAlerts": true }),
        }
    }
}

fn prefixed(name: String) -> String {
    if name.contains(':') || STANDARD.contains(&name.as_str()) { name } else { format!("appium:{name}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn capabilities(value: Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    fn settings(value: Value) -> Result<AppiumSettings, String> {
        AppiumSettings::new("http://127.0.0.1:4723", capabilities(value), "dk.mitid.app")
    }

    #[test]
    fn names_get_their_prefix_and_what_is_not_said_its_default() {
        let told = settings(json!({ "automationName": "UiAutomator2", "appium:udid": "1", "app": "/a.apk" }))
            .unwrap();
        assert_eq!(
            told.capabilities(),
            json!({
                "platformName": "Android", "appium:automationName": "UiAutomator2", "appium:udid": "1",
                "appium:app": "/a.apk", "appium:noReset": true, "appium:autoLaunch": false,
                "appium:newCommandTimeout": IDLE_S, "appium:appPackage": "dk.mitid.app",
            })
        );
        assert_eq!((told.form, told.file.as_deref()), (Form::Android, Some("/a.apk")));
        let told = settings(json!({ "automationName": "xcuitest", "newCommandTimeout": 60 })).unwrap();
        assert_eq!(told.capabilities()["platformName"], "iOS");
        assert_eq!(told.capabilities()["appium:bundleId"], "dk.mitid.app");
        assert_eq!(told.capabilities()["appium:newCommandTimeout"], 60);
    }

    #[test]
    fn a_mistake_is_told_with_what_is_accepted() {
        let wrong = |value| settings(value).unwrap_err();
        assert!(wrong(json!({})).contains("UiAutomator2, XCUITest"));
        assert!(wrong(json!({ "automationName": "Espresso" })).contains("Espresso"));
        for (name, value) in FORBIDDEN {
            let error = wrong(json!({ "automationName": "XCUITest", name: value }));
            assert!(error.contains("would change what is judged"), "{error}");
        }
        let ours = capabilities(json!({ "automationName": "XCUITest" }));
        assert!(AppiumSettings::new("https://a", ours.clone(), "b").unwrap_err().contains("http://HOST"));
        assert!(AppiumSettings::new("http://a", ours, "/a.apk").unwrap_err().contains("bundle identifier"));
    }
}
