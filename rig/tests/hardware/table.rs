//! The bench file of a table with the world's devices on it.

use std::{fs, path::PathBuf, sync::Arc};

use ::sim::world::SimulatedBench;
use tempfile::TempDir;

use crate::{
    common::root,
    world::{NUMBER, SERIAL_NUMBER, USER},
};

/// Where the environment may say what sets it up anew.
const RESTORE: &str = "# restore";

pub const ADAPTER: &str = "00:00:00:00:00:01";

/// A folder with a bench file in it.
pub struct Table {
    folder: TempDir,
    text: String,
}

impl Table {
    /// With what every bench has, and a test environment of its own.
    pub fn new() -> Self {
        let fixtures = root().join("fixtures");
        let (profile, keys) = (fixtures.join("profiles/mitid.toml"), fixtures.join("benches/test-keys.toml"));
        let text = format!(
            r#"name = "table"
kind = "hardware"
profile = {profile:?}
keys = {keys:?}
language = "en"
test_password = "zB7-kRw2-mXt9"
test_pin = "482915"
bench_key = "bench"
step_limit_s = 60

[environment]
name = "the test's own"
operator = "the test"
authorised_by = "no real service"
until = 9999-12-31
identities = [{USER:?}, "test-user-2"]
{RESTORE}

[clock]
utc_uncertainty_ms = 50

[uncertainty]
clock_ppm = 20.0
panel_s = 0.0084
issuance_s = 0.3
coverage = 2.3

[serial_numbers]
unknown = "204899999"
foreign = "317700421"
foreign_owner = "test-user-2"
foreign_key = "foreign"

[[person]]
user = {USER:?}
number = {NUMBER:?}
"#
        );
        Self { folder: tempfile::tempdir().unwrap(), text }
    }

    pub fn with(mut self, part: &str) -> Self {
        self.text += &format!("\n{part}\n");
        self
    }

    /// Whose environment is set up anew by a script of the shell, within two seconds.
    pub fn restored_by(mut self, script: &str) -> Self {
        let restore = format!("restore = {{ command = [\"sh\", \"-c\", {script:?}], within_s = 2 }}");
        self.text = self.text.replace(RESTORE, &restore);
        self
    }

    /// The modem on this port.
    pub fn with_modem(self, port: &str) -> Self {
        let modem =
            format!("[modem]\nname = \"modem\"\ndriver = \"at\"\nport = {port:?}\nnumber = {NUMBER:?}");
        self.with(&modem)
    }

    /// The phone, through the adapter of the bus.
    pub fn with_phone(self) -> Self {
        let phone = format!(
            "[[phone]]\nname = \"phone-1\"\ndriver = \"gatt\"\nuser = {USER:?}\nadapter = {ADAPTER:?}\n\
             advertised = \"rig phone 1\""
        );
        self.with(&phone)
    }

    /// The world's code display, with a camera and a probe that are not there, and more said of the display.
    pub fn with_display(self, world: &Arc<SimulatedBench>, more: &str) -> Self {
        let (port, firmware) = (world.serial_path(0), root().join("fixtures/firmware/code-display.bin"));
        self.with(&format!(
            r#"[[camera]]
name = "camera"
driver = "nokhwa"
device = "a camera that is not there"
size = [1280, 720]

[[device]]
name = "display"
kind = "code-display"
serial_number = {SERIAL_NUMBER:?}
owner = {USER:?}
key = "display-1"
link = {{ driver = "serialport", port = {port:?} }}
probe = {{ driver = "probe-rs", selector = "ffff:ffff:none", chip = "nRF51822_xxAA", firmware = {firmware:?} }}
finger = {{ driver = "link" }}
view = {{ camera = "camera", region = [0, 0, 1280, 720] }}
{more}"#
        ))
    }

    /// Writes the bench file.
    pub fn file(&self) -> PathBuf {
        let path = self.folder.path().join("bench.toml");
        fs::write(&path, &self.text).unwrap();
        path
    }

    /// A path beside it.
    pub fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}
