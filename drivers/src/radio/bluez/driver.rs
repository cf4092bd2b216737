//! A Bluetooth adapter of this machine as a radio: listens through btleplug, advertises through bluer.

use std::{collections::BTreeMap, time::Duration};

use bluer::adv::{Advertisement, AdvertisementHandle};
use btleplug::api::Central;

use super::{
    BlueZSettings,
    listen::{Listener, Listening, SharedLog},
};
use crate::{
    BenchTime, DriverError, ErrorKind, Identity, Instrument, Reading, Result, SharedClock,
    bluetooth::{BluetoothLimits, Failure, Tasks, find_adapter, needs_power, within},
    radio::{Advert, Radio, ServiceData},
};

/// How often a registered advert is sent: the shortest interval, so that phones hear it soon.
const INTERVAL: Duration = Duration::from_millis(100);

/// How often BlueZ is asked whether an advert has ended.
const POLL: Duration = Duration::from_millis(10);

/// A Bluetooth adapter of this machine, through BlueZ.
pub struct BlueZ {
    settings: BlueZSettings,
    limits: BluetoothLimits,
    clock: SharedClock,
    log: SharedLog,
    /// `None` after trouble: the next call starts afresh.
    station: Option<Station>,
    /// After `station`, whose end it still drives.
    tasks: Tasks,
}

/// An adapter that listens.
struct Station {
    adapter: bluer::Adapter,
    listening: Listening,
    since: BenchTime,
    broadcast: Option<Broadcast>,
}

/// An advert on the air.
struct Broadcast {
    /// Ends it when dropped.
    handle: AdvertisementHandle,
    /// How many adverts the adapter had then, of all programs.
    instances: u8,
}

impl BlueZ {
    /// Listens from now on, as instrument `name`. [`ErrorKind::NotFound`] where the adapter is missing,
    /// [`ErrorKind::CannotSee`] where it is powered off.
    pub fn open(
        name: &str,
        settings: BlueZSettings,
        limits: BluetoothLimits,
        clock: SharedClock,
    ) -> Result<Self> {
        let tasks = Tasks::new(name, clock.clone());
        let log = SharedLog::default();
        let mut radio = Self { settings, limits, clock, log, station: None, tasks };
        radio.start()?;
        Ok(radio)
    }

    fn start(&mut self) -> Result<()> {
        let listener = Listener {
            log: self.log.clone(),
            clock: self.clock.clone(),
            own: self.settings.adapter,
            beacon: self.settings.beacon.clone(),
        };
        let (address, limits) = (self.settings.adapter, self.limits);
        let starting = async move {
            let adapter = find_adapter(address, limits).await?;
            needs_power(&adapter, limits).await?;
            let name = within(limits.call, "asking the adapter for its name", adapter.adapter_info()).await?;
            let name = name.split(' ').next().unwrap_or_default().to_owned();
            let session = within(limits.call, "opening a session", bluer::Session::new()).await?;
            let bluer = session.adapter(&name)?;
            let listening = listener.start(adapter, bluer.clone(), limits).await?;
            Ok((bluer, listening))
        };
        let (adapter, listening) = self.tasks.run(10 * limits.call, starting)?;
        self.station = Some(Station { adapter, listening, since: self.clock.now(), broadcast: None });
        Ok(())
    }

    /// The adapter, once it is known to be present, powered and listening. An error is reported once; the
    /// next call starts afresh.
    fn station(&mut self) -> Result<&mut Station> {
        if let Some(station) = &self.station {
            let adapter = station.adapter.clone();
            let asking = within(self.limits.call, "asking the adapter for its state", async move {
                adapter.is_powered().await
            });
            let powered = self.tasks.run(self.limits.call, asking);
            if powered != Ok(true) || station.listening.is_over() {
                self.stop();
            }
            if !powered? {
                return Err(self.error(ErrorKind::CannotSee, "the Bluetooth adapter is powered off"));
            }
        }
        if self.station.is_none() {
            self.start()?;
            self.log.lock().was_deaf(self.clock.now());
        }
        match &mut self.station {
            Some(station) => Ok(station),
            None => Err(self.tasks.error(Failure::new(ErrorKind::Unplugged, "the radio does not listen"))),
        }
    }

