//! Features that the product lacks: reported with the reason, shown with the reason, and never assumed.

use crate::{
    common::{Run, assert_refused, rig},
    table::{BENCH, PROFILE, Table},
};

#[test]
fn what_is_unset_unknown_or_a_no_without_its_reason_is_named_with_its_line() {
    for (to, line_of_table, words) in [
        (
            "",
            true,
            &["`chip` is not set, and unset is never no", "`true` or `{ no = \"the reason\" }`"] as &[&str],
        ),
        ("chop = true", false, &["unknown variant `chop`", "expected one of `app`", "`chip`"]),
        ("chip = false", false, &["a no without its reason", "`true` or `{ no = \"the reason\" }`"]),
        ("chip = { no = \"\" }", false, &["a no without its reason"]),
        ("chip = \"yes\"", false, &["not an answer", "`true` or `{ no = \"the reason\" }`"]),
        ("chip = { because = \"x\" }", false, &["not an answer"]),
    ] {
        let table = Table::new();
        let text = std::fs::read_to_string(table.path(PROFILE)).unwrap();
        let line = |start: &str| 1 + text.lines().position(|line| line.starts_with(start)).unwrap();
        table.spoil(PROFILE, "chip = true", to);
        let line = line(if line_of_table { "[has]" } else { "chip = true" });
        assert_refused(&table.run(), &format!("{}/../{PROFILE}:{line}", table.path("benches")), words);
    }
}

#[test]
fn what_the_product_has_not_does_not_apply_and_says_why() {
    let table = Table::new();
    let no = "app_on_another_phone = { no = \"one app for each person\" }";
    table.spoil(PROFILE, "app_on_another_phone = true", no);
    let bench = table.path(BENCH);
    let phones = ["--bench", &bench, "--name", "^(Three ways|It is accepted once|The new phone)"];
    let run = Run::new(&phones);
    let last = run.last();
    assert_eq!((run.said.code, &last["outcome"]), (0, &"pass".into()), "{}", run.said.stderr);

    let reason = "no app on another phone: one app for each person";
    let outside = last["not_applicable"].as_array().unwrap();
    assert!(outside.iter().all(|scenario| scenario["reason"] == reason));
    assert!(outside.iter().any(|scenario| scenario["name"] == "The QR code: It is accepted once"));
    // A clause that nothing else judges does not apply; one that something else of the suite judges is only
    // not in this run.
    assert_eq!(run.clause("S5.B.5b"), "not_applicable");
    assert_eq!(run.clause("SP800-63B-3.1.3"), "null");
    let clauses = last["clauses"].as_array().unwrap();
    assert_eq!(clauses.iter().find(|clause| clause["id"] == "S5.B.5b").unwrap()["reason"], reason);

    assert!(run.file("report.html").contains(reason));
    assert!(run.file("junit.xml").contains(&format!("not applicable: {reason}")));
}

#[test]
fn without_a_test_link_only_sealed_devices_are_judged() {
    let table = Table::new();
    table.spoil(PROFILE, "test_link = true", "test_link = { no = \"all of them are sealed\" }");
    // Nothing with a link has to be on the bench then.
    let run = Run::new(&["--bench", &table.path(BENCH), "--tags", "@display and not @sealed"]);
    assert_eq!(run.said.code, 3, "nothing was run: {}", run.said.stderr);
    let last = run.last();
    let outside = last["not_applicable"].as_array().unwrap();
    assert!(outside.len() > 5);
    for scenario in outside {
        assert!(scenario["reason"].as_str().unwrap().starts_with("no test link: all of them"), "{scenario}");
    }
}

#[test]
fn a_bench_runs_what_it_is_equipped_for_where_it_is_asked_to() {
    let table = Table::new();
    table.spoil(BENCH, "power = { driver = \"simulated\" }", "");
    let bench = table.path(BENCH);
    let wanted = [
        "--bench",
        &bench,
        "--list",
        "--name",
        "No code comes twice|The documented way",
        "features/code-device",
    ];
    let refused = rig(&[&["run"], &wanted[..]].concat());
    assert_eq!(refused.code, 2);
    let lacking = "needs 1 × code display (event-based, with a power switch), the bench has 0";
    assert!(refused.stderr.contains(lacking), "{}", refused.stderr);
    let listed = rig(&[&["run", "--as-equipped"], &wanted[..]].concat());
    assert_eq!((listed.code, &*listed.stderr), (0, ""));
    assert!(listed.stdout.contains("The documented way"), "{}", listed.stdout);
    assert!(listed.stdout.contains(&format!("not equipped: the scenario {lacking}")), "{}", listed.stdout);
}

#[test]
fn what_a_bench_is_not_equipped_for_is_in_the_reports_with_the_reason() {
    let table = Table::new();
    table.spoil(BENCH, "[screen]", "# no [screen]");
    table.spoil(BENCH, "name = \"screen\"\ndriver = \"simulated\"", "");
    let bench = table.path(BENCH);
    let run = Run::new(&["--bench", &bench, "--as-equipped", "--name", "^(Three ways|A code of nobody)"]);
    let last = run.last();
    assert_eq!((run.said.code, &last["outcome"]), (0, &"pass".into()), "{}", run.said.stderr);
    let [left_out] = &last["not_equipped"].as_array().unwrap()[..] else { panic!("{last}") };
    let reason = "the scenario needs 1 × screen, the bench has 0";
    assert_eq!(
        (&left_out["name"], &left_out["reason"]),
        (&"The QR code: A code of nobody is refused".into(), &reason.into())
    );
    assert!(run.file("report.html").contains("Scenarios that this bench is not equipped for"));
    assert!(run.file("junit.xml").contains(&format!("not equipped: {reason}")));
}
