//! The driver: UiAutomator2 on Android, XCUITest on iOS.
//!
//! Appium shows what is on the screen, taps and types, and opens, leaves and installs the app. What it cannot do on a phone as
//! people have it is [`ErrorKind::Unsupported`], before anything was asked of the phone: [`InTurn`](crate::phone::InTurn) passes such
//! a call on to a person.

use std::{collections::BTreeMap, time::Duration};

use serde_json::{Value, json};

use crate::{
    ErrorKind, Identity, Instrument, Raw, Reading, Result, SharedClock,
    phone::{AppiumKeys, Phone, Screen},
    registry::DriverKeys,
    webdriver::{self, By, Code, Fault, Point, Session, drag},
};

mod line;
mod notifications;
mod picture;
mod settings;
mod source;
#[cfg(test)]
mod tests;

use line::Line;
pub use settings::AppiumSettings;
use source::{Form, Seen};

/// Installing an app may take this long.
const INSTALLING: Duration = Duration::from_secs(300);
/// Most scrolls to find an element, and most retries on a screen that changes meanwhile.
const SCROLLS: usize = 8;
const LOOKS: usize = 3;

/// A phone through Appium. Its readings are stamped with the middle of the exchange; its evidence is the page
/// source without typed texts.
pub struct AppiumPhone {
    line: Line,
    settings: AppiumSettings,
    clock: SharedClock,
    /// Texts typed on the phone: they are cut from evidence.
    typed: Vec<String>,
}

/// Picks the element to act on.
type Pick<'a> = dyn Fn(&Seen) -> Option<String> + 'a;

impl AppiumPhone {
    /// The phone `name` that `settings` describe. Its session is opened when it is first asked for something.
    pub fn new(name: impl Into<String>, settings: AppiumSettings, clock: SharedClock) -> Self {
        Self { line: Line::new(name.into(), settings.clone()), settings, clock, typed: Vec::new() }
    }

    /// Elements on the screen now, and their positions.
    fn see(&mut self) -> Result<Seen> {
        let source = self.line.run(&|session| match session.source() {
            Err(fault) if has_crashed(&fault) => Ok(None),
            source => source.map(Some),
        })?;
        // An app that has crashed shows nothing: that is the product's doing, and data.
        let Some(source) = source else {
            return Ok(Seen { evidence: "<!-- the app is not running -->".into(), ..Seen::default() });
        };
        let seen = source::read(self.settings.form, &source, &self.settings.app, &self.typed);
        seen.map_err(|detail| self.line.named(ErrorKind::Protocol, detail))
    }

    /// Does `act` to the element that `pick` names, scrolling to it if needed. `Ok(false)` if it is missing.
    fn act_on(
        &mut self,
        pick: &Pick<'_>,
        act: &dyn Fn(&Session, &webdriver::Element) -> webdriver::Result<()>,
    ) -> Result<bool> {
        for _ in 0..LOOKS {
            let Some(path) = self.find(pick)? else { return Ok(false) };
            let done = self.line.run(&|session| {
                let Some(element) = session.find(By::XPath(&path))? else { return Ok(Done::Gone) };
                match act(session, &element) {
                    Ok(()) => Ok(Done::Yes),
                    // The screen has changed since it was looked at, and nothing was done.
                    Err(fault) if fault.is_absence() => Ok(Done::Gone),
                    Err(fault) if is_refusal(&fault) || has_crashed(&fault) => Ok(Done::Refused),
                    Err(fault) => Err(fault),
                }
            })?;
            match done {
                Done::Yes => return Ok(true),
                Done::Refused => return Ok(false),
                Done::Gone => {}
            }
        }
        Err(self
            .line
            .named(ErrorKind::CannotSee, format!("the screen changed under the finger {LOOKS} times")))
    }

    /// The path of what `pick` names, on the screen or further down.
    fn find(&mut self, pick: &Pick<'_>) -> Result<Option<String>> {
        let mut seen = self.see()?;
        for _ in 0..SCROLLS {
            if let Some(path) = pick(&seen) {
                return Ok(Some(path));
            }
            if !seen.scrolls {
                return Ok(None);
            }
            self.scroll()?;
            let next = self.see()?;
            if next == seen {
                return Ok(None);
            }
            seen = next;
        }
        Ok(pick(&seen))
    }