    fn stop(&mut self) {
        self.station = None;
        self.tasks.end();
    }

    /// Takes this radio's advert off the air, and waits until BlueZ says so.
    fn silence(&mut self) -> Result<()> {
        let Some(station) = &mut self.station else { return Ok(()) };
        let Some(Broadcast { handle, instances }) = station.broadcast.take() else { return Ok(()) };
        let adapter = station.adapter.clone();
        let ending = within(self.limits.call, "ending an advert", async move {
            drop(handle);
            while adapter.active_advertising_instances().await? >= instances {
                tokio::time::sleep(POLL).await;
            }
            Ok::<_, bluer::Error>(())
        });
        self.tasks.run(self.limits.call, ending)
    }

    fn error(&self, trouble: ErrorKind, detail: impl Into<String>) -> DriverError {
        self.tasks.error(Failure::new(trouble, detail))
    }
}

impl Instrument for BlueZ {
    fn name(&self) -> &str {
        self.tasks.instrument()
    }

    fn identity(&mut self) -> Result<Identity> {
        let adapter = self.station()?.adapter.clone();
        let hci = adapter.name().to_owned();
        let limits = self.limits;
        let asking = within(limits.call, "asking the adapter who it is", async move {
            let instances = adapter.supported_advertising_instances().await?;
            Ok::<_, bluer::Error>((adapter.system_name().await?, instances))
        });
        let (system, instances) = self.tasks.run(limits.call, asking)?;
        let detail = BTreeMap::from([
            ("interface".into(), hci),
            ("free advertising instances".into(), instances.to_string()),
        ]);
        let model = format!("Bluetooth adapter of {system}");
        Ok(Identity { driver: "BlueZ".into(), model, serial: self.settings.adapter.to_string(), detail })
    }

    fn check(&mut self) -> Result<()> {
        let since = self.station()?.since;
        let within = self.settings.beacon_within;
        let log = self.log.clone();
        // A radio that has only just begun to listen is given its time.
        let heard = |earliest: BenchTime| log.lock().beacon().is_some_and(|at| at >= earliest);
        let now = self.clock.now();
        if self.clock.wait(since + within, &mut || Ok(heard(now - within)))? {
            return Ok(());
        }
        // Should bluetoothd have forgotten the scan, the next call starts it again.
        self.stop();
        Err(self.error(ErrorKind::CannotSee, format!("the beacon was not heard for {within:?}")))
    }

    fn make_safe(&mut self) -> Result<()> {
        self.silence()
    }
}

impl Radio for BlueZ {
    fn heard(&mut self, from: BenchTime) -> Result<Vec<Reading<Advert>>> {
        self.station()?;
        let heard = self.log.lock().since(from);
        heard.map_err(|complete_from| {
            let detail =
                format!("asked for adverts from {from} on, but only those from {complete_from} on are known");
            self.error(ErrorKind::CannotSee, detail)
        })
    }

    fn advertise(&mut self, content: Option<&ServiceData>) -> Result<()> {
        self.silence()?;
        let Some(content) = content else { return Ok(()) };
        let adapter = self.station()?.adapter.clone();
        let advertisement = Advertisement {
            advertisement_type: bluer::adv::Type::Broadcast,
            service_data: BTreeMap::from([(content.service, content.data.clone())]),
            min_interval: Some(INTERVAL),
            max_interval: Some(INTERVAL),
            ..Advertisement::default()
        };
        let starting = within(self.limits.call, "starting an advert", async move {
            let handle = adapter.advertise(advertisement).await?;
            Ok::<_, bluer::Error>(Broadcast {
                handle,
                instances: adapter.active_advertising_instances().await?,
            })
        });
        let broadcast = self.tasks.run(self.limits.call, starting)?;
        self.station()?.broadcast = Some(broadcast);
        Ok(())
    }
}

impl Drop for BlueZ {
    /// Where the advert cannot be ended properly, it ends with this program's connection to D-Bus.
    fn drop(&mut self) {
        self.silence().ok();
    }
}
