//! The transcripts of `tests/cases`: a modem's dialogue, and the right value. The modem of each is scripted
//! from its transcript: its answers to each command, its stored messages, and its announcements.

use std::time::Duration;

use drivers::{
    Instrument,
    sms::{AtModem, Modem, Sms},
};

use super::{
    bench::Bench,
    peer::{Event, Peer, Stored},
};

const SECOND: Duration = Duration::from_secs(1);

/// The lines of a transcript, with those who sent them (`<`: the driver).
fn lines_of(transcript: &str) -> Vec<(char, String)> {
    let lines = transcript.lines().filter(|line| !line.starts_with('#'));
    let lines = lines.filter_map(|line| {
        let (_, line) = line.trim().split_once(' ')?;
        let (who, bytes) = line.split_once(" b'")?;
        let text =
            bytes.trim_end_matches('\'').replace("\\r", "\r").replace("\\n", "\n").replace("\\x1a", "\u{1a}");
        Some((who.chars().next()?, text.replace("\\x1b", "\u{1b}")))
    });
    lines.collect()
}

/// The modem of a transcript.
fn peer_of(transcript: &str) -> Peer {
    let mut peer = Peer::new();
    let (mut command, mut announced, mut again) = (String::new(), None, false);
    for (who, text) in lines_of(transcript) {
        if who == '<' {
            command = text.trim().into();
            again = peer.answers.contains_key(&command);
            continue;
        }
        let said: Vec<String> = text
            .split("\r\n")
            .map(str::to_owned)
            .filter(|line| !line.is_empty() && line.trim() != command)
            .collect();
        match command.as_str() {
            _ if text.contains("+CMTI:") => announced = said.first().cloned(),
            "AT" | "ATE0" => {}
            _ if command.starts_with("AT+CMGL=") => store(&mut peer, &said, announced.take()),
            _ if command.starts_with("AT+CMGS=")
                || command.starts_with("AT+CMGD=")
                || !command.starts_with("AT") => {}
            _ if again => {}
            _ => peer.answers.entry(command.clone()).or_default().extend(said),
        }
    }
    peer
}

/// Stores a listed message, and announces it as in the transcript.
fn store(peer: &mut Peer, said: &[String], announced: Option<String>) {
    let Some((header, below)) = said.split_first().filter(|(first, _)| first.starts_with("+CMGL: ")) else {
        return;
    };
    let (index, header) = header["+CMGL: ".len()..].split_once(',').unwrap();
    let message = Stored { header: header.into(), below: below.to_vec() };
    let event = Event::Stores { storage: "SM".into(), index: index.parse().unwrap(), message, announced };
    peer.events.push_back((SECOND, event));
}

macro_rules! transcript {
    ($name:literal) => {
        include_str!(concat!("../cases/sms-", $name, ".transcript"))
    };
}

fn opened(peer: Peer) -> (Bench, AtModem) {
    let bench = Bench::undisturbed(peer);
    let modem = bench.open_by_terminal().unwrap();
    (bench, modem)
}

/// Messages that arrive within ten seconds.
fn received(peer: Peer) -> Result<Vec<(String, String)>, String> {
    let (bench, mut modem) = opened(peer);
    let deadline = bench.after(10 * SECOND);
    let mut come = Vec::new();
    loop {
        let messages = modem.receive(deadline).map_err(|error| error.to_string())?;
        if messages.is_empty() {
            return Ok(come);
        }
        come.extend(messages.into_iter().map(|reading| {
            let Sms { from, text } = reading.value;
            (from, text)
        }));
    }
}

fn message(from: &str, text: &str) -> Vec<(String, String)> {
    vec![(from.into(), text.into())]
}

const CODE: &str = "Your code is 12345678";
/// "Your code is 12345678" from "MitID".
const PDU: &str =
    "07915421436587F90409D0CD343D490400006211222143650015D9775D0E1ABFC965507A0E8AC966B49AED8603";

fn code_in_pdu() -> Stored {
    Stored { header: "0,,37".into(), below: vec![PDU.into()] }
}

#[test]
fn a_message_in_another_storage_than_is_listed_is_read_there() {
    for storages in [&["SM", "ME"][..], &["SM", "MT"], &["ME", "SM"]] {
        let mut peer = peer_of(transcript!("announced-in-another-storage-than-is-listed"));
        peer.events.clear();
        let told = storages[storages.len() - 1];
        for storage in storages {
            peer.storages.entry((*storage).into()).or_default();
        }
        let announced = Some(format!("+CMTI: \"{told}\",1"));
        peer.events.push_back((
            SECOND,
            Event::Stores { storage: told.into(), index: 1, message: code_in_pdu(), announced },
        ));
        assert_eq!(received(peer).unwrap(), message("MitID", CODE), "{storages:?}");
    }
    // A storage that cannot be opened is reported.
    let mut peer = peer_of(transcript!("announced-in-another-storage-than-is-listed"));
    peer.events = [(SECOND, Event::Says(vec!["+CMTI: \"ME\",1".into()]))].into();
    let error = received(peer).unwrap_err();
    assert!(
        error.starts_with("modem: ") && error.contains("storage \"ME\", which cannot be read"),
        "{error}"
    );
}

