//! The driver against an Appium server that is a script.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
};

use super::*;
use crate::{
    DriverError,
    phone::{InTurn, OperatorPhone},
    testing::{FakeClock, ScriptedPerson},
    webdriver::scripted::{Answer, Request, Scripted, element, session},
};

const APP: &str = "dk.mitid.app";

/// A page source of UiAutomator2 with these nodes in the app's window.
fn page(nodes: &str) -> Answer {
    Answer::Value(json!(format!("<hierarchy><w package=\"{APP}\" class=\"w\">{nodes}</w></hierarchy>")))
}

const BUTTON: &str =
    "<b class=\"b\" clickable=\"true\" enabled=\"true\" text=\"Next\" bounds=\"[0,5][1,6]\"/>";
const FIELD: &str = "<e class=\"EditText\" content-desc=\"PIN\" text=\"\"/>";
const BOX: &str = "<c class=\"CheckBox\" checkable=\"true\" checked=\"true\" text=\"Shown\"/>";

fn settings(url: &str, automation: &str, file: Option<&str>) -> AppiumSettings {
    let mut capabilities = json!({ "automationName": automation });
    if let Some(file) = file {
        capabilities["app"] = json!(file);
    }
    AppiumSettings::new(url, capabilities.as_object().unwrap().clone(), APP).unwrap()
}

fn phone_at(url: &str) -> AppiumPhone {
    AppiumPhone::new(
        "phone-1",
        settings(url, "UiAutomator2", Some("/app.apk")),
        Arc::new(FakeClock::default()),
    )
}

fn phone(server: &Scripted) -> AppiumPhone {
    phone_at(&server.url)
}

/// Opens sessions and finds elements; `script` has the rest, with the session's part of the path cut off.
fn server(mut script: impl FnMut(&str, &Request) -> Answer + Send + 'static) -> Scripted {
    let mut sessions = 0;
    Scripted::new(move |request| {
        let (method, path) = request.line.split_once(' ').unwrap();
        if path == "/session" {
            sessions += 1;
            return session(&sessions.to_string(), json!({ "deviceModel": "Pixel 9", "deviceUDID": "X1" }));
        }
        if path == "/status" {
            return Answer::Value(json!({ "build": { "version": "3.8.0" } }));
        }
        let rest = path.splitn(4, '/').nth(3).unwrap_or_default();
        match format!("{method} {rest}").as_str() {
            "POST appium/settings" => Answer::Value(Value::Null),
            command => script(command, request),
        }
    })
}

/// Shows `nodes`; taps and typing work.
fn showing(nodes: &'static str) -> Scripted {
    server(move |command, _| match command {
        "GET source" => page(nodes),
        "POST element" => element("e"),
        _ => Answer::Value(Value::Null),
    })
}

fn trouble<T: std::fmt::Debug>(result: Result<T>) -> ErrorKind {
    let error = result.unwrap_err();
    assert_eq!(error.instrument, "phone-1");
    error.trouble
}

#[test]
fn it_tells_who_it_is() {
    let server = showing(BUTTON);
    let identity = phone(&server).identity().unwrap();
    assert_eq!(
        (identity.driver.as_str(), identity.model.as_str(), identity.serial.as_str()),
        ("appium", "Pixel 9", "X1")
    );
    assert_eq!((identity.detail["app"].as_str(), identity.detail["server"].as_str()), (APP, "3.8.0"));
}

#[test]
fn what_is_not_there_is_data() {
    let server = showing("<b class=\"b\" clickable=\"true\" enabled=\"false\" text=\"Next\"/>");
    let mut phone = phone(&server);
    assert!(!phone.tap("Next").unwrap(), "it is disabled");
    assert!(!phone.enter("PIN", "1").unwrap() && !phone.set("Shown", true).unwrap());
    assert!(!server.lines().iter().any(|line| line.contains("/element")));
}

#[test]
fn a_box_that_is_so_already_is_left_alone() {
    let server = showing(BOX);
    let mut phone = phone(&server);
    assert!(phone.set("Shown", true).unwrap());
    assert!(!server.lines().iter().any(|line| line.ends_with("/click")));
    assert!(phone.set("Shown", false).unwrap());
    assert!(server.lines().iter().any(|line| line.ends_with("/click")));
}

