//! The simulated bench: the one place where the rig knows that there is a simulator.

use std::{
    borrow::Cow,
    cell::RefCell,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
};

use ::drivers::{
    DriverError, ErrorKind, Result,
    board::BoardLink,
    camera::Camera,
    finger::{Finger, LinkFinger},
    probe::{Probe, ProbeRs},
    registry::{DriverKeys, Via},
    serial::SerialPortLine,
    sms::{AtModem, Modem},
};
use sim::{
    product::{Account, Defects, Issued, Kind, Language, Moving, Profile},
    scene::{Conditions, Face, backs::PLACES},
    sound::RoomConditions,
    world::{BoardSetup, FIRMWARE, Fault, PhoneSetup, Seat, Setup, SimulatedBench},
};

use super::{
    Bench, CameraEntry, ControlEntry, DeviceAtBench, DeviceEntry, DeviceKind, Instruments, OpenSingles,
    Optics, PersonEntry, PhoneAtBench, PhoneEntry, SharedCamera, SimParams, View, ViewEntry,
    cameras::{self, device_cameras, devices_under, label_camera, phone_camera},
    finger_name, firmware, link_name, power_name, probe_name,
};
use crate::{
    bad_input::BadInput,
    suite::{Needs, Single},
};

mod catalogue;
pub(super) mod drivers;
mod phone;

use self::drivers::{BAUD, CameraKeys, PtyLinkKeys, PtyModemKeys, VirtualProbeKeys};
pub use catalogue::{DefectLine, FaultLine, defect_names, defects, faults};

/// Checks what only the simulator understands of a bench: the product's side of the profile.
pub(super) fn check(bench: &Bench) -> std::result::Result<(), BadInput> {
    let wrong = |message: String| BadInput::new(&bench.profile_file, message);
    read_profile(bench).map_err(wrong)?;
    language(bench).map_err(wrong)?;
    room(bench).map_err(wrong)?;
    cameras::one_of_each(bench).map_err(wrong)?;
    match cameras::backs(bench).len() {
        backs if backs > PLACES => Err(wrong(format!("the glass plate has room for {PLACES} devices"))),
        _ => Ok(()),
    }
}

/// The images that the emulated boards run.
pub(super) fn firmware() -> Vec<firmware::Image> {
    FIRMWARE.map(|(name, bytes)| (name.to_owned(), Cow::Borrowed(bytes))).to_vec()
}

/// Where the device at `place` of the bench file lies.
fn seat(bench: &Bench, place: usize) -> Seat {
    let camera = bench.devices[place].view.camera.get_ref();
    Seat {
        camera: device_cameras(bench).iter().position(|name| name == camera).unwrap_or_default(),
        place: devices_under(bench, camera).position(|other| other == place).unwrap_or_default(),
    }
}

/// Opens a world for one scenario, with as much of the bench in it as `needs` asks for.
pub(super) fn open(bench: &Bench, needs: &Needs, given: &SimParams) -> Result<Instruments> {
    let allocation = bench.allocate(needs);
    let world = Rc::new(world(bench, &allocation.devices, given)?);
    let on_bench = allocation.devices.iter().enumerate();
    let under_plate = under_plate(bench, &world, needs).map_err(broken)?;
    let devices = on_bench.map(|(board, &place)| {
        let device = device(bench, &world, board, place, needs)?;
        let back = under_plate.as_ref().zip(device.entry.back.as_ref());
        Ok(DeviceAtBench { back: back.map(|(camera, back)| camera.view(back)), ..device })
    });
    let devices = devices.collect::<Result<_>>()?;
    let over_phones = phone_camera(bench).filter(|_| needs.camera).map(|(camera, control)| Controlled {
        camera: Rc::new(RefCell::new(world.phone_camera(camera.name.get_ref().clone()))),
        control,
    });
    let phones = allocation.phones.into_iter().map(|place| {
        let entry = &bench.phones[place];
        let view = over_phones.as_ref().zip(entry.view.as_ref());
        Ok(PhoneAtBench {
            phone: phone::open(bench, &world, place)?,
            user: entry.user.get_ref().clone(),
            view: view.map(|(camera, view)| camera.view(view)),
        })
    });
    let (inject, of_faults) = (world.faults(), world.clone());
    let faults = move |name: &str, present: bool| match Fault::named(name) {
        Some(fault) if present => inject(fault),
        Some(fault) => of_faults.mend(fault),
        None => {}
    };
    Ok(Instruments {
        clock: world.clock(),
        devices,
        phones: phones.collect::<Result<_>>()?,
        singles: singles(bench, &world, needs)?,
        faults: Some(Box::new(faults)),
        reached: Some(Box::new(move || world.reached())),
    })
}

