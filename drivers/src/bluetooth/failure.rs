//! Errors of btleplug and bluer by kind, and the time limit around each call.

use std::{fmt::Display, time::Duration};

use bluez_async::BluetoothError;

use crate::ErrorKind;

/// An error on its way out of the futures; the driver adds the instrument's name.
#[derive(Debug)]
pub(crate) struct Failure {
    /// Kind of error.
    pub trouble: ErrorKind,
    /// Details of the error.
    pub detail: String,
}

impl Failure {
    pub(crate) fn new(trouble: ErrorKind, detail: impl Into<String>) -> Self {
        Self { trouble, detail: detail.into() }
    }

    /// The same, with what was being done before it.
    fn during(self, doing: impl Display) -> Self {
        Self { trouble: self.trouble, detail: format!("{doing}: {}", self.detail) }
    }
}

/// Runs `call` for at most `limit`. An error says what was being done.
pub(crate) async fn within<T, E: Into<Failure>>(
    limit: Duration,
    doing: impl Display,
    call: impl Future<Output = Result<T, E>>,
) -> Result<T, Failure> {
    match tokio::time::timeout(limit, call).await {
        Ok(outcome) => outcome.map_err(|error| error.into().during(doing)),
        Err(_) => Err(Failure::new(ErrorKind::NoAnswer, format!("{doing}: not done within {limit:?}"))),
    }
}

impl From<btleplug::Error> for Failure {
    fn from(error: btleplug::Error) -> Self {
        use btleplug::Error;
        let trouble = match &error {
            Error::DeviceNotFound | Error::NotConnected | Error::NoAdapterAvailable => ErrorKind::Unplugged,
            Error::TimedOut(_) => ErrorKind::NoAnswer,
            Error::NotSupported(_) => ErrorKind::Unsupported,
            Error::Other(error) => error.downcast_ref().map_or(ErrorKind::Protocol, of_bluez),
            _ => ErrorKind::Protocol,
        };
        Self::new(trouble, told(bus_name(&error), &error))
    }
}

/// The name of the D-Bus error that is behind this one.
fn bus_name(error: &btleplug::Error) -> &str {
    let btleplug::Error::Other(error) = error else { return "" };
    match error.downcast_ref() {
        Some(BluetoothError::DbusError(error)) => error.name().unwrap_or_default(),
        _ => "",
    }
}

/// Error text; "bluetoothd does not run" where that is the cause.
fn told(bus_name: &str, error: &impl Display) -> String {
    if is_daemon_gone(bus_name) { format!("bluetoothd does not run: {error}") } else { error.to_string() }
}

fn of_bluez(error: &BluetoothError) -> ErrorKind {
    match error {
        BluetoothError::DbusError(error) => of_words(error.message().unwrap_or_default())
            .unwrap_or_else(|| of_bus(error.name().unwrap_or_default())),
        BluetoothError::NoBluetoothAdapters => ErrorKind::Unplugged,
        BluetoothError::ServiceDiscoveryTimedOut => ErrorKind::NoAnswer,
        _ => ErrorKind::Protocol,
    }
}

impl From<bluer::Error> for Failure {
    fn from(error: bluer::Error) -> Self {
        use bluer::{ErrorKind as Bluer, InternalErrorKind};
        let trouble = match &error.kind {
            Bluer::NotFound | Bluer::DoesNotExist => ErrorKind::Unplugged,
            Bluer::NotReady => ErrorKind::CannotSee,
            Bluer::InProgress | Bluer::NotPermitted => ErrorKind::InUse,
            Bluer::NotSupported | Bluer::InvalidLength => ErrorKind::Unsupported,
            Bluer::Internal(InternalErrorKind::DBus(name)) => of_bus(name),
            Bluer::Internal(InternalErrorKind::DBusConnectionLost) => ErrorKind::Unplugged,
            _ => ErrorKind::Protocol,
        };
        let bus_name = match &error.kind {
            Bluer::Internal(InternalErrorKind::DBus(name)) => name.as_str(),
            _ => "",
        };
        Self::new(trouble, told(bus_name, &error))
    }
}

/// Kind of an error that BlueZ reports as `org.bluez.Error.Failed`, by its text.
fn of_words(message: &str) -> Option<ErrorKind> {
    match message {
        "Not connected" => Some(ErrorKind::Unplugged),
        _ if message.starts_with("le-connection-abort") => Some(ErrorKind::NoAnswer),
        _ => None,
    }
}

/// Whether a D-Bus error says that bluetoothd is not running: its name has no owner, and the bus could not
/// start it.
fn is_daemon_gone(bus_name: &str) -> bool {
    let of_the_bus = bus_name.strip_prefix("org.freedesktop.DBus.Error.").unwrap_or_default();
    matches!(of_the_bus, "ServiceUnknown" | "NameHasNoOwner") || of_the_bus.starts_with("Spawn.")
}

/// The kind of a D-Bus error, by its name: those of D-Bus itself, and those of BlueZ (doc/*.rst there).
fn of_bus(name: &str) -> ErrorKind {
    match name.rsplit('.').next().unwrap_or_default() {
        _ if is_daemon_gone(name) => ErrorKind::Unplugged,
        // The bus is gone.
        "NoServer" | "FileNotFound" | "Disconnected" => ErrorKind::Unplugged,
        // The adapter or the phone is gone, and its object with it. An object without its interface is the same.
        "UnknownObject" | "UnknownMethod" | "UnknownInterface" | "DoesNotExist" | "NotConnected" => {
            ErrorKind::Unplugged
        }
        "NoReply" | "Timeout" | "TimedOut" | "ConnectionAttemptFailed" => ErrorKind::NoAnswer,
        "NotReady" => ErrorKind::CannotSee,
        "InProgress" | "NotPermitted" => ErrorKind::InUse,
        "NotSupported" | "InvalidLength" => ErrorKind::Unsupported,
        _ => ErrorKind::Protocol,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_is_known_by_its_words() {
        let known =
            ["Not connected", "le-connection-abort-by-local", "Operation failed with ATT error: 0x0e"];
        assert_eq!(known.map(of_words), [Some(ErrorKind::Unplugged), Some(ErrorKind::NoAnswer), None]);
    }

    #[test]
    fn a_bus_that_finds_no_bluetoothd_says_so() {
        for name in ["ServiceUnknown", "NameHasNoOwner", "Spawn.PermissionsInvalid", "Spawn.ServiceNotFound"]
        {
            let name = format!("org.freedesktop.DBus.Error.{name}");
            assert_eq!(of_bus(&name), ErrorKind::Unplugged, "{name}");
            assert_eq!(told(&name, &"what the bus says"), "bluetoothd does not run: what the bus says");
        }
        for (name, trouble) in [
            ("org.freedesktop.DBus.Error.NoReply", ErrorKind::NoAnswer),
            ("org.freedesktop.DBus.Error.AccessDenied", ErrorKind::Protocol),
            ("org.bluez.Error.NotReady", ErrorKind::CannotSee),
        ] {
            assert_eq!((of_bus(name), told(name, &"words").as_str()), (trouble, "words"), "{name}");
        }
    }
}