#[test]
fn what_is_typed_is_marked_sensitive_and_in_no_evidence() {
    let server = showing(
        "<e class=\"EditText\" content-desc=\"PIN\" text=\"482915\"/><t class=\"t\" text=\"Kirsten\"/>",
    );
    let mut phone = phone(&server);
    assert!(phone.enter("PIN", "Kirsten").unwrap());
    let seen = phone.screen().unwrap();
    let evidence = String::from_utf8(seen.raw.unwrap().bytes).unwrap();
    assert!(!evidence.contains("482915") && !evidence.contains("Kirsten"), "{evidence}");
    let typed: Vec<_> = server.requests().into_iter().filter(|request| request.sensitive).collect();
    assert_eq!((typed.len(), &typed[0].body), (1, &json!({ "text": "Kirsten" })));
}

#[test]
fn a_field_that_takes_nothing_is_data_and_its_refusal_tells_no_secret() {
    let refusing = |code: &'static str| {
        server(move |command, _| match command {
            "GET source" => page(FIELD),
            "POST element" => element("e"),
            "POST element/e/value" => Answer::Error(code, "cannot set 482915"),
            _ => Answer::Value(Value::Null),
        })
    };
    let server = refusing("invalid element state");
    assert!(!phone(&server).enter("PIN", "482915").unwrap());
    let server = refusing("unknown error");
    let error = phone(&server).enter("PIN", "482915").unwrap_err();
    assert!(error.trouble == ErrorKind::Protocol && !error.detail.contains("482915"), "{error}");
}

#[test]
fn the_server_that_is_not_there_is_named() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = phone_at(&format!("http://{closed}")).screen().unwrap_err();
    assert_eq!(error.trouble, ErrorKind::Unplugged);
    assert!(error.detail.contains(&closed.to_string()), "{error}");
}

#[test]
fn a_lost_session_is_begun_anew_and_counted() {
    for (code, message) in [
        ("invalid session id", "A session is either terminated or not started"),
        (
            "unknown error",
            "'POST /x' cannot be proxied to UiAutomator2 server because the instrumentation process is not running",
        ),
        (
            "unknown error",
            "Could not proxy command to the remote server. Original error: connect ECONNREFUSED 127.0.0.1:8200",
        ),
    ] {
        let mut clicks = 0;
        let server = server(move |command, _| match command {
            "GET source" => page(BUTTON),
            "POST element" => element("e"),
            "POST element/e/click" => {
                clicks += 1;
                if clicks == 1 { Answer::Error(code, message) } else { Answer::Value(Value::Null) }
            }
            _ => Answer::Value(Value::Null),
        });
        let mut phone = phone(&server);
        assert!(phone.tap("Next").unwrap());
        assert_eq!(phone.recoveries(), 1, "{message}");
        drop(phone);
        assert_eq!(server.lines().last().unwrap(), "DELETE /session/2", "the second one is ended");
    }
}

#[test]
fn a_session_that_is_lost_again_and_again_is_the_benchs_trouble() {
    let server = server(|_, _| Answer::Error("invalid session id", "gone"));
    assert_eq!(trouble(phone(&server).screen()), ErrorKind::Unplugged);
}

#[test]
fn a_tap_that_may_have_been_obeyed_is_not_repeated() {
    for hang_up in [true, false] {
        let server = server(move |command, _| match command {
            "GET source" => page(BUTTON),
            "POST element" => element("e"),
            "POST element/e/click" if hang_up => Answer::HangUp,
            "POST element/e/click" => Answer::Error("timeout", "no response in 10 s"),
            _ => Answer::Value(Value::Null),
        });
        assert_eq!(trouble(phone(&server).tap("Next")), ErrorKind::NoAnswer);
        assert_eq!(server.lines().iter().filter(|line| line.ends_with("/click")).count(), 1);
    }
}

