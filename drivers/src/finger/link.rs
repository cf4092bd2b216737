//! A press by the link protocol, on a board that has one.

use std::{cell::RefCell, rc::Rc, time::Duration};

use serde::Deserialize;

use crate::{
    DriverError, ErrorKind, Identity, Instrument, Reading, Result,
    board::{Answer, BoardLink},
    finger::{Finger, Key, Press},
    registry::{DriverKeys, Open, Opening, Via},
};

/// A press by link has no keys in a bench file: the link is the device's.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkFingerKeys {}

impl DriverKeys for LinkFingerKeys {
    const NAME: &'static str = "link";
    const VIA: Via = Via::Link;
}

impl Open<dyn Finger> for LinkFingerKeys {
    fn open(self, at: Opening<'_, dyn Finger>) -> Result<Box<dyn Finger>> {
        let board = at.with.board.ok_or_else(|| {
            let detail = "the device has no link to press it by";
            DriverError::new(at.name, ErrorKind::Unsupported, detail)
        })?;
        Ok(Box::new(LinkFinger::new(at.name, board.clone())))
    }
}

/// Presses by asking the board to act as if its button were pressed.
pub struct LinkFinger {
    name: String,
    board: Rc<RefCell<BoardLink>>,
}

impl LinkFinger {
    /// A finger on the button of `board`, which others may share.
    pub fn new(name: impl Into<String>, board: Rc<RefCell<BoardLink>>) -> Self {
        Self { name: name.into(), board }
    }

    fn presses(&self) -> Result<u32> {
        let counters = self.board.borrow_mut().counters()?.value;
        self.obeyed("Counters", counters).map(|counters| counters.presses)
    }

    fn obeyed<T>(&self, request: &str, answer: Answer<T>) -> Result<T> {
        match answer {
            Answer::Obeyed(value) => Ok(value),
            Answer::Refused(reason) => {
                let detail = format!("the board refuses {request}: {reason:?}");
                Err(DriverError::new(&self.name, ErrorKind::Unsupported, detail))
            }
        }
    }
}

impl Finger for LinkFinger {
    /// A press by link has no length: `hold` is ignored, and the button is released at once. Contact is
    /// sensed by the board's own counter, which must increase by one.
    fn press(&mut self, keys: &[Key], _hold: Duration) -> Result<Reading<Press>> {
        if keys != [Key::Button] {
            let detail = "the link protocol presses the button only";
            return Err(DriverError::new(&self.name, ErrorKind::Unsupported, detail));
        }
        let before = self.presses()?;
        let pressed = self.board.borrow_mut().press()?;
        self.obeyed("Press", pressed.value)?;
        let contact = self.presses()? == before.wrapping_add(1);
        Ok(Reading {
            at: pressed.at,
            uncertainty: pressed.uncertainty,
            value: Press { contact, released: pressed.at, released_uncertainty: pressed.uncertainty },
            raw: pressed.raw,
        })
    }
}

impl Instrument for LinkFinger {
    fn name(&self) -> &str {
        &self.name
    }

    fn identity(&mut self) -> Result<Identity> {
        self.board.borrow_mut().identity()
    }

    fn check(&mut self) -> Result<()> {
        self.board.borrow_mut().check()
    }

    /// Nothing is held down between calls.
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}
