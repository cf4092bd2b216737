//! Sets a modem up, and asks whether it could receive.

use super::{
    super::{
        Mode,
        dialogue::{Answer, QUICK, STORAGE},
        fields::{self, after},
    },
    ANNOUNCED_PERIOD, AtModem, POLL_PERIOD,
};
use crate::{ErrorKind, Result};

/// Whether a line has the shape of an answer.
type Shape = fn(&str) -> bool;

impl AtModem {
    /// Has the modem say what this driver understands: no echo, result codes in words, errors with numbers, registration
    /// without unsolicited codes, and messages announced and not handed over.
    pub(super) fn set_up(&mut self) -> Result<()> {
        self.dialogue.call()?;
        self.dialogue.restarted = false;
        for command in ["ATE0", "ATV1", "ATQ0", "AT+CMEE=1"] {
            self.dialogue.tell(command)?;
        }
        self.sim_ready()?;
        self.dialogue.tell("AT+CREG=0")?;
        self.acknowledges = !self.dialogue.tell("AT+CSMS=0")?;
        self.dialogue.mode = if self.dialogue.tell("AT+CMGF=0")? { Mode::Pdu } else { Mode::Text };
        if self.dialogue.mode == Mode::Text {
            self.dialogue.order("AT+CMGF=1", Answer::None, QUICK)?;
            self.dialogue.order("AT+CSCS=\"UCS2\"", Answer::None, QUICK)?;
            // With it, first lines give the length of a text, which distinguishes UCS-2 from other character
            // sets.
            self.dialogue.tell("AT+CSDH=1")?;
        }
        self.choose_storages()?;
        self.period = if self.has_messages_announced()? { ANNOUNCED_PERIOD } else { POLL_PERIOD };
        self.ready = true;
        Ok(())
    }

    /// Asks for announcements of new messages, in the forms that makers have; whether one was taken.
    fn has_messages_announced(&mut self) -> Result<bool> {
        for command in [
            "AT+CNMI=2,1,0,0,0",
            "AT+CNMI=1,1,0,0,0",
            "AT+CNMI=3,1,0,0,0",
            "AT+CNMI=2,1,0,0,1",
            "AT+CNMI=2,1",
        ] {
            if self.dialogue.tell(command)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn sim_ready(&mut self) -> Result<()> {
        let answer = Answer::Shape(|line| after(line, "+CPIN").is_some() || line == "READY");
        let lines = self.dialogue.order("AT+CPIN?", answer, STORAGE)?;
        let last = lines.last().map_or("", |line| after(line, "+CPIN").unwrap_or(line));
        match last.trim_matches('"') {
            "READY" => Ok(()),
            state => Err(self
                .dialogue
                .error(ErrorKind::CannotSee, format!("the SIM card is not ready: {state:?}"))),
        }
    }

    /// Checks whether the modem is registered in a network that can deliver messages: the telephone network,
    /// or LTE's, for modems that have no other.
    pub(super) fn registered(&mut self) -> Result<()> {
        let networks: [(&str, Shape); 2] = [
            ("AT+CREG?", |line| state(line, "+CREG").is_some()),
            ("AT+CEREG?", |line| state(line, "+CEREG").is_some()),
        ];
        let mut told = Vec::new();
        for (command, shape) in networks {
            let name = command.trim_start_matches("AT").trim_end_matches('?');
            match self.state_of(command, name, shape)? {
                // At home or roaming; for messages only; with calls by way of another network.
                Some(1 | 5 | 6 | 7 | 9 | 10) => return Ok(()),
                Some(other) => told.push(format!("{command} {other}")),
                None => {}
            }
        }
        if told.is_empty() {
            return Err(self
                .dialogue
                .error(ErrorKind::Protocol, "AT+CREG? and AT+CEREG? are not answered as they should be"));
        }
        let detail = format!("not registered in a network: {}", told.join(", "));
        Err(self.dialogue.error(ErrorKind::CannotSee, detail))
    }

    /// The state that a modem tells; `None` where it refuses, or twice sends nothing of the shape of an answer.
    fn state_of(&mut self, command: &str, name: &str, shape: Shape) -> Result<Option<u8>> {
        for _ in 0..2 {
            let Ok(lines) = self.dialogue.attempt(command, Answer::Shape(shape), QUICK)? else {
                return Ok(None);
            };
            if let Some(state) = lines.last().and_then(|line| state(line, name)) {
                return Ok(Some(state));
            }
        }
        Ok(None)
    }
}

/// The state in an answer to `AT+CREG?`: what was set, the state, and perhaps the place. An unsolicited code begins with the
/// state and goes on with the place, which is a string, or has four digits or more.
fn state(line: &str, name: &str) -> Option<u8> {
    const HIGHEST_SETTING: u8 = 5;
    const HIGHEST_STATE: u8 = 11;
    let values = fields::split(after(line, name)?);
    let [set, state, ..] = &values[..] else { return None };
    let small = |field: &fields::Field, most: u8| {
        field.number().filter(|value| *value <= most && field.text.len() <= 2)
    };
    small(set, HIGHEST_SETTING).and(small(state, HIGHEST_STATE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_told_from_an_unsolicited_code_by_its_shape() {
        for (line, right) in [
            ("+CREG: 0,1", Some(1)),
            ("+CREG:2,5", Some(5)),
            ("+CREG: 2,1,\"1A2B\",\"00C3D4E5\",7", Some(1)),
            ("+CREG: 2,10,1A2B,00C3D4E5,7", Some(10)),
            ("+CREG: 1", None),
            ("+CREG: 1,\"1A2B\",\"00C3D4E5\",7", None),
            ("+CREG: 1,1A2B,00C3D4E5", None),
            ("+CREG: 1,0012,00C3D4E5", None),
            ("+CREG: 1,\"12\"", None),
            ("+CEREG: 0,1", None),
        ] {
            assert_eq!(state(line, "+CREG"), right, "{line}");
        }
    }
}
