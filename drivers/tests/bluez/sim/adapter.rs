//! An adapter: scanning, power, and the adverts that programs put on the air.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use drivers::radio::ServiceData;
use zbus::{
    Connection, OwnedObjectPath, OwnedVariant, fdo, interface, message::Header, object_server::SignalEmitter,
};

use super::{
    Bus, Refusal,
    device::{Phone, SimPhone},
};

/// An adapter, as tests hold it.
#[derive(Clone)]
pub struct SimAdapter {
    pub(super) bus: Bus,
    pub(super) state: Arc<State>,
}

/// State shared by an adapter's objects.
pub(super) struct State {
    pub path: String,
    address: String,
    powered: AtomicBool,
    /// Who scans, by their names on the bus.
    scans: Mutex<BTreeSet<String>>,
    /// The last discovery filter, by key, as text.
    filter: Mutex<BTreeMap<String, String>>,
    /// Adverts on the air, by the program's name on the bus and the path of its object that describes them.
    on_air: Mutex<BTreeMap<(String, String), ServiceData>>,
    /// Paths of the objects below, deepest first.
    children: Mutex<Vec<String>>,
}

impl State {
    /// Ends what a program has begun.
    pub fn forget(&self, program: &str) {
        self.scans.lock().unwrap().remove(program);
        self.on_air.lock().unwrap().retain(|(owner, _), _| owner != program);
    }
}

impl SimAdapter {
    pub(super) fn plug_in(bus: Bus, hci: &str, address: &str) -> Self {
        let state = Arc::new(State {
            path: format!("/org/bluez/{hci}"),
            address: address.into(),
            powered: true.into(),
            scans: Mutex::default(),
            filter: Mutex::default(),
            on_air: Mutex::default(),
            children: Mutex::default(),
        });
        let adapter = Self { bus, state };
        let server = adapter.bus.connection.object_server();
        adapter.bus.run(async {
            let path = adapter.state.path.as_str();
            server.at(path, Advertising(adapter.state.clone())).await?;
            server.at(path, Adapter(adapter.state.clone())).await
        });
        adapter
    }

    /// Brings a phone into range of this adapter, which tells of it as of a new device.
    pub fn phone(&self, phone: Phone) -> SimPhone {
        let phone = SimPhone::appear(self, phone);
        self.state.children.lock().unwrap().splice(0..0, phone.paths());
        phone
    }

    /// Switches it on or off. Off ends all scans.
    pub fn power(&self, on: bool) {
        self.state.powered.store(on, SeqCst);
        if !on {
            self.state.scans.lock().unwrap().clear();
        }
        let server = self.bus.connection.object_server();
        self.bus.run(async {
            let adapter = server.interface::<_, Adapter>(self.state.path.as_str()).await?;
            let emitter = adapter.signal_emitter();
            adapter.get().await.powered_changed(emitter).await?;
            if !on {
                adapter.get().await.discovering_changed(emitter).await?;
            }
            Ok(())
        });
    }

    /// Ends all scans, of every program.
    pub fn stop_scanning(&self) {
        self.state.scans.lock().unwrap().clear();
        let server = self.bus.connection.object_server();
        self.bus.run(async {
            let adapter = server.interface::<_, Adapter>(self.state.path.as_str()).await?;
            adapter.get().await.discovering_changed(adapter.signal_emitter()).await
        });
    }

    /// Whether it is on.
    pub fn is_powered(&self) -> bool {
        self.state.powered.load(SeqCst)
    }

    /// Whether any program scans.
    pub fn is_scanning(&self) -> bool {
        !self.state.scans.lock().unwrap().is_empty()
    }

    /// The last discovery filter, by key, as text.
    pub fn filter(&self) -> BTreeMap<String, String> {
        self.state.filter.lock().unwrap().clone()
    }

    /// Adverts on the air.
    pub fn on_air(&self) -> Vec<ServiceData> {
        self.state.on_air.lock().unwrap().values().cloned().collect()
    }

    /// Pulls it out, with everything below it.
    pub fn unplug(&self) {
        self.bus.run(unplug(&self.bus.connection, &self.state));
    }
}

