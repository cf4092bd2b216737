//! Breakpoints: where a run stops, and conditions.

use std::fmt;

use reports::Outcome;

use super::{clocks, command::seconds};
use crate::{
    runner::{StepAt, StepEnd},
    session::Session,
    suite::Plan,
};

/// Where a run stops.
#[derive(Clone, Debug, PartialEq)]
pub enum Breakpoint {
    /// Before the step on this line, or the first one after it; in the file whose path ends so.
    Line(Option<String>, usize),
    /// Before a step that names this clause.
    Clause(String),
    /// Before the first step of a scenario with this tag.
    Tag(String),
    /// Before a step with these words in it, in any case.
    Words(String),
    /// After a step with this outcome.
    After(Outcome),
    /// Before a step, while this holds.
    When(Condition),
    /// Before a step at this place, if the condition holds.
    AtIf(Box<Self>, Condition),
}

/// A condition on the session.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// A figure is above a bound, in seconds.
    Above(&'static str, f64),
    /// A figure is below a bound, in seconds.
    Below(&'static str, f64),
    /// A phone's screen shows this text.
    Screen(String),
}

impl Breakpoint {
    /// Reads a place of `plan`, an outcome, or a condition.
    ///
    /// # Errors
    /// The text names none of them; in words.
    pub fn parse(text: &str, plan: &Plan) -> Result<Self, String> {
        let text = text.trim();
        match text {
            "fail" => return Ok(Self::After(Outcome::Fail)),
            "error" => return Ok(Self::After(Outcome::Error)),
            "inconclusive" => return Ok(Self::After(Outcome::Inconclusive)),
            _ => {}
        }
        if let Some((place, condition)) = text.rsplit_once(" if ")
            && let Some(condition) = Condition::parse(condition)?
        {
            return Self::parse(place, plan)?.only_if(condition);
        }
        if let Some(condition) = Condition::parse(text)? {
            return Ok(Self::When(condition));
        }
        if let Some(tag) = text.strip_prefix('@') {
            let known = plan.scenarios.iter().any(|scenario| scenario.tags.iter().any(|one| one == tag));
            return if known {
                Ok(Self::Tag(tag.to_owned()))
            } else {
                Err(format!("no scenario of the plan has {text}"))
            };
        }
        let (file, line) = text.rsplit_once(':').map_or((None, text), |(file, line)| (Some(file), line));
        if let Ok(line) = line.parse() {
            return Self::line(file, line, plan);
        }
        let mut steps = plan.scenarios.iter().flat_map(|scenario| &scenario.steps);
        if steps.clone().any(|step| step.clause.as_deref() == Some(text)) {
            return Ok(Self::Clause(text.to_owned()));
        }
        let words = text.to_lowercase();
        if steps.any(|step| step.text.to_lowercase().contains(&words)) {
            return Ok(Self::Words(words));
        }
        Err(format!(
            "{text:?} is no line, clause, tag or step of the plan, and no condition; \
             see help, and list for the scenario's steps"
        ))
    }

    /// This place, where `condition` holds, too.
    ///
    /// # Errors
    /// It is not a place in a feature.
    pub fn only_if(self, condition: Condition) -> Result<Self, String> {
        match self {
            Self::After(_) | Self::When(_) | Self::AtIf(..) => Err(format!(
                "a condition goes with a line, a clause, a tag or words of a step, not with {self}"
            )),
            place => Ok(Self::AtIf(Box::new(place), condition)),
        }
    }

    /// The breakpoint on a line, or the next step's below it.
    ///
    /// # Errors
    /// There is none in the plan.
    pub fn line(file: Option<&str>, line: usize, plan: &Plan) -> Result<Self, String> {
        let place = Self::Line(file.map(str::to_owned), line);
        let mut steps =
            plan.scenarios.iter().flat_map(|one| (0..one.steps.len()).map(move |step| (one, step)));
        if steps.any(|(scenario, step)| place.is_at(&StepAt { scenario, step, attempt: 1 })) {
            return Ok(place);
        }
        Err(format!(
            "no step of the plan stands on line {line} or after it{}",
            file.map_or_else(String::new, |file| format!(" in {file}"))
        ))
    }

    /// Whether it stops before this step.
    pub fn stops_before(&self, at: &StepAt<'_>, session: &mut Session) -> bool {
        match self {
            Self::When(condition) => condition.holds(session),
            Self::AtIf(place, condition) => place.is_at(at) && condition.holds(session),
            place => place.is_at(at),
        }
    }

    fn is_at(&self, at: &StepAt<'_>) -> bool {
        let Some(step) = at.scenario.steps.get(at.step) else { return false };
        match self {
            Self::Line(file, line) => {
                let in_file = file.as_ref().is_none_or(|file| at.scenario.file.ends_with(file.as_str()));
                // A line between two steps is that of the next one; the scenario's own, that of its first.
                let before = at.step.checked_sub(1).and_then(|step| at.scenario.steps.get(step));
                let from = before.map_or(at.scenario.line.min(step.line()), |step| step.line() + 1);
                in_file && (from..=step.line()).contains(line)
            }
            Self::Clause(clause) => step.clause.as_ref() == Some(clause),
            Self::Tag(tag) => at.step == 0 && at.scenario.tags.contains(tag),
            Self::Words(words) => step.text.to_lowercase().contains(words.as_str()),
            Self::After(_) | Self::When(_) | Self::AtIf(..) => false,
        }
    }

    /// Whether it stops after a step that ended so.
    pub fn stops_after(&self, end: &StepEnd) -> bool {
        matches!(self, Self::After(outcome) if *outcome == end.outcome)
    }
}

impl fmt::Display for Breakpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(Some(file), line) => write!(f, "{file}:{line}"),
            Self::Line(None, line) => write!(f, "line {line}"),
            Self::Clause(clause) => write!(f, "clause {clause}"),
            Self::Tag(tag) => write!(f, "@{tag}"),
            Self::Words(words) => write!(f, "a step with {words:?}"),
            Self::After(outcome) => write!(f, "{outcome}"),
            Self::When(condition) => condition.fmt(f),
            Self::AtIf(place, condition) => write!(f, "{place} if {condition}"),
        }
    }
}

