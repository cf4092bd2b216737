//! Remarks on standard error: what goes on beside the record. Nobody has to read them, and nothing waits until
//! somebody does: a pipe that is full or closed costs the remark, never the run.

use std::{
    io::{Write, stderr},
    sync::{
        OnceLock,
        mpsc::{self, Receiver, RecvTimeoutError, SyncSender},
    },
    thread,
    time::Duration,
};

/// How many remarks may wait to be written.
const WAITING: usize = 256;
/// How long a process that ends waits for its remarks to be written.
const PATIENCE: Duration = Duration::from_secs(2);

/// A message to the writing thread.
enum Message {
    Line(String),
    /// All that was told before is written once the other end of this is dropped.
    Flush(#[expect(dead_code, reason = "its drop is the answer")] SyncSender<()>),
}

/// Writes a line to standard error, as soon as that takes it.
pub fn remark(line: impl Into<String>) {
    // Where too many wait, nobody reads them.
    let _ = writer().try_send(Message::Line(line.into()));
}

/// Waits until every remark is written, but not for a reader that has stopped reading.
pub fn flush() {
    let (written, done) = mpsc::sync_channel(0);
    if writer().try_send(Message::Flush(written)).is_ok() {
        // It ends by the other end's being dropped, or by the time limit.
        let _: Result<(), RecvTimeoutError> = done.recv_timeout(PATIENCE);
    }
}

fn writer() -> &'static SyncSender<Message> {
    static WRITER: OnceLock<SyncSender<Message>> = OnceLock::new();
    WRITER.get_or_init(|| {
        let (tell, told) = mpsc::sync_channel(WAITING);
        // Without a thread to write them, remarks are lost.
        drop(thread::Builder::new().name("remarks".into()).spawn(move || write(&told)));
        tell
    })
}

fn write(told: &Receiver<Message>) {
    for told in told {
        if let Message::Line(line) = told {
            // Standard error cannot be written to: there is nowhere left to say so.
            let _ = writeln!(stderr(), "{line}");
        }
    }
}
