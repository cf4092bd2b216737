//! Touch gestures, as the recommendation's actions (section 17).

use std::time::Duration;

use serde_json::{Value, json};

use super::{Result, Session};

/// A place on the screen, in the unit of [`Session::size`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A touch at `from` that goes to `to` and stays there for a moment, so that nothing flies on.
pub fn drag(from: Point, to: Point, takes: Duration) -> Value {
    let stay = pause(Duration::from_millis(100));
    finger(&[moved(from, Duration::ZERO), down(), moved(to, takes), stay, up()])
}

fn finger(actions: &[Value]) -> Value {
    let parameters = json!({ "pointerType": "touch" });
    json!({ "actions": [{ "type": "pointer", "id": "finger", "parameters": parameters, "actions": actions }] })
}

fn moved(to: Point, takes: Duration) -> Value {
    let milliseconds = milliseconds(takes);
    json!({ "type": "pointerMove", "duration": milliseconds, "x": to.x.round() as i64, "y": to.y.round() as i64, "origin": "viewport" })
}

fn down() -> Value {
    json!({ "type": "pointerDown", "button": 0 })
}

fn up() -> Value {
    json!({ "type": "pointerUp", "button": 0 })
}

fn pause(takes: Duration) -> Value {
    json!({ "type": "pause", "duration": milliseconds(takes) })
}

fn milliseconds(span: Duration) -> u64 {
    u64::try_from(span.as_millis()).unwrap_or(u64::MAX)
}

impl Session {
    /// Does what [`drag`] describes.
    ///
    /// # Errors
    ///
    /// The [`Fault`]: the server cannot be reached, takes too long, or refuses.
    pub fn act(&self, actions: &Value) -> Result<()> {
        self.post("/actions", actions).map(drop)
    }
}
