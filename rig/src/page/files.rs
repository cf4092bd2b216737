//! Files of the run's folder that a page opens: reports, evidence and pictures, and never the sealed secrets.

use std::{fs, path::Path};

use super::http::Response;

/// Nothing in these files may run; the report has its own styles.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; media-src 'self'; frame-ancestors 'none'";

/// The file with this name below `folder`.
pub fn open(folder: &Path, name: &str) -> Response {
    let Some(kind) = kind(name) else { return Response::text(404, "there is no such file") };
    match fs::read(folder.join(name)) {
        Ok(bytes) => {
            let mut response = Response::new(200, kind, bytes);
            response.fields.push(("Content-Security-Policy", POLICY.to_owned()));
            response
        }
        Err(_) => Response::text(404, "there is no such file"),
    }
}

/// The media type of a file that may be opened.
fn kind(name: &str) -> Option<&'static str> {
    let plain = |part: &str| {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
        !part.starts_with('.') && part.bytes().all(known)
    };
    match name.split_once('/') {
        None if name == "report.html" => Some("text/html; charset=utf-8"),
        None if name == "junit.xml" => Some("text/plain; charset=utf-8"),
        Some(("evidence" | "looks", file)) if plain(file) => Some(match file.rsplit_once('.')?.1 {
            "png" => "image/png",
            "wav" => "audio/wav",
            _ => "text/plain; charset=utf-8",
        }),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_reports_evidence_and_pictures_can_be_opened() {
        assert_eq!(kind("report.html"), Some("text/html; charset=utf-8"));
        assert_eq!(kind("evidence/0a.png"), Some("image/png"));
        assert_eq!(kind("looks/0001-camera.png"), Some("image/png"));
        let hidden = [
            "sealed.jsonl",
            "journal.jsonl",
            "",
            "evidence/../sealed.jsonl",
            "evidence/..",
            "evidence/a/b.png",
            "evidence/.hidden.png",
            "../report.html",
            "/etc/passwd",
            "evidence/%2e%2e",
            "evidence/a\0.png",
        ];
        for name in hidden {
            assert_eq!(kind(name), None, "{name}");
        }
    }
}
