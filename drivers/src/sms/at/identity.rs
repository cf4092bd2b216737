//! Who a modem is: what `+CGMI`, `+CGMM` and `+CGSN` tell (TS 27.007 sections 5.1, 5.2 and 5.4), or their counterparts in
//! V.250. Some modems put the command's name before the answer, some have several lines, and a line without a name may have
//! been said unasked.

use std::collections::BTreeMap;

use super::{
    super::{
        Mode,
        dialogue::{Answer, QUICK},
        fields::after,
    },
    AtModem,
};
use crate::{ErrorKind, Identity, Result};

/// A question, as TS 27.007 and as V.250 has it, and the names that may stand before the answers.
type InfoCommands = [(&'static str, &'static str); 2];

const MAKER: InfoCommands = [("AT+CGMI", "+CGMI"), ("AT+GMI", "+GMI")];
const MODEL: InfoCommands = [("AT+CGMM", "+CGMM"), ("AT+GMM", "+GMM")];
const SERIAL: InfoCommands = [("AT+CGSN", "+CGSN"), ("AT+GSN", "+GSN")];

impl AtModem {
    pub(super) fn who_it_is(&mut self) -> Result<Identity> {
        let model = format!("{} {}", self.ask(MAKER)?.join(" "), self.ask(MODEL)?.join(" "));
        let serial = serial_of(&self.ask(SERIAL)?);
        let mode = if self.dialogue.mode == Mode::Pdu { "PDU" } else { "text" };
        let detail =
            BTreeMap::from([("number".into(), self.number.clone()), ("message mode".into(), mode.into())]);
        Ok(Identity { driver: "AT modem".into(), model, serial, detail })
    }

    /// The lines of an answer. If there are several, it asks again: an unsolicited line does not repeat.
    fn ask(&mut self, question: InfoCommands) -> Result<Vec<String>> {
        let mut refused = String::new();
        for (command, name) in question {
            let answer = Answer::Plain(name);
            match self.dialogue.attempt(command, answer, QUICK)? {
                Ok(lines) if lines.len() > 1 => {
                    let again = self.dialogue.attempt(command, answer, QUICK)?.unwrap_or_default();
                    return Ok(values(name, lines.into_iter().filter(|line| again.contains(line)).collect()));
                }
                Ok(lines) => return Ok(values(name, lines)),
                Err(code) => refused = format!("{command}: {code}"),
            }
        }
        Err(self.dialogue.error(ErrorKind::Protocol, refused))
    }
}

/// The values of an answer: of the lines with its name, if there are any, else of all.
fn values(name: &str, lines: Vec<String>) -> Vec<String> {
    let named: Vec<String> = lines.iter().filter_map(|line| after(line, name)).map(str::to_owned).collect();
    let lines = if named.is_empty() { lines } else { named };
    lines.iter().map(|line| line.trim_matches(|c: char| c == '"' || c.is_whitespace()).to_owned()).collect()
}

/// The serial number in `lines`: of 14 digits or more, as an IMEI has (TS 23.003 section 6.2), else what the first line
/// says.
fn serial_of(lines: &[String]) -> String {
    const LEAST: usize = 14;
    let imei = |line: &String| {
        let digits = line.rsplit([':', ' ']).next()?.replace('-', "");
        let digits = digits.trim_matches('"');
        (digits.len() >= LEAST && digits.chars().all(|c| c.is_ascii_digit())).then(|| digits.to_owned())
    };
    lines.iter().find_map(imei).or_else(|| lines.first().cloned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn a_serial_number_is_told_by_its_shape() {
        for told in [
            &["490154203237518"][..],
            &["\"490154203237518\""],
            &["IMEI: 490154203237518"],
            &["490154-20-323751-8"],
            &["Hello", "490154203237518"],
        ] {
            assert_eq!(serial_of(&lines(told)), "490154203237518", "{told:?}");
        }
        assert_eq!(serial_of(&lines(&["A1B2"])), "A1B2");
        assert_eq!(serial_of(&[]), "");
    }

    #[test]
    fn values_stand_behind_their_name_or_alone() {
        assert_eq!(values("+CGMI", lines(&["+CGMI: \"ACME\""])), ["ACME"]);
        assert_eq!(values("+CGMI", lines(&["Hello", "+CGMI: ACME"])), ["ACME"]);
        assert_eq!(values("+CGMI", lines(&[" WAVECOM MODEM", "MULTIBAND"])), ["WAVECOM MODEM", "MULTIBAND"]);
    }
}