#[test]
fn a_broken_way_to_the_phone_is_unplugged() {
    let server = server(|_, _| {
        Answer::Error(
            "unknown error",
            "Could not proxy command to the remote server. Original error: socket hang up",
        )
    });
    assert_eq!(trouble(phone(&server).check()), ErrorKind::Unplugged);
}

#[test]
fn an_element_that_has_gone_is_looked_for_again() {
    let mut finds = 0;
    let mut moving = server(move |command, _| match command {
        "GET source" => page(BUTTON),
        "POST element" => {
            finds += 1;
            if finds == 1 { Answer::Error("no such element", "expired") } else { element("e") }
        }
        "POST element/e/click" if finds == 2 => Answer::Error("stale element reference", "gone"),
        _ => Answer::Value(Value::Null),
    });
    assert!(phone(&moving).tap("Next").unwrap());
    assert_eq!(moving.lines().iter().filter(|line| line.ends_with("/source")).count(), 3);
    moving = server(|command, _| match command {
        "GET source" => page(BUTTON),
        "POST element" => element("e"),
        "POST element/e/click" => Answer::Error("stale element reference", "gone"),
        _ => Answer::Value(Value::Null),
    });
    assert_eq!(trouble(phone(&moving).tap("Next")), ErrorKind::CannotSee, "it does not keep still");
}

#[test]
fn an_app_that_has_crashed_shows_nothing() {
    let message = "The application under test with bundle id 'dk.mitid.app' is not running, possibly crashed";
    let server = server(move |_, _| Answer::Error("invalid element state", message));
    let mut phone = phone(&server);
    assert_eq!(phone.screen().unwrap().value, Screen::default());
    assert!(!phone.tap("Next").unwrap());
}

#[test]
fn what_is_further_down_is_scrolled_to() {
    let scrolled = Arc::new(Mutex::new(0));
    let server = server(move |command, _| match command {
        "GET source" => {
            let at = *scrolled.lock().unwrap();
            let text = format!("<s class=\"s\" scrollable=\"true\"/><t class=\"t\" text=\"part {at}\"/>");
            page(&(text + if at == 2 { BUTTON } else { "" }))
        }
        "GET window/rect" => Answer::Value(json!({ "width": 100, "height": 200 })),
        "POST actions" => {
            let mut at = scrolled.lock().unwrap();
            *at = 2.min(*at + 1);
            Answer::Value(Value::Null)
        }
        "POST element" => element("e"),
        _ => Answer::Value(Value::Null),
    });
    let mut phone = phone(&server);
    assert!(phone.tap("Next").unwrap());
    assert!(!phone.tap("Nowhere").unwrap(), "to the end, and no further");
    assert_eq!(server.lines().iter().filter(|line| line.ends_with("/actions")).count(), 3);
}

#[test]
fn the_app_is_opened_left_and_installed_by_appiums_commands() {
    for (automation, id, install) in [
        ("UiAutomator2", "appId", json!({ "appPath": "/a", "timeout": 300_000 })),
        ("XCUITest", "bundleId", json!({ "app": "/a", "timeoutMs": 300_000 })),
    ] {
        let server = showing(BUTTON);
        let settings = settings(&server.url, automation, Some("/a"));
        let mut phone = AppiumPhone::new("phone-1", settings, Arc::new(FakeClock::default()));
        phone.reopen().unwrap();
        phone.background().unwrap();
        phone.foreground().unwrap();
        phone.reinstall().unwrap();
        let sent: Vec<_> =
            server.requests().into_iter().filter(|request| request.line.ends_with("/sync")).collect();
        let of_app = |command: &str| json!({ "script": format!("mobile: {command}"), "args": [{ id: APP }] });
        assert_eq!(sent[0].body, of_app("terminateApp"));
        assert_eq!(sent[1].body, of_app("activateApp"));
        assert_eq!(sent[2].body, json!({ "script": "mobile: backgroundApp", "args": [{ "seconds": -1 }] }));
        assert_eq!((&sent[3].body, &sent[4].body), (&of_app("activateApp"), &of_app("removeApp")));
        assert_eq!(sent[5].body, json!({ "script": "mobile: installApp", "args": [install] }));
    }
}