#[test]
fn what_was_announced_and_is_not_there_is_told() {
    let mut peer = Peer::new();
    peer.events.push_back((SECOND, Event::Says(vec!["+CMTI: \"SM\",4".into()])));
    let error = received(peer).unwrap_err();
    assert!(error.contains("place 4 of the storage \"SM\""), "{error}");
}

#[test]
fn an_answer_needs_no_ok() {
    let (_bench, mut modem) = opened(peer_of(transcript!("answer-without-OK")));
    modem.check().unwrap();
    for command in ["AT+CREG?", "AT+CGSN", "AT+CPIN?"] {
        let mut peer = Peer::new();
        let answer = match command {
            "AT+CREG?" => "+CREG: 0,5",
            "AT+CGSN" => "490154203237518",
            _ => "+CPIN: READY",
        };
        peer.answers.insert(command.into(), vec![answer.into()]);
        let (_bench, mut modem) = opened(peer);
        modem.check().unwrap();
        assert_eq!(modem.identity().unwrap().serial, "490154203237518");
    }
}

#[test]
fn an_identity_may_have_a_name_before_it() {
    let (_bench, mut modem) = opened(peer_of(transcript!("identity-with-a-name-before-it")));
    let identity = modem.identity().unwrap();
    assert_eq!((identity.model.as_str(), identity.serial.as_str()), ("ACME M1", "490154203237518"));
}

#[test]
fn a_line_that_is_no_answer_is_not_the_identity() {
    let (_bench, mut modem) = opened(peer_of(transcript!("wordless-line-taken-for-the-identity")));
    let identity = modem.identity().unwrap();
    assert_eq!((identity.model.as_str(), identity.serial.as_str()), ("SIMCOM_Ltd M1", "490154203237518"));
}

#[test]
fn a_body_below_another_first_line_is_no_body_of_the_listing() {
    let peer = peer_of(transcript!("other-hexadecimal-line-takes-the-place-of-a-message"));
    assert_eq!(received(peer).unwrap(), message("MitID", CODE));
    // A broadcast, and a message that is handed over, which is reported, too.
    for (below, told) in [
        (vec!["+CBM: 20", "0010001000110 D4F29C0EA2A3CB"], 1),
        (vec!["+CMT: ,37", PDU], 2),
        (vec!["+CREG: 1,\"1A2B\",\"00C3D4E5\",7", "RING", "Call Ready"], 1),
    ] {
        let mut peer = Peer::new();
        let mut message = code_in_pdu();
        message.below.splice(0..0, below.into_iter().map(str::to_owned));
        peer.events.push_back((
            SECOND,
            Event::Stores {
                storage: "SM".into(),
                index: 1,
                message,
                announced: Some("+CMTI: \"SM\",1".into()),
            },
        ));
        // The same line is listed again when the listing is checked, and handed over again.
        let come = received(peer).unwrap();
        assert!(come.len() >= told && come.iter().all(|(_, text)| text == CODE), "{come:?}");
    }
}

#[test]
fn a_refusal_may_be_in_words_of_the_maker() {
    for words in ["COMMAND NOT SUPPORT", "TOO MANY PARAMETERS", "NO WAY", "+EXT ERROR: 5", "Unknown command"]
    {
        let mut peer = peer_of(transcript!("refusal-in-words-of-the-maker"));
        peer.answers.insert("AT+CMEE=1".into(), vec![words.into()]);
        peer.answers.insert("AT+CSMS=0".into(), vec![words.into(), "ERROR".into()]);
        peer.unknown = vec![words.into()];
        let (bench, mut modem) = opened(peer);
        assert!(bench.after(Duration::ZERO).as_secs_f64() < 30.0, "it goes on at once");
        modem.check().unwrap();
        assert!(modem.loop_back(bench.after(30 * SECOND)).unwrap());
    }
    // A refused command that the driver needs is reported in the maker's words.
    let mut peer = peer_of(transcript!("refusal-in-words-of-the-maker"));
    for command in ["AT+CPIN?", "AT+CREG?"] {
        peer.answers.insert(command.into(), vec!["COMMAND NOT SUPPORT".into()]);
    }
    let error = Bench::undisturbed(peer).open_by_terminal().err().unwrap().to_string();
    assert_eq!(error, "modem: protocol error: AT+CPIN?: COMMAND NOT SUPPORT");
}

