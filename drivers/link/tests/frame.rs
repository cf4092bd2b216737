//! Framing under noise: no input causes a panic or a false frame, and the next frame is found.

use link::{
    board::{Key, Request, Response},
    frame::{self, BOARD_FRAME, Decoder, Direction, Malformed, TooLong},
};
use proptest::{collection::vec, prelude::*};

fn wire(message: &Request<'_>) -> Vec<u8> {
    let mut wire = [0; BOARD_FRAME];
    let length = frame::encode(Direction::Request, 7, message, &mut wire).expect("a request fits");
    wire[..length].to_vec()
}

/// The frames in `stream`, as id and body, and how many were bad.
fn frames<const N: usize>(stream: &[u8]) -> (Vec<(u8, Vec<u8>)>, u32) {
    let mut decoder = Decoder::<N>::new();
    let mut found = Vec::new();
    for &byte in stream {
        found.extend(decoder.push(byte).map(|frame| (frame.id, frame.body.to_vec())));
    }
    (found, decoder.bad_frames())
}

#[test]
fn the_checksum_is_the_one_of_the_catalogue() {
    assert_eq!(crc::Crc::<u16>::new(&crc::CRC_16_IBM_SDLC).checksum(b"123456789"), 0x906e);
}

#[test]
fn an_idle_line_is_no_bad_frame() {
    assert_eq!(frames::<BOARD_FRAME>(&[0; 50]), (vec![], 0));
}

#[test]
fn every_single_wrong_bit_is_found() {
    let key = [0, 1, 2, 0, 0, 0xff, 0x81, 0, 9, 10, 11, 0, 13, 14, 15, 0];
    for message in
        [Request::Press, Request::SetClock { unix: 59 }, Request::Provision { key: Key(&key), counter: None }]
    {
        let sent = wire(&message);
        for bit in 0..sent.len() * 8 {
            let mut received = sent.clone();
            received[bit / 8] ^= 1 << (bit % 8);
            received.push(0);
            assert_eq!(frames::<BOARD_FRAME>(&received).0, [], "{message:?}, bit {bit}");
        }
    }
}

#[test]
fn a_frame_with_another_version_is_bad() {
    let content = [frame::VERSION + 1, 7, 0x82, 0x01, 0x80];
    let checksum = crc::Crc::<u16>::new(&crc::CRC_16_IBM_SDLC).checksum(&content).to_le_bytes();
    let mut stream = [0; 16];
    let length = cobs::encode(&[&content[..], &checksum].concat(), &mut stream);
    assert_eq!(frames::<BOARD_FRAME>(&stream[..=length]), (vec![], 1));
}

#[test]
fn the_longest_frame_is_taken_and_the_next_longer_one_is_not() {
    let sent = wire(&Request::Provision { key: Key(&[0x55; 32]), counter: None });
    assert_eq!(sent.len(), 43);
    assert_eq!((frames::<43>(&sent).0.len(), frames::<43>(&sent).1), (1, 0));
    assert_eq!(frames::<42>(&sent), (vec![], 1));
}

#[test]
fn a_message_is_refused_where_the_buffer_is_too_short() {
    let message = Request::Provision { key: Key(&[0x55; 32]), counter: None };
    for length in 0..43 {
        assert_eq!(frame::encode(Direction::Request, 7, &message, &mut vec![0; length]), Err(TooLong));
    }
    assert_eq!(frame::encode(Direction::Request, 7, &message, &mut [0; 43]), Ok(43));
}

#[test]
fn a_body_with_a_tail_is_malformed() {
    let frame = frame::Frame { direction: Direction::Request, id: 1, body: &[0x82, 0x01, 0x80, 0x00] };
    assert_eq!(frame.message::<Request>(), Err(Malformed));
}

#[test]
fn an_echo_is_not_an_answer() {
    let sent = wire(&Request::SetClock { unix: 1 });
    let mut decoder = Decoder::<BOARD_FRAME>::new();
    let echo = sent.iter().find_map(|&byte| decoder.push(byte).map(|frame| frame.direction));
    assert_eq!(echo, Some(Direction::Request));
}

#[test]
fn a_key_is_never_printed() {
    let request = Request::Provision { key: Key(b"12345678901234567890"), counter: None };
    assert_eq!(format!("{request:?}"), "Provision { key: Key of 20 bytes, counter: None }");
    let sent = wire(&request);
    let mut decoder = Decoder::<BOARD_FRAME>::new();
    let shown = sent.iter().find_map(|&byte| decoder.push(byte).map(|frame| format!("{frame:?}")));
    assert_eq!(shown.as_deref(), Some("Request 7 of 24 bytes"));
}

proptest! {
    #[test]
    fn any_bytes_are_decoded_or_refused(stream in vec(any::<u8>(), 0..600)) {
        let mut decoder = Decoder::<BOARD_FRAME>::new();
        for &byte in &stream {
            if let Some(frame) = decoder.push(byte) {
                let _ = (frame.message::<Request>(), frame.message::<Response>());
            }
        }
        let delimiters = stream.iter().filter(|&&byte| byte == 0).count();
        prop_assert!(decoder.bad_frames() as usize <= delimiters);
    }

    #[test]
    fn any_body_is_decoded_or_refused(body in vec(any::<u8>(), 0..100)) {
        let frame = frame::Frame { direction: Direction::Answer, id: 0, body: &body };
        let _ = (frame.message::<Request>(), frame.message::<Response>());
        let _ = (frame.message::<link::phone::Request>(), frame.message::<link::phone::Response>());
    }

    #[test]
    fn a_frame_is_found_after_garbage(
        garbage in vec(any::<u8>(), 0..400),
        key in vec(any::<u8>(), 16..=32),
    ) {
        let message = Request::Provision { key: Key(&key), counter: None };
        let stream = [garbage, vec![0], wire(&message)].concat();
        let (found, _) = frames::<BOARD_FRAME>(&stream);
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(&found[0].1, &minicbor::to_vec(&message).unwrap());
    }

    #[test]
    fn any_content_comes_through(body in vec(any::<u8>(), 0..1000), id: u8) {
        let mut wire = [0; 1100];
        let bytes = minicbor::bytes::ByteVec::from(body.clone());
        let length = frame::encode(Direction::Answer, id, &bytes, &mut wire).unwrap();
        let (found, bad) = frames::<1100>(&wire[..length]);
        prop_assert_eq!((found.len(), bad), (1, 0));
        prop_assert_eq!(found[0].0, id);
        prop_assert!(found[0].1.ends_with(&body));
    }

    #[test]
    fn a_wrong_bit_is_found(key in vec(any::<u8>(), 16..=32), bit in 0_usize..2000) {
        let sent = wire(&Request::Provision { key: Key(&key), counter: None });
        let bit = bit % (sent.len() * 8);
        let mut received = sent.clone();
        received[bit / 8] ^= 1 << (bit % 8);
        received.push(0);
        prop_assert!(frames::<BOARD_FRAME>(&received).0.is_empty());
    }
}
