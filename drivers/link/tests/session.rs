//! Sessions: the agent obeys each request of the rightful rig once, and nothing else.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use link::{
    frame::{self, Direction, Item, PHONE_FRAME, TooLong},
    session::{
        AgentEnd, Answered, BenchKey, KeyLength, MESSAGE, Nonce, PACKET, Received, RigHello, RigSession,
        Untrusted,
    },
};
use proptest::{collection::vec, prelude::*};

fn key(fill: u8) -> BenchKey {
    BenchKey::new(&[fill; BenchKey::LENGTH]).unwrap()
}

/// An agent that answers every request with the request reversed, and remembers what it has obeyed.
struct Echo {
    end: AgentEnd,
    nonces: u8,
    obeyed: Vec<Vec<u8>>,
}

impl Echo {
    fn new(fill: u8) -> Self {
        Self { end: AgentEnd::new(key(fill)), nonces: 0, obeyed: Vec::new() }
    }

    fn receive(&mut self, packet: &[u8]) -> Option<Vec<u8>> {
        let nonces = &mut self.nonces;
        let fresh = || {
            *nonces += 1;
            [*nonces; 16]
        };
        match self.end.receive(packet, fresh) {
            Received::Reply(packet) => Some(packet),
            Received::Request { message, reply } => {
                let answer: Vec<u8> = message.iter().rev().copied().collect();
                self.obeyed.push(message);
                Some(reply.seal(&answer).unwrap())
            }
            Received::Nothing => None,
        }
    }

    /// Opens a session for a rig with this key and nonce.
    fn open(&mut self, fill: u8, nonce: u8) -> Result<RigSession, Untrusted> {
        let hello = RigHello::new(key(fill), [nonce; 16]);
        let challenge = self.receive(&hello.packet()).expect("a hello is answered");
        hello.challenged(&challenge)
    }

    /// The rightful rig is still obeyed, in a session that it opens now.
    fn serves(&mut self, nonce: u8) {
        let mut rig = self.open(KEY, nonce).expect("the agent has the key");
        asks(&mut rig, self, b"still there?");
    }
}

/// The bench key of the tests is 32 of these.
const KEY: u8 = 7;
/// A stranger's.
const OTHER: u8 = 8;

/// The rig asks, the agent obeys once and answers.
fn asks(rig: &mut RigSession, agent: &mut Echo, message: &[u8]) {
    let before = agent.obeyed.len();
    let packet = rig.seal(message).unwrap();
    let answer = agent.receive(&packet).expect("a request is answered");
    let reversed = message.iter().rev().copied().collect();
    assert_eq!(rig.open(&answer), Ok(Answered::Message(reversed)));
    assert_eq!(agent.obeyed[before..], [message]);
}

#[test]
fn the_rightful_rig_is_obeyed() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    for message in [b"one".as_slice(), b"", &[0xff; MESSAGE]] {
        asks(&mut rig, &mut agent, message);
    }
}

#[test]
fn the_longest_packets_fit_a_frame() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    let request = rig.seal(&[0x55; MESSAGE]).unwrap();
    let answer = agent.receive(&request).unwrap();
    for packet in [&request, &answer] {
        assert!(packet.len() <= PACKET);
        let mut wire = [0; PHONE_FRAME];
        frame::encode(Direction::Request, 1, &Item(packet), &mut wire).unwrap();
    }
    assert_eq!(rig.seal(&[0x55; MESSAGE + 1]), Err(TooLong));
}

#[test]
fn a_bench_key_has_32_bytes_and_is_never_printed() {
    for length in [0, 31, 33, 64] {
        assert_eq!(BenchKey::new(&vec![7; length]).unwrap_err(), KeyLength);
    }
    assert_eq!(format!("{:?}", key(0x41)), "BenchKey");
}

#[test]
fn both_ends_know_another_key() {
    let mut agent = Echo::new(KEY);
    assert_eq!(agent.open(OTHER, 1).err(), Some(Untrusted::WrongKey));
    agent.serves(2);
}

