//! A device in range of an adapter: its adverts, and whether and how it connects.

use std::{
    borrow::Cow,
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
};

use drivers::radio::ServiceData;
use uuid::Uuid;
use zbus::{
    Connection, ObjectServer, Variant,
    fdo::{self, Properties},
    interface,
    names::InterfaceName,
    object_server::SignalEmitter,
};

use super::{
    SimAdapter,
    adapter::{self, State},
    gatt::{self, Agent, Characteristic, Service},
};

/// A phone, before it comes into range.
pub struct Phone {
    /// Its address.
    pub address: &'static str,
    /// The name that it advertises.
    pub name: &'static str,
    /// The services that it advertises.
    pub services: Vec<Uuid>,
    /// How strong it comes in, in dBm; nothing where BlueZ only remembers it.
    pub rssi: Option<i16>,
    /// Its first advert.
    pub data: Option<ServiceData>,
    /// How it connects.
    pub connects: Connects,
    /// The test agent on it, if there is one.
    pub agent: Option<Agent>,
}

impl Default for Phone {
    /// In range, without an agent.
    fn default() -> Self {
        Self {
            address: "AA:BB:CC:DD:EE:01",
            name: "phone",
            services: Vec::new(),
            rssi: Some(-50),
            data: None,
            connects: Connects::AtOnce,
            agent: None,
        }
    }
}

/// How a phone connects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connects {
    /// As it should.
    AtOnce,
    /// Not at all: the call is never answered.
    Never,
    /// It does, but its services are never resolved.
    WithoutServices,
}

/// A phone in range, as tests hold it.
#[derive(Clone)]
pub struct SimPhone {
    adapter: SimAdapter,
    link: Arc<Link>,
    has_agent: bool,
}

/// State shared by a phone's objects.
pub(super) struct Link {
    pub path: String,
    pub adapter: Arc<State>,
    connects: Connects,
    connected: AtomicBool,
    connections: AtomicU32,
    disconnections: AtomicU32,
}

impl Link {
    pub fn is_connected(&self) -> bool {
        self.connected.load(SeqCst)
    }

    /// Ends the connection, by whichever end.
    pub async fn cut(&self, connection: &Connection) -> zbus::Result<()> {
        self.connected.store(false, SeqCst);
        let device = connection.object_server().interface::<_, Device>(self.path.as_str()).await?;
        device.get().await.connected_changed(device.signal_emitter()).await
    }

    /// Pulls the adapter out from under it.
    pub async fn unplug(&self, connection: &Connection) -> zbus::Result<()> {
        adapter::unplug(connection, &self.adapter).await
    }
}

impl SimPhone {
    pub(super) fn appear(adapter: &SimAdapter, phone: Phone) -> Self {
        let link = Arc::new(Link {
            path: format!("{}/dev_{}", adapter.state.path, phone.address.replace(':', "_")),
            adapter: adapter.state.clone(),
            connects: phone.connects,
            connected: false.into(),
            connections: 0.into(),
            disconnections: 0.into(),
        });
        let Phone { address, name, services, rssi, data, agent, .. } = phone;
        let data = data.map(|data| (data.service.to_string(), data.data)).into_iter().collect();
        let advert = Mutex::new(Advert { rssi, data });
        let device = Device { link: link.clone(), address, name, services, advert };
        let has_agent = agent.is_some();
        let server = adapter.bus.connection.object_server();
        adapter.bus.run(async {
            if let Some(agent) = agent {
                gatt::serve(server, &link, agent).await?;
            }
            server.at(link.path.as_str(), device).await
        });
        Self { adapter: adapter.clone(), link, has_agent }
    }

    /// Its objects, deepest first.
    pub(super) fn paths(&self) -> Vec<String> {
        let gatt = self.has_agent.then(|| gatt::paths(&self.link.path));
        gatt.into_iter().flatten().chain([self.link.path.clone()]).collect()
    }

