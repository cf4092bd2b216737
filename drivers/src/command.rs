//! Programs that the bench asks: each has a time limit, and what they print never stops them. Each has a process group of its
//! own, to be ended with all that it has started; a signal from the terminal is for the rig alone.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::unix::{fs::FileExt, process::CommandExt},
    process::{Child, Command, Stdio},
    time::Duration,
};

use process_control::{ChildExt, Control, ExitStatus};
use rustix::process::{Pid, Signal, kill_process_group};

use crate::ErrorKind;

/// Why a program was asked in vain: the kind of trouble, and what happened in words.
pub type InVain = (ErrorKind, String);

/// Runs `program` with `arguments` to its end, and gives what it printed. It ends by itself and well within `limit`, or it
/// is ended then, with its process group.
///
/// # Errors
/// [`ErrorKind::NotFound`] where it cannot be started, [`ErrorKind::NoAnswer`] where it did not end in time, and
/// [`ErrorKind::Protocol`], with the last line that it had to say on standard error, where it ended otherwise than well.
pub fn ask(program: &str, arguments: &[impl AsRef<OsStr>], limit: Duration) -> Result<String, InVain> {
    let in_vain = |error: io::Error| (ErrorKind::Protocol, format!("{program}: {error}"));
    let (said, complained) = (tempfile::tempfile().map_err(in_vain)?, tempfile::tempfile().map_err(in_vain)?);
    let mut command = Command::new(program);
    command.args(arguments).process_group(0).stdin(Stdio::null());
    command.stdout(said.try_clone().map_err(in_vain)?).stderr(complained.try_clone().map_err(in_vain)?);
    let mut child = command
        .spawn()
        .map_err(|error| (ErrorKind::NotFound, format!("{program} cannot be started: {error}")))?;
    let Some(status) = wait(&mut child, limit).map_err(in_vain)? else {
        return Err((ErrorKind::NoAnswer, format!("{program} did not end within {limit:?}")));
    };
    if status.success() {
        return text(&said).map_err(in_vain);
    }
    let complained = text(&complained).map_err(in_vain)?;
    let last = complained.lines().rfind(|line| !line.trim().is_empty());
    let last = last.map_or_else(String::new, |line| format!(": {}", line.trim()));
    Err((ErrorKind::Protocol, format!("{program} ended with {status}{last}")))
}

/// How `child` ended; nothing where it did not end in time, and its group was ended.
fn wait(child: &mut Child, limit: Duration) -> io::Result<Option<ExitStatus>> {
    let ended = child.controlled().time_limit(limit).wait();
    if !matches!(ended, Ok(Some(_))) {
        if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
            // All of the group may have ended meanwhile.
            kill_process_group(group, Signal::KILL).ok();
        }
        child.wait()?;
    }
    ended
}

/// Output until now. A file, not a pipe: a surviving grandchild could keep the pipe open, and may write on.
fn text(file: &File) -> io::Result<String> {
    let length = file.metadata()?.len();
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    file.read_exact_at(&mut bytes, 0)?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, thread, time::Instant};

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
        assert_eq!(trouble, ErrorKind::Protocol);
        assert!(why.starts_with("sh ended with") && why.ends_with("3: no such person"), "{why}");
        assert_eq!(shell("kill -9 $$", LONG).unwrap_err().0, ErrorKind::Protocol);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let nothing: [&str; 0] = [];
        let (trouble, why) = ask("no-such-program-anywhere", &nothing, LONG).unwrap_err();
        assert_eq!(trouble, ErrorKind::NotFound);
        assert!(why.contains("no-such-program-anywhere cannot be started"), "{why}");
    }

    #[test]
    fn what_does_not_end_is_ended_with_all_that_it_started() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        shell(&format!("mkfifo {fifo:?}"), LONG).unwrap();
        let (tell, told) = mpsc::channel();
        let reads = fifo.clone();
        thread::spawn(move || tell.send(std::fs::read(reads).unwrap()).unwrap());
        let script = format!("exec 3>{fifo:?}; sleep 600 & sleep 600");
        let (trouble, why) = shell(&script, Duration::from_secs(2)).unwrap_err();
        assert_eq!((trouble, why.as_str()), (ErrorKind::NoAnswer, "sh did not end within 2s"));
        assert_eq!(told.recv_timeout(LONG), Ok(vec![]), "nobody who could write is left");
    }

    #[test]
    fn what_it_leaves_behind_is_not_waited_for() {
        let began = Instant::now();
        assert_eq!(shell("echo done; sleep 60 &", LONG), Ok("done\n".into()));
        assert!(began.elapsed() < LONG);
    }
}
