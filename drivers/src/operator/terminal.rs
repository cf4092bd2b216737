//! The terminal that the rig was started from.

use std::{
    io::{self, BufRead, Read, Write},
    sync::{
        Arc, LazyLock, Mutex, MutexGuard, PoisonError,
        mpsc::{self, Sender},
    },
    thread,
};

use super::{NAME, Operator, Question};
use crate::{DriverError, ErrorKind, Result};

/// The longest answer that is read.
const LONGEST: u64 = 4_096;

/// Asks on standard error, so that reports can go to standard output, and reads standard input. Other output
/// to standard error does not wait for the person, and an abandoned question does not block the next one.
#[derive(Clone, Copy, Debug, Default)]
pub struct Terminal;

/// There is one standard input.
static DESK: LazyLock<Arc<Desk>> = LazyLock::new(|| Arc::new(Desk::new(|| read(&mut io::stdin().lock()))));

impl Operator for Terminal {
    fn ask(&mut self, question: &Question) -> Result<String> {
        let gone = |detail: String| DriverError::new(NAME, ErrorKind::Unplugged, detail);
        show(question, &mut io::stderr()).map_err(|error| gone(error.to_string()))?;
        DESK.answer().map_err(gone)
    }
}

fn show(question: &Question, output: &mut impl Write) -> io::Result<()> {
    let secret = question.secret().map(|secret| format!("    {secret}\n")).unwrap_or_default();
    write!(output, "{}\n{secret}> ", question.text())?;
    output.flush()
}

/// Reads a line, trimmed; `None` at the end of the input.
fn read(input: &mut impl BufRead) -> io::Result<Option<String>> {
    let mut line = Vec::new();
    let count = input.take(LONGEST).read_until(b'\n', &mut line)?;
    Ok((count > 0).then(|| String::from_utf8_lossy(line.trim_ascii()).into_owned()))
}

type Line = io::Result<Option<String>>;

/// Distributes lines: the next one goes to the latest caller.
struct Desk {
    read: Box<dyn Fn() -> Line + Send + Sync>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    asker: Option<Sender<Line>>,
    /// A thread is reading a line. It cannot be stopped, so its line may arrive long after its caller has
    /// gone.
    is_reading: bool,
}

impl Desk {
    fn new(read: impl Fn() -> Line + Send + Sync + 'static) -> Self {
        Self { read: Box::new(read), state: Mutex::default() }
    }

    /// The next line; an error in words at the end of the input, or if another caller asked meanwhile.
    fn answer(self: &Arc<Self>) -> std::result::Result<String, String> {
        let (tell, told) = mpsc::channel();
        let mut state = self.lock();
        state.asker = Some(tell);
        if !state.is_reading {
            let desk = self.clone();
            let spawned = thread::Builder::new().name("terminal".into()).spawn(move || desk.pass_on());
            spawned.map_err(|error| format!("no thread: {error}"))?;
            state.is_reading = true;
        }
        drop(state);
        let line = told.recv().map_err(|_| "something else was asked meanwhile".to_owned())?;
        line.map_err(|error| error.to_string())?.ok_or_else(|| "the terminal was closed".into())
    }

    fn pass_on(&self) {
        let line = (self.read)();
        let mut state = self.lock();
        state.is_reading = false;
        if let Some(asker) = state.asker.take() {
            // The caller may have gone.
            let _ = asker.send(line);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing here is left half done by a panic.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_person_sees_what_to_type() {
        let mut output = Vec::new();
        show(&Question::new("Type this on phone-1:").with_secret("hunter2"), &mut output).unwrap();
        assert_eq!(String::from_utf8(output).unwrap(), "Type this on phone-1:\n    hunter2\n> ");
    }

    #[test]
    fn an_end_is_told_from_an_empty_line() {
        let line = |mut input: &[u8]| read(&mut input).unwrap();
        assert_eq!(line(b" done \r\nrest").as_deref(), Some("done"));
        assert_eq!(line(b"\n").as_deref(), Some(""));
        assert_eq!(line(b"").as_deref(), None);
        assert_eq!(line(b"\xff").as_deref(), Some("\u{fffd}"));
    }

    /// A desk at which the lines arrive that are sent.
    fn desk() -> (Arc<Desk>, Sender<&'static str>) {
        let (person, lines) = mpsc::channel::<&str>();
        let lines = Mutex::new(lines);
        let read = move || Ok(lines.lock().unwrap().recv().ok().map(str::to_owned));
        (Arc::new(Desk::new(read)), person)
    }

    #[test]
    fn each_question_has_the_next_line() {
        let (desk, person) = desk();
        person.send("one").unwrap();
        person.send("two").unwrap();
        assert_eq!((desk.answer(), desk.answer()), (Ok("one".into()), Ok("two".into())));
        drop(person);
        assert_eq!(desk.answer(), Err("the terminal was closed".into()));
    }

    #[test]
    fn a_question_that_nobody_waits_for_does_not_take_the_next_ones_answer() {
        let (desk, person) = desk();
        let left_behind = thread::spawn({
            let desk = desk.clone();
            move || desk.answer()
        });
        while !desk.lock().is_reading {
            thread::yield_now();
        }
        let next = thread::spawn({
            let desk = desk.clone();
            move || desk.answer()
        });
        assert_eq!(left_behind.join().unwrap(), Err("something else was asked meanwhile".into()));
        person.send("done").unwrap();
        assert_eq!(next.join().unwrap(), Ok("done".into()));
    }
}
