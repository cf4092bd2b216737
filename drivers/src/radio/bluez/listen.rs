//! Listening: every advert with service data that BlueZ reports, into the log, stamped as it comes.
//!
//! The scan is bluer's: Low Energy only, and with duplicates, so that each advert is reported and not only each
//! change (btleplug scans for Bluetooth Classic as well, and is deaf meanwhile). The reports are read through
//! btleplug: its one subscription for the adapter stands before the scan begins, so that no advert is lost between
//! a device's first advert and a subscription to that device, as with bluer. BlueZ reports an advert's strength
//! and its service data in one D-Bus signal; btleplug hands out the strength first.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use bluer::{DiscoveryFilter, DiscoveryTransport};
use btleplug::{
    api::{Central, CentralEvent, CentralState, Peripheral as _},
    platform::{Adapter, PeripheralId},
};
use futures::{StreamExt, future};
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::{Beacon, log::Log};
use crate::{
    Reading, SharedClock,
    bluetooth::{Address, BluetoothLimits, Failure, within},
    radio::{Advert, ServiceData},
};

/// How late a stamp may be: controllers report at once, bluetoothd passes on when it is idle, and btleplug asks
/// back once for each report.
const LATENESS: Duration = Duration::from_millis(100);

/// How many senders' strengths are remembered; phones change their addresses all day long.
const SENDERS: usize = 1024;

/// The log as both threads hold it.
#[derive(Clone, Default)]
pub(super) struct SharedLog(Arc<Mutex<Log>>);

impl SharedLog {
    pub fn lock(&self) -> MutexGuard<'_, Log> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Receives adverts.
pub(super) struct Listener {
    pub log: SharedLog,
    pub clock: SharedClock,
    /// The radio's own address, which is left out.
    pub own: Address,
    /// The bench's beacon, which is left out, but noted.
    pub beacon: Beacon,
}

impl Listener {
    /// Listens on an adapter, given as both libraries know it, until the thread ends that this is called on.
    pub async fn start(
        self,
        adapter: Adapter,
        scanner: bluer::Adapter,
        limits: BluetoothLimits,
    ) -> Result<Listening, Failure> {
        let remembered = within(limits.call, "listing known devices", adapter.peripherals()).await?;
        let remembered = remembered.iter().map(|peripheral| peripheral.id()).collect();
        let mut reports = within(limits.call, "listening to the adapter", adapter.events()).await?;
        let mut scan = within(limits.call, "starting to scan", scan(scanner)).await?.boxed();
        let mut ears = Ears { listener: self, adapter, limits, remembered, strengths: HashMap::new() };
        let over = Arc::new(AtomicBool::new(false));
        let tell = over.clone();
        let task = tokio::spawn(async move {
            let scanning = async move { while scan.next().await.is_some() {} };
            let hearing = async {
                while let Some(report) = reports.next().await {
                    if matches!(report, CentralEvent::StateUpdate(CentralState::PoweredOff)) {
                        break;
                    }
                    ears.take(report).await;
                }
            };
            future::select(Box::pin(scanning), Box::pin(hearing)).await;
            tell.store(true, Ordering::SeqCst);
            // The end of a scan brings a burst of reports. Where one comes in just after its stream was dropped,
            // bluez-async 0.9 panics, so the stream stays until its thread ends.
            while reports.next().await.is_some() {}
        });
        Ok(Listening { task, over })
    }

    /// Notes what `address` has advertised just now.
    fn note(&self, address: Address, rssi_dbm: i16, data: HashMap<Uuid, Vec<u8>>) {
        if address == self.own {
            return;
        }
        let at = self.clock.now();
        let mut log = self.log.lock();
        if self.beacon == Beacon::Address(address) {
            return log.beacon_heard(at);
        }
        for (service, data) in data {
            let content = ServiceData { service, data };
            if self.beacon == Beacon::Content(content.clone()) {
                log.beacon_heard(at);
                continue;
            }
            let advert = Advert { address: address.to_string(), rssi_dbm, content };
            log.push(Reading::new(at, LATENESS, advert));
        }
    }
}

/// A listener at work, until its thread ends.
pub(super) struct Listening {
    task: JoinHandle<()>,
    over: Arc<AtomicBool>,
}

impl Listening {
    /// Whether the scan has ended by itself: the adapter was removed, powered off, or stopped by another
    /// program; or BlueZ says so because another program has left that once scanned (seen with 5.66).
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst) || self.task.is_finished()
    }
}

/// A scan that lasts as long as the stream. What it tells of devices is of no use here.
async fn scan(adapter: bluer::Adapter) -> bluer::Result<impl futures::Stream> {
    let filter =
        DiscoveryFilter { transport: DiscoveryTransport::Le, duplicate_data: true, ..Default::default() };
    adapter.set_discovery_filter(filter).await?;
    adapter.discover_devices().await
}

/// A listener at work.
struct Ears {
    listener: Listener,
    adapter: Adapter,
    limits: BluetoothLimits,
    /// Devices that BlueZ knew before: their first report does not count as an advert.
    remembered: HashSet<PeripheralId>,
    /// The last strength of each sender, in dBm.
    strengths: HashMap<PeripheralId, i16>,
}

impl Ears {
    async fn take(&mut self, report: CentralEvent) {
        match report {
            // The first advert of a device comes with the device.
            CentralEvent::DeviceDiscovered(id) if !self.remembered.remove(&id) => self.meet(id).await,
            CentralEvent::RssiUpdate { id, rssi } => {
                self.set_strength(&id, rssi);
                self.hear(&id, HashMap::new()).await;
            }
            CentralEvent::ServiceDataAdvertisement { id, service_data } => self.hear(&id, service_data).await,
            _ => {}
        }
    }

    async fn meet(&mut self, id: PeripheralId) {
        let asking = async { self.adapter.peripheral(&id).await?.properties().await };
        let properties = within(self.limits.call, "asking for an advert", asking).await;
        // A device that is gone again will come back, or was not worth a report.
        let Some(properties) = properties.ok().flatten() else { return };
        if let Some(rssi) = properties.rssi {
            self.set_strength(&id, rssi);
            self.hear(&id, properties.service_data).await;
        }
    }

    fn set_strength(&mut self, id: &PeripheralId, rssi: i16) {
        if self.strengths.len() >= SENDERS && !self.strengths.contains_key(id) {
            self.strengths.clear();
        }
        self.strengths.insert(id.clone(), rssi);
    }

    /// An advert, whose strength may have to be asked for.
    async fn hear(&mut self, id: &PeripheralId, data: HashMap<Uuid, Vec<u8>>) {
        let (Some(address), Some(rssi)) = (address_of(id), self.strength(id).await) else { return };
        self.listener.note(address, rssi, data);
    }

    async fn strength(&self, id: &PeripheralId) -> Option<i16> {
        if let Some(rssi) = self.strengths.get(id) {
            return Some(*rssi);
        }
        let asking = async { self.adapter.peripheral(id).await?.properties().await };
        within(self.limits.call, "asking for a strength", asking).await.ok().flatten()?.rssi
    }
}

/// The address in a device's D-Bus path, such as "hci0/dev_00_11_22_33_44_55".
fn address_of(id: &PeripheralId) -> Option<Address> {
    id.to_string().rsplit_once("dev_")?.1.replace('_', ":").parse().ok()
}
