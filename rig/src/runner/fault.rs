//! Faults of the bench, brought in on purpose: which one, and at the step that judges which clause.

use std::{fmt, str::FromStr};

/// A fault and when it strikes: `camera-covered@S5.C.8b`, or `camera-covered@S5.C.8b#1` in a first attempt only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultAt {
    /// The fault's name.
    pub name: String,
    /// It strikes just before the step that judges this clause, and stays.
    pub clause: String,
    /// The attempt that it strikes in; none for every attempt.
    pub attempt: Option<u32>,
}

impl FaultAt {
    /// Whether it strikes in this attempt, at a step that judges `clause`.
    pub fn strikes(&self, attempt: u32, clause: Option<&str>) -> bool {
        clause == Some(self.clause.as_str()) && self.attempt.is_none_or(|only| only == attempt)
    }
}

impl FromStr for FaultAt {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wanted = "a fault is written NAME@CLAUSE, as in camera-covered@S5.C.8b, with #1 behind it for first attempts only";
        let (name, at) = text.split_once('@').ok_or(wanted)?;
        let (clause, attempt) = match at.split_once('#') {
            None => (at, None),
            Some((clause, attempt)) => {
                (clause, Some(attempt.parse().ok().filter(|&number: &u32| number > 0).ok_or(wanted)?))
            }
        };
        if name.is_empty() || clause.is_empty() {
            return Err(wanted.into());
        }
        Ok(Self { name: name.into(), clause: clause.into(), attempt })
    }
}

impl fmt::Display for FaultAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.clause)?;
        self.attempt.map_or(Ok(()), |attempt| write!(f, "#{attempt}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_names_a_clause() {
        let fault: FaultAt = "serial-cut@S5.C.8a".parse().unwrap();
        assert_eq!((fault.name.as_str(), fault.clause.as_str()), ("serial-cut", "S5.C.8a"));
        assert_eq!(fault.to_string(), "serial-cut@S5.C.8a");
        let first: FaultAt = "serial-cut@S5.C.8a#1".parse().unwrap();
        assert_eq!(first.to_string(), "serial-cut@S5.C.8a#1");
        assert!(first.strikes(1, Some("S5.C.8a")) && !first.strikes(2, Some("S5.C.8a")));
        assert!(fault.strikes(2, Some("S5.C.8a")) && !fault.strikes(2, None));
        for bad in
            ["serial-cut@S5.C.8a#0", "serial-cut@S5.C.8a#", "serial-cut", "@S5.C.8a", "serial-cut@", ""]
        {
            assert!(bad.parse::<FaultAt>().is_err(), "{bad:?}");
        }
    }
}
