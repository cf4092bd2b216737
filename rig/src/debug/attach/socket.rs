//! The way in: a Unix socket in the run's folder, which only the user who runs it can open. Lines of text go both ways.

use std::{
    fs::{self, File, Permissions},
    io::{self, BufRead, BufReader, Read, Write},
    net::Shutdown,
    os::{
        fd::AsRawFd,
        unix::{
            fs::PermissionsExt,
            net::{UnixListener, UnixStream},
        },
    },
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use super::AttachPoint;
use crate::debug::{Controls, News, RemoteFace, Wheel};

/// The socket's name in the run's folder.
const ATTACH_SOCKET: &str = "attach.socket";
/// How long a write may wait for a guest that does not read.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest line of a guest.
const LONGEST: u64 = 4096;
/// Shown where the run stands still.
const PROMPT: &str = "(rig) ";

/// The socket of a run, until this is dropped.
pub struct AttachSocket {
    path: PathBuf,
}

impl AttachSocket {
    /// Opens the socket in `folder` to those who attach at `point`.
    ///
    /// # Errors
    /// The folder can hold no socket.
    pub fn open(point: Arc<AttachPoint>, folder: &Path) -> io::Result<Self> {
        let listener = UnixListener::bind(short(&File::open(folder)?))?;
        let socket = Self { path: folder.join(ATTACH_SOCKET) };
        fs::set_permissions(&socket.path, Permissions::from_mode(0o600))?;
        let serve = move || {
            for guest in listener.incoming().flatten() {
                let point = point.clone();
                let converse = move || {
                    // The guest is gone.
                    let _ = admit(&point, &guest);
                };
                // Without a thread, the connection is closed.
                drop(thread::Builder::new().name("guest".into()).spawn(converse));
            }
        };
        thread::Builder::new().name("attach".into()).spawn(serve)?;
        Ok(socket)
    }

    /// Connects to the socket in `folder`.
    ///
    /// # Errors
    /// There is none, or nobody listens.
    pub fn connect(folder: &Path) -> io::Result<UnixStream> {
        UnixStream::connect(short(&File::open(folder)?))
    }
}

impl Drop for AttachSocket {
    fn drop(&mut self) {
        // The run's folder may be gone.
        let _ = fs::remove_file(&self.path);
    }
}

/// The socket's path in an open folder: a socket's path may have 108 bytes, and the folder's may be longer.
fn short(folder: &File) -> PathBuf {
    PathBuf::from(format!("/proc/self/fd/{}/{ATTACH_SOCKET}", folder.as_raw_fd()))
}

/// Lets the guest in, if it is the user who runs this.
fn admit(point: &AttachPoint, guest: &UnixStream) -> io::Result<()> {
    guest.set_write_timeout(Some(PATIENCE))?;
    let mut out = guest.try_clone()?;
    let peer = rustix::net::sockopt::socket_peercred(guest)?;
    if peer.uid != rustix::process::geteuid() {
        return writeln!(out, "refused: another user runs this");
    }
    let controls = Arc::<Controls>::default();
    let (wheel, wishes) = Wheel::new(point.plan.clone(), controls.clone(), point.stop.clone(), "a guest");
    let wheel = Arc::new(wheel);
    let (to, told) = (Mutex::new(Some(guest.try_clone()?)), Arc::downgrade(&wheel));
    let tell = move |news: News| {
        let (text, stands) = match news {
            News::Line(line) => (format!("{line}\n"), None),
            News::Stopped(_) => (PROMPT.to_owned(), Some(true)),
            News::GoesOn => (String::new(), Some(false)),
        };
        if let (Some(wheel), Some(stands)) = (told.upgrade(), stands) {
            wheel.set_stands(stands);
        }
        let mut to = to.lock().unwrap_or_else(PoisonError::into_inner);
        // A guest that does not read is sent away: it must not hold the run up.
        if let Some(gone) = to.take_if(|to| to.write_all(text.as_bytes()).is_err()) {
            let _ = gone.shutdown(Shutdown::Both);
        }
    };
    let face = RemoteFace::new(wishes, Box::new(tell), point.stop.clone()).of_guest();
    match point.arrive(Box::new(face), controls) {
        Err(why) => writeln!(out, "refused: {why}"),
        Ok(()) => {
            let done = converse(&wheel, guest, &mut out);
            point.leave();
            done
        }
    }
}

/// Answers the guest's lines until it leaves.
fn converse(wheel: &Wheel, guest: &UnixStream, out: &mut UnixStream) -> io::Result<()> {
    writeln!(out, "attached; help lists the commands, and the end of your input lets the run go on")?;
    let mut input = BufReader::new(guest);
    loop {
        let mut line = String::new();
        if input.by_ref().take(LONGEST).read_line(&mut line)? == 0 {
            return Ok(());
        }
        let (lines, goes_on) = match wheel.command(line.trim_end()) {
            Ok(done) => done,
            Err(why) => (vec![why], false),
        };
        let mut text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        if !goes_on && wheel.stands_still() {
            text.push_str(PROMPT);
        }
        out.write_all(text.as_bytes())?;
    }
}
