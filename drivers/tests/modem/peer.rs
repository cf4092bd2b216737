//! A modem that says what a dialogue says: answers by command, storages with messages as they stand on the line, and what is
//! said unasked.

use std::{
    collections::{BTreeMap, VecDeque},
    time::Duration,
};

/// A message as a listing has it: its first line without the name, and what follows.
#[derive(Clone, Debug)]
pub struct Stored {
    pub header: String,
    pub below: Vec<String>,
}

/// Something that the modem does by itself.
#[derive(Clone, Debug)]
pub enum Event {
    /// It says these lines.
    Says(Vec<String>),
    /// A message is stored at this place, and announced with this line, if at all.
    Stores { storage: String, index: u16, message: Stored, announced: Option<String> },
}

/// A modem. Lines go out one by one, so that a test can put others between them, or take some away.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Lines that answer a command, with the result code; `None`: nothing is said.
    pub answers: BTreeMap<String, Vec<String>>,
    /// Answer to an unknown command.
    pub unknown: Vec<String>,
    pub storages: BTreeMap<String, BTreeMap<u16, Stored>>,
    /// The storage that listings are of.
    pub selected: String,
    pub echo: bool,
    pub digits: bool,
    pub quiet: bool,
    pub text_mode: bool,
    /// Events, and the time of each since the opening.
    pub events: VecDeque<(Duration, Event)>,
    /// How often a message was taken for sending.
    pub sent: u8,
    pub prompted: bool,
    pub input: String,
    /// Whether a message that it sends comes back to it.
    pub loops_back: bool,
}

/// Of a message that comes back, the moment and the sender.
const BACK: Duration = Duration::from_secs(1);

impl Peer {
    pub fn new() -> Self {
        Self {
            answers: BTreeMap::new(),
            unknown: vec!["ERROR".into()],
            storages: BTreeMap::from([("SM".into(), BTreeMap::new())]),
            selected: "SM".into(),
            echo: true,
            digits: false,
            quiet: false,
            text_mode: false,
            events: VecDeque::new(),
            sent: 0,
            prompted: false,
            input: String::new(),
            loops_back: true,
        }
    }

    /// Takes bytes at `now`, since the opening; the lines that go out for them, ends of lines with them.
    pub fn takes(&mut self, now: Duration, bytes: &[u8]) -> Vec<String> {
        let mut out = Vec::new();
        for byte in bytes {
            match (*byte, self.prompted) {
                (b'\r', false) => {
                    let command = std::mem::take(&mut self.input);
                    if self.echo && !command.is_empty() {
                        out.push(format!("{command}\r"));
                    }
                    out.extend(self.obeys(command.trim()));
                }
                (0x1a, true) => {
                    let payload = std::mem::take(&mut self.input);
                    self.prompted = false;
                    self.sent += 1;
                    out.push(format!("\r\n+CMGS: {}\r\n", self.sent));
                    out.push("\r\nOK\r\n".into());
                    self.comes_back(now, &payload);
                }
                (0x1b, _) => (self.prompted, self.input) = (false, String::new()),
                (b'\n', _) => {}
                _ => self.input.push(char::from(*byte)),
            }
        }
        out
    }

    /// Performs the events due by `now`; returns the bytes sent.
    pub fn acts(&mut self, now: Duration) -> Vec<String> {
        let mut out = Vec::new();
        while self.events.front().is_some_and(|(at, _)| *at <= now) {
            match self.events.pop_front().unwrap().1 {
                Event::Says(lines) => out.extend(lines.iter().map(|line| format!("\r\n{line}\r\n"))),
                Event::Stores { storage, index, message, announced } => {
                    self.storages.entry(storage).or_default().insert(index, message);
                    out.extend(announced.iter().map(|line| format!("\r\n{line}\r\n")));
                }
            }
        }
        out
    }

    pub fn next(&self) -> Option<Duration> {
        self.events.front().map(|(at, _)| *at)
    }

    fn obeys(&mut self, command: &str) -> Vec<String> {
        match command {
            "ATE0" => self.echo = false,
            "ATV1" => self.digits = false,
            "ATQ0" => self.quiet = false,
            "AT+CMGF=1" if self.answers.contains_key("AT+CMGF=0") => self.text_mode = true,
            "" => return Vec::new(),
            _ => {}
        }
        if command.starts_with("AT+CMGS=") {
            self.prompted = true;
            return vec!["\r\n> ".into()];
        }
        if self.quiet {
            return Vec::new();
        }
        let lines = self.answer(command);
        lines.iter().map(|line| self.framed(line)).collect()
    }

