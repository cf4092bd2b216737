//! What went wrong in a call of btleplug or bluer, by kind, and the time limit around each call.

use std::{fmt::Display, time::Duration};

use bluez_async::BluetoothError;

use crate::Trouble;

/// An error on its way out of the futures; the driver adds the instrument's name.
#[derive(Debug)]
pub(crate) struct Failure {
    /// What kind of trouble it is.
    pub trouble: Trouble,
    /// What came of it.
    pub detail: String,
}

impl Failure {
    pub(crate) fn new(trouble: Trouble, detail: impl Into<String>) -> Self {
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
        Err(_) => Err(Failure::new(Trouble::NoAnswer, format!("{doing}: not done within {limit:?}"))),
    }
}

impl From<btleplug::Error> for Failure {
    fn from(error: btleplug::Error) -> Self {
        use btleplug::Error;
        let trouble = match &error {
            Error::DeviceNotFound | Error::NotConnected | Error::NoAdapterAvailable => Trouble::Unplugged,
            Error::TimedOut(_) => Trouble::NoAnswer,
            Error::NotSupported(_) => Trouble::Unsupported,
            Error::Other(error) => error.downcast_ref().map_or(Trouble::Protocol, of_bluez),
            _ => Trouble::Protocol,
        };
        Self::new(trouble, error.to_string())
    }
}

fn of_bluez(error: &BluetoothError) -> Trouble {
    match error {
        BluetoothError::DbusError(error) => of_bus(error.name().unwrap_or_default()),
        BluetoothError::NoBluetoothAdapters => Trouble::Unplugged,
        BluetoothError::ServiceDiscoveryTimedOut => Trouble::NoAnswer,
        _ => Trouble::Protocol,
    }
}

impl From<bluer::Error> for Failure {
    fn from(error: bluer::Error) -> Self {
        use bluer::{ErrorKind, InternalErrorKind};
        let trouble = match &error.kind {
            ErrorKind::NotFound | ErrorKind::DoesNotExist => Trouble::Unplugged,
            ErrorKind::NotReady => Trouble::CannotSee,
            ErrorKind::InProgress | ErrorKind::NotPermitted => Trouble::InUse,
            ErrorKind::NotSupported | ErrorKind::InvalidLength => Trouble::Unsupported,
            ErrorKind::Internal(InternalErrorKind::DBus(name)) => of_bus(name),
            ErrorKind::Internal(InternalErrorKind::DBusConnectionLost) => Trouble::Unplugged,
            _ => Trouble::Protocol,
        };
        Self::new(trouble, error.to_string())
    }
}

/// The kind of a D-Bus error, by its name: those of D-Bus itself, and those of BlueZ (doc/*.rst there).
fn of_bus(name: &str) -> Trouble {
    match name.rsplit('.').next().unwrap_or_default() {
        // bluetoothd or the bus is gone.
        "ServiceUnknown" | "NameHasNoOwner" | "NoServer" | "FileNotFound" | "Disconnected" => {
            Trouble::Unplugged
        }
        // The adapter or the phone is gone, and its object with it. An object without its interface is the same.
        "UnknownObject" | "UnknownMethod" | "UnknownInterface" | "DoesNotExist" | "NotConnected" => {
            Trouble::Unplugged
        }
        "NoReply" | "Timeout" | "TimedOut" | "ConnectionAttemptFailed" => Trouble::NoAnswer,
        "NotReady" => Trouble::CannotSee,
        "InProgress" | "NotPermitted" => Trouble::InUse,
        "NotSupported" | "InvalidLength" => Trouble::Unsupported,
        _ => Trouble::Protocol,
    }
}
