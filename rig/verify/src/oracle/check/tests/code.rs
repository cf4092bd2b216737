use super::*;

const PREFIX: &str = "MITID-COPY:";
const CODE: &str = "MITID-COPY:AAAAAAAAAAAAAAAAAAAAAA";
const OTHER: &str = "MITID-COPY:BBBBBBBBBBBBBBBBBBBBBB";

fn readable() -> QrReadable {
    QrReadable { prefix: PREFIX.into(), looks: 3 }
}

fn same() -> SamePayload {
    SamePayload { prefix: PREFIX.into(), taken: Vec::new() }
}

fn different() -> DifferentPayloads {
    DifferentPayloads { prefix: PREFIX.into() }
}

fn scanned(payload: Option<&str>) -> Scanned {
    Scanned { payload: payload.map(str::to_owned) }
}

#[test]
fn one_reading_shows_that_a_code_can_be_read() {
    let bench = Bench::default().code(0.0, None).code(1.0, Some(CODE)).code(2.0, None);
    bench.expect(readable(), Outcome::Pass, "read in 1 of 3 frames");
    let uncontrolled = CodeView { payloads: vec![CODE.into()], abandoned: true, ..CodeView::default() };
    Bench::default().saw(0.0, uncontrolled).expect(readable(), Outcome::Pass, "read in 1 of 1 frames");
}

#[test]
fn a_screen_that_is_asleep_says_nothing() {
    let blank = || CodeView { control: true, blank: true, ..CodeView::default() };
    let asleep = (0..9).fold(Bench::default(), |bench, at| bench.saw(at.into(), blank()));
    asleep.expect(readable(), Outcome::Inconclusive, "set it to stay awake");
    let dimmed = || CodeView { control: true, dimmed: true, ..CodeView::default() };
    let dim = (0..9).fold(Bench::default(), |bench, at| bench.saw(at.into(), dimmed()));
    dim.expect(readable(), Outcome::Inconclusive, "set it to stay awake");
    let not_shown = QrNotShown { prefix: PREFIX.into(), looks: 3 };
    asleep.expect(not_shown, Outcome::Inconclusive, "in 0 frames only");
}

#[test]
fn a_code_that_cannot_be_read_fails_where_the_control_was_read() {
    let none = |looks| (0..looks).fold(Bench::default(), |bench, look| bench.code(look.into(), None));
    none(3).expect(readable(), Outcome::Fail, "no QR code of the app's was read in 3 frames");
    none(2).expect(readable(), Outcome::Inconclusive, "in 2 frames only, of 3 wanted");
    none(2).code(1.0, None).expect(readable(), Outcome::Inconclusive, "in 2 frames only");
    let foreign =
        (0..3).fold(Bench::default(), |bench, at| bench.code(at.into(), Some("https://example.org")));
    foreign.expect(readable(), Outcome::Fail, "in 3 frames");
}

#[test]
fn without_control_or_with_a_reader_that_gave_up_nothing_is_said() {
    let look = |control, abandoned| CodeView { control, abandoned, ..CodeView::default() };
    for view in [look(false, false), look(true, true), look(false, true)] {
        let bench = (0..9).fold(Bench::default(), |bench, at| bench.saw(at.into(), view.clone()));
        bench.expect(readable(), Outcome::Inconclusive, "in no frame");
    }
    Bench::default().expect(readable(), Outcome::Error, "rig: no observation of `code_view`");
}

#[test]
fn that_no_code_is_shown_needs_the_control() {
    let check = || QrNotShown { prefix: PREFIX.into(), looks: 2 };
    let none = || Bench::default().code(0.0, None);
    none().code(1.0, None).expect(check(), Outcome::Pass, "no QR code was read in 2 frames");
    none().expect(check(), Outcome::Inconclusive, "in 1 frames only, of 2 wanted");
    none().code(1.0, Some(CODE)).expect(check(), Outcome::Fail, "a QR code was read in 1 of 2 frames");
    none().saw(1.0, CodeView::default()).expect(check(), Outcome::Inconclusive, "in 1 frames only");
}

#[test]
fn a_phone_that_reports_no_payload_is_judged_by_its_screen() {
    let by_screen = || SamePayload { prefix: PREFIX.into(), taken: vec!["Scanned".into()] };
    let screen = |title: &str| Screen { title: title.into(), ..Screen::default() };
    let shown = |title| Bench::default().code(0.0, Some(CODE)).saw(1.0, screen(title));
    shown("Scanned").expect(by_screen(), Outcome::Pass, "went on with it: its screen reads “Scanned”");
    shown("Refused").expect(by_screen(), Outcome::Inconclusive, "in one frame only");
    let twice = shown("Refused").code(2.0, Some(CODE));
    twice.expect(by_screen(), Outcome::Fail, "did not go on with the code");
    let unseen = Bench::default().code(0.0, None).saw(1.0, screen("Scanned"));
    unseen.expect(by_screen(), Outcome::Inconclusive, "the camera read no QR code on the old phone");
    Bench::default().code(0.0, Some(CODE)).expect(by_screen(), Outcome::Error, "no observation of `screen`");
}

#[test]
fn the_new_phone_reads_the_code_that_the_camera_saw() {
    let seen = || Bench::default().code(0.0, Some(CODE)).code(1.0, Some(CODE));
    seen().saw(2.0, scanned(Some(CODE))).expect(same(), Outcome::Pass, "the code that the camera saw");
    seen().saw(2.0, scanned(Some(OTHER))).expect(same(), Outcome::Fail, "has read “MITID-COPY:BBB");
    seen().saw(2.0, scanned(None)).expect(same(), Outcome::Fail, "has read no code");
    let renewed = seen().code(1.5, Some(OTHER)).code(1.6, Some(OTHER));
    renewed.saw(2.0, scanned(Some(CODE))).expect(same(), Outcome::Fail, "the camera saw “MITID-COPY:BBB");
}

