use std::{collections::BTreeSet, path::Path};

use super::*;
use crate::{
    bench::Bench,
    suite::{Plan, Register, features},
};

fn suite() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn bench() -> Bench {
    Bench::load(&suite().join("fixtures/benches/simulated.toml")).unwrap()
}

fn facts() -> Facts {
    Facts::of(&bench().profile).unwrap()
}

fn walks(seed: u64, count: usize) -> Vec<Walk> {
    let mut walker = Walker::new(facts(), seed, None);
    (0..count).map(|_| walker.next_walk().unwrap()).collect()
}

/// The scenarios that the suite makes of these walks.
fn planned(walks: &[&Walk]) -> Plan {
    let titled: Vec<_> = (1..).zip(walks).map(|(number, walk)| (format!("{number}"), *walk)).collect();
    let text = feature(&walks[0].subject, &titled);
    let (written, problems) = features::examine(Path::new("walks.feature"), &text);
    assert!(problems.is_empty(), "{}", problems[0]);
    let register = Register::load(&suite().join("features/clauses.toml")).unwrap();
    let bench = bench();
    Plan::new(&written, suite(), &register, &bench.profile, &bench.capacity()).unwrap()
}

#[test]
fn walks_take_every_action_and_nearly_every_pair_and_each_is_a_scenario_of_the_suite() {
    let (mut walker, reachable) = (Walker::new(facts(), 7, None), Reachable::of(&facts()));
    let walks: Vec<_> = (0..4000).map(|_| walker.next_walk().unwrap()).collect();
    assert_eq!(walker.coverage().taken(), reachable.actions, "{reachable:?}");
    assert!(
        walker.coverage().followed() * 10 >= reachable.pairs * 9,
        "{:?} of {reachable:?}",
        walker.coverage().followed()
    );
    for subject in subjects() {
        let of_it: Vec<_> = walks.iter().filter(|walk| walk.subject.name == subject.name).collect();
        let plan = planned(&of_it);
        assert_eq!(plan.scenarios.len(), of_it.len(), "{}: {:?}", subject.name, plan.not_equipped);
    }
}

#[test]
fn walks_follow_from_their_seed() {
    let titles = |seed| walks(seed, 40).iter().map(Walk::title).collect::<Vec<_>>();
    assert_eq!(titles(1), titles(1));
    assert_ne!(titles(1), titles(2));
}

#[test]
fn a_walk_without_an_action_is_taken_again_where_the_model_allows_it() {
    let subject = on_phone::subject();
    let mut walker = Walker::new(facts(), 3, Some("S5.A.2"));
    let any = walker.next_walk().unwrap();
    assert_eq!(any.subject.name, subject.name);
    let actions = ["wrong one", "resend", "one before"].map(str::to_owned);
    let walk = any.again(&actions, &facts()).unwrap();
    assert_eq!(walk.title(), "wrong one, resend, one before");
    assert!(any.again(&["one before".to_owned()], &facts()).is_none(), "there is none before");
    assert!(any.again(&["resend".to_owned()], &facts()).is_none(), "nothing is judged");
}

#[test]
fn a_walker_keeps_to_subjects_that_judge_a_clause() {
    let mut walker = Walker::new(facts(), 1, Some("H.5"));
    let names: BTreeSet<_> = (0..10).map(|_| walker.next_walk().unwrap().subject.name).collect();
    assert_eq!(names, [activation::subject().name].into());
    assert!(Walker::new(facts(), 1, Some("S5.0.2")).next_walk().is_none());
}

#[test]
fn a_try_too_many_is_expected_where_every_try_before_has_counted() {
    let mut state = login::subject().start;
    for name in ["1 wrong codes", "1 wrong codes"] {
        state = state.actions(&facts()).into_iter().find(|action| action.name == name).unwrap().next;
    }
    let names: Vec<_> = state.actions(&facts()).into_iter().map(|action| action.name).collect();
    assert!(names.contains(&"1 wrong codes".to_owned()), "the last one: {names:?}");
    assert!(!names.contains(&"same code".to_owned()), "it may be the third wrong one: {names:?}");
}