    /// Sends an advert: BlueZ tells of its strength and its data in one signal.
    pub fn advertise(&self, rssi: i16, data: &ServiceData) {
        let data = HashMap::from([(data.service.to_string(), data.data.clone())]);
        let connection = &self.adapter.bus.connection;
        self.adapter.bus.run(async {
            let device = connection.object_server().interface::<_, Device>(self.link.path.as_str()).await?;
            *device.get().await.advert.lock().unwrap() = Advert { rssi: Some(rssi), data: data.clone() };
            let changed =
                HashMap::from([("RSSI", Variant::from(rssi)), ("ServiceData", variants(data).into())]);
            let name = InterfaceName::from_static_str_unchecked("org.bluez.Device1");
            Properties::properties_changed(device.signal_emitter(), name, changed, Cow::Borrowed(&[])).await
        });
    }

    /// Drops the connection.
    pub fn drop_connection(&self) {
        self.adapter.bus.run(self.link.cut(&self.adapter.bus.connection));
    }

    /// Whether it is connected.
    pub fn is_connected(&self) -> bool {
        self.link.is_connected()
    }

    /// Number of connections.
    pub fn connections(&self) -> u32 {
        self.link.connections.load(SeqCst)
    }

    /// Number of disconnections by BlueZ.
    pub fn disconnections(&self) -> u32 {
        self.link.disconnections.load(SeqCst)
    }
}

/// Removes all objects of a phone at `path` from the bus.
pub(super) async fn remove(server: &ObjectServer, path: &str) -> zbus::Result<()> {
    server.remove::<Characteristic, _>(path).await.ok();
    server.remove::<Service, _>(path).await.ok();
    server.remove::<Device, _>(path).await.ok();
    Ok(())
}

struct Advert {
    rssi: Option<i16>,
    data: HashMap<String, Vec<u8>>,
}

fn variants(data: HashMap<String, Vec<u8>>) -> HashMap<String, Variant<'static>> {
    data.into_iter().map(|(service, data)| (service, data.into())).collect()
}

struct Device {
    link: Arc<Link>,
    address: &'static str,
    name: &'static str,
    services: Vec<Uuid>,
    advert: Mutex<Advert>,
}

#[interface(name = "org.bluez.Device1")]
impl Device {
    #[zbus(property)]
    fn address(&self) -> &str {
        self.address
    }
    #[zbus(property)]
    fn address_type(&self) -> &str {
        "random"
    }
    #[zbus(property)]
    fn name(&self) -> &str {
        self.name
    }
    #[zbus(property)]
    fn alias(&self) -> &str {
        self.name
    }
    #[zbus(property)]
    fn paired(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn trusted(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn blocked(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn legacy_pairing(&self) -> bool {
        false
    }
    #[zbus(property)]
    fn connected(&self) -> bool {
        self.link.is_connected()
    }
    #[zbus(property)]
    fn services_resolved(&self) -> bool {
        self.link.is_connected() && self.link.connects != Connects::WithoutServices
    }
    #[zbus(property, name = "UUIDs")]
    fn uuids(&self) -> Vec<String> {
        self.services.iter().map(Uuid::to_string).collect()
    }
    #[zbus(property, name = "RSSI")]
    fn rssi(&self) -> fdo::Result<i16> {
        self.advert.lock().unwrap().rssi.ok_or_else(|| fdo::Error::InvalidArgs("not in range".into()))
    }
    #[zbus(property)]
    fn service_data(&self) -> HashMap<String, Variant<'static>> {
        variants(self.advert.lock().unwrap().data.clone())
    }

    async fn connect(&self, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        if self.link.connects == Connects::Never {
            std::future::pending().await
        }
        self.link.connected.store(true, SeqCst);
        self.link.connections.fetch_add(1, SeqCst);
        self.connected_changed(&emitter).await.ok();
        self.services_resolved_changed(&emitter).await.ok();
    }

    async fn disconnect(&self, #[zbus(signal_emitter)] emitter: SignalEmitter<'_>) {
        self.link.connected.store(false, SeqCst);
        self.link.disconnections.fetch_add(1, SeqCst);
        self.connected_changed(&emitter).await.ok();
    }
}
