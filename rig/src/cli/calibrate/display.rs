//! `rig calibrate --display`: learns each device's display from pictures of a code that the board tells or a person
//! types in, as a line for the bench file.

use std::{
    collections::BTreeSet,
    io::{self, BufRead, Write},
    time::Duration,
};

use drivers::{
    Clock, DriverError, ErrorKind,
    board::Answer,
    camera::{Frame, frames_from, learn_display},
    finger::Key,
};

use super::{CliError, MISSING, print_line};
use crate::{
    bench::{self, Bench, DeviceAtBench, DeviceEntry, DeviceKind, SimParams},
    keys::KeyId,
    suite::Needs,
};

/// How long the button is held, and how long a device has until its code shows.
const HOLD: Duration = Duration::from_millis(150);
const ANSWER: Duration = Duration::from_secs(1);
/// Pictures of each code.
const PICTURES: usize = 3;

/// Prints a line for each device of the bench; exit code 4 where one was not learnt.
pub(super) fn displays(bench: &Bench) -> Result<u8, CliError> {
    let mut all = true;
    let mut printed = BTreeSet::new();
    for device in &bench.devices {
        let name = device.name.get_ref();
        if printed.contains(name) {
            continue;
        }
        let failed = |error: DriverError| CliError::Failed(error.to_string());
        let instruments = bench::open(bench, &needs(bench, device), &SimParams::seed(1)).map_err(failed)?;
        for mut opened in instruments.devices {
            let name = opened.entry.name.get_ref().clone();
            let line = match learnt(bench, &mut opened, &*instruments.clock).map_err(failed)? {
                Ok(line) => line,
                Err(why) => format!("{MISSING}the display of {name}: {why}"),
            };
            all &= !line.starts_with(MISSING);
            print_line(&format!("# device {name}\n{line}"))?;
            printed.insert(name);
        }
    }
    Ok(if all { 0 } else { 4 })
}

/// Needs of a scenario that would get every device like this one.
fn needs(bench: &Bench, device: &DeviceEntry) -> Needs {
    let (displays, readers) = match device.kind {
        DeviceKind::CodeDisplay => (bench.devices.len(), 0),
        DeviceKind::AudioReader => (0, bench.devices.len()),
    };
    let (sealed, release) = (device.is_sealed(), device.is_released() && !device.is_sealed());
    Needs { displays, readers, sealed, release, event: device.event_based, ..Needs::default() }
}

/// The device's line, or why its display cannot be learnt.
fn learnt(
    bench: &Bench,
    device: &mut DeviceAtBench,
    clock: &dyn Clock,
) -> drivers::Result<Result<String, String>> {
    prepare(bench, device, clock)?;
    device.finger.press(&[Key::Button], HOLD)?;
    clock.wait_until(clock.now() + ANSWER)?;
    let frames = frames_from(&mut *device.camera.borrow_mut(), clock, clock.now(), PICTURES)?;
    let code = match &device.board {
        Some(board) => match board.borrow_mut().display()?.value {
            Answer::Obeyed(code) => code,
            Answer::Refused(_) => typed(device.entry.name.get_ref())?,
        },
        None => typed(device.entry.name.get_ref())?,
    };
    if code.is_empty() {
        return Ok(Err("no code was typed in".into()));
    }
    let shown: Vec<(Frame, String)> = frames.iter().map(|frame| ((**frame).clone(), code.clone())).collect();
    Ok(learn_display(&shown, Some(device.region)).map(|display| format!("display = {display}")))
}

/// Gives the device a key and the time, where it takes them: without, it shows no code.
fn prepare(bench: &Bench, device: &DeviceAtBench, clock: &dyn Clock) -> drivers::Result<()> {
    let (Some(id), Some(board)) = (&device.entry.key, &device.board) else { return Ok(()) };
    let id: KeyId = id.get_ref().as_str().into();
    let Some(key) = bench.keys.get(&id) else { return Ok(()) };
    let first = device.entry.event_based.then_some(0);
    board.borrow_mut().provision(key.expose(), first)?;
    board.borrow_mut().set_clock(clock.utc()?.unix.as_secs())?;
    Ok(())
}

/// The code that a person reads off the display of `device`, and types in.
fn typed(device: &str) -> drivers::Result<String> {
    let failed =
        |error: io::Error| DriverError::new(drivers::operator::NAME, ErrorKind::NoAnswer, error.to_string());
    let mut terminal = io::stderr();
    write!(terminal, "The code on {device}: ").and_then(|()| terminal.flush()).map_err(failed)?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line).map_err(failed)?;
    Ok(line.trim().to_owned())
}
