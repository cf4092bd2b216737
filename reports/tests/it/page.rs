//! The HTML page, checked for what must stand on it and for what must not.

use std::{collections::HashSet, fs, path::Path};

use reports::{Access, EvidenceStore, Journal, JournalWriter, Outcome, Summary, html};
use serde_json::json;
use tempfile::TempDir;

use crate::{
    phones, sample,
    scribe::{self, Scribe},
};

/// The sample run's page, also left in the target folder for people to look at.
fn page(folder: &Path) -> String {
    let page = html_of(&sample::run(folder));
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("sample.html"), &page).unwrap();
    page
}

fn html_of(journal: &Journal) -> String {
    html(journal, &Summary::new(journal))
}

#[test]
fn it_says_the_verdict_the_bench_and_who_made_it() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    for words in [
        "The product breaks 1 clause.",
        "says nothing of a real product",
        "not connected with the MitID service",
        "36-leading-zero-dropped",
        "serial-cut@S5.C.7",
        "no scenario of this run judges it",
        "the product has no speech output",
        "29.970 s ± 0.067 s (k = 2)",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[test]
fn it_is_whole_without_scripts_or_the_network() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    for foreign in ["<script", "<link", "http://", "https://", "url(", "@import"] {
        assert!(!page.contains(foreign), "{foreign}");
    }
    assert!(page.len() < 5_000_000);
}

/// Texts between each `from` and the next `to`.
fn between<'a>(page: &'a str, from: &'a str, to: &'a str) -> impl Iterator<Item = &'a str> {
    page.split(from).skip(1).filter_map(move |rest| rest.split(to).next())
}

#[test]
fn every_link_leads_somewhere_and_every_place_has_one_name() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    let ids: Vec<&str> = between(&page, " id=\"", "\"").collect();
    let unique: HashSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len());
    let links: Vec<&str> = between(&page, "href=\"", "\"").collect();
    assert!(links.len() > 40);
    for link in links {
        let leads =
            link.strip_prefix('#').map_or(folder.path().join(link).is_file(), |id| unique.contains(id));
        assert!(leads, "{link}");
    }
}

#[test]
fn it_can_be_read_without_color_eyes_or_a_mouse() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    for badge in between(&page, "class=\"badge ", "</span>") {
        let word = badge.split_once('>').unwrap().1;
        assert!(word.len() > 5 && word.ends_with(char::is_alphabetic), "an outcome in words: {word}");
    }
    assert_eq!(between(&page, "<table", "</table>").count(), page.matches("<caption>").count());
    assert!(
        between(&page, "<th", ">").all(|attributes| attributes == "ead" || attributes.contains("scope="))
    );
    assert!(between(&page, "<img", ">").all(|attributes| attributes.contains("alt=\"Frame: ")));
    assert!(between(&page, "<svg", ">").all(|attributes| attributes.contains("aria-label=\"")));
    assert_eq!(between(&page, "<h1", "</h1>").count(), 1);
    assert_eq!(between(&page, "<details", "</details>").count(), page.matches("<summary>").count());
}

#[test]
fn the_worst_stands_first() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    let rows: Vec<_> = between(&page, " id=\"clause-", "\"").map(|id| id.parse::<usize>().unwrap()).collect();
    // Fail, error, inconclusive, not run, the passes in the register's order, what is reported; then those not judged.
    assert_eq!(rows, [6, 4, 11, 8, 1, 3, 5, 7, 10, 14, 13, 12, 2, 9]);
}

/// The page's problems, one text each.
fn problems(page: &str) -> Vec<&str> {
    between(page, "<article class=\"problem ", "</article>").collect()
}

#[test]
fn each_problem_names_clause_fault_frames_and_the_command_to_see_it_again() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    let [fail, error, unsure, not_run] = problems(&page)[..] else { panic!("{}", problems(&page).len()) };
    for words in [
        "S5.C.8b",
        "Enter the 6-digit one-time code displayed",
        "5 digits, 81804, where 6 were promised",
        "<strong>The product.</strong> It was given a defect for this run: 36-leading-zero-dropped.",
        "Then the code has exactly 6 digits",
        "limit: exactly 6",
        "<img id=\"frame-",
        "<strong>81804</strong>",
        "the last of 2",
        "rig run --seed 7 --defect 36-leading-zero-dropped --fault serial-cut@S5.C.7 --name \
         '^code-device/codes: A leading zero is part of the code$'",
    ] {
        assert!(fail.contains(words), "{words}: {fail}");
    }
    for words in ["<strong>The bench or the rig.</strong>", "unplugged", "serial-cut@S5.C.7", "T-4711"] {
        assert!(error.contains(words), "{words}: {error}");
    }
    assert!(unsure.contains("lies within its uncertainty") || unsure.contains("could not see"), "{unsure}");
    assert!(unsure.contains("<p class=\"title\">Wrong code</p>"), "a screen as text: {unsure}");
    assert!(not_run.contains("1 clause not judged"), "{not_run}");
}

#[test]
fn a_filter_offers_what_there_is() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    let choices: Vec<&str> = between(&page, "name=\"show\" id=\"show-", "\"").collect();
    assert_eq!(choices, ["all", "fail", "error", "inconclusive", "not-run", "pass"]);
    for choice in &choices[1..] {
        assert!(
            page.contains(&format!("body:has(#show-{choice}:checked)")),
            "no rule hides the rest of {choice}"
        );
    }
}

