//! Programs that the bench asks: each has a time limit, and what they print never stops them.

use std::{
    ffi::OsStr,
    process::{Command, Stdio},
    time::Duration,
};

use process_control::{ChildExt, Control};

use crate::Trouble;

/// Why a program was asked in vain: the kind of trouble, and what happened in words.
pub type InVain = (Trouble, String);

/// Runs `program` with `arguments` to its end, and gives what it printed. It ends by itself and well within `limit`, or it
/// is ended then.
///
/// # Errors
/// [`Trouble::NotFound`] where it cannot be started, [`Trouble::NoAnswer`] where it did not end in time, and
/// [`Trouble::Protocol`], with the last line that it had to say on standard error, where it ended otherwise than well.
pub fn ask(program: &str, arguments: &[impl AsRef<OsStr>], limit: Duration) -> Result<String, InVain> {
    let mut command = Command::new(program);
    let child =
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn();
    let child =
        child.map_err(|error| (Trouble::NotFound, format!("{program} cannot be started: {error}")))?;
    let ended = child.controlled_with_output().time_limit(limit).terminate_for_timeout().wait();
    let ended = ended.map_err(|error| (Trouble::Protocol, format!("{program}: {error}")))?;
    let Some(ended) = ended else {
        return Err((Trouble::NoAnswer, format!("{program} did not end within {limit:?}")));
    };
    if ended.status.success() {
        return Ok(String::from_utf8_lossy(&ended.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&ended.stderr);
    let last = said.lines().rfind(|line| !line.trim().is_empty());
    let said = last.map_or_else(String::new, |line| format!(": {}", line.trim()));
    Err((Trouble::Protocol, format!("{program} ended with {}{said}", ended.status)))
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const LONG: Duration = Duration::from_secs(60);

    fn shell(script: &str, limit: Duration) -> Result<String, InVain> {
        ask("sh", &["-c", script], limit)
    }

    #[test]
    fn what_it_prints_comes_back() {
        assert_eq!(shell("echo one; echo two >&2", LONG), Ok("one\n".into()));
        // More than a pipe holds, on both.
        let much = shell("head -c 200000 /dev/zero; head -c 200000 /dev/zero >&2", LONG).unwrap();
        assert_eq!(much.len(), 200_000);
    }

    #[test]
    fn what_ends_badly_says_why() {
        let (trouble, why) =
            shell("echo first >&2; echo ' no such person ' >&2; echo >&2; exit 3", LONG).unwrap_err();
        assert_eq!(trouble, Trouble::Protocol);
        assert!(why.starts_with("sh ended with") && why.ends_with("3: no such person"), "{why}");
        assert_eq!(shell("kill -9 $$", LONG).unwrap_err().0, Trouble::Protocol);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let nothing: [&str; 0] = [];
        let (trouble, why) = ask("no-such-program-anywhere", &nothing, LONG).unwrap_err();
        assert_eq!(trouble, Trouble::NotFound);
        assert!(why.contains("no-such-program-anywhere cannot be started"), "{why}");
    }

    #[test]
    fn what_does_not_end_is_ended() {
        let began = Instant::now();
        let (trouble, why) = shell("exec sleep 600", Duration::from_millis(50)).unwrap_err();
        assert_eq!((trouble, why.as_str()), (Trouble::NoAnswer, "sh did not end within 50ms"));
        assert!(began.elapsed() < LONG);
    }
}
