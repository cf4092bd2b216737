//! The debugger's commands, as they are typed.

use std::time::Duration;

use drivers::finger::Key;

/// A command.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Run this step, and stop before the next one.
    Next,
    /// Run until a breakpoint.
    Continue,
    /// Run until before a place: a line, a clause, a tag, or words of a step.
    To(String),
    /// Run the step before this one again; `true`: whatever it has used up.
    Repeat(bool),
    /// Leave this step out.
    Skip,
    /// Go to before a step, by its number: what lies between is left out, or comes again; `true`: whatever it used up.
    Goto(usize, bool),
    /// Begin the scenario anew.
    Restart,
    /// Go back to before a step, by its number; to the step before this one if none is named.
    Back(Option<usize>),
    /// End the run.
    Stop,
    /// Stop before the next step.
    Pause,
    /// Set a breakpoint; show them if none is named.
    Break(Option<String>),
    /// Delete the breakpoint with this number.
    Delete(usize),
    /// Show the scenario.
    List,
    /// Save a picture of each camera, of now or of some time ago.
    Look(Duration),
    /// Show the phones' screens.
    Screens,
    /// Show the messages that came.
    Sms,
    /// Show the adverts of the last seconds.
    Adverts,
    /// Show what the boards say.
    Board,
    /// Show the last verdict.
    Why,
    /// Show the observations on which the last verdict turns.
    Frames,
    /// Judge this step now, without a verdict.
    Judge,
    /// Write a note into the record.
    Note(String),
    /// Keep the two frames between which a phone or a device changed last as evidence of a note.
    Pin(Option<String>),
    /// Hear what the microphone took in the last time.
    Listen(Duration),
    /// Propose lines for what is not as expected, or take one of them.
    Fix(Option<usize>),
    /// Do something on the bench.
    ManualAct(ManualAct),
    /// Give the product a seeded defect, or take it away; the scenario is replayed to this step.
    Defect(String, bool),
    /// Show the command line that does this again.
    Rerun,
    /// Explain the commands.
    Help,
}

/// Something done by hand. Phones and devices are numbered from 1.
#[derive(Clone, Debug, PartialEq)]
pub enum ManualAct {
    /// Tap what reads so on a phone.
    Tap(String, usize),
    /// Type a text into the field with this label on a phone.
    Enter(String, String, usize),
    /// Set the switch with this label on a phone.
    Set(String, bool, usize),
    /// Leave the app on a phone and open it again.
    Reopen(usize),
    /// Press keys of a device.
    Press(Vec<Key>, usize),
    /// Let time go by.
    Advance(Duration),
    /// Inject a fault into the bench.
    Inject(String),
    /// Clear a fault.
    Mend(String),
}

/// How long ago `listen` begins.
const LISTENED: Duration = Duration::from_secs(10);