#[test]
fn a_link_to_a_scenario_leads_inside_so_that_a_browser_opens_it() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    let scenarios: Vec<&str> = between(&page, "<details class=\"scenario ", "<ol").collect();
    assert_eq!(scenarios.len(), 5);
    assert!(scenarios[0].starts_with("fail") && scenarios[4].starts_with("pass"));
    for scenario in scenarios {
        let (summary, inside) = scenario.split_once("</summary>").unwrap();
        assert!(
            !summary.contains("id=\"scenario-") && inside.starts_with("<div id=\"scenario-"),
            "{scenario}"
        );
    }
}

#[test]
fn the_frames_that_decided_are_on_it_once() {
    let folder = TempDir::new().unwrap();
    let page = page(folder.path());
    // The fail's frame, which is its display's only picture, the unsure one's, the one before the error, and the last of
    // each clause that passed with frames, which two of the activation's do.
    assert_eq!(page.matches("data:image/png;base64,").count(), 5);
}

#[test]
fn altered_evidence_is_named() {
    let folder = TempDir::new().unwrap();
    let journal = sample::run(folder.path());
    for file in fs::read_dir(folder.path().join("evidence")).unwrap() {
        fs::write(file.unwrap().path(), b"something else").unwrap();
    }
    let page = html_of(&journal);
    assert!(page.contains("Evidence cannot be shown."));
    assert!(!page.contains("data:image"));
}

#[test]
fn nothing_from_a_journal_becomes_markup() {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    let mut plan = sample::plan();
    plan.bench = "<script>alert(1)</script>".to_owned();
    plan.clauses[0].quote = "</q><script>".to_owned();
    scribe::head(&writer, &plan);
    let s = Scribe::begin(&writer, 0);
    s.step(0, Outcome::Error, Some("<script>\"'&"), |s| {
        s.observe("<script>", "<script>", json!({"<script>": "<script>"}), None);
    });
    s.finish(Outcome::Error);
    assert!(!html_of(&Journal::read(folder.path()).unwrap()).contains("<script"));
}

#[test]
fn many_large_frames_do_not_make_a_page_too_large_to_send() {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    let store = EvidenceStore::new(folder.path());
    scribe::head(&writer, &sample::plan());
    let s = Scribe::begin(&writer, 2);
    s.walk(0..2);
    s.step(2, Outcome::Fail, None, |s| {
        let frames = (0..8_u8).map(|frame| store.store("image/png", &vec![frame; 700_000]).unwrap());
        let seen: Vec<u32> = frames
            .enumerate()
            .map(|(code, frame)| s.observe("display-camera", "code", json!(code), Some(frame)))
            .collect();
        s.judge(2, "RFC6238-5.2", Outcome::Fail, "too late", &seen, vec![]);
    });
    s.finish(Outcome::Fail);
    let page = html_of(&Journal::read(folder.path()).unwrap());
    assert!((2_500_000..5_000_000).contains(&page.len()), "{}", page.len());
}

#[test]
fn a_run_cut_short_says_so() {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    scribe::head(&writer, &sample::plan());
    Scribe::begin(&writer, 0).walk(0..1);
    let page = html_of(&Journal::read(folder.path()).unwrap());
    assert!(page.contains("Not everything that was planned was run."));
    assert!(page.contains("<strong>Incomplete. </strong>"));
    assert!(page.contains("This scenario never began."));
}

#[test]
fn a_long_watch_is_cut_and_says_so() {
    let folder = TempDir::new().unwrap();
    let writer = JournalWriter::create(folder.path(), Access::PRIVATE).unwrap();
    scribe::head(&writer, &sample::plan());
    Scribe::begin(&writer, 0).step(0, Outcome::Pass, None, |s| {
        for frame in 0..60 {
            s.observe("display-camera", "dark", json!(frame), None);
        }
    });
    let page = html_of(&Journal::read(folder.path()).unwrap());
    assert!(page.contains("60 observations") && page.contains("10 more in the journal."));
}

/// The page of the run with two phones, also left in the target folder for people to look at.
fn phones_page(folder: &Path) -> String {
    let page = html_of(&phones::run(folder));
    fs::write(Path::new(env!("CARGO_TARGET_TMPDIR")).join("phones.html"), &page).unwrap();
    page
}

#[test]
fn two_phones_are_drawn_on_one_axis() {
    let folder = TempDir::new().unwrap();
    let page = phones_page(folder.path());
    let drawn: Vec<&str> = between(&page, "<figure class=\"timeline\">", "</figure>").collect();
    let [timeline] = drawn.as_slice() else { panic!("{} timelines", drawn.len()) };
    assert!(timeline.matches('<').count() < 200, "{} tags", timeline.matches('<').count());
    for words in [
        "Timeline from 0.000 s to",
        "old-phone",
        "camera: QR code",
        "radio: adverts",
        "modem: SMS",
        "tap Show QR code",
        "“Scan this QR code”: from",
        "code 1, 630 looks",
        "camera cannot see, 10 looks",
        "SMS from MitID with a temporary PIN of 8 digits",
        "scan: ✕ refused",
        "✓ S5.B.5b",
    ] {
        assert!(timeline.contains(words), "{words}");
    }
    assert!(timeline.len() < 60_000, "{} bytes", timeline.len());
}

#[test]
fn a_run_without_phones_apart_has_no_timeline() {
    let folder = TempDir::new().unwrap();
    assert!(!page(folder.path()).contains("<figure class=\"timeline\">"));
}

#[test]
fn a_budget_is_shown_line_by_line() {
    let folder = TempDir::new().unwrap();
    let page = phones_page(folder.path());
    let budgets: Vec<&str> = between(&page, "<details class=\"budget\">", "</details>").collect();
    let [budget] = budgets.as_slice() else { panic!("{} budgets", budgets.len()) };
    for words in ["start: between two frames", "0.017 s", "0.0096 s", "expanded, k = 2.3", "0.031 s"] {
        assert!(budget.contains(words), "{words}: {budget}");
    }
}
