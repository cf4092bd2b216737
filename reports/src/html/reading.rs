//! An observation's value in words: short enough for a caption, and the same for two observations that saw the same.

use serde_json::Value;

use super::{screen, seconds};
use crate::Observation;

/// Longer values are cut; the journal has them whole.
const VALUE_CHARS: usize = 300;

/// The value in words. Values come from outside and may lack anything; an unknown shape is shown as its members.
pub(super) fn reading(observation: &Observation) -> String {
    let value = &observation.value;
    let words = match observation.quantity.as_str() {
        "code_view" => code_view(value),
        "checkmark" => checkmark(value),
        "display" => display(value),
        "heard" => heard(value),
        "screen" => screen::words(value),
        "act" => value["what"].as_str().map(str::to_owned),
        "scan" => scan(value),
        "advert" => advert(value),
        "contact" => value["contact"].as_bool().map(|on| if on { "pressed" } else { "released" }.to_owned()),
        "back_label" => value["serial_number"].as_str().map(|number| format!("serial number {number}")),
        "radio_control" => radio_control(value),
        "temporary_pin" => temporary_pin(value),
        "screenshot" => value["shows_app"].as_bool().map(|shows| {
            format!("a screenshot shows {}", if shows { "the app's screen" } else { "nothing of the app" })
        }),
        "board_display" => value["text"].as_str().map(|text| format!("the board says “{text}”")),
        "board_clock" => value["unix_s"].as_i64().map(|s| format!("the board's clock says {s} s, Unix time")),
        "utc" => value["unix"]["secs"].as_i64().map(|s| format!("the bench's clock says {s} s, Unix time")),
        _ => None,
    };
    words.map_or_else(|| plain(value), cut)
}

/// A figure of the value that differs between two observations of the same.
pub(super) fn figure(observation: &Observation) -> Option<String> {
    let value = &observation.value;
    match observation.quantity.as_str() {
        "advert" => value["rssi_dbm"].as_i64().map(|dbm| format!("{dbm} dBm")),
        "heard" => {
            let levels =
                value["utterances"].as_array()?.iter().filter_map(|said| said["level_dbfs"].as_f64());
            levels.reduce(f64::max).map(|dbfs| format!("{dbfs:.1} dB of full scale"))
        }
        _ => None,
    }
}