    /// Moves what is on the screen up by half its height.
    fn scroll(&mut self) -> Result<()> {
        self.line.run(&|session| {
            let (width, height) = session.size()?;
            let at = |part: f64| Point { x: width / 2.0, y: height * part };
            session.act(&drag(at(0.75), at(0.25), Duration::from_millis(500)))
        })
    }

    /// One of the commands that Appium has beside WebDriver's.
    fn mobile(&mut self, command: &str, arguments: &Value, limit: Option<Duration>) -> Result<Value> {
        let script = format!("mobile: {command}");
        self.line.run(&|session| {
            let session = limit.map_or_else(|| session.clone(), |limit| session.within(limit));
            session.execute(&script, arguments)
        })
    }

    /// A command about the app.
    fn of_app(&mut self, command: &str) -> Result<()> {
        let key = match self.settings.form {
            Form::Android => "appId",
            Form::Ios => "bundleId",
        };
        let arguments = json!({ key: self.settings.app });
        self.mobile(command, &arguments, None).map(drop)
    }

    fn cannot<T>(&self, what: &str) -> Result<T> {
        Err(self.line.named(ErrorKind::Unsupported, format!("Appium cannot {what} on a phone")))
    }

    /// A reading that was made between `asked` and now.
    fn stamped<T>(&self, asked: crate::BenchTime, value: T) -> Reading<T> {
        let uncertainty = self.clock.now().since(asked) / 2;
        Reading::new(asked + uncertainty, uncertainty, value)
    }
}

/// Result of acting on an element.
enum Done {
    Yes,
    /// It was not there any more.
    Gone,
    /// It does not take this.
    Refused,
}

/// Whether an element is present but refuses the action.
fn is_refusal(fault: &Fault) -> bool {
    matches!(
        fault.code(),
        Some(Code::InvalidElementState | Code::ElementNotInteractable | Code::ElementClickIntercepted)
    )
}

/// Whether the app under test has ended by itself.
fn has_crashed(fault: &Fault) -> bool {
    fault.message().contains("is not running, possibly crashed")
}

impl Instrument for AppiumPhone {
    fn name(&self) -> &str {
        self.line.name()
    }

    fn identity(&mut self) -> Result<Identity> {
        let session = self.line.session()?;
        let told = |names: &[&str]| {
            let named = |name: &&str| {
                let capabilities = session.capabilities();
                capabilities.get(*name).or_else(|| capabilities.get(format!("appium:{name}")))?.as_str()
            };
            names.iter().find_map(named).unwrap_or_default().to_owned()
        };
        let model = match (told(&["deviceManufacturer"]), told(&["deviceModel", "deviceName"])) {
            (make, model) if make.is_empty() => model,
            (make, model) => format!("{make} {model}"),
        };
        let mut detail = BTreeMap::from([("app".to_owned(), self.settings.app.clone())]);
        detail.insert("automation".into(), told(&["automationName"]));
        detail
            .insert("platform".into(), format!("{} {}", told(&["platformName"]), told(&["platformVersion"])));
        detail.extend(self.line.server_version().map(|version| ("server".to_owned(), version)));
        let serial = told(&["deviceUDID", "udid"]);
        Ok(Identity { driver: AppiumKeys::NAME.into(), model, serial, detail })
    }

    /// Asks the helper on the phone for the size of the screen.
    fn check(&mut self) -> Result<()> {
        self.line.run(&Session::size).map(drop)
    }

    /// Nothing is held between calls; the session ends with the driver.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }

    fn recoveries(&self) -> u32 {
        self.line.recoveries()
    }
}

impl Phone for AppiumPhone {
    fn screen(&mut self) -> Result<Reading<Screen>> {
        let asked = self.clock.now();
        let Seen { screen, evidence, .. } = self.see()?;
        let raw = Raw { media_type: "application/xml", bytes: evidence.into_bytes() };
        Ok(Reading { raw: Some(raw), ..self.stamped(asked, screen) })
    }

