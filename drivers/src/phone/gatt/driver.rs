//! A phone's test agent over Bluetooth LE: packets in frames, in writes and notifications of a GATT service.
//!
//! The rig is the central, through btleplug and BlueZ. A request is written to one characteristic, in pieces
//! that fit the connection's MTU; the answer comes as notifications of another, put together until a frame is
//! whole. A connection lost between two requests is reopened; one lost during a request is an error, since
//! the agent may or may not have obeyed.

use std::time::Duration;

use super::{
    GattAddress,
    connection::{Connection, Heard},
};
use crate::{
    BenchTime, DriverError, ErrorKind, Result, SharedClock,
    bluetooth::{BluetoothLimits, Failure, Tasks},
    phone::Carrier,
};
use link::frame::{self, Decoder, Direction, Item, PHONE_FRAME};

/// Carries packets to a phone's test agent.
pub struct Gatt {
    place: GattAddress,
    limits: BluetoothLimits,
    clock: SharedClock,
    connection: Option<Connection>,
    /// After `connection`, whose end it still drives.
    tasks: Tasks,
    id: u8,
    reconnections: u32,
}

impl Gatt {
    /// Finds the phone of instrument `name`, connects and subscribes. [`ErrorKind::NotFound`] where the adapter
    /// is missing or the phone is out of range, [`ErrorKind::CannotSee`] where the adapter is powered off,
    /// [`ErrorKind::WrongDevice`] where the phone runs no agent, [`ErrorKind::NoAnswer`] where it refuses
    /// connections.
    pub fn open(name: &str, place: GattAddress, limits: BluetoothLimits, clock: SharedClock) -> Result<Self> {
        let tasks = Tasks::new(name, clock.clone());
        let mut gatt = Self { place, limits, clock, connection: None, tasks, id: 0, reconnections: 0 };
        gatt.connect()?;
        Ok(gatt)
    }

    fn connect(&mut self) -> Result<()> {
        let BluetoothLimits { call, find, connect } = self.limits;
        let connecting = Connection::open(self.place.clone(), self.limits);
        self.connection = Some(self.tasks.run(find + connect + 10 * call, connecting)?);
        Ok(())
    }

    /// Ensures a live connection and drops unsolicited data. Asks BlueZ, because its notifications may still
    /// be on their way.
    fn ready(&mut self) -> Result<()> {
        let limits = self.limits;
        if let Some(connection) = &mut self.connection
            && connection.is_quiet()
        {
            let looking = connection.is_up(limits);
            if self.tasks.run(limits.call, looking).unwrap_or(false) {
                return Ok(());
            }
        }
        self.hang_up();
        self.connect()?;
        self.reconnections += 1;
        Ok(())
    }

    /// Disconnects. Errors are ignored: the connection is given up anyway.
    fn hang_up(&mut self) {
        if let Some(connection) = self.connection.take() {
            self.tasks.run(self.limits.call, connection.close(self.limits)).ok();
        }
    }

    fn send(&mut self, id: u8, packet: &[u8], limit: Duration) -> Result<()> {
        // A delimiter comes first: it ends any partial frame at the agent (LINK.md, section 1).
        let mut wire = vec![0; 1 + PHONE_FRAME];
        let length = frame::encode(Direction::Request, id, &Item(packet), &mut wire[1..])
            .map_err(|error| self.error(ErrorKind::Unsupported, error.to_string()))?;
        wire.truncate(1 + length);
        let writing = self.connection()?.write(wire, limit);
        self.tasks.run(limit, writing)
    }

    /// Waits for the frame that answers `id`; empty if none arrived.
    fn receive(&mut self, id: u8, deadline: BenchTime) -> Result<Vec<u8>> {
        let mut decoder = Box::new(Decoder::<PHONE_FRAME>::new());
        let mut answer = Vec::new();
        let clock = self.clock.clone();
        let came = clock.wait(deadline, &mut || {
            while let Some(heard) = self.connection()?.heard() {
                let chunk = match heard {
                    Heard::Chunk(chunk) => chunk,
                    Heard::Dropped => {
                        return Err(self.error(ErrorKind::Unplugged, "the phone dropped the connection"));
                    }
                };
                for byte in chunk {
                    match decoder.push(byte) {
                        Some(frame) if (frame.direction, frame.id) == (Direction::Answer, id) => {
                            answer = frame.body.to_vec();
                            return Ok(true);
                        }
                        _ => {}
                    }
                }
            }
            Ok(false)
        })?;
        if came {
            return Ok(answer);
        }
        match decoder.bad_frames() {
            0 => self.silence(),
            bad => Err(self.error(ErrorKind::Protocol, format!("{bad} broken frames instead of an answer"))),
        }
    }

    /// Silence of the agent is an empty answer; of a phone that is not there any more, an error. BlueZ tells of
    /// neither when its adapter or bluetoothd itself goes.
    fn silence(&mut self) -> Result<Vec<u8>> {
        let limits = self.limits;
        let looking = self.connection()?.is_up(limits);
        match self.tasks.run(limits.call, looking)? {
            true => Ok(Vec::new()),
            false => Err(self.error(ErrorKind::Unplugged, "the phone dropped the connection")),
        }
    }

    fn connection(&mut self) -> Result<&mut Connection> {
        match self.connection {
            Some(ref mut connection) => Ok(connection),
            None => Err(self.tasks.error(Failure::new(ErrorKind::Unplugged, "not connected"))),
        }
    }

    fn error(&self, trouble: ErrorKind, detail: impl Into<String>) -> DriverError {
        self.tasks.error(Failure::new(trouble, detail))
    }
}

impl Carrier for Gatt {
    fn exchange(&mut self, packet: &[u8], limit: Duration) -> Result<Vec<u8>> {
        self.ready()?;
        let deadline = self.clock.now() + limit;
        self.id = self.id.wrapping_add(1);
        let answer = self.send(self.id, packet, limit).and_then(|()| self.receive(self.id, deadline));
        if answer.is_err() {
            self.hang_up();
        }
        answer
    }

    fn recoveries(&self) -> u32 {
        self.reconnections
    }
}

impl Drop for Gatt {
    fn drop(&mut self) {
        self.hang_up();
    }
}
