//! A bench of real devices starts in an authorised test environment, or not at all.

use std::fs;

use crate::{
    common::{assert_refused, refused_run},
    table::{BENCH, PROFILE, Table},
};

/// A bench of kind hardware with people and nothing else on it.
fn people_only() -> Table {
    let table = Table::new();
    table.spoil(BENCH, "kind = \"simulated\"", "kind = \"hardware\"");
    let text = fs::read_to_string(table.path(BENCH)).unwrap();
    let (head, rest) = text.split_once("[[camera]]").unwrap();
    let people =
        rest.split("\n\n").filter(|part| part.contains("[[person]]")).collect::<Vec<_>>().join("\n\n");
    fs::write(table.path(BENCH), format!("{head}{people}\n")).unwrap();
    table
}

/// The line (from 1) of the first `text` in the bench file.
fn line(table: &Table, text: &str) -> String {
    let bench = fs::read_to_string(table.path(BENCH)).unwrap();
    let at = bench.lines().position(|line| line.contains(text)).unwrap();
    format!("{}:{}", table.path(BENCH), at + 1)
}

#[test]
fn without_one_a_hardware_bench_does_not_start() {
    let table = people_only();
    let place = line(&table, "profile = ");
    assert_refused(&table.run(), &place, &["neither this file nor its profile", "[environment]", "until"]);
}

#[test]
fn when_its_time_is_over_a_hardware_bench_does_not_start() {
    let table = people_only();
    table.authorise("2020-02-29", &["test-user-1", "test-user-2", "test-user-3"]);
    let place = line(&table, "profile = ");
    assert_refused(&table.run(), &place, &["contract 17", "ended on 2020-02-29; today is 20"]);
}

#[test]
fn nobody_but_its_test_identities_is_on_a_hardware_bench() {
    let table = people_only();
    table.authorise("9999-12-31", &["test-user-1", "test-user-2"]);
    let place = line(&table, "test-user-3");
    let words =
        ["\"test-user-3\" is not an identity", "\"preproduction\"", "there are: test-user-1, test-user-2"];
    assert_refused(&table.run(), &place, &words);
}

#[test]
fn with_one_it_is_the_instruments_that_are_missing() {
    let table = people_only();
    table.authorise("9999-12-31", &["test-user-1", "test-user-2", "test-user-3"]);
    let said = refused_run(&["--bench", &table.path(BENCH), "--name", "^Three ways"]);
    assert!(said.stderr.contains("the scenario needs 1 × phone, the bench has 0"), "{}", said.stderr);
}

#[test]
fn the_bench_file_may_name_it_where_the_profile_does_not() {
    let environment = |until: &str| {
        format!(
            "[environment]\nname = \"preproduction\"\noperator = \"the operator\"\nauthorised_by = \"contract 17\"\n\
             until = {until}\nidentities = [\"test-user-1\", \"test-user-2\", \"test-user-3\"]\n\n"
        )
    };
    let own = |until: &str| {
        let table = people_only();
        table.spoil(BENCH, "[clock]", &format!("{}[clock]", environment(until)));
        table
    };
    let said = refused_run(&["--bench", &own("9999-12-31").path(BENCH), "--name", "^Three ways"]);
    assert!(said.stderr.contains("the scenario needs 1 × phone, the bench has 0"), "{}", said.stderr);
    let ended = own("2020-02-29");
    assert_refused(&ended.run(), &line(&ended, "[environment]"), &["contract 17", "ended on 2020-02-29"]);
    let twice = own("9999-12-31");
    twice.authorise("9999-12-31", &["test-user-1", "test-user-2", "test-user-3"]);
    assert_refused(&twice.run(), &line(&twice, "[environment]"), &["names a test environment already"]);
    let simulated = Table::new();
    simulated.spoil(BENCH, "[clock]", &format!("{}[clock]", environment("9999-12-31")));
    assert_refused(&simulated.run(), &line(&simulated, "[environment]"), &["is for a bench of real devices"]);
}

#[test]
fn an_environment_that_is_wrong_is_named_with_its_line() {
    for (from, to, words) in [
        ("until = 9999-12-31", "until = 9999-12-31T10:00:00Z", &["is not a date", "2027-06-30"] as &[&str]),
        ("operator = ", "runs = ", &["unknown field `runs`", "`operator`"]),
    ] {
        let table = people_only();
        table.authorise("9999-12-31", &["test-user-1"]);
        let line = table.spoil(PROFILE, from, to);
        assert_refused(&table.run(), &format!("{}/../{PROFILE}:{line}", table.path("benches")), words);
    }
}