    fn tap(&mut self, label: &str) -> Result<bool> {
        let pick = |seen: &Seen| {
            let mut buttons = seen.screen.buttons.iter().zip(&seen.buttons);
            buttons.find(|(button, _)| button.label == label && button.enabled).map(|(_, path)| path.clone())
        };
        self.act_on(&pick, &|session, element| session.click(element))
    }

    fn enter(&mut self, label: &str, text: &str) -> Result<bool> {
        if !text.is_empty() && !self.typed.iter().any(|typed| typed == text) {
            self.typed.push(text.to_owned());
        }
        let pick = |seen: &Seen| {
            let mut fields = seen.screen.fields.iter().zip(&seen.fields);
            fields.find(|(field, _)| field.label == label).map(|(_, path)| path.clone())
        };
        self.act_on(&pick, &|session, element| {
            session.clear(element)?;
            if text.is_empty() { Ok(()) } else { session.type_secret(element, text) }
        })
    }

    fn set(&mut self, label: &str, on: bool) -> Result<bool> {
        let there = std::cell::Cell::new(None);
        let pick = |seen: &Seen| {
            let mut switches = seen.screen.switches.iter().zip(&seen.switches);
            let (switch, path) = switches.find(|(switch, _)| switch.label == label)?;
            there.set(Some(switch.on));
            Some(path.clone())
        };
        self.act_on(&pick, &|session, element| {
            if there.get() == Some(on) { Ok(()) } else { session.click(element) }
        })
    }

    fn reopen(&mut self) -> Result<()> {
        self.of_app("terminateApp")?;
        self.of_app("activateApp")
    }

    fn background(&mut self) -> Result<()> {
        self.mobile("backgroundApp", &json!({ "seconds": -1 }), None).map(drop)
    }

    fn foreground(&mut self) -> Result<()> {
        self.of_app("activateApp")
    }

    /// [`ErrorKind::Unsupported`] where the capabilities name no `app` for the server to install.
    fn reinstall(&mut self) -> Result<()> {
        let Some(file) = self.settings.file.clone() else {
            return Err(self
                .line
                .named(ErrorKind::Unsupported, "no `app` in the capabilities: nothing to install"));
        };
        self.of_app("removeApp")?;
        let arguments = match self.settings.form {
            Form::Android => json!({ "appPath": file, "timeout": milliseconds(INSTALLING) }),
            Form::Ios => json!({ "app": file, "timeoutMs": milliseconds(INSTALLING) }),
        };
        self.mobile("installApp", &arguments, Some(INSTALLING)).map(drop)
    }

    fn set_clock(&mut self, _: i64) -> Result<()> {
        self.cannot("set the clock")
    }

    /// A picture of one colour shows nothing of the app; nor does a picture that the system refuses to take.
    fn screenshot(&mut self) -> Result<Reading<bool>> {
        let asked = self.clock.now();
        let picture = self.line.run(&|session| match session.screenshot() {
            Err(fault) if is_protected(&fault) => Ok(None),
            picture => picture.map(Some),
        })?;
        let shows = picture.map(|png| picture::shows_something(&png)).transpose();
        let shows = shows.map_err(|detail| self.line.named(ErrorKind::Protocol, detail))?;
        Ok(self.stamped(asked, shows.unwrap_or(false)))
    }

    fn biometric(&mut self, _: bool) -> Result<bool> {
        self.cannot("show a finger or a face")
    }

    fn notify(&mut self, text: &str) -> Result<()> {
        match self.settings.form {
            Form::Android => self.post_notification(text),
            Form::Ios => self.cannot("post a notification"),
        }
    }

    fn notifications(&mut self) -> Result<Reading<Vec<String>>> {
        match self.settings.form {
            Form::Android => self.list_notifications(),
            Form::Ios => self.cannot("list notifications"),
        }
    }

    fn scanned(&mut self) -> Result<Reading<Option<String>>> {
        self.cannot("tell what the app's scanner read")
    }
}

/// Whether the system took no picture since a window in front does not allow it.
fn is_protected(fault: &Fault) -> bool {
    matches!(fault.code(), Some(Code::UnableToCaptureScreen)) || fault.message().contains("'secure' flag")
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}
