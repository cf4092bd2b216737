//! The features of a run, from its record: in Gherkin, and as the tree that Gherkin is parsed to.

use serde_json::{Value, json};

use super::{Lines, case};
use crate::{ScenarioInfo, StepInfo};

/// The scenarios of one feature's file.
pub(super) struct Document<'j> {
    file: &'j str,
    /// The scenarios, each with its place in the plan.
    scenarios: Vec<(usize, &'j ScenarioInfo)>,
}

impl<'j> Document<'j> {
    /// The features, in the order of the plan.
    pub(super) fn all(scenarios: &'j [ScenarioInfo]) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for (number, info) in scenarios.iter().enumerate() {
            match all.iter_mut().find(|document| document.file == info.file) {
                Some(document) => document.scenarios.push((number, info)),
                None => all.push(Self { file: &info.file, scenarios: vec![(number, info)] }),
            }
        }
        all
    }

    /// The feature's name: it stands before that of each of its scenarios.
    fn name(&self) -> &'j str {
        self.scenarios.first().map_or("", |(_, info)| split(&info.name).0)
    }

    pub(super) fn put(&self, out: &mut Lines) {
        let mut text = vec![format!("Feature: {}", self.name()), self.origin(), String::new()];
        let scenarios = self.scenarios.iter();
        let children: Vec<Value> = scenarios
            .map(|(number, info)| json!({ "scenario": scenario(*number, info, &mut text) }))
            .collect();
        let data = text.join("\n") + "\n";
        out.put(
            "source",
            json!({ "uri": self.file, "data": data, "mediaType": "text/x.cucumber.gherkin+plain" }),
        );
        let feature = json!({
            "location": at(1, 1),
            "tags": [],
            "language": "en",
            "keyword": "Feature",
            "name": self.name(),
            "description": self.origin(),
            "children": children,
        });
        out.put("gherkinDocument", json!({ "uri": self.file, "feature": feature, "comments": [] }));
        for (number, info) in &self.scenarios {
            out.put("pickle", self.pickle(*number, info));
        }
    }

    fn origin(&self) -> String {
        format!("  The scenarios of {} that were planned, as the record of the run has them.", self.file)
    }

    fn pickle(&self, number: usize, info: &ScenarioInfo) -> Value {
        let steps = info.steps.iter().enumerate().map(|(place, step)| {
            json!({
                "id": case::pickle_step(number, place),
                "astNodeIds": [node(number, place)],
                "text": text(step),
            })
        });
        json!({
            "id": case::pickle(number),
            "uri": self.file,
            "name": split(&info.name).1,
            "language": "en",
            "steps": steps.collect::<Vec<_>>(),
            "tags": [],
            "astNodeIds": [scenario_node(number)],
        })
    }
}

/// A scenario of the tree; its lines are added to `lines`.
fn scenario(number: usize, info: &ScenarioInfo, lines: &mut Vec<String>) -> Value {
    let name = split(&info.name).1;
    lines.push(format!("  Scenario: {name}"));
    let location = at(lines.len(), 3);
    let steps: Vec<Value> = info
        .steps
        .iter()
        .enumerate()
        .map(|(place, step)| {
            lines.push(format!("    {} {}", step.keyword.trim(), text(step)));
            json!({
                "id": node(number, place),
                "location": at(lines.len(), 5),
                "keyword": format!("{} ", step.keyword.trim()),
                "text": text(step),
            })
        })
        .collect();
    lines.push(String::new());
    json!({
        "id": scenario_node(number),
        "location": location,
        "tags": [],
        "keyword": "Scenario",
        "name": name,
        "description": format!("    {}:{}", info.file, info.line),
        "steps": steps,
        "examples": [],
    })
}

/// A step's text, with the clause that it judges.
fn text(step: &StepInfo) -> String {
    let clause = step.clause.as_ref().map(|clause| format!(" [{clause}]"));
    format!("{}{}", step.text, clause.unwrap_or_default())
}

/// Feature and scenario of a name in the plan.
fn split(name: &str) -> (&str, &str) {
    name.split_once(": ").unwrap_or(("", name))
}

fn at(line: usize, column: usize) -> Value {
    json!({ "line": line, "column": column })
}

fn scenario_node(number: usize) -> String {
    format!("scenario-{number}")
}

fn node(number: usize, step: usize) -> String {
    format!("scenario-{number}-step-{step}")
}
