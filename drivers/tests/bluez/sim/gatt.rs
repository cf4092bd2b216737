//! The GATT service of a phone's test agent.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

use drivers::phone::gatt::{ANSWER, REQUEST, SERVICE};
use zbus::{Connection, ObjectServer, OwnedVariant, fdo, interface};

use super::{NAME, Refusal, device::Link};

/// The connection's MTU: small, so that every message takes many pieces.
const MTU: u16 = 50;

/// The longest piece: an opcode and a handle come before it.
pub const PIECE: usize = MTU as usize - 3;

/// A phone's reaction to a piece of a request.
pub enum Act {
    /// Notifies of a piece of an answer.
    Notify(Vec<u8>),
    /// Drops the connection.
    Drop,
    /// Loses its adapter.
    UnplugAdapter,
    /// Loses bluetoothd.
    QuitBluetoothd,
}

/// Takes the pieces of requests.
pub type Agent = Box<dyn FnMut(&[u8]) -> Vec<Act> + Send>;

/// Puts the service below a device.
pub(super) async fn serve(server: &ObjectServer, link: &Arc<Link>, agent: Agent) -> zbus::Result<()> {
    let [answer, request, service] = paths(&link.path);
    let notifying = Arc::new(AtomicBool::new(false));
    let agent = Arc::new(Mutex::new(agent));
    let characteristic = |uuid, flag| Characteristic {
        uuid,
        flag,
        link: link.clone(),
        agent: agent.clone(),
        notifying: notifying.clone(),
        value: Mutex::default(),
    };
    server.at(service, Service).await?;
    server.at(request, characteristic(REQUEST, "write")).await?;
    server.at(answer, characteristic(ANSWER, "notify")).await?;
    Ok(())
}

/// The paths of the service's objects, deepest first.
pub(super) fn paths(device: &str) -> [String; 3] {
    ["/service0001/char0004", "/service0001/char0002", "/service0001"].map(|below| format!("{device}{below}"))
}

pub(super) struct Service;

#[interface(name = "org.bluez.GattService1")]
impl Service {
    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        SERVICE.to_string()
    }
    #[zbus(property)]
    fn primary(&self) -> bool {
        true
    }
}

pub(super) struct Characteristic {
    uuid: uuid::Uuid,
    flag: &'static str,
    link: Arc<Link>,
    agent: Arc<Mutex<Agent>>,
    /// Of the answers, shared with the requests.
    notifying: Arc<AtomicBool>,
    value: Mutex<Vec<u8>>,
}

#[interface(name = "org.bluez.GattCharacteristic1")]
impl Characteristic {
    #[zbus(property, name = "UUID")]
    fn uuid(&self) -> String {
        self.uuid.to_string()
    }
    #[zbus(property)]
    fn flags(&self) -> Vec<&str> {
        vec![self.flag]
    }
    #[zbus(property, name = "MTU")]
    fn mtu(&self) -> u16 {
        MTU
    }
    #[zbus(property)]
    fn value(&self) -> Vec<u8> {
        self.value.lock().unwrap().clone()
    }

    /// Takes a piece of a request. The reaction follows after the write was confirmed.
    fn write_value(
        &self,
        value: Vec<u8>,
        _options: HashMap<String, OwnedVariant>,
        #[zbus(connection)] connection: &Connection,
    ) -> Result<(), Refusal> {
        if value.len() > PIECE {
            return Err(Refusal::InvalidAttributeValueLength(format!("{} bytes", value.len())));
        }
        if !self.link.is_connected() {
            return Err(Refusal::NotConnected("Not Connected".into()));
        }
        let acts = (self.agent.lock().unwrap())(&value);
        let (connection, link) = (connection.clone(), self.link.clone());
        let heard = self.notifying.load(SeqCst);
        tokio::spawn(async move {
            for act in acts {
                perform(act, &connection, &link, heard).await.expect("the simulated phone works");
            }
        });
        Ok(())
    }

    fn start_notify(&self) -> fdo::Result<()> {
        self.notifying.store(true, SeqCst);
        Ok(())
    }

    fn stop_notify(&self) {
        self.notifying.store(false, SeqCst);
    }
}

async fn perform(act: Act, connection: &Connection, link: &Link, heard: bool) -> zbus::Result<()> {
    match act {
        Act::Notify(piece) if heard && link.is_connected() => {
            let [answer, ..] = paths(&link.path);
            let characteristic = connection.object_server().interface::<_, Characteristic>(answer).await?;
            let characteristic_now = characteristic.get().await;
            *characteristic_now.value.lock().unwrap() = piece;
            characteristic_now.value_changed(characteristic.signal_emitter()).await
        }
        Act::Notify(_) => Ok(()),
        Act::Drop => link.cut(connection).await,
        Act::UnplugAdapter => link.unplug(connection).await,
        Act::QuitBluetoothd => connection.release_name(NAME).await.map(|_| ()),
    }
}
