//! A face behind a channel: for an editor or a page, whose wishes come from threads of their own.

use std::{
    sync::mpsc::{Receiver, RecvTimeoutError},
    time::Duration,
};

use super::{Answer, Ask, Face, Stopped};
use crate::runner::StopSignal;

/// How soon a signal that stops the run ends a pause.
const SOON: Duration = Duration::from_millis(200);

/// A wish, and who gets the answer.
pub struct Wish {
    /// The wish.
    pub ask: Ask,
    /// Called once with the answer.
    pub reply: Reply,
}

/// Takes the answer, on the scenario's thread.
pub type Reply = Box<dyn FnOnce(Result<Granted, String>) + Send>;

/// The answer to a wish, and the lines that were shown meanwhile.
#[derive(Clone, Debug)]
pub struct Granted {
    /// The lines.
    pub lines: Vec<String>,
    /// The answer.
    pub answer: Answer,
}

/// Notifications to a remote face.
pub enum News {
    /// A line to show.
    Line(String),
    /// The run stands still.
    Stopped(Box<Stopped>),
    /// The run goes on.
    GoesOn,
}

/// Takes news, on the scenario's thread.
pub type Tell = Box<dyn Fn(News) + Send>;

/// A face behind a channel. It ends the run when nobody can wish for anything any more.
pub struct RemoteFace {
    wishes: Receiver<Wish>,
    tell: Tell,
    stop: StopSignal,
    /// Who waits for an answer, and the lines for them.
    waiting: Option<(Reply, Vec<String>)>,
    is_guest: bool,
}

impl RemoteFace {
    /// A face whose wishes come from `wishes`, and whose news goes to `tell`. `stop` ends a pause, too.
    pub fn new(wishes: Receiver<Wish>, tell: Tell, stop: StopSignal) -> Self {
        Self { wishes, tell, stop, waiting: None, is_guest: false }
    }

    /// A face whose end lets the run go on.
    #[must_use]
    pub fn of_guest(self) -> Self {
        Self { is_guest: true, ..self }
    }
}

impl Face for RemoteFace {
    fn show(&mut self, line: &str) {
        match &mut self.waiting {
            Some((_, lines)) => lines.push(line.to_owned()),
            None => (self.tell)(News::Line(line.to_owned())),
        }
    }

    fn stopped(&mut self, stopped: Stopped) {
        (self.tell)(News::Stopped(Box::new(stopped)));
    }

    fn ends_run(&self) -> bool {
        !self.is_guest
    }

    fn ask(&mut self) -> Option<Ask> {
        loop {
            if self.stop.is_stopped() {
                return None;
            }
            match self.wishes.recv_timeout(SOON) {
                Ok(Wish { ask, reply }) => {
                    self.waiting = Some((reply, Vec::new()));
                    return Some(ask);
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn answer(&mut self, answer: Result<Answer, String>) {
        let goes_on = matches!(answer, Ok(Answer::GoesOn));
        if let Some((reply, lines)) = self.waiting.take() {
            reply(answer.map(|answer| Granted { lines, answer }));
        }
        if goes_on {
            (self.tell)(News::GoesOn);
        }
    }
}
