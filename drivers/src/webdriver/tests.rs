//! The client against a server that is a script.

use std::{net::TcpListener, time::Duration};

use serde_json::{Value, json};

use super::{
    scripted::{Answer, Scripted, element, session},
    *,
};

const LIMIT: Duration = Duration::from_secs(5);

fn open(server: &Scripted) -> Session {
    Session::open(&Server::new(&server.url).unwrap(), &json!({ "browserName": "chrome" }), LIMIT).unwrap()
}

/// A server that opens a session and then answers with `answer`.
fn answering(answer: impl Fn() -> Answer + Send + 'static) -> Scripted {
    Scripted::new(move |request| match request.line.as_str() {
        "POST /session" => session("1", json!({ "browserName": "chrome" })),
        _ => answer(),
    })
}

/// The fault of a session that is answered so.
fn fault(answer: impl Fn() -> Answer + Send + 'static) -> Fault {
    open(&answering(answer)).within(Duration::from_millis(300)).get("/title").unwrap_err()
}

#[test]
fn a_session_asks_as_the_recommendation_has_it() {
    let server = Scripted::new(|request| match request.line.as_str() {
        "POST /session" => session("1", json!({ "browserName": "chrome" })),
        "POST /session/1/element" => element("a"),
        "POST /session/1/elements" => Answer::Value(json!([{ "element-6066-11e4-a52e-4f735466cecf": "b" }])),
        "GET /session/1/source" => Answer::Value(json!("<html/>")),
        "GET /session/1/screenshot" => Answer::Value(json!("iVBO\nRw==")),
        "GET /session/1/window/rect" => {
            Answer::Value(json!({ "x": 0, "y": 0, "width": 800, "height": 600.5 }))
        }
        "GET /session/1/element/a/text" => Answer::Value(json!("Log in")),
        "GET /status" => Answer::Value(json!({ "ready": true })),
        _ => Answer::Value(Value::Null),
    });
    let session = open(&server);
    assert_eq!(session.capabilities()["browserName"], "chrome");
    let found = session.find(By::Css("#log-in")).unwrap().unwrap();
    assert_eq!(session.find_all(By::LinkText("Log in")).unwrap().len(), 1);
    assert_eq!(session.text(&found).unwrap(), "Log in");
    session.click(&found).unwrap();
    session.clear(&found).unwrap();
    session.type_secret(&found, "secret").unwrap();
    assert_eq!(session.source().unwrap(), "<html/>");
    assert_eq!(session.screenshot().unwrap(), b"\x89PNG");
    assert_eq!(session.size().unwrap(), (800.0, 600.5));
    session.act(&drag(Point { x: 1.0, y: 2.4 }, Point { x: 3.0, y: 4.0 }, LIMIT)).unwrap();
    session.execute("mobile: activateApp", &json!({ "appId": "a" })).unwrap();
    assert_eq!(Server::new(&server.url).unwrap().status(LIMIT).unwrap()["ready"], true);
    session.close().unwrap();

    let asked = server.requests();
    assert_eq!(
        asked[0].body,
        json!({ "capabilities": { "alwaysMatch": { "browserName": "chrome" }, "firstMatch": [{}] } })
    );
    assert_eq!(asked[1].body, json!({ "using": "css selector", "value": "#log-in" }));
    assert_eq!(asked[2].body, json!({ "using": "link text", "value": "Log in" }));
    let lines: Vec<_> = asked.iter().map(|request| request.line.as_str()).collect();
    assert_eq!(
        lines[4..7],
        [
            "POST /session/1/element/a/click",
            "POST /session/1/element/a/clear",
            "POST /session/1/element/a/value"
        ]
    );
    assert_eq!(asked[6].body, json!({ "text": "secret" }));
    assert!(asked.iter().all(|request| request.sensitive == request.line.ends_with("/value")));
    assert_eq!(asked[10].body["actions"][0]["actions"][0]["y"], 2);
    assert_eq!(asked[11].body, json!({ "script": "mobile: activateApp", "args": [{ "appId": "a" }] }));
    assert_eq!(*lines.last().unwrap(), "DELETE /session/1");
}

#[test]
fn what_the_page_lacks_is_none() {
    let server = answering(|| Answer::Error("no such element", "nothing there"));
    assert_eq!(open(&server).find(By::XPath("//a")).unwrap(), None);
}

#[test]
fn a_fault_tells_whether_the_command_may_have_been_obeyed() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Server::new(&format!("http://{closed}")).unwrap();
    assert!(matches!(nobody.status(LIMIT), Err(Fault::Unreachable(_))));
    assert!(matches!(fault(|| Answer::HangUp), Fault::NoAnswer(_)));
    assert!(matches!(fault(|| Answer::Silence), Fault::NoAnswer(_)));
    for raw in ["", "<html>", "[]", "{}", "7"] {
        assert!(matches!(fault(move || Answer::Raw(raw)), Fault::Protocol(_)), "{raw}");
    }
    let lost = fault(|| Answer::Error("invalid session id", "gone\nstack trace"));
    assert!(lost.is_lost_session() && !lost.is_absence());
    assert_eq!(lost.to_string(), "invalid session id: gone");
    assert!(fault(|| Answer::Error("stale element reference", "")).is_absence());
    assert!(matches!(fault(|| Answer::Error("", "")), Fault::Protocol(_)));
}

#[test]
fn a_secret_is_not_in_the_error_of_typing_it() {
    let server = Scripted::new(|request| match request.line.as_str() {
        "POST /session" => session("1", json!({})),
        "POST /session/1/element" => element("a"),
        _ => Answer::Error("invalid element state", "cannot type 12345678 here"),
    });
    let session = open(&server);
    let field = session.find(By::Other("accessibility id", "PIN")).unwrap().unwrap();
    assert_eq!(session.type_secret(&field, "12345678").unwrap_err().message(), "cannot type … here");
}

#[test]
fn answers_that_are_not_what_was_asked_for_are_no_webdriver() {
    let session = open(&answering(|| Answer::Value(json!(7))));
    let is_protocol = |fault: Option<Fault>| matches!(fault, Some(Fault::Protocol(_)));
    assert!(is_protocol(session.source().err()) && is_protocol(session.size().err()));
    assert!(
        is_protocol(session.find(By::Css("a")).err()) && is_protocol(session.find_all(By::Css("a")).err())
    );
    let server = answering(|| Answer::Value(json!("no base 64!")));
    assert!(is_protocol(open(&server).screenshot().err()));
    let server = Scripted::new(|_| Answer::Value(json!({})));
    let opened = Session::open(&Server::new(&server.url).unwrap(), &json!({}), LIMIT);
    assert!(is_protocol(opened.err()));
}
