//! Steps and the functions that they are matched with, once: the plan keeps the match, and the runner calls it.

use std::{
    collections::HashMap,
    pin::pin,
    sync::{LazyLock, Mutex, PoisonError},
    task::{Context, Poll, Waker},
};

use cucumber::{World as _, gherkin, step};

use super::features::WrittenStep;
use crate::{
    session::{Means, Scene},
    steps::sentences::{self, Sentence},
};

/// A step function, the parameters in a text, and the function's place.
type Match = (step::Step<Scene>, Vec<(step::CaptureName, String)>, Option<step::Location>);

/// The function that takes `step`; `None` if no function does.
///
/// A text is matched with the patterns of all functions once: matching costs more than many a step.
///
/// # Errors
///
/// Several functions take it.
fn step_function(step: &gherkin::Step) -> Result<Option<MatchedStep>, step::AmbiguousMatchError> {
    type Found = HashMap<(gherkin::StepType, String), Match>;
    static FUNCTIONS: LazyLock<step::Collection<Scene>> = LazyLock::new(Scene::collection);
    static FOUND: LazyLock<Mutex<Found>> = LazyLock::new(Mutex::default);
    let found = || FOUND.lock().unwrap_or_else(PoisonError::into_inner);
    let key = (step.ty, step.value.clone());
    let known = found().get(&key).cloned();
    let (function, matches, location) = match known {
        Some(known) => known,
        None => {
            let Some((function, _, location, context)) = FUNCTIONS.find(step)? else { return Ok(None) };
            let new: Match = (*function, context.matches, location);
            found().insert(key, new.clone());
            new
        }
    };
    let context = step::Context { step: step.clone(), matches };
    Ok(Some(MatchedStep { function, context, location }))
}

const TYPES: [gherkin::StepType; 3] =
    [gherkin::StepType::Given, gherkin::StepType::When, gherkin::StepType::Then];

/// A step, its function, and the parameters taken out of its text.
#[derive(Clone, Debug)]
pub struct MatchedStep {
    function: step::Step<Scene>,
    context: step::Context,
    location: Option<step::Location>,
}

impl MatchedStep {
    /// The step, its type settled.
    pub fn step(&self) -> &gherkin::Step {
        &self.context.step
    }

    /// The sentence that it is.
    pub fn sentence(&self) -> Option<&'static Sentence> {
        sentences::at(self.location?)
    }

    /// Calls the function on `scene`. False: it did not end at once, and so did nothing that counts. No step function
    /// awaits anything, so none needs a runtime.
    #[must_use]
    pub fn call(&self, scene: &mut Scene) -> bool {
        let mut called = pin!((self.function)(scene, self.context.clone()));
        called.as_mut().poll(&mut Context::from_waker(Waker::noop())) == Poll::Ready(())
    }

    /// The step's own declaration.
    pub fn means(&self) -> Means {
        let mut scene = Scene::default();
        if self.call(&mut scene) { scene.planned() } else { Means::default() }
    }
}

/// Matches the step with `text` in place of its own, and settles its type: that of its keyword, of `*` that of the only
/// function that matches.
///
/// # Errors
///
/// No function matches, or several do, or the function reads no table or text block where one stands below the step, or
/// reads one where none does.
pub fn matched(written: &WrittenStep, text: String) -> Result<MatchedStep, String> {
    let candidates: &[_] = if written.any { &TYPES } else { &[written.step.ty] };
    let typed =
        |ty: &gherkin::StepType| gherkin::Step { value: text.clone(), ty: *ty, ..written.step.clone() };
    let mut found = Vec::new();
    for step in candidates.iter().map(typed) {
        match step_function(&step) {
            Ok(Some(matched)) => found.push(matched),
            Ok(None) => {}
            Err(error) => return Err(format!("ambiguous step {:?}: {error}", step.to_string())),
        }
    }
    match <[MatchedStep; 1]>::try_from(found) {
        Ok([matched]) => argument(&matched).map(|()| matched),
        Err(found) if found.is_empty() => Err(undefined(&written.step, &text)),
        Err(found) => {
            let keywords: Vec<_> = found.iter().map(|one| keyword(one.step().ty)).collect();
            Err(format!("ambiguous step: {:?} can be {}; write which", text, keywords.join(" or ")))
        }
    }
}

/// That the function reads what stands below the step, and nothing else.
fn argument(matched: &MatchedStep) -> Result<(), String> {
    let (step, reads) = (matched.step(), matched.sentence().is_some_and(Sentence::takes_table));
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

/// Whether a step of this type has to judge.
pub fn judges(ty: gherkin::StepType) -> bool {
    ty == gherkin::StepType::Then
}

/// The English keyword of a type.
pub fn keyword(ty: gherkin::StepType) -> &'static str {
    match ty {
        gherkin::StepType::Given => "Given",
        gherkin::StepType::When => "When",
        gherkin::StepType::Then => "Then",
    }
}
