//! Golden vectors: every message of both protocols, byte for byte, and that `LINK.md` shows the same bytes.

use link::{
    board::{self, Key, Refusal},
    frame::{self, Decoder, Direction, PHONE_FRAME},
    phone::{self, Button, Field, Screen, Switch},
};

/// The message encodes to the frame, the frame decodes to the message, and the page shows the frame.
macro_rules! golden {
    ($type:ty, $direction:ident $id:literal, $message:expr, $hex:literal) => {{
        let message: $type = $message;
        let mut wire = [0; PHONE_FRAME];
        let length = frame::encode(Direction::$direction, $id, &message, &mut wire).unwrap();
        let (delimiter, stuffed) = wire[..length].split_last().unwrap();
        assert_eq!(hex(&wire[..length]), $hex, "{message:?}");

        let mut decoder = Decoder::<PHONE_FRAME>::new();
        assert!(stuffed.iter().all(|&byte| decoder.push(byte).is_none()));
        let frame = decoder.push(*delimiter).unwrap();
        assert_eq!((frame.direction, frame.id), (Direction::$direction, $id));
        assert_eq!(frame.message::<$type>(), Ok(message.clone()));

        assert!(include_str!("../../LINK.md").contains($hex), "LINK.md does not show {message:?}");
    }};
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}

#[test]
fn requests_to_a_board() {
    use board::Request;
    golden!(Request, Request 1, Request::Identity, "04 01 01 82 04 80 d4 e5 00");
    golden!(Request, Request 2, Request::Press, "08 01 02 82 01 80 c1 d9 00");
    golden!(Request, Request 3, Request::Display, "08 01 03 82 02 80 12 ef 00");
    golden!(
        Request,
        Request 4,
        Request::Provision { key: Key(b"12345678901234567890"), counter: None },
        "1d 01 04 82 03 81 54 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39 30 02 47 00"
    );
    golden!(
        Request,
        Request 7,
        Request::Provision { key: Key(b"12345678901234567890"), counter: Some(1_000_000) },
        "1c 01 07 82 03 82 54 31 32 33 34 35 36 37 38 39 30 31 32 33 34 35 36 37 38 39 30 1a 06 0f 42 40 \
         59 8a 00"
    );
    golden!(
        Request,
        Request 5,
        Request::SetClock { unix: 20_000_000_000 },
        "07 01 05 82 04 81 1b 01 01 05 04 a8 17 c8 03 30 89 00"
    );
    golden!(Request, Request 6, Request::Counters, "08 01 06 82 05 80 4d cc 00");
}

#[test]
fn answers_of_a_board() {
    use board::Response;
    golden!(
        Response,
        Answer 1,
        Response::Identity {
            model: "rig code display",
            firmware: "0.1.0",
            chip: 0x1234_5678_dead_beef,
            test_commands: true
        },
        "04 81 01 82 25 84 70 72 69 67 20 63 6f 64 65 20 64 69 73 70 6c 61 79 65 30 2e 31 2e 30 1b \
         12 34 56 78 de ad be ef f5 5a 31 00"
    );
    golden!(Response, Answer 2, Response::Done, "08 81 02 82 03 80 24 60 00");
    golden!(
        Response,
        Answer 3,
        Response::Display { text: "081804" },
        "0f 81 03 82 01 81 66 30 38 31 38 30 34 a9 2c 00"
    );
    golden!(
        Response,
        Answer 6,
        Response::Counters { presses: 3, codes: 2, bad_frames: 1, unix: 1_111_111_109, counter: None },
        "10 81 06 82 02 84 03 02 01 1a 42 3a 35 c5 6a 53 00"
    );
    golden!(
        Response,
        Answer 8,
        Response::Counters { presses: 3, codes: 2, bad_frames: 1, unix: 0, counter: Some(1_000_002) },
        "09 81 08 82 02 85 03 02 01 02 1a 06 0f 42 42 70 a1 00"
    );
}

#[test]
fn refusals_of_a_board() {
    use board::Response::{self, Refused};
    golden!(Response, Answer 4, Refused { reason: Refusal::Unknown }, "06 81 04 82 04 81 03 7b 39 00");
    golden!(Response, Answer 4, Refused { reason: Refusal::Disabled }, "09 81 04 82 04 81 01 f2 28 00");
    golden!(Response, Answer 4, Refused { reason: Refusal::BadValue }, "09 81 04 82 04 81 02 69 1a 00");
    golden!(Response, Answer 4, Refused { reason: Refusal::NotReady }, "09 81 04 82 04 81 03 e0 0b 00");
}