impl Condition {
    /// Reads `qr.age > 170 s`, or `screen "TEXT"`; `None` for any other text.
    ///
    /// # Errors
    /// It compares something that does not exist, or with no time.
    pub fn parse(text: &str) -> Result<Option<Self>, String> {
        if let Some(shown) = text.strip_prefix("screen ") {
            return Ok(Some(Self::Screen(shown.trim().trim_matches('"').to_owned())));
        }
        let Some(place) = text.find(['<', '>']) else { return Ok(None) };
        let (name, bound) = (text[..place].trim(), text[place + 1..].replace(' ', ""));
        let name = clocks::NAMES.into_iter().find(|known| *known == name);
        let name = name.ok_or_else(|| format!("a condition names one of: {}", clocks::NAMES.join(", ")))?;
        let bound = seconds(&bound)?.as_secs_f64();
        Ok(Some(if text[place..].starts_with('>') {
            Self::Above(name, bound)
        } else {
            Self::Below(name, bound)
        }))
    }

    fn holds(&self, session: &mut Session) -> bool {
        let figure = |name: &str, session: &Session| {
            let figures = clocks::figures(session);
            figures.into_iter().find(|(known, _)| *known == name).map(|(_, value)| value)
        };
        match self {
            Self::Above(name, bound) => figure(name, session).is_some_and(|value| value > *bound),
            Self::Below(name, bound) => figure(name, session).is_some_and(|value| value < *bound),
            Self::Screen(text) => session.instruments.phones.iter_mut().any(|phone| {
                // A phone that does not answer shows nothing; the next step says so.
                phone.phone.screen().is_ok_and(|seen| {
                    seen.value.title.contains(text) || seen.value.texts.iter().any(|one| one.contains(text))
                })
            }),
        }
    }
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Above(name, bound) => write!(f, "{name} > {bound} s"),
            Self::Below(name, bound) => write!(f, "{name} < {bound} s"),
            Self::Screen(text) => write!(f, "screen {text:?}"),
        }
    }
}
