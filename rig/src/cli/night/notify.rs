//! Tells a program of the night's end. Whatever it does, the night is as it was.

use std::{
    io::Write,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::remark::remark;

/// How long the program may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How often it is looked at.
const INTERVAL: Duration = Duration::from_millis(50);

/// Runs `command` with `text` on its standard input. Its output goes nowhere; a remark tells of what went wrong.
pub(super) fn notify(command: &[String], text: String) {
    let Some((program, arguments)) = command.split_first() else { return };
    if let Err(why) = told(program, arguments, text, PATIENCE) {
        remark(format!("rig: notify: {program}: {why}"));
    }
}

fn told(program: &str, arguments: &[String], text: String, patience: Duration) -> Result<(), String> {
    let mut command = Command::new(program);
    command.args(arguments).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().map_err(|error| error.to_string())?;
    if let Some(mut input) = child.stdin.take() {
        // A program that does not read fills the pipe; only this thread waits for it.
        let _ = thread::Builder::new().name("notify".into()).spawn(move || input.write_all(text.as_bytes()));
    }
    let until = Instant::now() + patience;
    loop {
        match child.try_wait().map_err(|error| error.to_string())? {
            Some(status) if status.success() => return Ok(()),
            Some(status) => return Err(status.to_string()),
            None if Instant::now() >= until => {
                // It may have ended just now.
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("it took longer than {} s, and was ended", patience.as_secs_f32()));
            }
            None => thread::sleep(INTERVAL),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tell(script: &str, patience_ms: u64) -> Result<(), String> {
        let arguments = ["-c".to_owned(), script.to_owned()];
        told("sh", &arguments, "x".repeat(1 << 20), Duration::from_millis(patience_ms))
    }

    #[test]
    fn a_program_that_fails_hangs_or_writes_much_is_told_of_and_no_more() {
        assert_eq!(tell("cat >/dev/null", 20_000), Ok(()));
        assert_eq!(tell("exec cat", 20_000), Ok(()), "what it writes goes nowhere");
        assert!(tell("exit 3", 20_000).unwrap_err().contains('3'));
        assert!(tell("exec sleep 60", 100).unwrap_err().contains("longer than 0.1 s"));
        assert!(told("/no/such/program", &[], String::new(), Duration::ZERO).is_err());
    }
}
