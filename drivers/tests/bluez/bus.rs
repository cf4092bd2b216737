//! A private D-Bus for each test.
//!
//! libdbus reads the bus's address from the environment once in a process, so each test runs in a process of its
//! own: the test starts a `dbus-daemon`, then this very binary again, for that test alone and with that bus.

use std::{
    any::type_name,
    env,
    fs::{self, File},
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use crate::sim::Bluetoothd;

/// Set in the process of the test itself.
const INSIDE: &str = "BLUEZ_TEST_ON_A_PRIVATE_BUS";

/// The longest that any test may take, on a machine that is busy with others.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs `test`, the closure of a test function, with a simulated bluetoothd on a bus of its own.
pub fn on_a_bus<F: FnOnce(&Bluetoothd)>(test: F) {
    if env::var_os(INSIDE).is_some() {
        return test(&Bluetoothd::start());
    }
    let name = type_name::<F>().trim_end_matches("::{{closure}}");
    let (_, name) = name.split_once("::").expect("a test has a path in its crate");
    let directory = tempfile::tempdir().expect("a directory for the bus");
    let daemon = Daemon::start(directory.path());
    let output = directory.path().join("output");
    let told = || {
        Stdio::from(File::options().append(true).create(true).open(&output).expect("a file for the output"))
    };
    let child = Command::new(env::current_exe().expect("this binary"))
        .args([name, "--exact", "--nocapture", "--test-threads=1"])
        .env(INSIDE, "1")
        .env("DBUS_SYSTEM_BUS_ADDRESS", &daemon.address)
        .stdout(told())
        .stderr(told())
        .spawn()
        .expect("this binary runs");
    let passed = wait(&mut Killed(child));
    let output = fs::read_to_string(&output).unwrap_or_default();
    assert!(output.contains("running 1 test"), "\"{name}\" is not the path of a test:\n{output}");
    assert_eq!(passed, Some(true), "{name}, on a bus of its own:\n{output}");
    assert!(!output.contains("panicked at"), "{name} passed, but a thread broke down:\n{output}");
}

/// Whether the process passed; nothing where it did not end in time.
fn wait(child: &mut Killed) -> Option<bool> {
    let started = Instant::now();
    while started.elapsed() < LIMIT {
        if let Some(status) = child.0.try_wait().expect("a child can be waited for") {
            return Some(status.success());
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    None
}

/// A process that ends with the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

/// A D-Bus daemon of our own.
struct Daemon {
    address: String,
    _process: Killed,
}

impl Daemon {
    /// Is ready when it has told its address.
    fn start(directory: &Path) -> Self {
        let config = directory.join("bus.conf");
        let socket = directory.join("bus");
        fs::write(&config, CONFIG.replace("SOCKET", &socket.to_string_lossy()))
            .expect("the bus's configuration");
        let complaints = directory.join("complaints");
        let mut process = Command::new("dbus-daemon")
            .arg("--config-file")
            .arg(&config)
            .args(["--nofork", "--print-address"])
            .stdout(Stdio::piped())
            .stderr(File::create(&complaints).expect("a file for complaints"))
            .spawn()
            .unwrap_or_else(|error| panic!("dbus-daemon ({error}): install the package \"dbus\""));
        let mut address = String::new();
        let stdout = process.stdout.take().expect("its output is piped");
        BufReader::new(stdout).read_line(&mut address).expect("dbus-daemon tells its address");
        let complaints = fs::read_to_string(&complaints).unwrap_or_default();
        assert!(!address.is_empty(), "dbus-daemon did not start: {complaints}");
        Self { address: address.trim().into(), _process: Killed(process) }
    }
}

/// Everybody may do everything, as befits a bus of one test.
const CONFIG: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path=SOCKET</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow user="*"/>
    <allow own="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
  </policy>
</busconfig>
"#;