/// The single instruments of a scenario.
fn singles(bench: &Bench, world: &SimulatedBench, needs: &Needs) -> Result<OpenSingles> {
    let mut open = OpenSingles::default();
    for (kind, name) in bench.singles.named().filter(|(kind, _)| needs.uses(*kind)) {
        let name = name.get_ref().clone();
        match kind {
            Single::Modem => open.modem = Some(modem(bench, world, &name)?),
            Single::Radio => open.radio = Some(Box::new(world.radio(name))),
            Single::Screen => open.screen = Some(Box::new(world.screen(name))),
            Single::Holder => open.holder = Some(Box::new(world.holder(name))),
            Single::Microphone => open.microphone = Some(Box::new(world.microphone(name))),
            Single::Light => {}
        }
    }
    Ok(open)
}

/// The number of the modem's SIM card, if there is a modem.
fn modem_number(bench: &Bench) -> &str {
    bench.singles.modem.as_ref().map_or("", |modem| modem.number.get_ref())
}

fn broken(message: String) -> DriverError {
    DriverError::new("simulated bench", ErrorKind::Unsupported, message)
}

/// A world with the devices at `places` of the bench file in it, and all else.
fn world(bench: &Bench, places: &[usize], given: &SimParams) -> Result<SimulatedBench> {
    let setup = Setup {
        seed: given.seed,
        jitter: given.jitter,
        utc_start: None,
        profile: read_profile(bench).map_err(broken)?,
        language: language(bench).map_err(broken)?,
        defects: Defects::parse(&given.defects).map_err(|error| broken(error.to_string()))?,
        devices: issued(bench)?,
        boards: places.iter().map(|&place| board_setup(bench, place)).collect::<Result<_>>()?,
        cameras: device_cameras(bench).iter().map(|camera| faces(bench, camera)).collect(),
        phones: bench.phones.iter().map(phone_setup).collect(),
        people: bench.people.iter().map(account).collect(),
        bench_key: bench.bench_key.clone(),
        conditions: bench_conditions(bench).map_err(broken)?,
        phone_conditions: phone_conditions(bench).map_err(broken)?,
        camera_rate_hz: phone_camera(bench)
            .and_then(|(camera, _)| camera_keys(bench, camera).rate_hz)
            .map_or(30.0, |rate| rate.get().into()),
        room: room(bench).map_err(broken)?,
        modem_number: modem_number(bench).to_owned(),
        utc_uncertainty: bench.utc_uncertainty,
    };
    SimulatedBench::open(setup).map_err(|error| broken(error.to_string()))
}

/// The displays under one of the cameras over devices: as the bench file describes them.
fn faces(bench: &Bench, camera: &str) -> Vec<Face> {
    let described =
        |place: usize| bench.devices[place].display.clone().map(|display| Face::of(display.into_inner()));
    devices_under(bench, camera).map(|place| described(place).unwrap_or_default()).collect()
}

/// The seed of a world in which nothing happens.
const IDLE: u64 = 1;

/// The bench's light, and how its cameras are opened, in a world with all of its devices.
pub(super) fn optics(bench: &Bench) -> Result<Optics<'_>> {
    let places: Vec<usize> = (0..bench.devices.len()).collect();
    let world = world(bench, &places, &SimParams::seed(IDLE))?;
    let backs = cameras::backs(bench);
    let over_devices = device_cameras(bench);
    let light =
        bench.singles.light.as_ref().map(|light| Box::new(world.light(light.name.get_ref().clone())) as _);
    let clock = world.clock();
    let open = move |entry: &CameraEntry| -> Result<Box<dyn Camera>> {
        let name = entry.name.get_ref();
        let under_plate = label_camera(bench).is_some_and(|(label, _)| label.name.get_ref() == name);
        Ok(match over_devices.iter().position(|over| over == name) {
            Some(place) => Box::new(world.camera(name.clone(), place)),
            None if under_plate => {
                let conditions = conditions_of(bench, entry).map_err(broken)?;
                Box::new(world.label_camera(name.clone(), conditions, &backs))
            }
            None => Box::new(world.phone_camera(name.clone())),
        })
    };
    Ok(Optics { clock, open: Box::new(open), light })
}

