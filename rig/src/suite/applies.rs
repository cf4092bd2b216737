//! Which scenarios apply to a product: what their tags need of it, and what its profile says it has not.

use std::collections::{BTreeMap, BTreeSet};

use super::features::WrittenScenario;
use crate::profile::{Feature, Has};

/// Features of the product that a scenario needs, by tag.
pub(super) const BY_TAG: [(&str, Feature); 13] = [
    ("app", Feature::App),
    ("copy", Feature::App),
    ("copy", Feature::AppOnAnotherPhone),
    ("display", Feature::CodeDisplay),
    ("two-displays", Feature::CodeDisplay),
    ("reader", Feature::AudioReader),
    ("chip", Feature::Chip),
    ("biometrics", Feature::Biometrics),
    ("notifications", Feature::Notifications),
    ("event", Feature::EventBased),
    ("sealed", Feature::Sealed),
    ("user-id", Feature::UserIdChange),
    ("single-keys", Feature::SingleKeys),
];

/// Why a scenario with `tags` does not apply; `None` if it does.
pub fn why_not(tags: &[String], has: &Has) -> Option<String> {
    let why = |feature: Feature| Some(format!("no {}: {}", feature.words(), has.lacks(feature)?));
    let reasons: Vec<String> = needed(tags).into_iter().filter_map(why).collect();
    (!reasons.is_empty()).then(|| reasons.join("; "))
}

/// Features of the product that a scenario with `tags` needs. A code device without the tag `sealed` has a
/// link.
pub fn needed(tags: &[String]) -> BTreeSet<Feature> {
    let tagged = |tag: &str| tags.iter().any(|found| found == tag);
    let mut needed: BTreeSet<_> =
        BY_TAG.into_iter().filter(|(tag, _)| tagged(tag)).map(|(_, feature)| feature).collect();
    if ["display", "two-displays", "reader"].into_iter().any(tagged) && !tagged("sealed") {
        needed.insert(Feature::TestLink);
    }
    needed
}

/// Clauses of which no scenario in `suite` applies, and why.
pub fn clauses_outside(suite: &[WrittenScenario], has: &Has) -> BTreeMap<String, String> {
    let mut inside = BTreeSet::new();
    let mut outside = BTreeMap::<String, BTreeSet<String>>::new();
    for scenario in suite {
        match why_not(&scenario.tags, has) {
            None => inside.extend(scenario.clauses()),
            Some(why) => {
                for clause in scenario.clauses() {
                    outside.entry(clause).or_default().insert(why.clone());
                }
            }
        }
    }
    let outside = outside.into_iter().filter(|(clause, _)| !inside.contains(clause));
    outside.map(|(clause, why)| (clause, why.into_iter().collect::<Vec<_>>().join("; "))).collect()
}