/// Every command: how it is written, and its meaning.
pub const HELP: [(&str, &str); 35] = [
    ("next, n, or nothing", "run this step"),
    ("continue, c", "run until a breakpoint"),
    ("to PLACE", "run until a line (12), a clause (S5.B.5b), a tag (@sms) or words of a step"),
    ("repeat [anyway]", "run the step before this one again, or the one that just failed"),
    ("skip", "leave this step out: it is not run; after a failure: go on with the next step"),
    (
        "goto STEP [anyway]",
        "stand before a step, by its number: steps between are left out, or come again; the bench stays as it is",
    ),
    ("restart", "begin the scenario anew"),
    ("back [STEP]", "simulated bench: go back to before a step, by its number; this one's undoes your acts"),
    ("stop, q", "end the run"),
    ("pause", "while a step is at work, from a page, an editor or `rig attach`: stop before the next one"),
    (
        "break [PLACE]",
        "stop there, or at: fail, error, or a condition such as qr.age > 170 s; alone: list them",
    ),
    ("delete NUMBER", "delete a breakpoint"),
    ("list, l", "show the scenario, and where it stands"),
    ("look [TIME]", "save what each camera sees, or saw a TIME ago (2 s), with what the readers make of it"),
    ("listen [TIME]", "save what the microphone heard in the last TIME (10 s), and show the digits in it"),
    ("screens", "show what is on the phones"),
    ("sms", "show the messages that came"),
    ("adverts", "show the adverts of the last 10 seconds"),
    ("board", "show what the boards and their logs say"),
    ("why", "show the last verdict, with its figures"),
    ("frames", "show the observations on which the last verdict turns, with their files"),
    ("judge", "ask the oracle about this step now; no verdict is recorded"),
    ("note TEXT", "write a note into the record"),
    (
        "pin [PHONE|DEVICE]",
        "keep the last frame with the code and the first without it, or the other way round, as evidence of a note",
    ),
    (
        "fix [NUMBER]",
        "propose the profile's or the bench file's line where a text or a place is not as expected; take one",
    ),
    ("tap \"LABEL\" [PHONE]", "tap on a phone; phones and devices are numbered from 1"),
    ("enter \"LABEL\" \"TEXT\" [PHONE]", "type into a field"),
    ("set \"LABEL\" on|off [PHONE]", "set a switch"),
    ("reopen [PHONE]", "leave the app and open it again"),
    ("press [KEY…] [DEVICE]", "press a device's button, or repeat, speed, volume, language"),
    ("advance TIME", "let time go by: 30 s, 3 min; on a real bench it is waited for"),
    ("inject FAULT, mend FAULT", "simulated bench: bring in a fault of `rig faults`, or take it out"),
    (
        "defect NAME, no-defect NAME",
        "simulated bench: replay to here on a product with or without a seeded defect",
    ),
    ("rerun", "show the command line that brings you here again"),
    ("help, ?", "this list"),
];

impl Command {
    /// Reads a line.
    ///
    /// # Errors
    /// The line holds none; in words.
    pub fn parse(line: &str) -> Result<Self, String> {
        let words = words(line)?;
        let Some((verb, rest)) = words.split_first() else { return Ok(Self::Next) };
        let text = || line.trim().strip_prefix(verb.as_str()).unwrap_or_default().trim().to_owned();
        let alone = |command: Self| match rest {
            [] => Ok(command),
            [extra, ..] => Err(format!("{verb} takes nothing after it, found {extra:?}")),
        };
        match verb.as_str() {
            "next" | "n" => alone(Self::Next),
            "continue" | "c" => alone(Self::Continue),
            "to" if !rest.is_empty() => Ok(Self::To(text())),
            "repeat" | "r" => match rest {
                [] => Ok(Self::Repeat(false)),
                [word] if word == "anyway" => Ok(Self::Repeat(true)),
                _ => Err("repeat takes nothing, or: anyway".into()),
            },
            "skip" => alone(Self::Skip),
            "goto" => match rest {
                [step] => Ok(Self::Goto(number(step)?, false)),
                [step, word] if word == "anyway" => Ok(Self::Goto(number(step)?, true)),
                _ => Err(unknown(verb)),
            },
            "restart" => alone(Self::Restart),
            "back" | "b" => Ok(Self::Back(rest.first().map(|word| number(word)).transpose()?)),
            "stop" | "quit" | "q" => alone(Self::Stop),
            "pause" => alone(Self::Pause),
            "break" => Ok(Self::Break((!rest.is_empty()).then(text))),
            "delete" => Ok(Self::Delete(number(rest.first().ok_or("delete which? see: break")?)?)),
            "list" | "l" => alone(Self::List),
            "look" => Ok(Self::Look(if rest.is_empty() { Duration::ZERO } else { seconds(&rest.concat())? })),
            "screens" => alone(Self::Screens),
            "sms" => alone(Self::Sms),
            "adverts" => alone(Self::Adverts),
            "board" => alone(Self::Board),
            "why" => alone(Self::Why),
            "frames" => alone(Self::Frames),
            "judge" => alone(Self::Judge),
            "note" if !rest.is_empty() => Ok(Self::Note(text())),
            "pin" if rest.len() <= 1 => Ok(Self::Pin(rest.first().cloned())),
            "listen" if rest.is_empty() => Ok(Self::Listen(LISTENED)),
            "listen" => Ok(Self::Listen(seconds(&rest.concat())?)),
            "fix" if rest.len() <= 1 => Ok(Self::Fix(rest.first().map(|word| number(word)).transpose()?)),
            "defect" if rest.len() == 1 => Ok(Self::Defect(rest[0].clone(), true)),
            "no-defect" if rest.len() == 1 => Ok(Self::Defect(rest[0].clone(), false)),
            "rerun" => alone(Self::Rerun),
            "help" | "?" => alone(Self::Help),
            _ => ManualAct::parse(verb, rest)?.map(Self::ManualAct).ok_or_else(|| unknown(verb)),
        }
    }
}

