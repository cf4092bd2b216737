//! A stranger at an agent: packets of anything, in frames and without, between the requests of the rightful rig.
//! Nothing of the stranger's is obeyed, and the rig's session goes on.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::{
    frame::{Decoder, PHONE_FRAME},
    session::{AgentEnd, Answered, BenchKey, Received, RigHello, RigSession},
};

fuzz_target!(|stream: &[u8]| {
    let key = BenchKey::new(&[7; BenchKey::LENGTH]).expect("of the right length");
    let mut agent = AgentEnd::new(key.clone());
    let hello = RigHello::new(key, [1; 16]);
    let Received::Reply(challenge) = agent.receive(&hello.packet(), || [2; 16]) else {
        panic!("no challenge")
    };
    let mut rig = hello.challenged(&challenge).expect("the agent has the key");
    ask(&mut rig, &mut agent);

    stranger(&mut agent, stream);
    ask(&mut rig, &mut agent);
    stranger(&mut agent, stream.split_first().map_or(&[][..], |(_, rest)| rest));
    let mut decoder = Decoder::<PHONE_FRAME>::new();
    for &byte in stream {
        if let Some(frame) = decoder.push(byte) {
            stranger(&mut agent, frame.body);
        }
    }
    ask(&mut rig, &mut agent);
});

fn stranger(agent: &mut AgentEnd, packet: &[u8]) {
    assert!(!matches!(agent.receive(packet, || [3; 16]), Received::Request { .. }), "a stranger is obeyed");
}

fn ask(rig: &mut RigSession, agent: &mut AgentEnd) {
    let packet = rig.seal(b"screen?").expect("short");
    let Received::Request { message, reply } = agent.receive(&packet, || [4; 16]) else {
        panic!("the rig is not obeyed");
    };
    let answer = reply.seal(&message).expect("short");
    assert_eq!(rig.open(&answer), Ok(Answered::Message(message)));
}
