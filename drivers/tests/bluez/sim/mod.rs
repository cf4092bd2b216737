//! A simulated bluetoothd: the D-Bus objects that BlueZ has for adapters, devices and their GATT services
//! (BlueZ, doc/org.bluez.*.rst), limited to those that the drivers use, and ways to misbehave.

use std::sync::{Arc, Mutex};

use futures::StreamExt;
use tokio::runtime::{Builder, Runtime};
use zbus::{Connection, MatchRule, MessageStream, connection, fdo::ObjectManager, message::Type};

mod adapter;
mod device;
mod gatt;

pub use adapter::SimAdapter;
pub use device::{Connects, Phone, SimPhone};
pub use gatt::{Act, Agent, PIECE};

/// bluetoothd's name on the bus.
const NAME: &str = "org.bluez";

/// bluetoothd, with no adapters yet.
pub struct Bluetoothd {
    bus: Bus,
    adapters: Adapters,
    _runtime: Runtime,
}

/// All adapters that were ever plugged in.
type Adapters = Arc<Mutex<Vec<Arc<adapter::State>>>>;

/// bluetoothd's connection to the bus, and the runtime that drives it.
#[derive(Clone)]
struct Bus {
    connection: Connection,
    runtime: tokio::runtime::Handle,
}

impl Bus {
    fn run<T>(&self, future: impl Future<Output = zbus::Result<T>>) -> T {
        self.runtime.block_on(future).expect("the simulated bluetoothd works")
    }
}

impl Bluetoothd {
    /// Is ready when it has its name.
    pub fn start() -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let address = std::env::var("DBUS_SYSTEM_BUS_ADDRESS").expect("a private bus");
        let connection = runtime
            .block_on(async {
                connection::Builder::address(address.as_str())
                    .serve_at("/", ObjectManager)
                    .name(NAME)
                    .build()
                    .await
            })
            .expect("a name on the bus");
        let bus = Bus { connection, runtime: runtime.handle().clone() };
        let adapters = Adapters::default();
        let departures = bus.run(departures(&bus.connection));
        runtime.spawn(forget_the_departed(departures, adapters.clone()));
        Self { bus, adapters, _runtime: runtime }
    }

    /// Plugs in an adapter, powered on.
    pub fn adapter(&self, hci: &str, address: &str) -> SimAdapter {
        let adapter = SimAdapter::plug_in(self.bus.clone(), hci, address);
        self.adapters.lock().unwrap().push(adapter.state.clone());
        adapter
    }

    /// bluetoothd ends.
    pub fn quit(&self) {
        self.bus.run(self.bus.connection.release_name(NAME));
    }
}

/// Reports names that join and leave the bus.
async fn departures(connection: &Connection) -> zbus::Result<MessageStream> {
    let rule = MatchRule::builder()
        .msg_type(Type::Signal)
        .sender("org.freedesktop.DBus")
        .member("NameOwnerChanged")
        .build()?;
    MessageStream::for_match_rule(rule, connection, None).await
}

/// Ends everything that a program has begun when it leaves the bus.
async fn forget_the_departed(mut signals: MessageStream, adapters: Adapters) {
    while let Some(Ok(signal)) = signals.next().await {
        if let Ok((name, _, owner)) = signal.body().deserialize::<(String, String, String)>()
            && owner.is_empty()
        {
            adapters.lock().unwrap().iter().for_each(|adapter| adapter.forget(&name));
        }
    }
}

/// A refusal in BlueZ's own words.
#[derive(Debug, zbus::DBusError)]
#[zbus(prefix = "org.bluez.Error")]
enum Refusal {
    /// Of D-Bus itself.
    #[zbus(error)]
    ZBus(zbus::Error),
    /// The value has the wrong length.
    InvalidAttributeValueLength(String),
    /// No connection, no write.
    NotConnected(String),
    /// No such advert.
    DoesNotExist(String),
}
