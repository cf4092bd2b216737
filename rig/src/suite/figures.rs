//! Figures that the guide or a standard states, as the register has them: a number, its unit, and how it binds.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

/// A figure of a clause.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The number.
    pub value: f64,
    /// Its unit, as the source has it: "min", "digit".
    pub unit: String,
    /// How it binds.
    pub bound: Relation,
}

/// How a figure binds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// That, and nothing else.
    Is,
    /// That, or more.
    AtLeast,
    /// That, or less.
    AtMost,
}

/// A figure that a sentence states.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// The figure's name in the register.
    pub name: &'static str,
    /// The number in the sentence.
    pub value: f64,
    /// Its unit.
    pub unit: &'static str,
}

/// The figures of a clause, by name.
pub type Figures = BTreeMap<String, Figure>;

impl Figure {
    /// The least and the largest value that the figure permits, in the unit that profiles use: seconds for times.
    pub fn range(&self) -> (Option<f64>, Option<f64>) {
        let value = self.value * self.seconds().unwrap_or(1.0);
        match self.bound {
            Relation::Is => (Some(value), Some(value)),
            Relation::AtLeast => (Some(value), None),
            Relation::AtMost => (None, Some(value)),
        }
    }

    /// Seconds in its unit; `None` unless it is a unit of time.
    fn seconds(&self) -> Option<f64> {
        match self.unit.as_str() {
            "s" => Some(1.0),
            "min" => Some(60.0),
            "h" => Some(3600.0),
            _ => None,
        }
    }
}

impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = match self.bound {
            Relation::Is => "",
            Relation::AtLeast => "at least ",
            Relation::AtMost => "at most ",
        };
        write!(f, "{bound}{} {}", self.value, self.unit)
    }
}

/// An error where the sentence of a clause states another figure than its source does.
pub fn compare(id: &str, figures: &Figures, stated: &[Stated]) -> Result<(), String> {
    for Stated { name, value, unit } in stated {
        let Some(figure) = figures.get(*name) else {
            return Err(format!(
                "the sentence states {value} {unit}, and the register has no figure `{name}` of {id}"
            ));
        };
        if figure.value != *value || figure.unit != *unit {
            return Err(format!("the sentence states {value} {unit}; {id} states {figure} (`{name}`)"));
        }
    }
    Ok(())
}

/// A figure's entry in the register.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FigureEntry {
    is: Option<f64>,
    at_least: Option<f64>,
    at_most: Option<f64>,
    unit: String,
}

impl FigureEntry {
    /// The figure, or what is wrong with it.
    pub fn check(self, name: &str) -> Result<Figure, String> {
        let (value, bound) = match (self.is, self.at_least, self.at_most) {
            (Some(value), None, None) => (value, Relation::Is),
            (None, Some(value), None) => (value, Relation::AtLeast),
            (None, None, Some(value)) => (value, Relation::AtMost),
            _ => return Err(format!("figure `{name}` takes one of `is`, `at_least` and `at_most`")),
        };
        if !value.is_finite() || value < 0.0 {
            return Err(format!("figure `{name}` is a number from 0 on, found {value}"));
        }
        if self.unit.trim().is_empty() {
            return Err(format!("figure `{name}` has no unit"));
        }
        Ok(Figure { value, unit: self.unit, bound })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn figures() -> Figures {
        let validity = Figure { value: 3.0, unit: "min".into(), bound: Relation::Is };
        let delay = Figure { value: 1.0, unit: "step".into(), bound: Relation::AtMost };
        [("validity".to_owned(), validity), ("delay".to_owned(), delay)].into()
    }

    #[test]
    fn a_sentence_states_the_figure_of_its_clause() {
        let stated = |name, value, unit| compare("S5.B.5b", &figures(), &[Stated { name, value, unit }]);
        assert_eq!(stated("validity", 3.0, "min"), Ok(()));
        let other = stated("validity", 2.0, "min").unwrap_err();
        assert_eq!(other, "the sentence states 2 min; S5.B.5b states 3 min (`validity`)");
        assert!(stated("validity", 3.0, "s").unwrap_err().contains("S5.B.5b states 3 min"));
        assert!(stated("digits", 6.0, "digit").unwrap_err().contains("no figure `digits` of S5.B.5b"));
    }

    #[test]
    fn a_range_is_in_the_units_of_profiles() {
        assert_eq!(figures()["validity"].range(), (Some(180.0), Some(180.0)));
        assert_eq!(figures()["delay"].range(), (None, Some(1.0)));
    }

    proptest! {
        #[test]
        fn only_the_same_figure_agrees(value in 0_u16..9999) {
            let stated = [Stated { name: "validity", value: value.into(), unit: "min" }];
            prop_assert_eq!(compare("S5.B.5b", &figures(), &stated).is_ok(), value == 3);
        }
    }
}
