//! Who may look, and who may act: asked of every request before anything else.
//!
//! A name in Host that is not ours is DNS rebinding. A foreign Origin is another site in the same browser. Reading takes the
//! token or the cookie that was given for it; acting takes the token, in a field that no foreign site can set.

use std::{fs, io, io::Read, path::Path};

use sha2::{Digest, Sha256};

use super::http::{Request, Response};

/// The names and secrets of a page.
pub struct Guard {
    /// Accepted values of Host.
    hosts: Vec<String>,
    /// Lets its holder act; it is in the fragment of the page's address.
    token: String,
    /// Lets its holder read, as a browser sends it: name and value. A browser hands it to every server on this machine: it is
    /// not the token, and its name is its own, so that the page of another server leaves it alone.
    cookie: String,
}

/// The field with the token.
const TOKEN: &str = "x-rig-token";
/// Paths that need no token: it says nothing about the run.
const OPEN: [&str; 3] = ["/", "/page.js", "/page.css"];

impl Guard {
    /// A guard for a page at these names. The cookie follows from the token, so that an open page comes back to another
    /// server with the same token; the token does not follow from the cookie.
    pub fn new(hosts: Vec<String>, token: String) -> Self {
        let of = |what: &str| hex::encode(Sha256::new().chain_update(what).chain_update(&token).finalize());
        let (name, value) = (of("rig page, name of the cookie: "), of("rig page, reading only: "));
        Self { hosts, cookie: format!("rig-{}={value}", &name[..8]), token }
    }

    /// The cookie: its name and value.
    pub fn cookie(&self) -> &str {
        &self.cookie
    }

    /// Why a request is refused, if it is.
    pub fn refuses(&self, request: &Request) -> Option<Response> {
        let refused = |status, why: &str| Some(Response::text(status, why));
        let host = request.only("host").unwrap_or_default();
        // The absolute form names a host of its own.
        if !self.hosts.iter().any(|known| known == host) || !request.path.starts_with('/') {
            return refused(421, "that is not a name of this page");
        }
        let own = |origin: &str| origin.strip_prefix("http://") == Some(host);
        if request.has("origin") && !request.only("origin").is_some_and(own) {
            return refused(403, "a foreign origin");
        }
        let open = request.method == "GET" && OPEN.contains(&request.path.as_str());
        let foreign = |site| !matches!(site, "same-origin" | "none");
        if !open && request.only("sec-fetch-site").is_some_and(foreign) {
            return refused(403, "a foreign site");
        }
        let has_token = request.only(TOKEN).is_some_and(|given| same(given, &self.token));
        match request.method.as_str() {
            "GET" if open => None,
            "GET" if has_token || self.has_cookie(request) => None,
            "POST" if has_token => None,
            "GET" | "POST" => refused(401, "no token, or another one"),
            _ => refused(405, "GET and POST"),
        }
    }

    fn has_cookie(&self, request: &Request) -> bool {
        let cookies = request.only("cookie").unwrap_or_default();
        cookies.split("; ").any(|given| same(given, &self.cookie))
    }
}

/// Whether they are equal, in a time that does not depend on where they differ.
fn same(given: &str, known: &str) -> bool {
    let differ = given.bytes().zip(known.bytes()).fold(0, |differ, (one, other)| differ | (one ^ other));
    given.len() == known.len() && differ == 0
}

/// 128 random bits, in hexadecimal.
///
/// # Errors
/// The machine has none.
pub fn random() -> io::Result<String> {
    let mut bytes = [0; 16];
    fs::File::open(Path::new("/dev/urandom"))?.read_exact(&mut bytes)?;
    Ok(hex::encode(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, path: &str, fields: &[(&str, &str)]) -> Request {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        Request { method: method.into(), path: path.into(), fields, ..Request::default() }
    }

    #[test]
    fn names_origins_and_tokens_are_asked_for() {
        let hosts = vec!["127.0.0.1:80".to_owned(), "localhost:80".to_owned()];
        let guard = Guard::new(hosts, "secret".into());
        let cookie = format!("a=b; {}", guard.cookie());
        let name = |guard: &Guard| guard.cookie().split('=').next().unwrap().to_owned();
        assert!(name(&guard).len() == 12 && name(&guard).starts_with("rig-"), "{cookie}");
        let other = Guard::new(Vec::new(), "other".into());
        assert_ne!(name(&other), name(&guard), "two pages on one machine");
        let status = |method: &str, path: &str, fields: &[(&str, &str)]| {
            guard.refuses(&request(method, path, fields)).map_or(200, |refused| refused.status)
        };
        let host = ("host", "127.0.0.1:80");
        let token = ("x-rig-token", "secret");
        assert_eq!(status("GET", "/", &[host]), 200);
        assert_eq!(status("GET", "/events", &[host]), 401);
        assert_eq!(status("GET", "/events", &[host, ("cookie", &cookie)]), 200);
        assert_eq!(status("POST", "/act", &[host, ("cookie", &cookie)]), 401);
        assert_eq!(status("POST", "/act", &[host, ("x-rig-token", guard.cookie())]), 401);
        assert_eq!(
            Guard::new(Vec::new(), "secret".into()).cookie(),
            guard.cookie(),
            "an open page comes back"
        );
        assert_eq!(status("POST", "/act", &[host, token]), 200);
        assert_eq!(status("POST", "/act", &[host, ("x-rig-token", "secre")]), 401);
        assert_eq!(status("POST", "/act", &[host, token, token]), 401);
        assert_eq!(status("PUT", "/act", &[host, token]), 405);
        for other in ["127.0.0.1", "127.0.0.1:81", "evil:80", "LOCALHOST:80", "localhost.:80", ""] {
            assert_eq!(status("GET", "/", &[("host", other)]), 421, "{other}");
        }
        assert_eq!(status("GET", "/", &[]), 421);
        assert_eq!(status("GET", "/", &[host, host]), 421);
        assert_eq!(status("GET", "http://evil/", &[host]), 421);
        for origin in ["http://evil", "null", "https://127.0.0.1:80", "http://localhost:80"] {
            assert_eq!(status("POST", "/act", &[host, token, ("origin", origin)]), 403, "{origin}");
        }
        assert_eq!(status("POST", "/act", &[host, token, ("origin", "http://127.0.0.1:80")]), 200);
        assert_eq!(status("GET", "/events", &[host, token, ("sec-fetch-site", "cross-site")]), 403);
    }

    #[test]
    fn random_tokens_differ() {
        let one = random().unwrap();
        assert!(one.len() == 32 && one != random().unwrap());
    }
}