#[test]
fn notifications_are_told_oldest_first() {
    let server = server(|_, request| {
        let told = |text: &str| json!({ "notification": { "title": "a", "text": text, "bigText": null } });
        match request.body["script"].as_str() {
            Some("mobile: getNotifications") => {
                let titled = json!({ "notification": { "title": "MitID", "text": null } });
                Answer::Value(json!({ "statusBarNotifications": [titled, told("new"), told("old"), {}] }))
            }
            _ => Answer::Value(Value::Null),
        }
    });
    let mut phone = phone(&server);
    phone.notify("it's \"here\"").unwrap();
    assert_eq!(phone.notifications().unwrap().value, ["old", "new", "MitID"]);
    let args = &server.requests()[2].body["args"][0]["args"];
    assert_eq!(args[3], "'it'\\''s \"here\"'", "quoted for the phone's shell");
}

#[test]
fn a_screenshot_that_the_system_does_not_take_shows_nothing() {
    let flagged = "Failed to capture a screenshot. Does the current view have 'secure' flag set?";
    for (code, message) in [("unknown error", flagged), ("unable to capture screen", "")] {
        let server = server(move |_, _| Answer::Error(code, message));
        assert!(!phone(&server).screenshot().unwrap().value);
    }
    let server = server(|_, _| Answer::Value(json!("AAAA")));
    assert_eq!(trouble(phone(&server).screenshot()), ErrorKind::Protocol);
}

#[test]
fn a_session_that_does_not_open_is_told_in_the_servers_words() {
    let refused = |code: &'static str, message: &'static str| {
        let server = Scripted::new(move |_| Answer::Error(code, message));
        phone(&server).screen().unwrap_err()
    };
    let missing = refused("unknown error", "Could not find a driver for automationName 'UiAutomator2'");
    assert!(missing.trouble == ErrorKind::NotFound && missing.detail.contains("Could not find"), "{missing}");
    let elsewhere = refused("unknown command", "");
    assert!(
        elsewhere.trouble == ErrorKind::Protocol && elsewhere.detail.contains("base path"),
        "{elsewhere}"
    );
}

#[test]
fn what_appium_cannot_do_a_person_is_asked_for() {
    let server = server(|command, request| match (command, request.body["script"].as_str()) {
        ("GET source", _) => page(BUTTON),
        (_, Some("mobile: shell")) => {
            Answer::Error("unknown error", "Potentially insecure feature 'adb_shell' has not been enabled")
        }
        _ => Answer::Value(json!({ "width": 1, "height": 1 })),
    });
    let clock: SharedClock = Arc::new(FakeClock::default());
    let person = ScriptedPerson::saying(clock.clone(), Duration::ZERO, "");
    let questions = person.asked();
    let appium = AppiumPhone::new("phone-1", settings(&server.url, "UiAutomator2", None), clock.clone());
    let operator = OperatorPhone::new("phone-1", Box::new(person), clock);
    let mut phone = InTurn::new(Box::new(appium)).then("operator", Box::new(operator));
    phone.screen().unwrap();
    phone.background().unwrap();
    phone.check().unwrap();
    assert!(phone.stand_ins().is_empty() && questions.borrow().is_empty(), "Appium can do these");

    phone.set_clock(60).unwrap();
    assert!(phone.biometric(true).unwrap());
    phone.notify("rig: control").unwrap();
    phone.reinstall().unwrap();
    let asked = questions.borrow().clone();
    assert_eq!(asked.len(), 4, "{asked:?}");
    assert!(
        asked[0].starts_with("Set the clock of phone-1") && asked[3].starts_with("Remove the app"),
        "{asked:?}"
    );
    assert_eq!(phone.stand_ins(), ["operator"]);

    let error: DriverError = phone.scanned().unwrap_err();
    assert!(error.trouble == ErrorKind::Unsupported && error.detail.contains("Appium cannot"), "{error}");
    assert_eq!((phone.identity().unwrap().driver.as_str(), phone.recoveries()), ("appium", 0));
    phone.make_safe().unwrap();
}
