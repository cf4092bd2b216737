//! Breakpoints, as an editor sets them.

use serde_json::{Value, json};

use super::{
    Launched,
    server::{NOT_LAUNCHED, Server},
    shows,
};
use crate::debug::{Breakpoint, BreakpointSet, Condition};

impl Server<'_> {
    pub(super) fn set_breakpoints(&self, arguments: &Value) -> Result<Value, String> {
        let session = self.session.as_ref().ok_or(NOT_LAUNCHED)?;
        let asked = arguments["breakpoints"].as_array().cloned().unwrap_or_default();
        let path = arguments["source"]["path"].as_str().unwrap_or_default();
        let Some(file) = self.places.file(path) else {
            let none = |_: &Value| unverified("no scenario of this session is in this file");
            return Ok(json!({"breakpoints": asked.iter().map(none).collect::<Vec<_>>()}));
        };
        let place = |asked: &Value| {
            let step = file.step_at_or_below(shows::file_line(&asked["line"], self.lines_from));
            let step = step.ok_or("no step of this session stands here or below")?;
            let place = Breakpoint::Line(Some(file.name.clone()), step);
            Ok((conditional(place, asked)?, Some(step)))
        };
        let set = BreakpointSet::File(file.name.clone());
        Ok(self.placed(session, &set, asked.iter().map(place).collect()))
    }

    pub(super) fn set_named_breakpoints(&self, arguments: &Value) -> Result<Value, String> {
        let session = self.session.as_ref().ok_or(NOT_LAUNCHED)?;
        let place = |asked: &Value| {
            let name = asked["name"].as_str().unwrap_or_default();
            Ok((conditional(Breakpoint::parse(name, &session.plan)?, asked)?, None))
        };
        let asked = arguments["breakpoints"].as_array().cloned().unwrap_or_default();
        Ok(self.placed(session, &BreakpointSet::Named, asked.iter().map(place).collect()))
    }

    /// Sets what can be set, and says of each whether it is.
    fn placed(
        &self,
        session: &Launched,
        set: &BreakpointSet,
        asked: Vec<Result<(Breakpoint, Option<usize>), String>>,
    ) -> Value {
        let places = asked.iter().flatten().map(|(place, _)| place.clone()).collect();
        let mut numbers = session.controls.replace(set, places).into_iter();
        let answer = |one: Result<(Breakpoint, Option<usize>), String>| match one {
            Err(why) => unverified(&why),
            Ok((_, line)) => {
                let mut answer = json!({"id": numbers.next(), "verified": true});
                if let Some(line) = line {
                    answer["line"] = json!(shows::shown_line(line, self.lines_from));
                }
                answer
            }
        };
        json!({"breakpoints": asked.into_iter().map(answer).collect::<Vec<_>>()})
    }

    pub(super) fn set_filters(&self, arguments: &Value) -> Result<Value, String> {
        let session = self.session.as_ref().ok_or(NOT_LAUNCHED)?;
        let filters = arguments["filters"].as_array().cloned().unwrap_or_default();
        let outcome = |filter: &Value| {
            let known = filter.as_str().and_then(shows::outcome);
            known.map(Breakpoint::After).ok_or_else(|| format!("there is no filter {filter}"))
        };
        let places = filters.iter().map(outcome).collect::<Result<_, _>>()?;
        session.controls.replace(&BreakpointSet::Outcomes, places);
        Ok(Value::Null)
    }

    pub(super) fn locations(&self, arguments: &Value) -> Value {
        let first = shows::file_line(&arguments["line"], self.lines_from);
        let last = match &arguments["endLine"] {
            Value::Null => first,
            line => shows::file_line(line, self.lines_from),
        };
        let file = self.places.file(arguments["source"]["path"].as_str().unwrap_or_default());
        let lines = file.into_iter().flat_map(|file| file.between(first, last));
        let places = lines.map(|line| json!({"line": shows::shown_line(line, self.lines_from)}));
        json!({"breakpoints": places.collect::<Vec<_>>()})
    }
}

fn unverified(why: &str) -> Value {
    json!({"verified": false, "message": why})
}

/// `place`, with the condition that an editor sets beside it.
fn conditional(place: Breakpoint, asked: &Value) -> Result<Breakpoint, String> {
    let Some(text) = asked["condition"].as_str().filter(|text| !text.trim().is_empty()) else {
        return Ok(place);
    };
    let condition = Condition::parse(text.trim())?;
    place.only_if(condition.ok_or("it is written: qr.age > 170 s, or screen \"TEXT\"")?)
}
