//! One connection to one phone: found, connected, its agent's characteristics known, its notifications coming in.

use btleplug::{
    api::{
        Central, CentralEvent, CharPropFlags, Characteristic, Peripheral as _, PeripheralProperties,
        ScanFilter, WriteType,
    },
    platform::{Adapter, Peripheral, PeripheralId},
};
use futures::{StreamExt, stream};
use std::{collections::BTreeSet, time::Duration};
use tokio::sync::mpsc::{self, UnboundedReceiver, UnboundedSender};

use super::{ANSWER, GattAddress, GattPeer, REQUEST, SERVICE};
use crate::{
    ErrorKind,
    bluetooth::{Address, BluetoothLimits, Failure, find_adapter, needs_power, within},
};

type Outcome<T> = Result<T, Failure>;

/// The header of an ATT write or notification: opcode and handle (Bluetooth Core Specification, volume 3, part F,
/// sections 3.4.5.1 and 3.4.7.1).
const ATT_HEADER: u16 = 3;

/// How many of the phones in range an error names.
const NAMED: usize = 8;

/// Unsolicited messages over Bluetooth.
pub(super) enum Heard {
    /// A piece of an answer.
    Chunk(Vec<u8>),
    /// The connection was lost.
    Dropped,
}

/// A connection that is subscribed to the agent's answers.
pub(super) struct Connection {
    peripheral: Peripheral,
    request: Characteristic,
    heard: UnboundedReceiver<Heard>,
}

impl Connection {
    /// Finds the phone, connects and subscribes.
    pub async fn open(place: GattAddress, limits: BluetoothLimits) -> Outcome<Self> {
        let adapter = find_adapter(place.adapter, limits).await?;
        needs_power(&adapter, limits).await?;
        let peripheral = find(&adapter, &place.phone, limits).await?;
        let connection = Self::subscribe(&adapter, peripheral.clone(), limits).await;
        if connection.is_err() {
            // Ends an attempt that BlueZ would go on with. Whether it ends is of no interest any more.
            disconnect(&peripheral, limits).await.ok();
        }
        connection
    }

    async fn subscribe(adapter: &Adapter, peripheral: Peripheral, limits: BluetoothLimits) -> Outcome<Self> {
        within(limits.connect, "connecting to the phone", peripheral.connect()).await?;
        within(limits.connect, "reading the phone's services", peripheral.discover_services()).await?;
        let request = characteristic(&peripheral, REQUEST, CharPropFlags::WRITE)?;
        let answer = characteristic(&peripheral, ANSWER, CharPropFlags::NOTIFY)?;
        let (tell, heard) = mpsc::unbounded_channel();
        listen(adapter, &peripheral, tell, limits).await?;
        within(limits.call, "subscribing to the agent's answers", peripheral.subscribe(&answer)).await?;
        Ok(Self { peripheral, request, heard })
    }

    /// The next message that has arrived, if any.
    pub fn heard(&mut self) -> Option<Heard> {
        self.heard.try_recv().ok()
    }

    /// Drops late answers; `false` if BlueZ has reported a lost connection.
    pub fn is_quiet(&mut self) -> bool {
        while let Some(heard) = self.heard() {
            if matches!(heard, Heard::Dropped) {
                return false;
            }
        }
        true
    }

    /// Writes `bytes` in pieces that fit the connection.
    pub fn write(&self, bytes: Vec<u8>, limit: Duration) -> impl Future<Output = Outcome<()>> + use<> {
        let (peripheral, request) = (self.peripheral.clone(), self.request.clone());
        within(limit, "writing a request", async move {
            let piece = usize::from(peripheral.mtu().saturating_sub(ATT_HEADER).max(1));
            for piece in bytes.chunks(piece) {
                peripheral.write(&request, piece, WriteType::WithResponse).await?;
            }
            Ok::<_, btleplug::Error>(())
        })
    }

    /// Asks BlueZ whether the phone is still connected.
    pub fn is_up(&self, limits: BluetoothLimits) -> impl Future<Output = Outcome<bool>> + use<> {
        let peripheral = self.peripheral.clone();
        async move {
            within(limits.call, "asking whether the phone is connected", peripheral.is_connected()).await
        }
    }

    /// Ends the connection.
    pub async fn close(self, limits: BluetoothLimits) -> Outcome<()> {
        disconnect(&self.peripheral, limits).await
    }
}

async fn disconnect(peripheral: &Peripheral, limits: BluetoothLimits) -> Outcome<()> {
    within(limits.call, "disconnecting", peripheral.disconnect()).await
}

