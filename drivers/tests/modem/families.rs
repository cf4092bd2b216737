//! Each dialogue by itself, and with what its modem says unasked at each of its places.

use std::time::Duration;

use drivers::{
    Instrument,
    sms::{AtModem, Modem},
};

use super::{bench::Bench, dialogue::Dialogue};

/// How long a dialogue may take, on its own clock.
const LONGEST: Duration = Duration::from_secs(120);

/// Goes through a dialogue: who the modem is, whether it could receive, what comes, and a message to itself.
fn goes_right(dialogue: &Dialogue, bench: &Bench, modem: &mut AtModem, what: &str) {
    let who = format!("{}, {what}", dialogue.family);
    let identity = modem.identity().expect(&who);
    let right = &dialogue.right;
    assert_eq!(
        (&identity.model, &identity.serial),
        (&right.model, &right.serial),
        "{}, {what}",
        dialogue.family
    );
    modem.check().expect(&who);
    let deadline = bench.after(LONGEST);
    let mut come = Vec::new();
    while come.len() < right.messages.len() {
        let messages = modem.receive(deadline).expect(&who);
        assert!(!messages.is_empty(), "{who}: only {come:?} came");
        come.extend(messages.into_iter().map(|message| (message.value.from, message.value.text)));
    }
    assert_eq!(come, right.messages, "{who}");
    assert!(modem.loop_back(bench.after(LONGEST)).expect(&who), "{who}");
    assert_eq!(modem.receive(bench.after(Duration::from_secs(1))).expect(&who), [], "told once");
}

/// A session in which `line` is said before the line of number `place`; how many lines the modem said.
fn session(dialogue: &Dialogue, place: usize, line: Option<&str>) -> usize {
    let said = line.map(|line| format!("\r\n{line}\r\n"));
    let bench = Bench::new(
        dialogue.peer(),
        Box::new(move |number, out| {
            let before = said.clone().filter(|_| number == place);
            let all = before.into_iter().chain([out]).collect::<String>();
            vec![(Duration::ZERO, all.into_bytes())]
        }),
    );
    let what = format!("{line:?} before line {place}");
    let mut modem = bench.open().unwrap_or_else(|error| panic!("{}, {what}: {error}", dialogue.family));
    goes_right(dialogue, &bench, &mut modem, &what);
    bench.lines()
}

#[test]
fn each_family_is_understood_over_a_terminal() {
    let all = Dialogue::all();
    assert!(all.len() >= 12 && all.iter().all(|dialogue| !dialogue.source.is_empty()));
    for dialogue in all {
        let bench = Bench::undisturbed(dialogue.peer());
        let mut modem =
            bench.open_by_terminal().unwrap_or_else(|error| panic!("{}: {error}", dialogue.family));
        goes_right(&dialogue, &bench, &mut modem, "over a terminal");
    }
}

/// At each place, one of the lines that the modem says unasked; which one goes round.
#[test]
fn what_is_said_unasked_changes_nothing() {
    for dialogue in Dialogue::all() {
        let lines = session(&dialogue, usize::MAX, None);
        for place in 0..lines {
            let line = &dialogue.unasked[place % dialogue.unasked.len()];
            session(&dialogue, place, Some(line));
        }
    }
}

/// At each place, each line that any modem says unasked: `.ci/full` runs it.
#[test]
#[ignore = "each line of each family at each place of each dialogue"]
fn nothing_that_any_modem_says_unasked_changes_anything() {
    let all = Dialogue::all();
    for dialogue in &all {
        let lines = session(dialogue, usize::MAX, None);
        let unasked: std::collections::BTreeSet<&String> = all
            .iter()
            .filter(|other| !other.family.contains("ATV0"))
            .flat_map(|other| &other.unasked)
            .collect();
        for place in 0..lines {
            for line in &unasked {
                session(dialogue, place, Some(line));
            }
        }
    }
}
