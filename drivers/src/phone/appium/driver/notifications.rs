//! Notifications of an Android phone, through Appium's helper app, which has to be allowed to see them.

use serde_json::{Value, json};

use super::AppiumPhone;
use crate::{DriverError, ErrorKind, Reading, Result};

/// Tag of the rig's own notifications on the phone.
const TAG: &str = "rig";

impl AppiumPhone {
    /// Posts a notification by the phone's shell. A server that was not started with `--allow-insecure
    /// uiautomator2:adb_shell` refuses: [`ErrorKind::Unsupported`].
    pub(super) fn post_notification(&mut self, text: &str) -> Result<()> {
        let quoted = format!("'{}'", text.replace('\'', "'\\''"));
        let arguments =
            json!({ "command": "cmd", "args": ["notification", "post", "-t", quoted, TAG, quoted] });
        match self.mobile("shell", &arguments, None) {
            Err(DriverError { detail, .. }) if detail.contains("insecure feature") => Err(self
                .line
                .named(ErrorKind::Unsupported, format!("the server allows no adb_shell: {detail}"))),
            posted => posted.map(drop),
        }
    }

    /// The notifications that the helper has seen, oldest first: at most the last 100.
    pub(super) fn list_notifications(&mut self) -> Result<Reading<Vec<String>>> {
        let asked = self.clock.now();
        let told = self.mobile("getNotifications", &json!({}), None)?;
        let Some(Value::Array(newest_first)) = told.get("statusBarNotifications") else {
            return Err(self.line.named(ErrorKind::Protocol, "notifications that are not a list"));
        };
        let texts = newest_first.iter().rev().filter_map(text);
        Ok(self.stamped(asked, texts.collect()))
    }
}

/// Text of a notification; its title if it has no text.
fn text(entry: &Value) -> Option<String> {
    let part = |name: &str| entry["notification"][name].as_str().filter(|text| !text.is_empty());
    ["bigText", "text", "bigTitle", "title"].into_iter().find_map(part).map(str::to_owned)
}
