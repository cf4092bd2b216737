//! The profile's limits of measurements.

use serde::{Deserialize, Deserializer, de::Error as _};

/// Limits of measurements: the least and the largest allowed value.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProfileLimits {
    /// The time step that a device really keeps, in seconds.
    #[serde(deserialize_with = "durations")]
    pub time_step_s: [f64; 2],
    /// A device's clock against UTC, in parts per million.
    #[serde(deserialize_with = "rising")]
    pub clock_drift_ppm: [f64; 2],
    /// From contact to the first frame that shows the code, in seconds.
    #[serde(deserialize_with = "durations")]
    pub press_to_code_s: [f64; 2],
    /// From the first to the last frame that shows the code, in seconds.
    #[serde(deserialize_with = "durations")]
    pub code_shown_s: [f64; 2],
    /// From a tap to the answer on the screen, in seconds.
    #[serde(deserialize_with = "durations")]
    pub answer_s: [f64; 2],
    /// From the first to the last frame in which a QR code can be read, in seconds.
    #[serde(deserialize_with = "durations")]
    pub qr_shown_s: [f64; 2],
    /// The age at which a QR code stops being accepted, in seconds.
    #[serde(deserialize_with = "durations")]
    pub qr_accepted_s: [f64; 2],
    /// From the screen that asks for a temporary PIN to the message with it, in seconds.
    #[serde(deserialize_with = "durations")]
    pub sms_s: [f64; 2],
    /// How long a block after wrong codes lasts, in seconds.
    #[serde(deserialize_with = "durations")]
    pub block_s: [f64; 2],
    /// From the begin of the wait before a copy to the message that it is over, in seconds.
    #[serde(deserialize_with = "durations")]
    pub copy_told_s: [f64; 2],
    /// From the activation to the first important message, in seconds.
    #[serde(deserialize_with = "durations")]
    pub message_s: [f64; 2],
    /// From contact to the begin of the speech, in seconds.
    #[serde(deserialize_with = "durations")]
    pub press_to_speech_s: [f64; 2],
    /// From the contact of a key to the end of the speech that it interrupts, in seconds.
    #[serde(deserialize_with = "durations")]
    pub key_to_silence_s: [f64; 2],
    /// From the softest to the loudest speech, in dB.
    #[serde(deserialize_with = "rising")]
    pub volume_range_db: [f64; 2],
    /// How many times as long the slowest speech takes as the fastest.
    #[serde(deserialize_with = "rising")]
    pub speed_range: [f64; 2],
    /// The loudest speech at the microphone's place, in dB(A).
    #[serde(deserialize_with = "rising")]
    pub speech_dba: [f64; 2],
}

/// The longest time that a limit may name, in seconds: a day.
const LONGEST_S: f64 = 86_400.0;

/// Limits, the lowest first.
fn rising<'de, D: Deserializer<'de>>(value: D) -> Result<[f64; 2], D::Error> {
    let [lowest, highest] = <[f64; 2]>::deserialize(value)?;
    if lowest.is_finite() && highest.is_finite() && lowest <= highest {
        return Ok([lowest, highest]);
    }
    Err(D::Error::custom(format!("limits are [lowest, highest], found [{lowest}, {highest}]")))
}

/// Limits of a time in seconds.
fn durations<'de, D: Deserializer<'de>>(value: D) -> Result<[f64; 2], D::Error> {
    let [shortest, longest] = rising(value)?;
    if shortest >= 0.0 && longest <= LONGEST_S {
        return Ok([shortest, longest]);
    }
    Err(D::Error::custom(format!("limits of a time are 0 to {LONGEST_S} s, found [{shortest}, {longest}]")))
}
