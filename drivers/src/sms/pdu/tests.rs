//! The codec against messages that others published, and against anything at all.

use proptest::prelude::*;

use super::*;

fn read(pdu: &str) -> (String, String) {
    let message = deliver(pdu).unwrap().expect("an SMS-DELIVER");
    (message.from, message.content.text())
}

/// From descriptions of PDU mode that are widely cited: dreamfabric.com/sms and the examples of
/// smspdudecoder.
#[test]
fn published_messages_are_read() {
    let hello = "07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37";
    assert_eq!(read(hello), ("27838890001".into(), "hellohello".into()));
    let test = "07916407058099F9040B916407950303F100008921222140140004D4E2940A";
    assert_eq!(read(test), ("+46705930301".into(), "TEST".into()));
}

/// From developershome.com, a tutorial of PDU mode.
#[test]
fn a_published_message_is_written() {
    let message = submit("+85291234567", "It is easy to send text messages.").unwrap();
    let published = "01000B915892214365F7000021493A283D0795C3F33C88FE06CDCB6E32885EC6D341EDF27C1E3E97E72E";
    assert_eq!((message.length, message.hex), (42, format!("00{published}")));
}

#[test]
fn names_numbers_and_all_alphabets_are_read() {
    let message =
        |address: &str, coding: &str, data: &str| format!("0004{address}00{coding}62112221000000{data}");
    let hello = "0AE8329BFD4697D9EC37";
    for (address, from) in
        [("0A915478563412", "+4587654321"), ("0481214A", "12*4"), ("09D04166725804", "ALICE"), ("0081", "")]
    {
        assert_eq!(read(&message(address, "00", hello)).0, from);
    }
    for (coding, data, text) in [
        ("00", hello, "hellohello"),
        ("10", hello, "hellohello"),
        ("80", hello, "hellohello"),
        ("C8", hello, "hellohello"),
        ("F0", hello, "hellohello"),
        ("08", "06006100E603B1", "aæα"),
        ("18", "04D83DDE00", "😀"),
        ("E0", "020061", "a"),
        ("08", "03D83D61", "\u{fffd}\u{fffd}"),
        ("04", "0361E6FF", "aæÿ"),
        ("F5", "0361E6FF", "aæÿ"),
        ("00", "00", ""),
        ("00", "029B32", "€"),
    ] {
        assert_eq!(read(&message("0481214A", coding, data)).1, text, "{coding} {data}");
    }
}

#[test]
fn headers_tell_parts() {
    let message = |data: &str| format!("00440481214A000062112221000000{data}");
    let part = |data: &str| deliver(&message(data)).unwrap().unwrap().part;
    let narrow = MessagePart { reference: 0x2a, wide: false, count: 2, number: 1 };
    assert_eq!(part("080500032A020100"), Some(narrow));
    let wide = MessagePart { reference: 0x012a, wide: true, count: 3, number: 3 };
    assert_eq!(part("09060804012A030300"), Some(wide));
    let with_port = MessagePart { reference: 0x2a, wide: false, count: 2, number: 2 };
    assert_eq!(part("0E0B05040B8423F000032A020200"), Some(with_port));
    assert_eq!(part("08050003000203FF"), None, "part 3 of 2");
    for broken in ["0705000400020101", "07060003000201", "0125", "04032401FF"] {
        assert!(deliver(&message(broken)).is_err(), "{broken}");
    }
}

#[test]
fn what_is_no_message_that_came_is_passed_over() {
    assert!(deliver("0001000B915892214365F70000044F2A").unwrap().is_none(), "one that was sent");
    assert!(deliver("0006").unwrap().is_none(), "a status report");
    for broken in ["", "0", "00", "zz", "07", "å0", "0004", "00040481214A002000000000000000"] {
        assert!(deliver(broken).is_err(), "{broken}");
    }
}

#[test]
fn what_is_too_long_or_no_number_is_not_written() {
    assert!(submit("+45", &"x".repeat(160)).is_ok() && submit("+45", &"я".repeat(70)).is_ok());
    assert!(submit("+45", &"x".repeat(161)).is_err() && submit("+45", &"я".repeat(71)).is_err());
    for number in ["", "+", "12x", "123456789012345678901"] {
        assert!(submit(number, "x").is_err(), "{number}");
    }
}

proptest! {
    #[test]
    fn what_is_written_is_read(text in "(\\PC|[@£€Δ\\[\\n]){0,70}") {
        if let Ok(octets) = user_data::write(&text) {
            let (content, part) = user_data::read(&mut Octets(&octets[1..]), octets[0], false).unwrap();
            prop_assert_eq!(content.text(), text);
            prop_assert_eq!(part, None);
        }
    }

    #[test]
    fn septets_are_unpacked_as_they_were_packed(septets in proptest::collection::vec(0_u8..0x80, 0..200)) {
        prop_assert_eq!(alphabet::unpack(&alphabet::pack(&septets), septets.len()), septets);
    }

    #[test]
    fn any_octets_are_survived(octets: Vec<u8>) {
        if let Ok(Some(message)) = deliver(&hex::encode_upper(&octets)) {
            message.content.text();
        }
    }

    #[test]
    fn any_user_data_is_survived(data in proptest::collection::vec(any::<u8>(), 0..200), scheme: u8, header: bool) {
        if let Ok((content, _)) = user_data::read(&mut Octets(&data), scheme, header) {
            content.text();
        }
    }

    #[test]
    fn any_line_is_survived(line: String) {
        let _ = deliver(&line);
    }
}
