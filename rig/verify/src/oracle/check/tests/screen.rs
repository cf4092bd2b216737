use super::*;
use crate::oracle::{
    observed::{Button, Entered},
    otp::Totp,
    window::Window,
};

fn shows(title: &str, texts: &[&str], absent: &[&str]) -> ScreenShows {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    ScreenShows {
        title: Some(title.into()),
        texts: owned(texts),
        absent: owned(absent),
        ..ScreenShows::default()
    }
}

#[test]
fn a_screen_shows_its_heading_its_texts_and_its_labels() {
    let screen = Screen {
        title: "Enter the serial number".into(),
        texts: vec!["It is found on\nthe back.".into()],
        buttons: vec![Button { label: "Next".into(), enabled: false }],
        ..Screen::default()
    };
    let bench = Bench::default().screen(0.0, "Home", &[]).saw(1.0, screen);
    let title = "Enter the serial number";
    bench.expect(shows(title, &["on the back", "Next"], &["refused"]), Outcome::Pass, title);
    bench.expect(shows("Home", &[], &[]), Outcome::Fail, "expected the heading “Home”");
    bench.expect(shows(title, &["Cancel"], &[]), Outcome::Fail, "expected “Cancel”");
    bench.expect(shows(title, &[], &["found"]), Outcome::Fail, "expected no “found”");
}

#[test]
fn what_is_offered_can_be_used() {
    let screen = |enabled| Screen {
        buttons: vec![Button { label: "Next".into(), enabled }],
        fields: vec!["Code".into()],
        ..Screen::default()
    };
    let offers = |label: &str| ScreenShows { offers: vec![label.into()], ..ScreenShows::default() };
    Bench::default().saw(0.0, screen(true)).expect(offers("Next"), Outcome::Pass, "the screen reads");
    Bench::default().saw(0.0, screen(true)).expect(offers("Code"), Outcome::Pass, "the screen reads");
    Bench::default().saw(0.0, screen(false)).expect(offers("Next"), Outcome::Fail, "“Next” to be offered");
    Bench::default().saw(0.0, screen(true)).expect(offers("Nex"), Outcome::Fail, "“Nex” to be offered");
}

#[test]
fn fields_stand_in_their_order() {
    let screen = |fields: &[&str]| Screen {
        fields: fields.iter().map(|field| (*field).to_owned()).collect(),
        ..Screen::default()
    };
    let check = || ScreenShows { fields: vec!["User ID".into(), "Code".into()], ..ScreenShows::default() };
    Bench::default().saw(0.0, screen(&["User ID", "Code"])).expect(check(), Outcome::Pass, "reads");
    for other in [&["Code", "User ID"][..], &["User ID"], &["User ID", "Code", "Password"], &[]] {
        let bench = Bench::default().saw(0.0, screen(other));
        bench.expect(check(), Outcome::Fail, "the fields User ID, Code");
    }
}

#[test]
fn every_text_is_of_the_profiles_version() {
    let check = || TextsOfVersion {
        version: "mitid 1".into(),
        texts: vec!["Log in".into(), "Serial number".into()],
        data: vec!["204815162".into()],
    };
    let bench = |text: &str| Bench::default().screen(0.0, "", &[]).screen(1.0, "Log in", &[text]);
    bench("Serial\nnumber").expect(check(), Outcome::Pass, "2 screens, all of mitid 1");
    bench("204815162").expect(check(), Outcome::Pass, "all of mitid 1");
    bench("204815163").expect(check(), Outcome::Fail, "“204815163” is not a text of mitid 1");
    Bench::default().screen(0.0, "Sign in", &[]).screen(1.0, "Log in", &[]).expect(
        check(),
        Outcome::Fail,
        "“Sign in”",
    );
}

#[test]
fn of_two_sessions_exactly_one_wins() {
    let check = || OneWins { accepted: shows("Activated", &[], &[]), refused: shows("Code", &["used"], &[]) };
    let sessions = |first: &str, second: &str| {
        Bench::default().screen(1.0, first, &["used"]).screen(1.0, second, &["used"])
    };
    sessions("Activated", "Code").expect(check(), Outcome::Pass, "Activated");
    sessions("Code", "Activated").expect(check(), Outcome::Pass, "Activated");
    sessions("Activated", "Activated").expect(check(), Outcome::Fail, "one accepted and one refused");
    sessions("Code", "Code").expect(check(), Outcome::Fail, "one accepted and one refused");
    Bench::default().screen(1.0, "Code", &[]).expect(check(), Outcome::Error, "rig: ");
}

