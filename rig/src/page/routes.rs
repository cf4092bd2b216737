//! The requests of a page.

use std::io::Write;

use serde::Deserialize;
use serde_json::json;

use super::{
    Page, files,
    http::{Body, Request, Response},
};
use crate::debug::{Answer, Ask, Topic};

/// Watchers at once.
const WATCHERS: usize = 16;
/// The longest name that a tab gives itself.
const LONGEST_ID: usize = 64;

/// Nothing from elsewhere, and nothing inline.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; \
    frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// Answers a request.
pub fn answer(page: &Page, request: &Request) -> Response {
    let mut response = page.0.guard.refuses(request).unwrap_or_else(|| admitted(page, request));
    let mut add = |name: &'static str, value: &str| {
        if !response.fields.iter().any(|(known, _)| *known == name) {
            response.fields.push((name, value.to_owned()));
        }
    };
    add("Content-Security-Policy", POLICY);
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "no-referrer");
    add("Cache-Control", "no-store");
    response
}

fn admitted(page: &Page, request: &Request) -> Response {
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Response::new(200, "text/html; charset=utf-8", include_str!("page.html")),
        ("GET", "/page.js") => Response::new(200, "text/javascript; charset=utf-8", include_str!("page.js")),
        ("GET", "/page.css") => Response::new(200, "text/css; charset=utf-8", include_str!("page.css")),
        ("GET", "/events") => events(page, request),
        ("GET", "/screens") => screens(page),
        ("GET", "/picture") => picture(page, request),
        ("GET", path) => match path.strip_prefix("/run/") {
            Some(name) => files::open(&page.0.folder, name),
            None => Response::text(404, "there is no such page"),
        },
        ("POST", "/watch") => {
            let cookie = format!("{}; HttpOnly; SameSite=Strict; Path=/", page.0.guard.cookie());
            let mut response = Response::text(204, "");
            response.fields.push(("Set-Cookie", cookie));
            response
        }
        ("POST", "/act") => with_body(request, |act| self::act(page, act)),
        ("POST", "/drive") => with_body(request, |drive| self::drive(page, drive)),
        _ => Response::text(404, "there is no such page"),
    }
}

/// A command of the one who drives.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Act {
    /// The id of the tab.
    client: String,
    /// As at the terminal.
    command: String,
}

/// Takes the wheel, or hands it over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Drive {
    /// The id of the tab.
    client: String,
    /// The number of the watcher who gets it.
    to: Option<u32>,
}

fn with_body<'r, T: Deserialize<'r>>(request: &'r Request, take: impl FnOnce(T) -> Response) -> Response {
    if request.only("content-type") != Some("application/json") {
        return Response::text(415, "application/json");
    }
    match serde_json::from_slice(&request.body) {
        Ok(value) => take(value),
        Err(error) => Response::text(400, error.to_string()),
    }
}

fn act(page: &Page, act: Act) -> Response {
    let Some(wheel) = &page.0.wheel else { return Response::text(409, "this run can only be watched") };
    if !page.crew().drives(&act.client) {
        return Response::text(409, "somebody else drives");
    }
    let done = wheel.command(&act.command);
    page.tell_breakpoints();
    match done {
        Ok((lines, goes_on)) => Response::json(200, &json!({"lines": lines, "goes_on": goes_on})),
        Err(why) => Response::text(409, why),
    }
}

fn drive(page: &Page, drive: Drive) -> Response {
    let mut crew = page.crew();
    let done = match drive.to {
        None => crew.take(&drive.client),
        Some(to) => crew.hand_over(&drive.client, to),
    };
    page.0.feed.add("crew", &crew.shown());
    done.map_or_else(|why| Response::text(409, why), |()| Response::text(204, ""))
}

fn events(page: &Page, request: &Request) -> Response {
    let id = request.asked("client").unwrap_or_default().to_owned();
    if id.is_empty() || id.len() > LONGEST_ID {
        return Response::text(400, "client: the id of the tab");
    }
    if page.crew().count() >= WATCHERS {
        return Response::text(503, "too many watch already");
    }
    let (page, last) = (page.clone(), request.only("last-event-id").map(str::to_owned));
    // In the order in which they come.
    let number = page.crew().join(&id);
    let watcher = Watcher { page: page.clone(), id };
    let write = move |out: &mut dyn Write| {
        let drives = page.0.wheel.is_some();
        watcher.tell();
        page.0.feed.write(out, last.as_deref(), &json!({"you": number, "drives": drives}))
    };
    Response {
        status: 200,
        kind: "text/event-stream",
        fields: Vec::new(),
        body: Body::Stream(Box::new(write)),
    }
}

/// A watcher's line; its end is told.
struct Watcher {
    page: Page,
    id: String,
}

impl Watcher {
    fn tell(&self) {
        let crew = self.page.crew();
        self.page.0.feed.add("crew", &crew.shown());
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        self.page.crew().leave(&self.id);
        self.tell();
    }
}

/// What is on the phones.
fn screens(page: &Page) -> Response {
    match look(page, Ask::Values(Topic::Screens)) {
        Ok(Answer::Values(list)) => Response::json(200, &json!(list)),
        Ok(_) => Response::text(404, "nothing"),
        Err(response) => response,
    }
}

fn picture(page: &Page, request: &Request) -> Response {
    let camera = request.asked("camera").unwrap_or_default().to_owned();
    match look(page, Ask::Picture(camera)) {
        Ok(Answer::Picture(png)) => Response::new(200, "image/png", png),
        Ok(_) => Response::text(404, "nothing"),
        Err(response) => response,
    }
}

fn look(page: &Page, ask: Ask) -> Result<Answer, Response> {
    let wheel = page.0.wheel.as_ref().ok_or_else(|| Response::text(409, "this run can only be watched"))?;
    wheel.look(ask).map_err(|why| Response::text(409, why))
}
