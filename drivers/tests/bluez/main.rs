//! The Bluetooth drivers, through the real btleplug and bluer, against a simulated bluetoothd on a private bus.

// clippy.toml lets tests unwrap; the helpers that they share are not test functions themselves.
#![allow(clippy::unwrap_used, clippy::panic)]

mod agent;
mod bus;
mod phone;
mod phone_trouble;
mod radio;
mod radio_trouble;
mod sim;
