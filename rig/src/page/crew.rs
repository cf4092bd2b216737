//! Watchers of a page, and the one among them who drives.

use std::collections::BTreeMap;

use serde_json::{Value, json};

/// Watchers are known to each other by number, and to the page by an id that only their own tab knows.
#[derive(Default)]
pub struct Crew {
    last: u32,
    members: BTreeMap<String, Member>,
    /// The number of the one who drives.
    driver: Option<u32>,
}

struct Member {
    number: u32,
    /// Lines that it holds open.
    lines: u32,
}

impl Crew {
    /// A watcher came, or opened another line; its number. The first one drives.
    pub fn join(&mut self, id: &str) -> u32 {
        if !self.members.contains_key(id) {
            self.last += 1;
        }
        let number = self.last;
        let member = self.members.entry(id.to_owned()).or_insert(Member { number, lines: 0 });
        member.lines += 1;
        let number = member.number;
        self.driver.get_or_insert(number);
        number
    }

    /// A watcher's line is gone. It keeps its number, and the wheel until somebody takes it.
    pub fn leave(&mut self, id: &str) {
        if let Some(member) = self.members.get_mut(id) {
            member.lines = member.lines.saturating_sub(1);
        }
    }

    /// Whether this watcher drives.
    pub fn drives(&self, id: &str) -> bool {
        self.driver.is_some() && self.number(id) == self.driver
    }

    /// This watcher takes the wheel, which nobody who is here holds.
    ///
    /// # Errors
    /// Somebody drives; in words.
    pub fn take(&mut self, id: &str) -> Result<(), String> {
        let number = self.number(id).ok_or("who does not watch cannot drive")?;
        match self.driver.filter(|driver| *driver != number && self.is_here(*driver)) {
            Some(driver) => Err(format!("watcher {driver} drives, and can hand over")),
            None => {
                self.driver = Some(number);
                Ok(())
            }
        }
    }

    /// This watcher hands the wheel to another.
    ///
    /// # Errors
    /// It does not drive, or the other is not here; in words.
    pub fn hand_over(&mut self, id: &str, to: u32) -> Result<(), String> {
        if !self.drives(id) {
            return Err("only who drives can hand over".into());
        }
        if !self.is_here(to) {
            return Err(format!("there is no watcher {to}"));
        }
        self.driver = Some(to);
        Ok(())
    }

    /// Who is here, and who drives.
    pub fn shown(&self) -> Value {
        let here = self.members.values().filter(|member| member.lines > 0).map(|member| member.number);
        let mut here: Vec<u32> = here.collect();
        here.sort_unstable();
        json!({"watchers": here, "driver": self.driver})
    }

    /// How many are here.
    pub fn count(&self) -> usize {
        self.members.values().filter(|member| member.lines > 0).count()
    }

    fn number(&self, id: &str) -> Option<u32> {
        self.members.get(id).map(|member| member.number)
    }

    fn is_here(&self, number: u32) -> bool {
        self.members.values().any(|member| member.number == number && member.lines > 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_drives_hands_over_and_is_relieved_when_gone() {
        let mut crew = Crew::default();
        assert!(crew.take("a").is_err());
        assert_eq!((crew.join("a"), crew.join("b"), crew.join("a")), (1, 2, 1));
        assert!(crew.drives("a") && !crew.drives("b"));
        assert_eq!(crew.take("b"), Err("watcher 1 drives, and can hand over".into()));
        assert!(crew.hand_over("b", 2).is_err());
        assert_eq!(crew.hand_over("a", 9), Err("there is no watcher 9".into()));
        crew.hand_over("a", 2).unwrap();
        assert!(crew.drives("b") && !crew.drives("a"));
        crew.leave("b");
        assert_eq!(crew.shown(), json!({"watchers": [1], "driver": 2}));
        crew.take("a").unwrap();
        assert!(crew.drives("a"));
        assert_eq!(crew.count(), 1);
    }
}
