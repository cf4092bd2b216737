//! A serial port of this machine, through `serialport`.

/// A serial port of this machine.
pub struct SerialPortLine;
