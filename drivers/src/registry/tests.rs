//! Settings are read with their places, and a mistake is told with what is accepted.

use serde::Deserialize;
use toml::{Spanned, de::DeTable};

use super::{Checked, Claim, ConfigError, DriverInfo, DriverKeys, Feature, Settings, Via, fields};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Relay {
    port: Spanned<String>,
    unit: Spanned<u8>,
    factor: Option<f64>,
    #[serde(default)]
    coils: Vec<u16>,
}

impl DriverKeys for Relay {
    const NAME: &'static str = "relay";

    fn check(&self) -> Checked<()> {
        match self.unit.get_ref() {
            0 => Err(ConfigError::new(&self.unit, "0 is no unit")),
            99 => Err(ConfigError::of_driver("99 needs more")),
            _ => Ok(()),
        }
    }

    fn claims(&self) -> Vec<Claim> {
        vec![Claim::new("serial port", &self.port)]
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

impl DriverKeys for Nothing {
    const NAME: &'static str = "nothing";
    const FEATURE: Option<Feature> = Some(Feature { name: "more", built: false });
    const VIA: Via = Via::Person;
}

const ACCEPTED: [DriverInfo; 2] = [DriverInfo::of::<Relay>(), DriverInfo::of::<Nothing>()];

/// The settings of `[power]`, whose kind has a name and no more.
fn settings(text: &str) -> Settings {
    let root = DeTable::parse(text).unwrap().into_inner();
    let table = root.get("power").and_then(|power| power.get_ref().as_table()).unwrap();
    Settings::split(table, &["name", "driver"]).unwrap()
}

/// The claims, or the error and the text that it points at.
fn read(text: &str) -> Result<Vec<Claim>, (String, String)> {
    let settings = settings(text);
    let driver = settings.driver_among("power driver", &ACCEPTED, &["name", "driver"]);
    let checked = driver.and_then(|driver| (driver.check)(&settings));
    checked.map_err(|error| {
        let line = text[error.start()..].lines().next().unwrap_or_default();
        (error.message().to_owned(), line.to_owned())
    })
}

#[test]
fn keys_are_read_as_the_struct_of_their_driver() {
    let text = "[power]\nname = \"p\"\ndriver = \"relay\"\nport = \"/dev/x\"\nunit = 0x10\nfactor = -1.5e3\ncoils = [1, 2]\n";
    let relay: Relay = settings(text).read().unwrap();
    assert_eq!((relay.port.get_ref().as_str(), *relay.unit.get_ref()), ("/dev/x", 16));
    assert_eq!((relay.factor, relay.coils), (Some(-1500.0), vec![1, 2]));
    assert_eq!(&text[relay.port.span()], "\"/dev/x\"");
    assert_eq!(settings(text).value::<u8>("unit"), Some(16));
    assert_eq!(settings(text).value::<u8>("port"), None);
    let claims = read(text).unwrap();
    let same = Claim { value: "/DEV/x".into(), ..claims[0].clone() };
    assert!(claims[0].is_for_same(&same));
    assert!(!claims[0].is_for_same(&Claim { what: "camera", ..same }));
    assert_eq!(fields::<Relay>(), ["port", "unit", "factor", "coils"]);
    assert!(fields::<Nothing>().is_empty());
}

#[test]
fn a_mistake_is_told_where_it_stands() {
    let wrong = |keys: &str| read(&format!("[power]\nname = \"p\"\n{keys}\n")).unwrap_err();
    let told = |message: &str, line: &str| (message.to_owned(), line.to_owned());
    assert_eq!(
        wrong("driver = \"x\""),
        told("unknown power driver \"x\"; accepted: relay, nothing", "\"x\"")
    );
    assert_eq!(
        wrong("driver = \"nothing\""),
        told("the driver \"nothing\" is not in this build: build rig with --features more", "\"nothing\"")
    );
    let relay = "driver = \"relay\"\nport = \"a\"";
    assert_eq!(wrong(relay), told("the driver \"relay\" needs `unit`", "\"relay\""));
    assert_eq!(wrong(&format!("{relay}\nunit = 0")), told("0 is no unit", "0"));
    assert_eq!(wrong(&format!("{relay}\nunit = 99")), told("99 needs more", "\"relay\""));
    let (message, line) = wrong(&format!("{relay}\nunit = 256"));
    assert!(message.contains("invalid value: integer `256`") && line == "256", "{message}: {line}");
    let (message, line) = wrong(&format!("{relay}\nunit = 1\nspeed = 2"));
    let accepted =
        "unknown field `speed` beside the driver \"relay\"; accepted: `name`, `driver`, `port`, `unit`";
    assert!(message.starts_with(accepted) && line == "speed = 2", "{message}: {line}");
}

#[test]
fn a_table_without_a_driver_has_no_settings() {
    for text in ["[power]\nname = \"p\"", "[power]\ndriver = 5"] {
        let root = DeTable::parse(text).unwrap().into_inner();
        let table = root.get("power").and_then(|power| power.get_ref().as_table()).unwrap();
        assert!(Settings::split(table, &["name"]).is_none());
    }
}