fn board_setup(bench: &Bench, place: usize) -> Result<BoardSetup> {
    let entry = &bench.devices[place];
    let factory_key = entry.is_released().then(|| key_in(bench, entry)).transpose()?;
    Ok(BoardSetup {
        seat: seat(bench, place),
        speaks: entry.kind == DeviceKind::AudioReader,
        factory_key,
        serial_number: entry.serial_number.get_ref().clone(),
        chip_id: None,
    })
}

/// The key in a device, from the lab or from its factory.
fn key_in(bench: &Bench, device: &DeviceEntry) -> Result<Vec<u8>> {
    let id = device.key.as_ref().or(device.factory_key.as_ref());
    key(bench, id.map_or("", |id| id.get_ref().as_str()))
}

fn key(bench: &Bench, id: &str) -> Result<Vec<u8>> {
    let key = bench.keys.get(&id.into()).map(|key| key.expose().to_vec());
    key.ok_or_else(|| DriverError::new("simulated bench", ErrorKind::NotFound, format!("no key {id:?}")))
}

/// How noisy the room is.
fn room(bench: &Bench) -> std::result::Result<RoomConditions, String> {
    let microphone = bench.singles.microphone.as_ref().and_then(|one| bench.listed(one.name.get_ref()));
    let named = microphone.and_then(|one| one.settings.value::<String>("room"));
    named.map_or(Ok(RoomConditions::default()), |named| named.parse())
}

fn phone_setup(entry: &PhoneEntry) -> PhoneSetup {
    PhoneSetup { name: entry.name.get_ref().clone(), user: entry.user.get_ref().clone() }
}

fn account(entry: &PersonEntry) -> Account {
    Account {
        user_id: entry.user.get_ref().clone(),
        number: entry.number.get_ref().clone(),
        active_apps: entry.active_apps,
    }
}

fn modem(bench: &Bench, world: &SimulatedBench, name: &str) -> Result<Box<dyn Modem>> {
    let baud = keys::<PtyModemKeys>(bench, name).map_or(BAUD, |keys| keys.baud);
    let line = SerialPortLine::open(name, &world.modem_path(), baud.get(), world.clock())?;
    Ok(Box::new(AtModem::open(name, modem_number(bench), Box::new(line), world.clock())?))
}

fn phone_conditions(bench: &Bench) -> std::result::Result<Conditions, String> {
    phone_camera(bench).map_or(Ok(Conditions::default()), |(camera, _)| conditions_of(bench, camera))
}

fn conditions_of(bench: &Bench, camera: &CameraEntry) -> std::result::Result<Conditions, String> {
    let named = camera_keys(bench, camera).conditions;
    named.map_or(Ok(Conditions::default()), |named| drivers::conditions(named.get_ref()))
}

/// The keys of the camera's driver, which were checked when the bench file was read.
fn camera_keys(bench: &Bench, camera: &CameraEntry) -> CameraKeys {
    keys(bench, camera.name.get_ref()).unwrap_or_default()
}

/// The keys of the driver of `instrument`, which were checked when the bench file was read.
fn keys<D: DriverKeys>(bench: &Bench, instrument: &str) -> Option<D> {
    bench.listed(instrument)?.settings.read().ok()
}

/// A camera with a printed code in its view.
struct Controlled<'b> {
    camera: SharedCamera,
    control: &'b ControlEntry,
}

impl Controlled<'_> {
    fn view(&self, entry: &ViewEntry) -> View {
        let (camera, region) = (self.camera.clone(), *entry.region.get_ref());
        View { camera, region, control: self.control.clone() }
    }
}

/// The camera that sees the backs of devices, if the scenario needs it.
fn under_plate<'b>(
    bench: &'b Bench,
    world: &SimulatedBench,
    needs: &Needs,
) -> std::result::Result<Option<Controlled<'b>>, String> {
    let Some((camera, control)) = label_camera(bench).filter(|_| needs.label) else { return Ok(None) };
    let (name, backs) = (camera.name.get_ref().clone(), cameras::backs(bench));
    let camera = world.label_camera(name, conditions_of(bench, camera)?, &backs);
    Ok(Some(Controlled { camera: Rc::new(RefCell::new(camera)), control }))
}

