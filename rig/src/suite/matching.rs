//! Steps and the functions that they are matched with.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use cucumber::{World as _, gherkin, step};

use super::features::WrittenStep;
use crate::{
    session::Scene,
    steps::sentences::{self, Sentence},
};

/// A step function: it acts on the scene.
pub type StepFunction = step::Step<Scene>;

/// The function that takes `step`, and the context that it is called with; `None` where no function does.
///
/// A text is matched with the patterns of all functions once: matching costs more than many a step.
///
/// # Errors
///
/// Several functions take it.
pub fn step_function(
    step: &gherkin::Step,
) -> Result<Option<(StepFunction, step::Context)>, step::AmbiguousMatchError> {
    type Matches = Vec<(step::CaptureName, String)>;
    type Found = HashMap<(gherkin::StepType, String), (StepFunction, Matches)>;
    static FUNCTIONS: LazyLock<step::Collection<Scene>> = LazyLock::new(Scene::collection);
    static FOUND: LazyLock<Mutex<Found>> = LazyLock::new(Mutex::default);
    let found = || FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (step.ty, step.value.clone());
    if let Some((function, matches)) = found().get(&key).cloned() {
        return Ok(Some((function, step::Context { step: step.clone(), matches })));
    }
    let Some((function, _, _, context)) = FUNCTIONS.find(step)? else { return Ok(None) };
    found().insert(key, (*function, context.matches.clone()));
    Ok(Some((*function, context)))
}

const TYPES: [gherkin::StepType; 3] =
    [gherkin::StepType::Given, gherkin::StepType::When, gherkin::StepType::Then];

/// The step with `text` in place of its own, its type resolved by its keyword; for `*`, by the only function
/// that matches.
///
/// # Errors
///
/// No function matches, or several do, or the step has a table or text block that the function does not read,
/// or lacks one that it reads.
pub fn settled(written: &WrittenStep, text: String) -> Result<gherkin::Step, String> {
    let candidates: &[_] = if written.any { &TYPES } else { &[written.step.ty] };
    let typed =
        |ty: &gherkin::StepType| gherkin::Step { value: text.clone(), ty: *ty, ..written.step.clone() };
    let mut found = Vec::new();
    for step in candidates.iter().map(typed) {
        match step_function(&step) {
            Ok(Some(_)) => found.push(step),
            Ok(None) => {}
            Err(error) => return Err(format!("ambiguous step {:?}: {error}", step.to_string())),
        }
    }
    match <[gherkin::Step; 1]>::try_from(found) {
        Ok([step]) => argument(&step).map(|()| step),
        Err(found) if found.is_empty() => Err(undefined(&written.step, &text)),
        Err(found) => {
            let keywords: Vec<_> = found.iter().map(|step| keyword(step.ty)).collect();
            Err(format!("ambiguous step: {:?} can be {}; write which", text, keywords.join(" or ")))
        }
    }
}

/// That the function reads what stands below the step, and nothing else.
fn argument(step: &gherkin::Step) -> Result<(), String> {
    let reads = sentences::all().iter().find(|one| one.matches(step)).is_some_and(Sentence::takes_table);
    if step.docstring.is_some() {
        return Err("no step reads a text block: it would be left out".into());
    }
    match (reads, step.table.is_some()) {
        (false, true) => Err("the step reads no table: it would be left out".into()),
        (true, false) => Err("the step reads a table: it stands below the step".into()),
        _ => Ok(()),
    }
}

/// Whether a function matches `text`, with any keyword.
pub fn is_known(text: &str) -> bool {
    sentences::all().iter().any(|sentence| sentence.takes(text))
}

/// That no function takes a step, and what may have been meant.
fn undefined(step: &gherkin::Step, text: &str) -> String {
    let other = sentences::all().iter().find(|sentence| sentence.takes(text));
    let hint = match (other, sentences::nearest(text)) {
        (Some(other), _) => format!("; it is a {}", keyword(other.kind)),
        (None, Some(near)) => format!("; did you mean \"{} {}\"?", keyword(near.kind), near.text),
        (None, None) => "; `rig steps` lists the sentences".to_owned(),
    };
    let shown = format!("{} {text}", step.keyword);
    format!("undefined step: no step function matches {shown:?}{hint}")
}

/// The English keyword of a type.
pub fn keyword(ty: gherkin::StepType) -> &'static str {
    match ty {
        gherkin::StepType::Given => "Given",
        gherkin::StepType::When => "When",
        gherkin::StepType::Then => "Then",
    }
}