/// A value without words of its own: text as it is, an object as its members, anything else as JSON.
fn plain(value: &Value) -> String {
    cut(match value {
        Value::String(text) => text.clone(),
        Value::Object(members) => {
            let member = |(name, value): (&String, &Value)| {
                format!("{name}: {}", value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            };
            members.iter().map(member).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    })
}

fn cut(text: String) -> String {
    match text.char_indices().nth(VALUE_CHARS) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

fn flag(value: &Value, name: &str) -> bool {
    value[name].as_bool().unwrap_or(false)
}

/// The text of each member of a list.
fn texts<'v>(value: &'v Value, name: &str) -> Vec<&'v str> {
    value[name].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
}

fn code_view(value: &Value) -> Option<String> {
    value.get("control")?;
    let payloads = texts(value, "payloads");
    let dimmed = if flag(value, "dimmed") { ", screen dimmed" } else { "" };
    Some(match payloads.as_slice() {
        [] if flag(value, "abandoned") => "cannot tell: there is no picture to read".to_owned(),
        [] if !flag(value, "control") => "cannot tell: the printed control code is not seen".to_owned(),
        [] if flag(value, "blank") => "no QR code, screen blank".to_owned(),
        [] => format!("no QR code{dimmed}"),
        codes => format!("QR code {}{dimmed}", codes.join(" and ")),
    })
}

fn checkmark(value: &Value) -> Option<String> {
    value.get("seen")?;
    Some(match (flag(value, "control"), flag(value, "seen")) {
        (false, _) => "cannot tell: the control card is not seen".to_owned(),
        (true, true) => "green checkmark".to_owned(),
        (true, false) if flag(value, "unlit") => "no checkmark, screen dark".to_owned(),
        (true, false) => "no checkmark".to_owned(),
    })
}

/// A digit that is dark is "_", as in the verdicts.
fn display(value: &Value) -> Option<String> {
    if let Some(refused) = value["refused"].as_str() {
        return Some(format!("cannot tell: {refused}"));
    }
    if !flag(value, "control") {
        return value.get("control").map(|_| "cannot tell: the label is not seen".to_owned());
    }
    if !flag(value, "lit") {
        return Some("dark".to_owned());
    }
    let glyphs = texts(value, "glyphs");
    (!glyphs.is_empty()).then(|| format!("reads “{}”", glyphs.concat().replace(' ', "_")))
}

fn heard(value: &Value) -> Option<String> {
    let utterances = value["utterances"].as_array()?;
    if utterances.is_empty() {
        return Some("no speech".to_owned());
    }
    let utterance = |said: &Value| match (said["refused"].as_str(), said["words"]["digits"].as_str()) {
        (Some(refused), _) => format!("cannot tell: {refused}"),
        (None, Some(digits)) => {
            format!("“{digits}” in language {}", said["words"]["language"].as_str().unwrap_or("unknown"))
        }
        (None, None) => "speech without digits".to_owned(),
    };
    Some(utterances.iter().map(utterance).collect::<Vec<_>>().join("; "))
}

fn scan(value: &Value) -> Option<String> {
    let payload = value["payload"].as_str()?;
    Some(match value["accepted"].as_bool() {
        Some(true) => format!("accepted {payload}"),
        Some(false) => format!("refused {payload}"),
        None => format!("no answer to {payload}"),
    })
}

fn advert(value: &Value) -> Option<String> {
    Some(format!("data {} from {}", value["data"].as_str()?, value["address"].as_str()?))
}

fn radio_control(value: &Value) -> Option<String> {
    let [from, to] = ["from_ns", "to_ns"].map(|name| value[name].as_u64());
    let beacon = match value["heard"].as_bool() {
        Some(false) => ", beacon not heard",
        _ => ", beacon heard",
    };
    Some(format!("listened from {} to {}{beacon}", seconds(from?), seconds(to?)))
}

fn temporary_pin(value: &Value) -> Option<String> {
    let what = if flag(value, "digits_only") { "digits" } else { "characters" };
    let from = value["from"].as_str().unwrap_or("an unknown sender");
    Some(format!("SMS from {from} with a temporary PIN of {} {what}", value["chars"].as_u64()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::html::testing::seen;

    fn read(quantity: &str, value: Value) -> String {
        reading(&seen(quantity, value))
    }

    #[test]
    fn each_reading_says_what_was_seen_or_that_nothing_can_be_told() {
        for (quantity, value, words) in [
            ("code_view", json!({"control": true, "payloads": ["A"]}), "QR code A"),
            ("code_view", json!({"control": true, "payloads": []}), "no QR code"),
            ("code_view", json!({"control": false}), "cannot tell: the printed control code is not seen"),
            ("checkmark", json!({"control": true, "seen": true}), "green checkmark"),
            ("display", json!({"control": true, "lit": true, "glyphs": [" ", "4", "?"]}), "reads “_4?”"),
            ("display", json!({"control": true, "lit": false}), "dark"),
            ("display", json!({"control": true, "lit": true, "refused": "glare"}), "cannot tell: glare"),
            ("heard", json!({"utterances": []}), "no speech"),
            (
                "heard",
                json!({"utterances": [{"words": {"digits": "12", "language": "da"}}]}),
                "“12” in language da",
            ),
            ("scan", json!({"payload": "A", "accepted": false}), "refused A"),
            ("utc", json!({"unix": {"secs": 7}}), "the bench's clock says 7 s, Unix time"),
            ("other", json!({"source": "chrony", "n": 1}), "n: 1, source: chrony"),
        ] {
            assert_eq!(read(quantity, value), words);
        }
    }

    #[test]
    fn figures_that_differ_between_two_frames_of_the_same_code_are_left_out() {
        let frame =
            |c: f64| read("display", json!({"control": true, "lit": true, "glyphs": ["1"], "confidence": c}));
        assert_eq!(frame(0.7), frame(0.8));
        let advert = seen("advert", json!({"data": "00", "address": "A", "rssi_dbm": -48}));
        assert_eq!((reading(&advert), figure(&advert)), ("data 00 from A".into(), Some("-48 dBm".into())));
    }

    proptest! {
        #[test]
        fn any_value_has_words_of_limited_length(text in "\\PC{0,400}", yes in any::<bool>()) {
            let value = json!({"what": text, "title": text, "payload": text, "data": text, "control": yes});
            let quantities = ["code_view", "checkmark", "display", "heard", "screen", "act", "scan", "advert",
                "contact", "back_label", "radio_control", "temporary_pin", "other"];
            for quantity in quantities {
                for value in [value.clone(), json!(text), json!(null), json!([text])] {
                    prop_assert!(read(quantity, value).chars().count() <= VALUE_CHARS + 1);
                }
            }
        }
    }
}
