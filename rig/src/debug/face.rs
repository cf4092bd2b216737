//! Faces of the debugger: what a terminal, an editor or a page is told, and what it asks for.

use serde::Serialize;

use crate::{runner::StepEnd, suite::PlannedScenario};

/// Shows the debugger's lines, and asks for what a person wants.
pub trait Face: Send {
    /// Shows a line.
    fn show(&mut self, line: &str);

    /// The run stands still here.
    fn stopped(&mut self, _: Stopped) {}

    /// Whether the end of its input ends the run; otherwise the run goes on without it.
    fn ends_run(&self) -> bool {
        true
    }

    /// The next wish; `None` at the end of the input.
    fn ask(&mut self) -> Option<Ask>;

    /// The result of the last wish; an error says why it was refused.
    fn answer(&mut self, answer: Result<Answer, String>);
}

/// A wish during a pause.
#[derive(Clone, Debug, PartialEq)]
pub enum Ask {
    /// A command line, as at the terminal.
    Command(String),
    /// Values of a topic, from bench or scenario.
    Values(Topic),
    /// The figure with this name, as conditions have it.
    Figure(String),
    /// The newest frame of the camera with this name, as a PNG with what the readers see in it.
    Picture(String),
}

/// The result of a wish.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// It was done; the lines that were shown tell the rest.
    Done,
    /// The run goes on.
    GoesOn,
    /// Named values.
    Values(Vec<Variable>),
    /// A PNG.
    Picture(Vec<u8>),
}

/// Something that a person can look into.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The phones' screens.
    Screens,
    /// Readings of each camera's newest frame.
    Cameras,
    /// The scenario's last observations.
    Observations,
    /// The last verdict's figures.
    Measurements,
    /// The scenario's memory: clocks, codes, what its steps have used up.
    Memory,
    /// The instruments that the scenario holds, and their drivers.
    Instruments,
}

/// A named value, and its parts.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Its value, for people.
    pub value: String,
    /// Its parts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Variable>,
}

/// A place at which the run stands still.
#[derive(Clone, Debug)]
pub struct Stopped {
    /// The scenario.
    pub scenario: PlannedScenario,
    /// The attempt at it, from 1.
    pub attempt: u32,
    /// The step's index: the one that is next, or the one that has just ended.
    pub step: usize,
    /// How the step ended, if it has just ended.
    pub end: Option<StepEnd>,
    /// The numbers of the breakpoints that stopped it.
    pub hit: Vec<u32>,
    /// Whether a person asked it to pause.
    pub asked: bool,
    /// The bench clock, in seconds.
    pub time_s: f64,
    /// The clocks that run meanwhile, for people.
    pub clocks: Vec<String>,
    /// The verdict of the step that has just ended, with its figures.
    pub verdict: Vec<String>,
    /// The cameras of the scenario.
    pub cameras: Vec<String>,
}
