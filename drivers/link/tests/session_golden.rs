//! Golden vectors: one session, byte for byte, and the same bytes in `PHONE.md`. They were computed by
//! another implementation of RFC 2104 and RFC 8439 than the tested one.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use link::{
    phone::{Request, Response},
    session::{AgentEnd, Answered, BenchKey, Received, RigHello},
};

const HELLO: &str = "82 00 81 50 a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 aa ab ac ad ae af";
const CHALLENGE: &str = "82 01 82 50 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 ba bb bc bd be bf 58 20 56 80 f7 8a 68 bb 92 f0 ad a2 0a 11 e6 68 dc a8 4f 0e 54 bd fa 1c e3 e1 11 ac 85 eb 25 e0 75 d4";
const IDENTITY: &str = "82 02 82 00 53 f4 40 2b 67 a7 71 f1 82 aa e5 4d f8 3f 1a e8 a8 c7 8e 47";
const IDENTITY_ANSWER: &str = "82 03 81 58 29 50 a9 88 2f 93 3c d9 be 0c 3b f5 b8 fa 79 5f f0 ab e0 62 a7 23 38 fe 51 32 2d e2 df 18 19 c1 97 6a 3e 35 23 84 d1 96 82 0f";
const TAP: &str = "82 02 82 01 58 18 59 c2 0c fd 41 78 01 43 2c a8 25 80 12 d0 41 8d 96 33 d7 a4 70 8f 75 20";
const TAP_ANSWER: &str = "82 03 81 53 9f 6d 3b a7 fa e2 06 a6 57 03 3a 6c f9 6b 56 ca 40 91 7e";
const TAP_REFUSED: &str = "82 04 81 58 20 82 bb 87 01 e0 d4 88 77 d6 ab 88 39 cd 0f f2 6f 45 e7 39 cf 83 a0 11 ca f7 ce e1 52 0d 12 9e c3";

/// 16 bytes that count up from `first`.
fn counting<const N: usize>(first: u8) -> [u8; N] {
    core::array::from_fn(|place| first + place as u8)
}

fn key() -> BenchKey {
    BenchKey::new(&counting::<{ BenchKey::LENGTH }>(0)).unwrap()
}

/// The packet reads so, and the page shows it.
fn golden(packet: &[u8], hex: &str) {
    let written: Vec<_> = packet.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(written.join(" "), hex);
    assert!(include_str!("../../PHONE.md").contains(hex), "PHONE.md does not show {hex}");
}

/// The request as the agent receives it, and the packet of its response.
fn obeyed(agent: &mut AgentEnd, packet: &[u8], response: &Response) -> (Request, Vec<u8>) {
    let Received::Request { message, reply } = agent.receive(packet, || unreachable!("not a hello")) else {
        panic!("the rig is not obeyed");
    };
    let answer = reply.seal(&minicbor::to_vec(response).unwrap()).unwrap();
    (minicbor::decode(&message).unwrap(), answer)
}

#[test]
fn a_session() {
    let mut agent = AgentEnd::new(key());
    let hello = RigHello::new(key(), counting(0xa0));
    golden(&hello.packet(), HELLO);
    let Received::Reply(challenge) = agent.receive(&hello.packet(), || counting(0xb0)) else {
        panic!("a hello is answered");
    };
    golden(&challenge, CHALLENGE);
    let mut rig = hello.challenged(&challenge).unwrap();

    let packet = rig.seal(&minicbor::to_vec(Request::Identity).unwrap()).unwrap();
    golden(&packet, IDENTITY);
    let response = Response::Identity { model: "Reference phone".into(), app: "1.0.0".into() };
    let (request, answer) = obeyed(&mut agent, &packet, &response);
    assert_eq!(request, Request::Identity);
    golden(&answer, IDENTITY_ANSWER);
    assert_eq!(rig.open(&answer), Ok(Answered::Message(minicbor::to_vec(&response).unwrap())));

    let tap = Request::Tap { label: "Next".into() };
    let packet = rig.seal(&minicbor::to_vec(&tap).unwrap()).unwrap();
    golden(&packet, TAP);
    let (request, answer) = obeyed(&mut agent, &packet, &Response::Done);
    assert_eq!(request, tap);
    golden(&answer, TAP_ANSWER);

    // The same packet to an agent that has restarted.
    let Received::Reply(refusal) = AgentEnd::new(key()).receive(&packet, || unreachable!("not a hello"))
    else {
        panic!("what no session opens is refused");
    };
    golden(&refusal, TAP_REFUSED);
    assert_eq!(rig.open(&refusal), Ok(Answered::Refused));
}
