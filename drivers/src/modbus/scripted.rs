//! A module at a scripted line.

use std::{cell::RefCell, rc::Rc, time::Duration};

use crate::{BenchTime, SharedClock, testing::ScriptedLine};

/// A frame with its checksum (Serial Line V1.02, 6.2.2), by another way than the driver's library has it.
pub(crate) fn frame(bytes: &[u8]) -> Vec<u8> {
    let mut sum = 0xffff_u16;
    for byte in bytes {
        sum ^= u16::from(*byte);
        for _ in 0..8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0xa001 } else { sum >> 1 };
        }
    }
    [bytes, &sum.to_le_bytes()].concat()
}

/// A module with address 1: eight coils, inputs that follow them, and a register for each that counts how often it closed.
pub(crate) struct Bench {
    /// Whether the module has power; an adapter that echoes has it always.
    pub present: bool,
    /// Whether the adapter echoes.
    pub echo: bool,
    pub coils: [bool; 8],
    /// When each coil was set as it is.
    pub since: [BenchTime; 8],
    /// How long after its coil an input follows; `None` where nothing touches.
    pub travel: Option<Duration>,
    /// How often each input has closed.
    pub closed: [u16; 8],
}

impl Default for Bench {
    fn default() -> Self {
        let (present, echo, travel) = (true, false, Some(Duration::ZERO));
        Self { present, echo, coils: [false; 8], since: [BenchTime::ZERO; 8], travel, closed: [0; 8] }
    }
}

impl Bench {
    /// Frames that come back for the request `asked` at `now`.
    pub fn answers(&mut self, asked: &[u8], now: BenchTime) -> Vec<Vec<u8>> {
        let echo = self.echo.then(|| asked.to_vec());
        let answer = self.present.then(|| self.answer(asked, now)).flatten();
        echo.into_iter().chain(answer).collect()
    }

    fn answer(&mut self, asked: &[u8], now: BenchTime) -> Option<Vec<u8>> {
        let (body, _) = asked.split_at_checked(6).filter(|(body, _)| frame(body) == asked && body[0] == 1)?;
        let (place, value) = (u16::from_be_bytes([body[2], body[3]]), u16::from_be_bytes([body[4], body[5]]));
        let place = usize::from(place);
        if place >= self.coils.len() {
            return Some(frame(&[1, body[1] | 0x80, 2]));
        }
        Some(match body[1] {
            1 => frame(&[1, 1, 1, self.coils[place].into()]),
            2 => frame(&[1, 2, 1, self.is_closed(place, now).into()]),
            4 => {
                let [high, low] = (self.closed[place] + u16::from(self.is_closed(place, now))).to_be_bytes();
                frame(&[1, 4, 2, high, low])
            }
            5 => {
                let on = value == 0xff00;
                if self.coils[place] != on {
                    self.closed[place] += u16::from(self.coils[place] && self.travel.is_some());
                    (self.coils[place], self.since[place]) = (on, now);
                }
                asked.to_vec()
            }
            function => frame(&[1, function | 0x80, 1]),
        })
    }

    fn is_closed(&self, place: usize, now: BenchTime) -> bool {
        self.travel.is_some_and(|travel| {
            let moved = now.since(self.since[place]) >= travel;
            self.coils[place] == moved && (moved || self.since[place] > BenchTime::ZERO)
        })
    }
}

/// A line to `bench` that takes a millisecond for each frame.
pub(crate) fn line(clock: SharedClock, bench: Rc<RefCell<Bench>>) -> ScriptedLine {
    ScriptedLine::new(clock, move |asked, now| {
        let frames = bench.borrow_mut().answers(asked, now);
        frames.into_iter().zip(1..).map(|(frame, number)| (Duration::from_millis(number), frame)).collect()
    })
}
