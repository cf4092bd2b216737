//! Any bytes from a phone or a rig: decoded or refused, and decoded messages survive a round trip.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::{
    frame::{Direction, Frame},
    phone::{Request, Response},
};

fuzz_target!(|body: &[u8]| {
    let frame = Frame { direction: Direction::Request, id: 0, body };
    if let Ok(request) = frame.message::<Request>() {
        let bytes = minicbor::to_vec(&request).expect("a vector takes any message");
        assert_eq!(minicbor::decode::<Request>(&bytes).ok(), Some(request));
    }
    if let Ok(response) = frame.message::<Response>() {
        let bytes = minicbor::to_vec(&response).expect("a vector takes any message");
        assert_eq!(minicbor::decode::<Response>(&bytes).ok(), Some(response));
    }
});
