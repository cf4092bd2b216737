//! The observations that decided: where what an instrument saw changed, then the last one.

use std::cmp::Reverse;

use crate::{
    Evidence, Observation,
    html::{frames::image, reading::reading},
};

/// Pictures that a problem shows at most.
const PICTURES: usize = 6;
/// Other observations that it shows at most.
const OTHERS: usize = 4;

/// An observation beside a problem.
#[derive(Debug, PartialEq)]
pub(in crate::html) struct Decisive<'a> {
    pub observation: &'a Observation,
    pub role: Role,
}

/// Why an observation is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::html) enum Role {
    /// The last before a change.
    Before,
    /// The first after a change.
    After,
    /// The first of this number, which all saw the same.
    First(usize),
    /// The last of this number.
    Last(usize),
    /// The only one.
    Only,
}

impl Role {
    /// The words that end a caption.
    pub fn words(self) -> String {
        match self {
            Self::Before => ", before the change".to_owned(),
            Self::After => ", after the change".to_owned(),
            Self::First(all) => format!(", the first of {all}"),
            Self::Last(all) => format!(", the last of {all}"),
            Self::Only => String::new(),
        }
    }
}

/// Chooses among the observations that a verdict rests on, the most telling first: pictures before anything else, of
/// each instrument the first and the last change, its last observation, then the changes between.
pub(in crate::html) fn decisive<'a>(seen: &[&'a Observation]) -> Vec<Decisive<'a>> {
    let mut chosen: Vec<(usize, usize, Decisive)> = Vec::new();
    for (place, group) in groups(seen).into_iter().enumerate() {
        chosen.extend(edges_and_last(&group).into_iter().enumerate().map(|(rank, one)| (rank, place, one)));
    }
    chosen.sort_by_key(|(rank, place, _)| (*rank, *place));
    let chosen = chosen.into_iter().map(|(_, _, one)| one);
    let (pictures, others): (Vec<_>, Vec<_>) = chosen.partition(|one| image(one.observation).is_some());
    pictures.into_iter().take(PICTURES).chain(others.into_iter().take(OTHERS)).collect()
}

/// The pictures among the observations that a verdict rests on which decided it, the most telling first.
pub(crate) fn decisive_pictures<'a>(seen: &[&'a Observation]) -> Vec<&'a Evidence> {
    decisive(seen).iter().filter_map(|one| image(one.observation)).collect()
}

/// The last `most` of `seen`, pictures first.
pub(super) fn last<'a>(seen: &[&'a Observation], most: usize) -> Vec<Decisive<'a>> {
    let mut last: Vec<&Observation> = seen.to_vec();
    last.sort_by_key(|seen| Reverse((image(seen).is_some(), seen.at_ns)));
    last.truncate(most);
    last.into_iter().map(|observation| Decisive { observation, role: Role::Last(seen.len()) }).collect()
}

/// The observations of each quantity of each instrument, in the order of time.
fn groups<'a>(seen: &[&'a Observation]) -> Vec<Vec<&'a Observation>> {
    let mut groups: Vec<Vec<&Observation>> = Vec::new();
    let kind = |seen: &Observation| (seen.instrument.clone(), seen.quantity.clone());
    for observation in seen {
        match groups.iter_mut().find(|group| kind(group[0]) == kind(observation)) {
            Some(group) => group.push(observation),
            None => groups.push(vec![observation]),
        }
    }
    for group in &mut groups {
        group.sort_by_key(|seen| seen.at_ns);
        group.dedup_by_key(|seen| seen.id);
    }
    groups
}

fn edges_and_last<'a>(group: &[&'a Observation]) -> Vec<Decisive<'a>> {
    let readings: Vec<String> = group.iter().map(|seen| reading(seen)).collect();
    let mut edges: Vec<usize> =
        (1..group.len()).filter(|&after| readings[after - 1] != readings[after]).collect();
    if edges.len() > 2 {
        // The last change is the second to be shown.
        let last = edges.pop().into_iter();
        edges.splice(1..1, last);
    }
    let mut chosen: Vec<Decisive> = Vec::new();
    let mut choose = |place: usize, role| {
        if chosen.iter().all(|one| one.observation.id != group[place].id) {
            chosen.push(Decisive { observation: group[place], role });
        }
    };
    for (rank, after) in edges.iter().enumerate() {
        choose(after - 1, Role::Before);
        choose(*after, Role::After);
        if rank == 1 {
            choose(group.len() - 1, Role::Last(group.len()));
        }
    }
    if edges.is_empty() && group.len() > 1 && image(group[0]).is_none() {
        choose(0, Role::First(group.len()));
    }
    choose(group.len() - 1, if group.len() > 1 { Role::Last(group.len()) } else { Role::Only });
    chosen
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::{Evidence, html::testing};

    fn seen(id: u32, instrument: &str, quantity: &str, value: Value) -> Observation {
        let picture = Evidence {
            media_type: "image/png".into(),
            sha256: id.to_string(),
            size: 1,
            file: "evidence/x.png".into(),
            offset: None,
        };
        Observation {
            id,
            at_ns: u64::from(id) * 1_000,
            instrument: instrument.into(),
            evidence: (quantity != "act").then_some(picture),
            ..testing::seen(quantity, value)
        }
    }

    fn view(id: u32, code: bool) -> Observation {
        let payloads = if code { vec!["A"] } else { vec![] };
        seen(id, "camera", "code_view", json!({"control": true, "payloads": payloads}))
    }

    fn chosen(all: &[Observation]) -> Vec<(u32, Role)> {
        decisive(&all.iter().collect::<Vec<_>>()).iter().map(|one| (one.observation.id, one.role)).collect()
    }

    #[test]
    fn a_code_that_comes_and_goes_is_shown_at_both_edges() {
        let all: Vec<_> = (0..20).map(|id| view(id, (4..16).contains(&id))).collect();
        let edges = [(3, Role::Before), (4, Role::After), (15, Role::Before), (16, Role::After)];
        assert_eq!(chosen(&all), [&edges[..], &[(19, Role::Last(20))]].concat());
    }

    #[test]
    fn a_code_that_never_goes_is_shown_at_its_coming_and_at_the_end() {
        let all: Vec<_> = (0..9).map(|id| view(id, id > 3)).collect();
        assert_eq!(chosen(&all), [(3, Role::Before), (4, Role::After), (8, Role::Last(9))]);
    }

    #[test]
    fn frames_that_saw_the_same_are_told_by_the_last_one_and_pictures_come_first() {
        let mut all = vec![seen(0, "finger", "act", json!({"what": "press"}))];
        all.extend((1..5).map(|id| view(id, false)));
        assert_eq!(chosen(&all), [(4, Role::Last(4)), (0, Role::Only)]);
    }

    #[test]
    fn a_flickering_code_is_shown_at_its_first_and_its_last_change_first() {
        let all: Vec<_> = (0..40).map(|id| view(id, id % 3 == 1)).collect();
        let ids: Vec<u32> = chosen(&all).iter().map(|(id, _)| *id).collect();
        assert_eq!(ids, [0, 1, 37, 38, 39, 2]);
    }
}