/// Passes on notifications until the receiver is dropped.
async fn listen(
    adapter: &Adapter,
    peripheral: &Peripheral,
    tell: UnboundedSender<Heard>,
    limits: BluetoothLimits,
) -> Outcome<()> {
    let answers = within(limits.call, "listening to the phone", peripheral.notifications()).await?;
    let events = within(limits.call, "listening to the adapter", adapter.events()).await?;
    let phone = peripheral.id();
    let chunks = answers.map(|notification| Heard::Chunk(notification.value));
    let drops = events.filter_map(move |event| {
        let dropped = matches!(event, CentralEvent::DeviceDisconnected(id) if id == phone);
        std::future::ready(dropped.then_some(Heard::Dropped))
    });
    let nobody_listens = tell.clone();
    let mut all =
        stream::select(chunks, drops).take_until(Box::pin(async move { nobody_listens.closed().await }));
    tokio::spawn(async move {
        while let Some(heard) = all.next().await {
            // When the receiver is dropped, the stream ends as well.
            tell.send(heard).ok();
        }
    });
    Ok(())
}

/// The agent's characteristic with this UUID, which must be able to do this.
fn characteristic(
    peripheral: &Peripheral,
    uuid: uuid::Uuid,
    needed: CharPropFlags,
) -> Outcome<Characteristic> {
    let services = peripheral.services();
    let service = services.iter().find(|service| service.uuid == SERVICE).ok_or_else(|| {
        Failure::new(
            ErrorKind::WrongDevice,
            format!("the phone has no service {SERVICE}: its test agent does not run"),
        )
    })?;
    let there =
        service.characteristics.iter().find(|there| there.uuid == uuid && there.properties.contains(needed));
    there.cloned().ok_or_else(|| {
        let detail = format!("the agent's service has no characteristic {uuid} that can do {needed:?}");
        Failure::new(ErrorKind::WrongDevice, detail)
    })
}

/// The phone, once it has been heard.
async fn find(adapter: &Adapter, which: &GattPeer, limits: BluetoothLimits) -> Outcome<Peripheral> {
    let mut events = within(limits.call, "listening to the adapter", adapter.events()).await?;
    let filter = match which {
        GattPeer::Address(_) => ScanFilter::default(),
        GattPeer::Name(_) => ScanFilter { services: vec![SERVICE] },
    };
    within(limits.call, "starting to scan", adapter.start_scan(filter)).await?;
    let mut others = BTreeSet::new();
    let looking = async {
        while let Some(event) = events.next().await {
            let Some(id) = of(&event) else { continue };
            // A device that vanishes while it is asked is not the one, or will be heard again.
            let Ok(peripheral) = adapter.peripheral(id).await else { continue };
            let Ok(Some(properties)) = peripheral.properties().await else { continue };
            if is_meant(which, &properties) && is_there(&peripheral, &properties).await {
                return Some(peripheral);
            }
            others.insert(describe(&properties));
        }
        None
    };
    let found = tokio::time::timeout(limits.find, looking).await;
    // Another program's scan may keep the adapter at it; ours has ended with our connection to D-Bus at the latest.
    within(limits.call, "ending the scan", adapter.stop_scan()).await.ok();
    found.ok().flatten().ok_or_else(|| not_found(which, &others, limits))
}

fn of(event: &CentralEvent) -> Option<&PeripheralId> {
    match event {
        CentralEvent::DeviceDiscovered(id)
        | CentralEvent::DeviceConnected(id)
        | CentralEvent::RssiUpdate { id, .. }
        | CentralEvent::ServicesAdvertisement { id, .. } => Some(id),
        _ => None,
    }
}

fn is_meant(which: &GattPeer, properties: &PeripheralProperties) -> bool {
    match which {
        GattPeer::Address(address) => Address::from(properties.address.into_inner()) == *address,
        GattPeer::Name(name) => {
            properties.local_name.as_ref() == Some(name) && properties.services.contains(&SERVICE)
        }
    }
}

/// BlueZ remembers devices that are long gone: a present one has a signal strength, or is connected.
async fn is_there(peripheral: &Peripheral, properties: &PeripheralProperties) -> bool {
    properties.rssi.is_some() || peripheral.is_connected().await.unwrap_or(false)
}

fn describe(properties: &PeripheralProperties) -> String {
    match &properties.local_name {
        Some(name) => format!("{} ({name})", properties.address),
        None => properties.address.to_string(),
    }
}

fn not_found(which: &GattPeer, others: &BTreeSet<String>, limits: BluetoothLimits) -> Failure {
    let which = match which {
        GattPeer::Address(address) => format!("no phone {address}"),
        GattPeer::Name(name) => format!("no phone with a test agent named \"{name}\""),
    };
    let heard = match others.len() {
        0 => "nothing".into(),
        count => {
            let named: Vec<_> = others.iter().take(NAMED).map(String::as_str).collect();
            format!("{count} others, such as {}", named.join(", "))
        }
    };
    Failure::new(ErrorKind::NotFound, format!("{which} within {:?}; heard {heard}", limits.find))
}