    fn framed(&self, line: &str) -> String {
        match line {
            "OK" if self.digits => "0\r".into(),
            "ERROR" if self.digits => "4\r".into(),
            _ if self.digits => format!("{line}\r\n"),
            _ => format!("\r\n{line}\r\n"),
        }
    }

    fn answer(&mut self, command: &str) -> Vec<String> {
        let ok = |lines: Vec<String>| [lines, vec!["OK".into()]].concat();
        if command.starts_with("AT+CMGL=") && self.lists(command) {
            let stored = self.storages.get(&self.selected).into_iter().flatten();
            let lines = stored.flat_map(|(index, message)| {
                let header = format!("+CMGL: {index},{}", message.header);
                std::iter::once(header).chain(message.below.iter().cloned())
            });
            return ok(lines.collect());
        }
        if let Some(lines) = self.answers.get(command).cloned() {
            if !lines.last().is_some_and(|line| line.contains("ERROR")) {
                self.selects(command);
            }
            return lines;
        }
        if let Some(index) = command.strip_prefix("AT+CMGD=") {
            let index = index.parse().ok();
            let there = self.storages.get_mut(&self.selected).and_then(|stored| stored.remove(&index?));
            return if there.is_some() { ok(Vec::new()) } else { vec!["+CMS ERROR: 321".into()] };
        }
        if command.starts_with("AT+CPMS=\"") {
            return if self.selects(command) {
                ok(vec!["+CPMS: 0,20,0,20,0,20".into()])
            } else {
                self.unknown.clone()
            };
        }
        match command {
            "AT+CMGF=1" if !self.text_mode => self.unknown.clone(),
            "AT" | "ATE0" | "ATV1" | "ATQ0" | "AT+CMEE=1" | "AT+CMGF=0" | "AT+CMGF=1"
            | "AT+CSCS=\"UCS2\"" | "AT+CREG=0" | "AT+CNMI=2,1,0,0,0" => ok(Vec::new()),
            "AT+CPIN?" => ok(vec!["+CPIN: READY".into()]),
            "AT+CREG?" => ok(vec!["+CREG: 0,1".into()]),
            "AT+CSMS=0" => ok(vec!["+CSMS: 1,1,1".into()]),
            "AT+CGMI" => ok(vec!["ACME".into()]),
            "AT+CGMM" => ok(vec!["M1".into()]),
            "AT+CGSN" => ok(vec!["490154203237518".into()]),
            _ => self.unknown.clone(),
        }
    }

    fn lists(&self, command: &str) -> bool {
        let all = if self.text_mode { "AT+CMGL=\"ALL\"" } else { "AT+CMGL=4" };
        command == all
    }

    fn selects(&mut self, command: &str) -> bool {
        let name = command.strip_prefix("AT+CPMS=\"").and_then(|rest| rest.split('"').next());
        let Some(name) = name.filter(|name| self.storages.contains_key(*name)) else { return false };
        self.selected = name.into();
        true
    }

    /// A message to itself comes back as an SMS-DELIVER (TS 23.040 section 9.2.2.1), or as text.
    fn comes_back(&mut self, now: Duration, payload: &str) {
        const CENTRE: &str = "07915421436587F9";
        const FROM: &str = "0A915421436587";
        const STAMP: &str = "62112221436500";
        if !self.loops_back {
            return;
        }
        let storage = self.storages.keys().next().unwrap().clone();
        let message = if self.text_mode {
            let from = "002B0034003500310032003300340035003600370038";
            let header = format!("\"REC UNREAD\",\"{from}\",,\"26/11/22,12:34:56+04\"");
            Stored { header, below: vec![payload.into()] }
        } else {
            // Behind the service centre's place, the first octet, the reference and the address of six octets: the
            // protocol, the coding, and the text with its length.
            let (coding, text) = (&payload[22..24], &payload[24..]);
            let pdu = format!("{CENTRE}04{FROM}00{coding}{STAMP}{text}");
            Stored { header: format!("0,,{}", pdu.len() / 2 - 8), below: vec![pdu] }
        };
        let index = 9;
        let announced = Some(format!("+CMTI: \"{storage}\",{index}"));
        self.events.push_back((now + BACK, Event::Stores { storage, index, message, announced }));
        self.events.make_contiguous().sort_by_key(|(at, _)| *at);
    }
}