#[test]
fn the_service_keeps_its_window() {
    let check = || WindowKept {
        totp: Totp::default(),
        window: Window { past: 1, future: 1 },
        accepted: shows("Activated", &[], &[]),
        refused: shows("Code", &[], &[]),
    };
    // Now is 15 s into step 100 at the tap; the screen answers 1 s later.
    let entered = |step, title: &str| {
        Bench::default().utc(0.0, 3015).saw(10.0, Entered { step }).screen(11.0, title, &[])
    };
    for step in [99, 100, 101] {
        entered(step, "Activated").expect(check(), Outcome::Pass, "within the window");
        entered(step, "Code").expect(check(), Outcome::Fail, "expected the heading “Activated”");
    }
    for step in [98, 102] {
        entered(step, "Code").expect(check(), Outcome::Pass, "2 steps off, outside of the window");
        entered(step, "Activated").expect(check(), Outcome::Fail, "expected the heading “Code”");
    }
}

#[test]
fn a_code_at_the_edge_while_it_is_judged_says_nothing() {
    let check = WindowKept {
        totp: Totp::default(),
        window: Window { past: 1, future: 1 },
        accepted: shows("Activated", &[], &[]),
        refused: shows("Code", &[], &[]),
    };
    // The step ends between tap and answer.
    let bench = Bench::default().utc(0.0, 3029).saw(0.5, Entered { step: 99 }).screen(1.5, "Code", &[]);
    bench.expect(check, Outcome::Inconclusive, "edge of the window");
}

#[test]
fn a_clock_that_is_unsure_by_more_than_the_window_blames_nobody() {
    let check = WindowKept {
        totp: Totp::default(),
        window: Window { past: 1, future: 1 },
        accepted: shows("Activated", &[], &[]),
        refused: shows("Code", &[], &[]),
    };
    let uncertainty = Duration::from_secs(60);
    let utc = Utc { unix: Duration::from_secs(3015), uncertainty, source: "test".into() };
    for title in ["Activated", "Code"] {
        let bench = Bench::default().saw(0.0, utc.clone()).saw(10.0, Entered { step: 100 });
        bench.screen(11.0, title, &[]).expect(check.clone(), Outcome::Inconclusive, "edge of the window");
    }
}

#[test]
fn of_two_devices_one_lets_in_at_most() {
    let check = || OneLetsIn { accepted: shows("In", &[], &[]), refused: shows("Log in", &[], &[]) };
    let bench = |first: &str, second: &str| {
        let bench = Bench::default();
        bench.screen(0.0, first, &[]).screen(1.0, second, &[])
    };
    bench("In", "Log in").expect(check(), Outcome::Pass, "one of 2 devices");
    bench("Log in", "In").expect(check(), Outcome::Pass, "one of 2 devices");
    bench("In", "In").expect(check(), Outcome::Fail, "2 devices let one in");
    bench("Log in", "Log in").expect(check(), Outcome::Inconclusive, "no device was seen");
    bench("In", "Out of order").expect(check(), Outcome::Inconclusive, "no device was seen");
}

#[test]
fn the_labs_words_are_marked_and_decide_nothing_where_the_guide_alone_does() {
    let bench = || Bench::default().screen(0.0, "Important messages", &["Set up notifications"]);
    let check = |texts: &[&str], guide_only| ScreenShows {
        lab: vec!["Important messages".into()],
        guide_only,
        ..shows("Important messages", texts, &[])
    };
    let words = "the lab's words: “Important messages”";
    bench().expect(check(&["Set up notifications"], false), Outcome::Pass, words);
    bench().expect(check(&["Allow"], false), Outcome::Fail, words);
    let unsaid = "not the guide's, and so undecided: “Important messages”";
    bench().expect(check(&["Set up notifications"], true), Outcome::Inconclusive, unsaid);
    bench().expect(check(&["Allow"], true), Outcome::Fail, "expected “Allow”");
    let other = Bench::default().screen(0.0, "Messages", &["Set up notifications"]);
    other.expect(check(&["Set up notifications"], true), Outcome::Inconclusive, unsaid);
    let guides = ScreenShows { guide_only: true, ..shows("Important messages", &[], &[]) };
    bench().expect(guides, Outcome::Pass, "the screen reads");
}
