//! Test commands given to a release firmware, which must refuse them.

use drivers::{
    Reading,
    board::{Answer, BoardLink},
};

use super::{Session, StepError, StepResult};
use crate::{bench::link_name, oracle::observed::TestCommands, recorder::Handle};

impl Session {
    /// Gives the device every test command there is; the observation of what came of them. The ones that
    /// would spoil a device come last.
    pub(crate) fn try_test_commands(&mut self, device: usize) -> StepResult<Handle<TestCommands>> {
        let unix = self.utc()?.unix.as_secs();
        let key = self.bench.keys.get(&"rfc-vectors".into());
        let key = key.ok_or_else(|| StepError::Internal("no key `rfc-vectors`".into()))?.clone();
        self.before_irreversible()?;
        let mut board = self.instruments.devices[device].link()?;
        let mut tried = TestCommands::default();
        note(&mut tried, "Display", &board.display()?.value);
        note(&mut tried, "Counters", &board.counters()?.value);
        note(&mut tried, "Press", &board.press()?.value);
        note(&mut tried, "SetClock", &board.set_clock(unix)?.value);
        note(&mut tried, "Provision", &board.provision(key.expose(), None)?.value);
        let answered = identity(&mut board)?;
        drop(board);
        let name = link_name(self.instruments.devices[device].entry.name.get_ref());
        self.recording.observe(&name, &answered.map(|()| tried))
    }
}

/// The positive control: a board that answers who it is has heard the commands.
fn identity(board: &mut BoardLink) -> drivers::Result<Reading<()>> {
    Ok(board.ask_identity()?.map(drop))
}

fn note<T>(tried: &mut TestCommands, command: &str, answer: &Answer<T>) {
    match answer {
        Answer::Obeyed(_) => tried.obeyed.push(command.into()),
        Answer::Refused(_) => tried.refused.push(command.into()),
    }
}