#[test]
fn a_stranger_who_ignores_the_agents_proof_is_refused() {
    let mut agent = Echo::new(KEY);
    let mut impostor = Echo::new(OTHER);
    let hello = RigHello::new(key(OTHER), [1; 16]);
    agent.receive(&hello.packet()).unwrap();
    // The same nonces on both sides, so that nothing but the key differs.
    let challenge = impostor.receive(&hello.packet()).unwrap();
    let mut stranger = hello.challenged(&challenge).unwrap();
    let packet = stranger.seal(b"tap").unwrap();
    let refusal = agent.receive(&packet).unwrap();
    assert_eq!(stranger.open(&refusal), Err(Untrusted::Forged), "refused, under the agent's key");
    assert!(agent.obeyed.is_empty());
    agent.serves(2);
}

#[test]
fn a_challenge_admits_one_try() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    let packet = rig.seal(b"tap").unwrap();
    let mut guess = packet.clone();
    *guess.last_mut().unwrap() ^= 1;
    agent.receive(&guess).unwrap();
    let refusal = agent.receive(&packet).unwrap();
    assert_eq!(rig.open(&refusal), Ok(Answered::Refused), "the try was used up");
    assert!(agent.obeyed.is_empty());
    agent.serves(2);
}

#[test]
fn a_request_is_obeyed_once_and_never_after_a_later_one() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    let first = rig.seal(b"first").unwrap();
    let second = rig.seal(b"second").unwrap();
    let third = rig.seal(b"third").unwrap();
    assert!(agent.receive(&first).is_some());
    assert!(agent.receive(&third).is_some());
    for again in [&first, &second, &third] {
        assert_eq!(agent.receive(again), None);
    }
    assert_eq!(agent.obeyed, [b"first", b"third"]);
    asks(&mut rig, &mut agent, b"fourth");
}

#[test]
fn a_recorded_session_is_worth_nothing_in_another() {
    let mut agent = Echo::new(KEY);
    let hello = RigHello::new(key(KEY), [1; 16]);
    let recorded_hello = hello.packet();
    let challenge = agent.receive(&recorded_hello).unwrap();
    let mut rig = hello.challenged(&challenge).unwrap();
    let recorded = rig.seal(b"tap").unwrap();
    let answer = agent.receive(&recorded).unwrap();
    rig.open(&answer).unwrap();

    // The whole dialogue again, to the same agent and to one that has restarted.
    for mut agent in [agent, Echo { nonces: 100, ..Echo::new(KEY) }] {
        let before = agent.obeyed.len();
        agent.receive(&recorded_hello).unwrap();
        agent.receive(&recorded);
        assert_eq!(agent.obeyed.len(), before);
        agent.serves(2);
    }

    // An old challenge does not open a new session: the rig's nonce is another.
    let fooled = RigHello::new(key(KEY), [3; 16]).challenged(&challenge);
    assert_eq!(fooled.err(), Some(Untrusted::WrongKey));
}

#[test]
fn a_strangers_hello_does_not_end_the_session() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    asks(&mut rig, &mut agent, b"one");
    agent.receive(&RigHello::new(key(OTHER), [9; 16]).packet()).unwrap();
    asks(&mut rig, &mut agent, b"two");
    agent.receive(&[0x82, 0x02, 0x82, 0x00, 0x41, 0x00]).unwrap();
    asks(&mut rig, &mut agent, b"three");
}

#[test]
fn a_new_session_ends_the_old_one_once_it_has_proved_itself() {
    let mut agent = Echo::new(KEY);
    let mut old = agent.open(KEY, 1).unwrap();
    asks(&mut old, &mut agent, b"one");
    let mut new = agent.open(KEY, 2).unwrap();
    asks(&mut old, &mut agent, b"still the old one");
    asks(&mut new, &mut agent, b"two");
    let packet = old.seal(b"three").unwrap();
    let refusal = agent.receive(&packet).unwrap();
    assert_eq!(old.open(&refusal), Ok(Answered::Refused));
}

