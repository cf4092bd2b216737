//! A stranger in an agent's place: nothing that is not sealed with the bench key is taken for a challenge, an
//! answer or a refusal.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::session::{AgentEnd, BenchKey, Received, RigHello};

fuzz_target!(|packet: &[u8]| {
    let key = BenchKey::new(&[7; BenchKey::LENGTH]).expect("of the right length");
    assert!(RigHello::new(key.clone(), [5; 16]).challenged(packet).is_err());

    let mut agent = AgentEnd::new(key.clone());
    let hello = RigHello::new(key, [1; 16]);
    let Received::Reply(challenge) = agent.receive(&hello.packet(), || [2; 16]) else {
        panic!("no challenge")
    };
    let mut rig = hello.challenged(&challenge).expect("the agent has the key");
    rig.seal(b"screen?").expect("short");
    assert!(rig.open(packet).is_err());
});
