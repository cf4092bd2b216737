//! A page on this machine: watches a run, drives it, and opens a finished one.
//!
//! The server is a thread for each connection, within [`http::LIMITS`]; no request reaches the rest before [`guard`]. What the
//! journal gets and where the debugger stands goes to the [`feed`], which each watcher reads at its own pace.

use std::{
    io,
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread,
};

use reports::Entry;
use serde_json::json;

use crate::{
    bus::{Observer, line_for_others},
    debug::Wheel,
};

mod bench;
mod crew;
mod feed;
mod files;
mod guard;
mod http;
mod routes;

use crew::Crew;
use feed::Feed;
use guard::Guard;
pub use guard::random as random_token;

/// A page that is served.
#[derive(Clone)]
pub struct Page(Arc<Inner>);

struct Inner {
    guard: Guard,
    feed: Feed,
    crew: Mutex<Crew>,
    /// The run's folder.
    folder: PathBuf,
    /// The way to the bench, where the page can drive.
    wheel: Option<Wheel>,
}

impl Page {
    /// Serves a page at `address` for those who know `token`; and the address to open, with the token in its fragment.
    /// `folder` is the run's; with a `wheel` it can be driven.
    ///
    /// # Errors
    /// The address cannot be had.
    pub fn serve(
        address: SocketAddr,
        token: &str,
        folder: PathBuf,
        wheel: Option<Wheel>,
    ) -> io::Result<(Self, String)> {
        let listener = TcpListener::bind(address)?;
        let address = listener.local_addr()?;
        let mut hosts = vec![address.to_string()];
        if address.ip().is_loopback() {
            hosts.push(format!("localhost:{}", address.port()));
        }
        let guard = Guard::new(hosts, token.to_owned());
        let (feed, crew) = (Feed::new(guard::random()?), Mutex::default());
        let page = Self(Arc::new(Inner { guard, feed, crew, folder, wheel }));
        let answering = page.clone();
        let answer = Arc::new(move |request: &http::Request| routes::answer(&answering, request));
        let serve = move || http::serve(&listener, http::LIMITS, answer);
        thread::Builder::new().name("pages".into()).spawn(serve)?;
        Ok((page, format!("http://{address}/#{token}")))
    }

    /// Tells watchers of an event of the journal.
    ///
    /// # Errors
    /// It cannot be written as JSON.
    pub fn entry(&self, entry: &Entry) -> io::Result<()> {
        self.0.feed.add_text("entry", &line_for_others(entry)?);
        Ok(())
    }

    /// Tells watchers that the run is over.
    pub fn over(&self, summary: &str) {
        self.0.feed.add("over", &json!({"summary": summary}));
    }

    fn crew(&self) -> MutexGuard<'_, Crew> {
        // Each change is whole: a panic elsewhere leaves it as good as it was.
        self.0.crew.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Observer for Page {
    fn name(&self) -> &str {
        "the page"
    }

    fn hear(&mut self, entry: &Entry) -> io::Result<()> {
        self.entry(entry)
    }
}