/// Opens what reaches the device at `place` of the bench file, which the world has as board `board`.
fn device(
    bench: &Bench,
    world: &SimulatedBench,
    board: usize,
    place: usize,
    needs: &Needs,
) -> Result<DeviceAtBench> {
    let entry = &bench.devices[place];
    let name = entry.name.get_ref();
    let link = entry.link.as_ref().map(|_| {
        let (name, port) = (link_name(name), world.serial_path(board));
        let baud = keys::<PtyLinkKeys>(bench, &name).map_or(BAUD, |keys| keys.baud);
        let line = SerialPortLine::open(&name, &port, baud.get(), world.clock())?;
        Ok(Rc::new(RefCell::new(BoardLink::new(name, Box::new(line), world.clock()))))
    });
    let link = link.transpose()?;
    let finger_via = bench.listed(&finger_name(name)).map(|finger| finger.via);
    let finger: Box<dyn Finger> = match (finger_via, &link) {
        (Some(Via::Link), Some(link)) => Box::new(LinkFinger::new(finger_name(name), link.clone())),
        _ => Box::new(world.finger(finger_name(name), board)),
    };
    let probe = entry.probe.as_ref().filter(|_| needs.probe);
    let probe = probe.and_then(|_| keys::<VirtualProbeKeys>(bench, &probe_name(name)));
    let probe: Option<Result<Box<dyn Probe>>> = probe.map(|keys| {
        let opener = world.probe(board);
        let probe = ProbeRs::with_opener(&probe_name(name), &keys.chip, world.clock(), move || Ok(opener()))?;
        Ok(Box::new(probe) as _)
    });
    let probe = probe.transpose()?;
    let power = entry.power.as_ref().filter(|_| needs.power);
    Ok(DeviceAtBench {
        entry: entry.clone(),
        board: link,
        finger,
        camera: Rc::new(RefCell::new(
            world.camera(entry.view.camera.get_ref().clone(), seat(bench, place).camera),
        )),
        region: *entry.view.region.get_ref(),
        reader: entry.reader(),
        back: None,
        probe,
        power: power.map(|_| Box::new(world.power(power_name(name), board)) as _),
    })
}

/// The bench's profile, parsed again only where its text is another one than for the scenario before.
fn read_profile(bench: &Bench) -> std::result::Result<Arc<Profile>, String> {
    static LAST: Mutex<Option<(String, Arc<Profile>)>> = Mutex::new(None);
    let text = std::fs::read_to_string(&bench.profile_file).map_err(|error| error.to_string())?;
    let mut last = LAST.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some((_, profile)) = last.as_ref().filter(|(known, _)| *known == text) {
        return Ok(profile.clone());
    }
    let profile = Arc::new(Profile::parse(&text).map_err(|error| error.to_string())?);
    *last = Some((text, profile.clone()));
    Ok(profile)
}

fn language(bench: &Bench) -> std::result::Result<Language, String> {
    match bench.language.as_str() {
        "en" => Ok(Language::En),
        "da" => Ok(Language::Da),
        other => Err(format!("the reference product does not speak {other:?}; accepted: en, da")),
    }
}

/// The conditions of the one scene: those of the first camera that names some.
fn bench_conditions(bench: &Bench) -> std::result::Result<Conditions, String> {
    let named = bench.cameras.iter().find_map(|camera| camera_keys(bench, camera).conditions);
    named.map_or(Ok(Conditions::default()), |named| drivers::conditions(named.get_ref()))
}

/// Every device that the service knows: those on the bench first, then one of somebody else's.
fn issued(bench: &Bench) -> Result<Vec<Issued>> {
    let on_bench = bench.devices.iter().map(|device| {
        Ok(Issued {
            serial_number: device.serial_number.get_ref().clone(),
            key: key_in(bench, device)?,
            owner: device.owner.get_ref().clone(),
            kind: kind(device.kind),
            moving: if device.event_based { Moving::Event { counter: 0 } } else { Moving::Time },
        })
    });
    let foreign = &bench.serial_numbers;
    let of_somebody_else = || {
        Ok(Issued {
            serial_number: foreign.foreign.clone(),
            key: key(bench, foreign.foreign_key.get_ref())?,
            owner: foreign.foreign_owner.get_ref().clone(),
            kind: Kind::Display,
            moving: Moving::Time,
        })
    };
    on_bench.chain(std::iter::once_with(of_somebody_else)).collect()
}

fn kind(kind: DeviceKind) -> Kind {
    match kind {
        DeviceKind::CodeDisplay => Kind::Display,
        DeviceKind::AudioReader => Kind::Reader,
    }
}
