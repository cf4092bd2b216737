use std::{cell::RefCell, collections::VecDeque, rc::Rc, sync::Arc};

use proptest::prelude::*;

use super::*;
use crate::{clock::RealClock, power::contract};

/// Frames that makers of relay modules print in their manuals: a module with address 1, and its first coil.
const ON: [u8; 8] = [0x01, 0x05, 0x00, 0x00, 0xff, 0x00, 0x8c, 0x3a];
const OFF: [u8; 8] = [0x01, 0x05, 0x00, 0x00, 0x00, 0x00, 0xcd, 0xca];
const READ: [u8; 8] = [0x01, 0x01, 0x00, 0x00, 0x00, 0x01, 0xfd, 0xca];
const IS_OFF: [u8; 6] = [0x01, 0x01, 0x01, 0x00, 0x51, 0x88];
const IS_ON: [u8; 6] = [0x01, 0x01, 0x01, 0x01, 0x90, 0x48];
/// "Illegal data address", to a request to write.
const NO_SUCH_COIL: [u8; 5] = [0x01, 0x85, 0x02, 0xc3, 0x51];

const FIRST: Coil = Coil { unit: 1, address: 0, contact: Contact::NormallyClosed };

/// What is wrong with a module's line.
#[derive(Clone)]
enum Nature {
    Works,
    Silent,
    Says(Vec<u8>),
}

/// A module at a line that takes no time.
#[derive(Clone)]
struct Module {
    nature: Nature,
    energised: Rc<RefCell<bool>>,
    answer: Rc<RefCell<VecDeque<u8>>>,
}

impl Module {
    fn new(nature: Nature) -> Self {
        Self { nature, energised: Rc::default(), answer: Rc::default() }
    }

    fn relay(&self, contact: Contact) -> ModbusRelay {
        ModbusRelay::new("supply", Box::new(self.clone()), 115_200, Coil { contact, ..FIRST }, clock())
    }
}

fn clock() -> SharedClock {
    Arc::new(RealClock::new(Duration::ZERO))
}

impl Instrument for Module {
    fn name(&self) -> &str {
        "supply"
    }
    fn identity(&mut self) -> Result<Identity> {
        Ok(Identity { driver: "test".into(), model: "line".into(), ..Identity::default() })
    }
    fn check(&mut self) -> Result<()> {
        Ok(())
    }
    fn make_safe(&mut self) -> Result<()> {
        Ok(())
    }
}

impl SerialLine for Module {
    fn write(&mut self, bytes: &[u8], _: BenchTime) -> Result<()> {
        let answer = match (&self.nature, <[u8; 8]>::try_from(bytes).expect("a request has eight bytes")) {
            (Nature::Silent, _) => Vec::new(),
            (Nature::Says(bytes), _) => bytes.clone(),
            (Nature::Works, asked @ (ON | OFF)) => {
                *self.energised.borrow_mut() = asked == ON;
                asked.to_vec()
            }
            (Nature::Works, READ) => if *self.energised.borrow() { IS_ON } else { IS_OFF }.to_vec(),
            (Nature::Works, other) => panic!("no request that a manual prints: {other:02x?}"),
        };
        self.answer.borrow_mut().extend(answer);
        Ok(())
    }

    /// Byte by byte, as slow lines bring them.
    fn read(&mut self, deadline: BenchTime) -> Result<Reading<Vec<u8>>> {
        let byte = self.answer.borrow_mut().pop_front();
        Ok(Reading::new(deadline, Duration::ZERO, byte.into_iter().collect()))
    }

    fn discard_input(&mut self) -> Result<()> {
        self.answer.borrow_mut().clear();
        Ok(())
    }
}

#[test]
fn keeps_the_contract_with_either_contact_in_frames_that_manuals_print() {
    for contact in [Contact::NormallyClosed, Contact::NormallyOpen] {
        let module = Module::new(Nature::Works);
        let is_on = || *module.energised.borrow() == (contact == Contact::NormallyOpen);
        contract::keeps(&mut module.relay(contact), &clock(), &is_on);
    }
}

#[test]
fn silence_exceptions_and_nonsense_are_told_apart() {
    let broken = [&ON[..7], &[0]].concat();
    let of_another = [0x02, 0x05, 0x00, 0x00, 0x00, 0x00, 0xcd, 0xf9];
    for (nature, trouble, words) in [
        (Nature::Silent, Trouble::NoAnswer, "address 1 does not answer within 500ms"),
        (Nature::Says(NO_SUCH_COIL.into()), Trouble::Protocol, "coil 0: "),
        (Nature::Says(broken), Trouble::Protocol, "coil 0: "),
        (Nature::Says(of_another.into()), Trouble::Protocol, "coil 0: "),
        (Nature::Says(ON.into()), Trouble::Protocol, "coil 0: "),
        (Nature::Says(ON[..5].into()), Trouble::NoAnswer, "does not answer"),
    ] {
        // To have power by this contact is to have the coil off, which ON is no answer to.
        let error = Module::new(nature).relay(Contact::NormallyClosed).switch(true).unwrap_err();
        assert_eq!((error.instrument.as_str(), error.trouble), ("supply", trouble), "{error}");
        assert!(error.detail.contains(words), "{error}");
    }
}

#[test]
fn the_silence_between_frames_is_longer_on_slow_lines() {
    assert_eq!(silence(1_200).as_micros(), 32_083);
    assert_eq!(silence(9_600).as_micros(), 4_010);
    assert_eq!(silence(115_200), LEAST_SILENCE);
    assert!(silence(0) > silence(1_200));
}

#[test]
fn a_check_hears_of_one_coil() {
    let says = |bytes: &[u8]| Module::new(Nature::Says(bytes.into())).relay(FIRST.contact).check();
    assert_eq!((says(&IS_ON), says(&IS_OFF)), (Ok(()), Ok(())));
    assert_eq!(says(&OFF).unwrap_err().trouble, Trouble::Protocol);
}

proptest! {
    #[test]
    fn any_bytes_are_an_answer_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
        let mut relay = Module::new(Nature::Says(bytes)).relay(FIRST.contact);
        let _ = (relay.check(), relay.switch(false));
    }
}