#[test]
fn the_rig_takes_no_answer_but_the_one_to_its_last_request() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    let first = rig.seal(b"first").unwrap();
    let answer_to_first = agent.receive(&first).unwrap();
    let second = rig.seal(b"second").unwrap();
    assert_eq!(rig.open(&answer_to_first), Err(Untrusted::Forged), "too late");
    assert_eq!(rig.open(&second), Err(Untrusted::Unexpected), "an echo");
    let answer = agent.receive(&second).unwrap();
    assert!(rig.open(&answer).is_ok());
    assert_eq!(rig.open(&answer), Err(Untrusted::Unexpected), "a second time");
}

#[test]
fn a_refusal_holds_for_one_packet() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    let mut restarted = Echo::new(KEY);
    let first = rig.seal(b"first").unwrap();
    let refusal = restarted.receive(&first).unwrap();
    let second = rig.seal(b"second").unwrap();
    assert_eq!(rig.open(&refusal), Err(Untrusted::Forged));
    let refusal = restarted.receive(&second).unwrap();
    assert_eq!(rig.open(&refusal), Ok(Answered::Refused));
}

#[test]
fn a_length_of_four_gigabytes_is_refused_at_once() {
    // A byte string, a text, an array and a map of 2^32 - 1, and of 2^63: in a packet's place and in its fields.
    for major in [0x40, 0x60, 0x80, 0xa0] {
        for length in [[0x1a, 0xff, 0xff, 0xff, 0xff].as_slice(), &[0x1b, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]]
        {
            let mut field = length.to_vec();
            field[0] |= major;
            for before in [&[][..], &[0x82, 0x00, 0x81], &[0x82, 0x02, 0x82, 0x00], &[0x82, 0x03, 0x81]] {
                let packet = [before, &field, &[0; 40]].concat();
                let mut agent = Echo::new(KEY);
                assert_eq!(agent.receive(&packet), None);
                agent.serves(1);
                let mut rig = agent.open(KEY, 2).unwrap();
                rig.seal(b"tap").unwrap();
                assert_eq!(rig.open(&packet), Err(Untrusted::Unexpected));
                let hello = RigHello::new(key(KEY), [3; 16]);
                assert_eq!(hello.challenged(&packet).err(), Some(Untrusted::Unexpected));
            }
        }
    }
}

#[test]
fn what_is_sealed_cannot_be_read() {
    let mut agent = Echo::new(KEY);
    let mut rig = agent.open(KEY, 1).unwrap();
    let secret = b"PIN 271828";
    let packet = rig.seal(secret).unwrap();
    let answer = agent.receive(&packet).unwrap();
    let reversed: Vec<u8> = secret.iter().rev().copied().collect();
    assert!(!packet.windows(secret.len()).any(|window| window == secret));
    assert!(!answer.windows(secret.len()).any(|window| window == reversed));
}

/// Attacks that a stranger on the air can try: packets of his own, and recorded ones, changed or cut.
#[derive(Clone, Debug)]
enum Mischief {
    Garbage(Vec<u8>),
    /// A recorded packet, by number, with one bit changed.
    Flip(usize, usize),
    /// A recorded packet, by number, cut to this length.
    Cut(usize, usize),
    /// A recorded packet, by number, unchanged.
    Replay(usize),
    /// Two recorded packets, one after the other in one.
    Joined(usize, usize),
    /// A hello of his own.
    Hello(Nonce),
    /// A request that he seals with a key of his own.
    Sealed(u64, Vec<u8>),
}

fn mischief() -> impl Strategy<Value = Mischief> {
    prop_oneof![
        vec(any::<u8>(), 0..200).prop_map(Mischief::Garbage),
        any::<(usize, usize)>().prop_map(|(packet, bit)| Mischief::Flip(packet, bit)),
        any::<(usize, usize)>().prop_map(|(packet, length)| Mischief::Cut(packet, length)),
        any::<usize>().prop_map(Mischief::Replay),
        any::<(usize, usize)>().prop_map(|(first, second)| Mischief::Joined(first, second)),
        any::<Nonce>().prop_map(Mischief::Hello),
        (any::<u64>(), vec(any::<u8>(), 0..60)).prop_map(|(counter, bytes)| Mischief::Sealed(counter, bytes)),
    ]
}

