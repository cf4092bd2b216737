//! Launch configurations of editors.

use std::path::PathBuf;

use serde::{Deserialize, Deserializer, de};

/// The arguments of the request `launch`. Editors add keys of their own, so unknown ones are let through.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Launch {
    /// A feature file.
    pub program: Option<PathBuf>,
    /// A line in it: only the scenario that it is in.
    #[serde(deserialize_with = "line")]
    pub line: Option<u32>,
    /// A part of a scenario's name, instead of a feature file.
    pub scenario: Option<String>,
    /// The bench file.
    pub bench: Option<PathBuf>,
    /// The suite's folder; else the nearest one above the feature file.
    pub suite: Option<PathBuf>,
    /// The seed of a simulated bench.
    pub seed: Option<u64>,
    /// Defects of the product on a simulated bench.
    pub defects: Vec<String>,
    /// Breakpoints, as of `rig step --break`.
    pub breaks: Vec<String>,
    /// The person who steps.
    pub operator: Option<String>,
    /// The run's folder.
    pub out: Option<PathBuf>,
    /// Whether to stop before the first step.
    pub stop_on_entry: bool,
}

/// A line, as a number, or in the text that an editor puts in for a variable.
fn line<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Line {
        Number(u32),
        Text(String),
    }
    match Option::<Line>::deserialize(from)? {
        None => Ok(None),
        Some(Line::Number(line)) => Ok(Some(line)),
        Some(Line::Text(text)) => text
            .parse()
            .map(Some)
            .map_err(|_| de::Error::invalid_value(de::Unexpected::Str(&text), &"the number of a line")),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_configuration_is_read_with_an_editors_own_keys() {
        let read = |value| serde_json::from_value::<Launch>(value);
        let launch = read(json!({
            "type": "rig", "request": "launch", "name": "step", "__sessionId": "x",
            "program": "/s/features/a.feature", "line": "12", "stopOnEntry": true, "defects": ["2"],
        }));
        let launch = launch.unwrap();
        assert_eq!((launch.line, launch.stop_on_entry), (Some(12), true));
        assert_eq!(launch.defects, ["2"]);
        assert_eq!(read(json!({"line": 3})).unwrap().line, Some(3));
        assert!(read(json!({"line": "x"})).unwrap_err().to_string().contains("the number of a line"));
        assert!(read(json!({"seed": -1})).is_err());
    }
}
