//! A phone that tells what is asked of it, and that hangs, panics or is gone.

use std::{sync::mpsc, time::Duration};

use drivers::{
    DriverError, ErrorKind, Identity, Instrument, Reading,
    phone::{Phone, Screen},
};

/// A phone's fault.
#[derive(Clone, Copy, PartialEq)]
pub enum Nature {
    /// Blocks until the test lets it go, and works then.
    Hangs,
    /// Panics when asked who it is, before the first step.
    Panics,
    /// Says that it is gone when asked who it is.
    IsGone,
    /// Works, and was lost for a while.
    Recovered,
    /// Works.
    Works,
}

/// A phone that tells what is asked of it.
pub struct BadPhone {
    pub nature: Nature,
    pub let_go: mpsc::Receiver<()>,
    pub asked: mpsc::Sender<&'static str>,
    pub title: &'static str,
}

impl BadPhone {
    fn tell(&self, asked: &'static str) {
        self.asked.send(asked).unwrap();
    }
}

impl Instrument for BadPhone {
    fn name(&self) -> &str {
        "phone-1"
    }
    fn identity(&mut self) -> drivers::Result<Identity> {
        match self.nature {
            Nature::Hangs | Nature::Recovered | Nature::Works => Ok(Identity::default()),
            Nature::Panics => panic!("a driver with a mistake in it"),
            Nature::IsGone => Err(DriverError::new("phone-1", ErrorKind::Unplugged, "gone")),
        }
    }
    fn check(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn make_safe(&mut self) -> drivers::Result<()> {
        self.tell("make_safe");
        Ok(())
    }
    fn recoveries(&self) -> u32 {
        u32::from(self.nature == Nature::Recovered)
    }
}

impl Phone for BadPhone {
    fn screen(&mut self) -> drivers::Result<Reading<Screen>> {
        let buttons = ["Activate MitID", "On this phone"];
        let button = |label: &str| drivers::phone::Button { label: label.into(), enabled: true };
        let buttons = buttons.map(button).to_vec();
        let screen = Screen { title: self.title.into(), buttons, ..Screen::default() };
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, screen))
    }
    fn tap(&mut self, _: &str) -> drivers::Result<bool> {
        self.tell("tap");
        self.title = "How do you want to authenticate with MitID?";
        Ok(true)
    }
    fn enter(&mut self, _: &str, _: &str) -> drivers::Result<bool> {
        Ok(true)
    }
    fn set(&mut self, _: &str, _: bool) -> drivers::Result<bool> {
        Ok(true)
    }
    fn reopen(&mut self) -> drivers::Result<()> {
        self.tell("reopen");
        self.title = "MitID";
        if self.nature == Nature::Hangs {
            self.let_go.recv().unwrap();
        }
        Ok(())
    }
    fn background(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn foreground(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn reinstall(&mut self) -> drivers::Result<()> {
        Ok(())
    }
    fn set_clock(&mut self, _: i64) -> drivers::Result<()> {
        Ok(())
    }
    fn screenshot(&mut self) -> drivers::Result<Reading<bool>> {
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, true))
    }
    fn biometric(&mut self, _: bool) -> drivers::Result<bool> {
        Ok(false)
    }
    fn notify(&mut self, _: &str) -> drivers::Result<()> {
        Ok(())
    }
    fn notifications(&mut self) -> drivers::Result<Reading<Vec<String>>> {
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, Vec::new()))
    }
    fn scanned(&mut self) -> drivers::Result<Reading<Option<String>>> {
        Ok(Reading::new(drivers::BenchTime::ZERO, Duration::ZERO, None))
    }
}
