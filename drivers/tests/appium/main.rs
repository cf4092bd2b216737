//! The WebDriver client against Appium and its fake driver: a recorded run, and, where `APPIUM_URL` names a server, the
//! server itself (`.ci/appium` installs and starts one). `APPIUM_APP` is then the path of `app.xml` beside this file.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod replay;

use std::{env, time::Duration};

use drivers::webdriver::{By, Code, Point, Server, Session, drag};
use replay::Replay;
use serde_json::json;

const LIMIT: Duration = Duration::from_secs(60);

#[test]
fn a_recorded_server_is_understood() {
    let replay = Replay::new(include_str!("fake-driver.json"));
    walk(replay.url(), "app.xml");
    replay.is_at_its_end();
}

#[test]
fn a_real_server_is_understood() {
    if let Ok(url) = env::var("APPIUM_URL") {
        walk(&url, &env::var("APPIUM_APP").unwrap());
    }
}

/// Everything that the driver of phones asks of a server, and what it makes of each kind of refusal.
fn walk(url: &str, app: &str) {
    let server = Server::new(url).unwrap();
    assert!(server.status(LIMIT).unwrap()["build"]["version"].is_string());
    let capabilities = json!({
        "platformName": "Fake", "appium:automationName": "Fake", "appium:deviceName": "Fake", "appium:app": app,
        "appium:newCommandTimeout": 60,
    });
    let session = Session::open(&server, &capabilities, LIMIT).unwrap();
    assert_eq!(session.capabilities()["automationName"], "Fake");
    finds_and_types(&session);
    looks_and_moves(&session);
    is_refused(&session);

    session.clone().close().unwrap();
    assert!(session.source().unwrap_err().is_lost_session());
}

fn finds_and_types(session: &Session) {
    let field = session.find(By::Other("accessibility id", "User ID")).unwrap().unwrap();
    let button = session.find(By::XPath("//MockButton[@text='Continue']")).unwrap().unwrap();
    assert_eq!(session.find(By::XPath("//MockButton[@text='Nowhere']")).unwrap(), None);
    assert_eq!(session.find_all(By::XPath("//MockButton")).unwrap().len(), 3);
    session.clear(&field).unwrap();
    session.type_secret(&field, "æøå €").unwrap();
    assert_eq!(session.text(&field).unwrap(), "æøå €");
    session.clear(&field).unwrap();
    session.click(&button).unwrap();
    let refused = session.type_secret(&button, "secret").unwrap_err();
    assert_eq!(refused.code(), Some(&Code::InvalidElementState));
}

fn looks_and_moves(session: &Session) {
    assert!(session.source().unwrap().contains("<MockButton id=\"Continue\" text=\"Continue\""));
    assert!(session.screenshot().unwrap().starts_with(b"\x89PNG"));
    assert_eq!(session.size().unwrap(), (1080.0, 2340.0));
    let (from, to) = (Point { x: 100.0, y: 900.0 }, Point { x: 100.0, y: 300.0 });
    session.act(&drag(from, to, Duration::from_millis(50))).unwrap();
}

fn is_refused(session: &Session) {
    let code = |refused: drivers::webdriver::Result<_>| refused.unwrap_err().code().cloned();
    assert_eq!(
        code(session.post("/element/no-such-element/click", &json!({}))),
        Some(Code::StaleElementReference)
    );
    assert_eq!(code(session.execute("mobile: noSuchCommand", &json!({}))), Some(Code::UnsupportedOperation));
    assert_eq!(code(session.get("/no/such/command")), Some(Code::UnknownCommand));
    // The recommendation has a code for a bad XPath, "invalid selector"; this driver does not use it.
    assert_eq!(
        code(session.post("/element", &json!({ "using": "xpath", "value": "//*[" }))),
        Some(Code::UnknownError)
    );
}