#[test]
fn a_scanner_that_reads_the_control_code_and_not_the_code_is_the_products_fault() {
    let check = |frames| ScannerReads { code: CODE.into(), control: "rig:control".into(), frames };
    let control = || Bench::default().saw(1.0, scanned(Some("rig:control")));
    let still = || control().saw(9.0, scanned(Some("rig:control")));
    let seen = still().code(2.0, Some(CODE)).code(3.0, Some(CODE));
    seen.expect(check(2), Outcome::Fail, "and not “MITID-COPY:AAA");
    seen.expect(check(3), Outcome::Inconclusive, "in 2 frames only, of 3 wanted");
    still().code(2.0, None).expect(check(2), Outcome::Inconclusive, "in 0 frames only");
    still().expect(check(0), Outcome::Fail, "which the bench's screen shows");
    control().saw(9.0, scanned(None)).expect(check(0), Outcome::Fail, "which the bench's screen shows");
    control().saw(9.0, scanned(Some(CODE))).expect(check(0), Outcome::Pass, "MITID-COPY:AAA");
    let none = Bench::default().saw(1.0, scanned(None)).saw(9.0, scanned(None));
    none.expect(check(0), Outcome::Inconclusive, "neither the code");
    Bench::default().expect(check(0), Outcome::Error, "no observation of `scanned`");
}

#[test]
fn a_disagreement_needs_a_second_frame_and_no_code_says_nothing() {
    let once = Bench::default().code(0.0, Some(CODE)).code(0.0, Some(CODE)).saw(2.0, scanned(Some(OTHER)));
    once.expect(same(), Outcome::Inconclusive, "in one frame only");
    let none = Bench::default().code(0.0, None).saw(2.0, scanned(Some(CODE)));
    none.expect(same(), Outcome::Inconclusive, "the camera read no QR code");
    Bench::default().code(0.0, Some(CODE)).expect(same(), Outcome::Error, "no observation of `scanned`");
}

#[test]
fn two_sessions_have_different_codes() {
    let two = |a, b| Bench::default().code(0.0, a).code(9.0, b);
    two(Some(CODE), Some(OTHER)).expect(different(), Outcome::Pass, "the other “MITID-COPY:BBB");
    two(Some(CODE), Some(CODE)).expect(different(), Outcome::Fail, "both sessions show");
    two(Some(CODE), None).expect(different(), Outcome::Inconclusive, "did not read the code of both");
    two(Some(CODE), Some(OTHER)).code(10.0, None).expect(
        different(),
        Outcome::Error,
        "of each of two sessions",
    );
}

fn checkmark(wanted: bool) -> CheckmarkShown {
    CheckmarkShown { wanted, from_ns: 0, watch: Duration::from_secs(3), gap: Duration::from_millis(600) }
}

/// Looks for the checkmark twice a second.
fn looks(seen: &[bool]) -> Bench {
    let moments = (0_u32..).map(|look| f64::from(look) / 2.0);
    let look = |seen| Checkmark { seen, control: true, unlit: false };
    seen.iter().zip(moments).fold(Bench::default(), |bench, (&seen, at_s)| bench.saw(at_s, look(seen)))
}

#[test]
fn a_checkmark_shows_where_two_frames_show_it() {
    let shown = || looks(&[false, true, true, true, false]);
    shown().expect(checkmark(true), Outcome::Pass, "in 3 of 5 frames");
    shown().expect(checkmark(false), Outcome::Fail, "in 3 of 5 frames");
    let once = || looks(&[false, true, false, false, false, false, false]);
    once().expect(checkmark(true), Outcome::Inconclusive, "no second confirms it");
    once().expect(checkmark(false), Outcome::Inconclusive, "no second confirms it");
}

#[test]
fn no_checkmark_needs_a_watch_without_a_hole() {
    looks(&[false; 7]).expect(checkmark(false), Outcome::Pass, "no green checkmark in 7 frames");
    looks(&[false; 7]).expect(checkmark(true), Outcome::Fail, "no green checkmark in 7 frames");
    looks(&[false; 6]).expect(checkmark(false), Outcome::Inconclusive, "could not see from 2.5 to 3 s");
    let mut holed = looks(&[false; 7]);
    holed.seen[3].value = Checkmark { seen: true, control: false, unlit: false }.to_value();
    holed.expect(checkmark(true), Outcome::Inconclusive, "could not see from 1 to 2 s");
    // A camera that could not see at first may have missed it, however long it watched after that.
    let mut late = looks(&[false; 12]);
    late.seen[..3]
        .iter_mut()
        .for_each(|look| look.value = Checkmark { seen: false, control: false, unlit: false }.to_value());
    late.expect(checkmark(false), Outcome::Inconclusive, "could not see from 0 to 1.5 s");
    // Looks missed before the scan began do not matter.
    let scan = |from_ns| CheckmarkShown { from_ns, ..checkmark(false) };
    late.expect(scan(1_500_000_000), Outcome::Pass, "no green checkmark in 9 frames");
    late.expect(scan(3_000_000_000), Outcome::Inconclusive, "could not see from 5.5 to 6 s");
    let as_seldom_as_allowed = CheckmarkShown { gap: Duration::from_millis(500), ..checkmark(false) };
    looks(&[false; 7]).expect(as_seldom_as_allowed, Outcome::Pass, "in 7 frames");
    let blind = Bench::default().saw(0.0, Checkmark { seen: false, control: false, unlit: false });
    blind.expect(checkmark(false), Outcome::Inconclusive, "at no time");
}