/// The packet that this mischief makes of what was recorded.
fn made(mischief: Mischief, recorded: &[Vec<u8>]) -> Vec<u8> {
    let pick = |number: usize| recorded[number % recorded.len()].clone();
    match mischief {
        Mischief::Garbage(bytes) => bytes,
        Mischief::Flip(number, bit) => {
            let mut packet = pick(number);
            let bit = bit % (packet.len() * 8);
            packet[bit / 8] ^= 1 << (bit % 8);
            packet
        }
        Mischief::Cut(number, length) => {
            let mut packet = pick(number);
            packet.truncate(length % packet.len());
            packet
        }
        Mischief::Replay(number) => pick(number),
        Mischief::Joined(first, second) => [pick(first), pick(second)].concat(),
        Mischief::Hello(nonce) => RigHello::new(key(OTHER), nonce).packet(),
        Mischief::Sealed(counter, bytes) => {
            let request = minicbor::bytes::ByteVec::from(bytes);
            minicbor::to_vec((2_u8, (counter, request))).unwrap()
        }
    }
}

/// A dialogue as a stranger could record it: every packet of a session of four requests, of both directions.
fn recorded(agent: &mut Echo) -> (RigSession, Vec<Vec<u8>>) {
    let hello = RigHello::new(key(KEY), [1; 16]);
    let mut packets = vec![hello.packet()];
    packets.push(agent.receive(&packets[0]).unwrap());
    let mut rig = hello.challenged(&packets[1]).unwrap();
    for message in [b"one".as_slice(), b"two", b"three", b"four"] {
        packets.push(rig.seal(message).unwrap());
        packets.push(agent.receive(packets.last().unwrap()).unwrap());
        rig.open(packets.last().unwrap()).unwrap();
    }
    (rig, packets)
}

proptest! {
    #[test]
    fn no_stranger_is_obeyed_or_ends_the_session(tried in vec(mischief(), 1..30)) {
        let mut agent = Echo::new(KEY);
        let (mut rig, packets) = recorded(&mut agent);
        let before = agent.obeyed.len();
        for mischief in tried {
            agent.receive(&made(mischief, &packets));
        }
        prop_assert_eq!(agent.obeyed.len(), before);
        asks(&mut rig, &mut agent, b"the old session goes on");
        agent.serves(2);
    }

    #[test]
    fn a_restarted_agent_obeys_nothing_old(tried in vec(mischief(), 1..30)) {
        let (_, packets) = recorded(&mut Echo::new(KEY));
        let mut agent = Echo { nonces: 100, ..Echo::new(KEY) };
        for mischief in tried {
            agent.receive(&made(mischief, &packets));
        }
        prop_assert!(agent.obeyed.is_empty());
        agent.serves(2);
    }

    #[test]
    fn the_rig_believes_no_stranger(tried in vec(mischief(), 1..30)) {
        let mut agent = Echo::new(KEY);
        let (mut rig, packets) = recorded(&mut agent);
        let packet = rig.seal(b"screen?").unwrap();
        for mischief in tried {
            let forged = made(mischief, &packets);
            prop_assert!(rig.open(&forged).is_err());
            prop_assert!(RigHello::new(key(KEY), [2; 16]).challenged(&forged).is_err());
        }
        let answer = agent.receive(&packet).unwrap();
        prop_assert!(rig.open(&answer).is_ok());
    }

    #[test]
    fn any_message_comes_through(message in vec(any::<u8>(), 0..=MESSAGE), session in any::<Nonce>()) {
        let mut agent = Echo::new(KEY);
        let hello = RigHello::new(key(KEY), session);
        let challenge = agent.receive(&hello.packet()).unwrap();
        asks(&mut hello.challenged(&challenge).unwrap(), &mut agent, &message);
    }
}