/// Takes an adapter and everything below it off the bus.
pub(super) async fn unplug(connection: &Connection, state: &State) -> zbus::Result<()> {
    let server = connection.object_server();
    let children: Vec<_> = state.children.lock().unwrap().drain(..).collect();
    for path in children {
        super::device::remove(server, &path).await?;
    }
    server.remove::<Advertising, _>(state.path.as_str()).await?;
    server.remove::<Adapter, _>(state.path.as_str()).await?;
    Ok(())
}

struct Adapter(Arc<State>);

#[interface(name = "org.bluez.Adapter1")]
impl Adapter {
    #[zbus(property)]
    fn address(&self) -> String {
        self.0.address.clone()
    }
    #[zbus(property)]
    fn address_type(&self) -> &str {
        "public"
    }
    #[zbus(property)]
    fn name(&self) -> &str {
        "simulated"
    }
    #[zbus(property)]
    fn alias(&self) -> &str {
        "simulated"
    }
    #[zbus(property)]
    fn modalias(&self) -> &str {
        "usb:v1D6Bp0246d0552"
    }
    #[zbus(property)]
    fn powered(&self) -> bool {
        self.0.powered.load(SeqCst)
    }
    #[zbus(property)]
    fn set_powered(&self, on: bool) {
        self.0.powered.store(on, SeqCst);
    }
    #[zbus(property)]
    fn discovering(&self) -> bool {
        !self.0.scans.lock().unwrap().is_empty()
    }
    fn set_discovery_filter(&self, filter: HashMap<String, OwnedVariant>) {
        *self.0.filter.lock().unwrap() =
            filter.into_iter().map(|(key, value)| (key, format!("{:?}", *value))).collect();
    }
    async fn start_discovery(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        self.0.scans.lock().unwrap().insert(caller(&header));
        self.discovering_changed(&emitter).await.ok();
    }
    async fn stop_discovery(
        &self,
        #[zbus(header)] header: Header<'_>,
        #[zbus(signal_emitter)] emitter: SignalEmitter<'_>,
    ) {
        self.0.scans.lock().unwrap().remove(&caller(&header));
        self.discovering_changed(&emitter).await.ok();
    }
}

/// Who calls, by its name on the bus.
fn caller(header: &Header<'_>) -> String {
    header.sender().map(ToString::to_string).unwrap_or_default()
}

struct Advertising(Arc<State>);

#[interface(name = "org.bluez.LEAdvertisingManager1")]
impl Advertising {
    #[zbus(property)]
    fn active_instances(&self) -> u8 {
        self.0.on_air.lock().unwrap().len() as u8
    }
    #[zbus(property)]
    fn supported_instances(&self) -> u8 {
        5 - self.active_instances()
    }
    #[zbus(property)]
    fn supported_includes(&self) -> Vec<String> {
        Vec::new()
    }

    /// Reads what is to be advertised from the object that the caller has put there.
    async fn register_advertisement(
        &self,
        advert: OwnedObjectPath,
        _options: HashMap<String, OwnedVariant>,
        #[zbus(header)] header: Header<'_>,
        #[zbus(connection)] connection: &Connection,
    ) -> fdo::Result<()> {
        let properties = connection
            .call_method(
                header.sender(),
                &advert,
                Some("org.freedesktop.DBus.Properties"),
                "GetAll",
                &"org.bluez.LEAdvertisement1",
            )
            .await?;
        let mut properties: HashMap<String, OwnedVariant> = properties.body().deserialize()?;
        let data =
            properties.remove("ServiceData").ok_or_else(|| fdo::Error::Failed("no service data".into()))?;
        let data: HashMap<String, OwnedVariant> = data.try_into()?;
        let (service, data) =
            data.into_iter().next().ok_or_else(|| fdo::Error::Failed("empty service data".into()))?;
        let service = service.parse().map_err(|_| fdo::Error::Failed("no UUID".into()))?;
        let content = ServiceData { service, data: data.try_into()? };
        self.0.on_air.lock().unwrap().insert((caller(&header), advert.to_string()), content);
        Ok(())
    }

    fn unregister_advertisement(
        &self,
        advert: OwnedObjectPath,
        #[zbus(header)] header: Header<'_>,
    ) -> Result<(), Refusal> {
        match self.0.on_air.lock().unwrap().remove(&(caller(&header), advert.to_string())) {
            Some(_) => Ok(()),
            None => Err(Refusal::DoesNotExist(advert.to_string())),
        }
    }
}