impl ManualAct {
    fn parse(verb: &str, rest: &[String]) -> Result<Option<Self>, String> {
        let of = |rest: &[String]| match rest {
            [] => Ok(1),
            [word] => number(word),
            [_, extra, ..] => Err(format!("{verb} does not take {extra:?}")),
        };
        let act = match (verb, rest) {
            ("tap", [label, rest @ ..]) => Self::Tap(label.clone(), of(rest)?),
            ("enter", [label, text, rest @ ..]) => Self::Enter(label.clone(), text.clone(), of(rest)?),
            ("set", [label, state, rest @ ..]) if state == "on" || state == "off" => {
                Self::Set(label.clone(), state == "on", of(rest)?)
            }
            ("reopen", rest) => Self::Reopen(of(rest)?),
            ("press", rest) => press(rest)?,
            ("advance", rest) if !rest.is_empty() => Self::Advance(seconds(&rest.concat())?),
            ("inject", [name]) => Self::Inject(name.clone()),
            ("mend", [name]) => Self::Mend(name.clone()),
            _ => return Ok(None),
        };
        Ok(Some(act))
    }
}

/// Keys, and then perhaps a device's number.
fn press(words: &[String]) -> Result<ManualAct, String> {
    let (mut keys, mut device) = (Vec::new(), 1);
    for word in words {
        match word.as_str() {
            "button" => keys.push(Key::Button),
            "repeat" => keys.push(Key::Repeat),
            "speed" => keys.push(Key::Speed),
            "volume" => keys.push(Key::Volume),
            "language" => keys.push(Key::Language),
            other => device = number(other)?,
        }
    }
    if keys.is_empty() {
        keys.push(Key::Button);
    }
    Ok(ManualAct::Press(keys, device))
}

/// Whether a line may hold a secret: what is typed into a field, and lines that are no commands, which may be such a line
/// misspelt.
pub fn has_secret(line: &str) -> bool {
    match Command::parse(line) {
        Ok(Command::ManualAct(ManualAct::Enter(_, text, _))) => !text.starts_with('$'),
        parsed => parsed.is_err(),
    }
}

/// The verbs of all commands.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    let usages = HELP.iter().flat_map(|(usage, _)| usage.split(", "));
    usages.filter_map(|usage| usage.split(' ').next()).filter(|verb| !matches!(*verb, "or" | "?"))
}

fn unknown(verb: &str) -> String {
    match HELP.iter().find(|(usage, _)| usage.split([' ', ',']).next() == Some(verb)) {
        Some((usage, meaning)) => format!("it is written: {usage} ({meaning})"),
        None => match feature_file::nearest::nearest(verb, verbs()) {
            Some(near) => format!("unknown command {verb:?}; did you mean {near:?}?"),
            None => format!("unknown command {verb:?}; help lists them"),
        },
    }
}

fn number(word: &str) -> Result<usize, String> {
    let number = word.parse().ok().filter(|number| *number > 0);
    number.ok_or_else(|| format!("{word:?} is no number from 1 on"))
}

