use super::*;

fn label(serial_number: &str) -> BackLabel {
    BackLabel { serial_number: Some(serial_number.into()), refused: None, control: true }
}

fn chip(number: u32) -> ChipSerial {
    ChipSerial { number: Some(number) }
}

fn check() -> LabelCarriesNumber {
    LabelCarriesNumber { expected: "020481516".into() }
}

#[test]
fn a_label_that_says_what_chip_and_bench_file_say_is_right() {
    let read = || Bench::default().saw(1.0, label("020481516")).saw(2.0, label("020481516"));
    read().expect(check(), Outcome::Pass, "as the bench file does");
    let none = ChipSerial { number: None };
    read().saw(1.5, none).expect(check(), Outcome::Pass, "the chip holds none");
    // The chip holds a number, which has no leading zero.
    read().saw(1.5, chip(20_481_516)).expect(check(), Outcome::Pass, "so do the chip and the bench file");
}

#[test]
fn a_label_that_differs_from_the_chip_is_wrong_once_two_reads_of_both_say_so() {
    let once = || Bench::default().saw(1.0, label("020481517")).saw(1.5, chip(20_481_516));
    once().expect(check(), Outcome::Inconclusive, "no second read");
    once().saw(1.0, label("020481517")).saw(2.5, chip(20_481_516)).expect(
        check(),
        Outcome::Inconclusive,
        "no second read",
    );
    let twice = || once().saw(2.0, label("020481517")).saw(2.5, chip(20_481_516));
    twice().expect(
        check(),
        Outcome::Fail,
        "the label says 020481517, the chip holds 20481516; a second read",
    );
    twice().saw(3.0, label("020481517")).expect(check(), Outcome::Fail, "a second read");
}

#[test]
fn the_bench_file_alone_blames_nobody() {
    let read = || Bench::default().saw(1.0, label("020481517")).saw(2.0, label("020481517"));
    read().expect(check(), Outcome::Inconclusive, "nothing else says which is right");
    let agree = read().saw(1.5, chip(20_481_517)).saw(2.5, chip(20_481_517));
    agree.expect(check(), Outcome::Inconclusive, "or another device lies there");
}

#[test]
fn what_was_not_read_or_contradicts_itself_says_nothing() {
    let refused = |why: &str, control| BackLabel { serial_number: None, refused: Some(why.into()), control };
    let blurred = Bench::default().saw(1.0, refused("no code was read", true));
    blurred.expect(check(), Outcome::Inconclusive, "not read: no code was read");
    let covered = Bench::default().saw(1.0, refused("no code was read", false));
    covered.expect(check(), Outcome::Inconclusive, "the printed control code was not read");
    let two = Bench::default().saw(1.0, label("020481516")).saw(2.0, label("020481517"));
    two.expect(check(), Outcome::Inconclusive, "two reads of the label disagree");
    let chips = Bench::default().saw(1.0, label("020481516")).saw(1.1, chip(1)).saw(1.2, chip(2));
    chips.expect(check(), Outcome::Inconclusive, "two reads of the chip disagree");
    Bench::default().saw(1.0, chip(1)).expect(check(), Outcome::Error, "no observation of `back_label`");
}