#[test]
fn requests_to_a_phone() {
    use phone::Request;
    golden!(Request, Request 1, Request::Identity, "04 01 01 82 04 80 d4 e5 00");
    golden!(Request, Request 2, Request::Screen, "08 01 02 82 01 80 c1 d9 00");
    golden!(
        Request,
        Request 3,
        Request::Tap { label: "Next".into() },
        "0d 01 03 82 02 81 64 4e 65 78 74 e6 6c 00"
    );
    golden!(
        Request,
        Request 4,
        Request::Enter { label: "Serial number".into(), text: "M123456789".into() },
        "21 01 04 82 03 82 6d 53 65 72 69 61 6c 20 6e 75 6d 62 65 72 6a 4d 31 32 33 34 35 36 37 38 \
         39 41 93 00"
    );
    golden!(
        Request,
        Request 5,
        Request::Set { label: "QR code is shown on the old app".into(), on: true },
        "2a 01 05 82 04 82 78 1f 51 52 20 63 6f 64 65 20 69 73 20 73 68 6f 77 6e 20 6f 6e 20 74 68 \
         65 20 6f 6c 64 20 61 70 70 f5 ed 83 00"
    );
    golden!(Request, Request 6, Request::Reopen, "08 01 06 82 05 80 4d cc 00");
}

#[test]
fn requests_about_the_phone_itself() {
    use phone::Request;
    golden!(Request, Request 7, Request::Background, "08 01 07 82 06 80 9e fa 00");
    golden!(Request, Request 8, Request::Foreground, "08 01 08 82 07 80 bf 51 00");
    golden!(Request, Request 9, Request::Reinstall, "08 01 09 82 08 80 cc ce 00");
    golden!(Request, Request 10, Request::SetClock { offset_s: -3600 }, "0b 01 0a 82 09 81 39 0e 0f 89 fe 00");
    golden!(Request, Request 11, Request::Screenshot, "08 01 0b 82 0a 80 0a c4 00");
    golden!(Request, Request 12, Request::Biometric { owner: true }, "09 01 0c 82 0b 81 f5 1c 8c 00");
    golden!(Request, Request 13, Request::Notify { text: "control".into() }, "10 01 0d 82 0c 81 67 63 6f 6e 74 72 6f 6c c6 42 00");
    golden!(Request, Request 14, Request::Notifications, "08 01 0e 82 0d 80 55 e7 00");
    golden!(Request, Request 15, Request::Scanned, "08 01 0f 82 0e 80 86 d1 00");
}

#[test]
fn answers_about_the_phone_itself() {
    use phone::Response;
    golden!(Response, Answer 11, Response::Screenshot { shows_app: false }, "09 81 0b 82 05 81 f4 f0 b8 00");
    golden!(
        Response,
        Answer 14,
        Response::Notifications(vec!["control".into(), "MitID".into()]),
        "17 81 0e 82 06 81 82 67 63 6f 6e 74 72 6f 6c 65 4d 69 74 49 44 0a 50 00"
    );
    golden!(Response, Answer 15, Response::Scanned(Some("MITID1:abc".into())), "13 81 0f 82 07 81 6a 4d 49 54 49 44 31 3a 61 62 63 4a 0f 00");
    golden!(Response, Answer 15, Response::Scanned(None), "08 81 0f 82 07 80 cb 8c 00");
}

#[test]
fn answers_of_a_phone() {
    use phone::Response;
    golden!(
        Response,
        Answer 1,
        Response::Identity { model: "Reference phone".into(), app: "1.0.0".into() },
        "04 81 01 82 1a 82 6f 52 65 66 65 72 65 6e 63 65 20 70 68 6f 6e 65 65 31 2e 30 2e 30 dc ce 00"
    );
    let screen = Screen {
        title: "Log on".into(),
        texts: vec!["Wrong code".into()],
        buttons: vec![Button { label: "Next".into(), enabled: false }],
        fields: vec![Field { label: "Password".into(), length: 8, secret: true }],
        switches: vec![Switch { label: "Remember me".into(), on: false }],
    };
    golden!(
        Response,
        Answer 2,
        Response::Screen(screen),
        "40 81 02 82 01 81 85 66 4c 6f 67 20 6f 6e 81 6a 57 72 6f 6e 67 20 63 6f 64 65 81 82 64 4e \
         65 78 74 f4 81 83 68 50 61 73 73 77 6f 72 64 08 f5 81 82 6b 52 65 6d 65 6d 62 65 72 20 6d \
         65 f4 1f 48 00"
    );
    golden!(Response, Answer 3, Response::Done, "08 81 03 82 02 80 47 65 00");
    golden!(Response, Answer 4, Response::Absent, "08 81 04 82 03 80 be 2b 00");
    golden!(Response, Answer 5, Response::Unknown, "08 81 05 82 04 80 0d 7a 00");
}

#[test]
fn what_is_typed_is_not_told() {
    let typed = phone::Request::Enter { label: "Password".into(), text: "zB7-kRw2".into() };
    assert_eq!(format!("{typed:?}"), "Enter 8 characters in \"Password\"");
}