/// A time such as `30s`, `1.5min`, `200ms`; seconds if there is no unit.
///
/// # Errors
/// It is none, or longer than a day.
pub fn seconds(text: &str) -> Result<Duration, String> {
    const DAY_S: f64 = 86_400.0;
    let split = text.find(|c: char| c.is_alphabetic()).unwrap_or(text.len());
    let (figure, unit) = text.split_at(split);
    let factor = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        other => return Err(format!("unknown unit {other:?}; accepted: ms, s, min, h")),
    };
    let value = figure.trim().parse::<f64>().map_err(|_| format!("{figure:?} is no number"))? * factor;
    match value {
        value if (0.0..=DAY_S).contains(&value) => Ok(Duration::from_secs_f64(value)),
        _ => Err(format!("{text} is not between 0 and 24 h")),
    }
}

/// The words of a line; what stands in double quotes is one.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    for (place, part) in line.split('"').enumerate() {
        if place % 2 == 1 {
            words.push(part.to_owned());
        } else {
            words.extend(part.split_whitespace().map(str::to_owned));
        }
    }
    let quotes = line.matches('"').count();
    if quotes.is_multiple_of(2) { Ok(words) } else { Err("a double quote is not closed".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_read() {
        let read = |line| Command::parse(line).unwrap();
        assert_eq!(read(""), Command::Next);
        assert_eq!(read(" n "), Command::Next);
        assert_eq!(read("to it was shown"), Command::To("it was shown".into()));
        assert_eq!(read("break qr.age > 170 s"), Command::Break(Some("qr.age > 170 s".into())));
        assert_eq!(read("look 2 s"), Command::Look(Duration::from_secs(2)));
        assert_eq!(read("back 2"), Command::Back(Some(2)));
        assert_eq!(read("goto 4 anyway"), Command::Goto(4, true));
        assert_eq!(read("note  it flickers"), Command::Note("it flickers".into()));
        assert_eq!(
            read("tap \"On this phone\" 2"),
            Command::ManualAct(ManualAct::Tap("On this phone".into(), 2))
        );
        assert_eq!(
            read("enter \"User ID\" test-user-1"),
            Command::ManualAct(ManualAct::Enter("User ID".into(), "test-user-1".into(), 1))
        );
        assert_eq!(
            read("set \"Bluetooth\" off"),
            Command::ManualAct(ManualAct::Set("Bluetooth".into(), false, 1))
        );
        assert_eq!(read("press"), Command::ManualAct(ManualAct::Press(vec![Key::Button], 1)));
        assert_eq!(read("press speed 2"), Command::ManualAct(ManualAct::Press(vec![Key::Speed], 2)));
        assert_eq!(read("advance 3 min"), Command::ManualAct(ManualAct::Advance(Duration::from_secs(180))));
    }

    #[test]
    fn lines_with_secrets_are_known() {
        for line in ["enter \"Password\" zB7-kRw2", "enetr Password zB7-kRw2", "enter Password"] {
            assert!(has_secret(line), "{line}");
        }
        for line in ["", "next", "enter \"One-time code\" $code", "note it flickers"] {
            assert!(!has_secret(line), "{line}");
        }
    }

    #[test]
    fn what_is_no_command_is_explained() {
        let refused = |line| Command::parse(line).unwrap_err();
        assert_eq!(refused("contniue"), "unknown command \"contniue\"; did you mean \"continue\"?");
        assert_eq!(refused("tap \"Next"), "a double quote is not closed");
        assert_eq!(refused("back 0"), "\"0\" is no number from 1 on");
        assert_eq!(refused("advance 3 years"), "unknown unit \"years\"; accepted: ms, s, min, h");
        assert!(refused("enter \"User ID\"").starts_with("it is written: enter \"LABEL\" \"TEXT\" [PHONE]"));
        assert!(refused("next 2").contains("takes nothing"));
        assert!(refused("advance -1").contains("not between"));
    }

    #[test]
    fn every_command_of_the_help_is_one() {
        for (usage, _) in HELP {
            let verb = usage.split([' ', ',']).next().unwrap();
            let taken = Command::parse(verb).map(|_| String::new()).unwrap_or_else(|why| why);
            assert!(!taken.starts_with("unknown"), "{usage}: {taken}");
        }
    }
}
