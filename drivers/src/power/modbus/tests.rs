use std::{cell::RefCell, rc::Rc, sync::Arc};

use super::*;
use crate::{
    ErrorKind,
    modbus::scripted::{Bench, frame, line},
    power::contract,
    testing::{FakeClock, ScriptedLine},
};

const FIRST: Coil = Coil { unit: 1, address: 0, contact: Contact::NormallyClosed };

fn clock() -> SharedClock {
    Arc::new(FakeClock::default())
}

fn relay(line: ScriptedLine, contact: Contact, clock: SharedClock) -> ModbusRelay {
    ModbusRelay {
        module: Module::new("supply", Box::new(line), 115_200, 1, clock),
        coil: Coil { contact, ..FIRST },
    }
}

#[test]
fn keeps_the_contract_with_either_contact_with_and_without_echo() {
    for contact in [Contact::NormallyClosed, Contact::NormallyOpen] {
        for echo in [false, true] {
            let (bench, clock) = (Rc::new(RefCell::new(Bench { echo, ..Bench::default() })), clock());
            let is_on = || bench.borrow().coils[0] == (contact == Contact::NormallyOpen);
            let mut relay = relay(line(clock.clone(), bench.clone()), contact, clock.clone());
            contract::keeps(&mut relay, &clock, &is_on);
        }
    }
}

/// Frames that makers of relay modules print in their manuals: a module with address 1, and its first coil.
#[test]
fn frames_are_those_that_manuals_print() {
    let sent: Rc<RefCell<Vec<Vec<u8>>>> = Rc::default();
    let (there, clock) = (sent.clone(), clock());
    let line = ScriptedLine::new(clock.clone(), move |asked, _| {
        there.borrow_mut().push(asked.to_vec());
        let answer = if asked[1] == 1 { vec![0x01, 0x01, 0x01, 0x00, 0x51, 0x88] } else { asked.to_vec() };
        vec![(Duration::from_millis(1), answer)]
    });
    let mut relay = relay(line, Contact::NormallyClosed, clock);
    relay.check().unwrap();
    relay.switch(false).unwrap();
    relay.switch(true).unwrap();
    assert_eq!(
        *sent.borrow(),
        [
            [0x01, 0x01, 0x00, 0x00, 0x00, 0x01, 0xfd, 0xca],
            [0x01, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8c, 0x3a],
            [0x01, 0x05, 0x00, 0x00, 0x00, 0x00, 0xcd, 0xca],
        ]
    );
}

#[test]
fn silence_exceptions_and_nonsense_are_told_apart() {
    let on = frame(&[1, 5, 0, 0, 0xff, 0]);
    let broken = [&on[..7], &[0]].concat();
    for (answer, trouble, words) in [
        (vec![], ErrorKind::NoAnswer, "address 1 does not answer within 500ms"),
        (vec![0x01, 0x85, 0x02, 0xc3, 0x51], ErrorKind::Protocol, "coil 0: MODBUS ERROR CODE 02"),
        (broken, ErrorKind::Protocol, "coil 0: no answer, but 01050000ff008c00"),
        (frame(&[2, 5, 0, 0, 0, 0]), ErrorKind::Protocol, "coil 0: no answer"),
        (on.clone(), ErrorKind::Protocol, "coil 0: no answer"),
        (on[..5].to_vec(), ErrorKind::Protocol, "coil 0: no answer"),
    ] {
        let clock = clock();
        let line = ScriptedLine::new(clock.clone(), move |asked, _| {
            let answer = if asked[1] == 1 { frame(&[1, 1, 1, 0]) } else { answer.clone() };
            vec![(Duration::from_millis(1), answer)]
        });
        // With this contact, power means the coil off, so ON is the wrong answer.
        let error = relay(line, Contact::NormallyClosed, clock).switch(true).unwrap_err();
        assert_eq!((error.instrument.as_str(), error.trouble), ("supply", trouble), "{error}");
        assert!(error.detail.contains(words), "{error}");
    }
}
