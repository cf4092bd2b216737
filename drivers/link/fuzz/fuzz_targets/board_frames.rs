//! A serial line that carries anything: frames are found or skipped, messages decoded or refused, and what was
//! decoded comes through encoding and decoding again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use link::{
    board::{Request, Response},
    frame::{self, BOARD_FRAME, Decoder, Direction, Item},
};

fuzz_target!(|stream: &[u8]| {
    let mut decoder = Decoder::<BOARD_FRAME>::new();
    for &byte in stream {
        let Some(frame) = decoder.push(byte) else { continue };
        if let Ok(request) = frame.message::<Request<'_>>() {
            let mut wire = [0; 2 * BOARD_FRAME];
            let length =
                frame::encode(frame.direction, frame.id, &request, &mut wire).expect("it came in a frame");
            let mut again = Decoder::<{ 2 * BOARD_FRAME }>::new();
            let found = wire[..length].iter().any(|&byte| {
                again.push(byte).is_some_and(|frame| frame.message::<Request<'_>>() == Ok(request.clone()))
            });
            assert!(found, "{request:?} did not come through");
        }
        let _ = frame.message::<Response<'_>>();
    }

    // The same bytes as the body of a sound frame, which a checksum would hide from the fuzzer.
    let mut wire = [0; BOARD_FRAME];
    if let Ok(length) = frame::encode(Direction::Request, 1, &Item(stream), &mut wire) {
        for &byte in &wire[..length] {
            if let Some(frame) = decoder.push(byte) {
                let _ = (frame.message::<Request<'_>>(), frame.message::<Response<'_>>());
            }
        }
    }
});
