//! Faults of the bench, brought in on purpose: which one, and at the step that judges which clause.

use std::{fmt, str::FromStr};

/// A fault and when it strikes: `camera-covered@S5.C.8b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FaultAt {
    /// The fault's name.
    pub name: String,
    /// It strikes just before the step that judges this clause, and stays.
    pub clause: String,
}

impl FromStr for FaultAt {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text.split_once('@') {
            Some((name, clause)) if !name.is_empty() && !clause.is_empty() => {
                Ok(Self { name: name.into(), clause: clause.into() })
            }
            _ => Err("a fault is written NAME@CLAUSE, as in camera-covered@S5.C.8b".into()),
        }
    }
}

impl fmt::Display for FaultAt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.name, self.clause)
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
        for bad in ["serial-cut", "@S5.C.8a", "serial-cut@", ""] {
            assert!(bad.parse::<FaultAt>().is_err(), "{bad:?}");
        }
    }
}