#[test]
fn an_unasked_registration_is_not_the_answer() {
    let transcript = transcript!("registration-code-with-place-taken-for-the-answer");
    let (_bench, mut modem) = opened(peer_of(transcript));
    modem.check().unwrap();
    for (lines, right) in [
        (&["+CREG: 1", "+CREG: 0,1", "OK"][..], true),
        (&["+CREG: 0,1", "+CREG: 0", "OK"], true),
        (&["+CREG: 5,\"0012\",\"0034\"", "+CREG: 2,2,\"0012\",\"0034\"", "OK"], false),
        (&["+CREG: 1,0012,00C3D4E5,7", "+CREG: 2,0", "OK"], false),
        (&["+CREG: 0,6", "OK"], true),
        (&["+CREG: 0,8", "OK"], false),
        (&["+CREG: 1", "OK"], false),
    ] {
        let mut peer = peer_of(transcript);
        peer.answers.insert("AT+CREG?".into(), lines.iter().map(|line| (*line).to_owned()).collect());
        assert_eq!(opened(peer).1.check().is_ok(), right, "{lines:?}");
    }
    // A modem of LTE that is in no telephone network.
    let mut peer = Peer::new();
    peer.answers.insert("AT+CREG?".into(), vec!["+CREG: 0,2".into(), "OK".into()]);
    peer.answers.insert("AT+CEREG?".into(), vec!["+CEREG: 0,5".into(), "OK".into()]);
    opened(peer).1.check().unwrap();
}

#[test]
fn a_reserved_type_is_a_message() {
    assert_eq!(received(peer_of(transcript!("reserved-type-dropped"))).unwrap(), message("MitID", CODE));
}

#[test]
fn result_codes_may_be_digits_or_none() {
    assert!(lines_of(transcript!("result-codes-as-digits-or-none")).iter().any(|(_, line)| line == "0\r"));
    for (digits, quiet) in [(true, false), (false, true), (true, true)] {
        let (bench, mut modem) = opened(Peer { digits, quiet, ..Peer::new() });
        modem.check().unwrap();
        assert!(modem.loop_back(bench.after(30 * SECOND)).unwrap());
        assert_eq!(modem.identity().unwrap().serial, "490154203237518");
    }
}

#[test]
fn fields_in_another_character_set_are_told_or_refused() {
    let field = received(peer_of(transcript!("text-mode-field-that-is-not-UCS2"))).unwrap();
    assert_eq!(field, message("MitID", CODE));
    let digits = received(peer_of(transcript!("text-mode-digits-read-as-UCS2"))).unwrap_err();
    assert!(digits.starts_with("modem: ") && !digits.contains("12345678"), "{digits}");
    assert_eq!(
        received(peer_of(transcript!("text-mode-sender-that-is-not-UCS2"))).unwrap(),
        message("1234", CODE)
    );
    for sender in ["+4587654321", "MitID", "CAFE", "87654321"] {
        let mut peer = peer_of(transcript!("text-mode-sender-that-is-not-UCS2"));
        for (_, event) in &mut peer.events {
            let Event::Stores { message, .. } = event else { continue };
            message.header = message.header.replace("1234\"", &format!("{sender}\""));
        }
        assert_eq!(received(peer).unwrap(), message(sender, CODE));
    }
}

#[test]
fn a_status_report_is_no_message() {
    assert_eq!(received(peer_of(transcript!("text-mode-status-report-told-as-a-message"))).unwrap(), []);
}

#[test]
fn nothing_is_deleted_that_was_not_read() {
    let mut peer = Peer::new();
    peer.storages.insert("ME".into(), [(7, code_in_pdu())].into());
    peer.storages.get_mut("SM").unwrap().extend([
        (1, code_in_pdu()),
        (2, Stored { header: "2,,20".into(), below: vec!["0011000A9154214365870000AA0131".into()] }),
    ]);
    peer.answers
        .insert("AT+CPMS=?".into(), vec!["+CPMS: (\"SM\",\"ME\"),(\"SM\"),(\"SM\")".into(), "OK".into()]);
    let (bench, mut modem) = opened(peer);
    assert_eq!(modem.receive(bench.after(12 * SECOND)).unwrap(), [], "what was there before is no news");
    let storages = bench.peer().storages;
    assert_eq!(storages["SM"].keys().copied().collect::<Vec<_>>(), [2], "one that was written here stays");
    assert_eq!(storages["ME"].keys().copied().collect::<Vec<_>>(), [7], "so does what is elsewhere");
}
