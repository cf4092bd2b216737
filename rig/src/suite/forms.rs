//! Which clauses can be judged on a bench, by the form of the product and by how its phones are reached: a bench for
//! sealed devices sees less than one for test boards, and a phone through Appium does less than one with a test agent.

use std::collections::BTreeSet;

use super::{
    capacity::{Capacity, DeviceOffer},
    needs::{Instrument, PhoneSkill},
    plan::{Plan, PlannedScenario, PlannedStep},
};

/// A form of bench.
#[derive(Clone, Copy)]
pub struct Form {
    /// Its name.
    pub name: &'static str,
    /// Description for people.
    pub words: &'static str,
    /// Whether it has such a device.
    has: fn(&DeviceOffer) -> bool,
    /// What its phones cannot do.
    lacks: &'static [PhoneSkill],
}

/// Every form: the products first, then the phones, which are there beside all devices.
pub const FORMS: [Form; 7] = [
    Form {
        name: "test",
        words: "devices that obey test commands",
        has: |device| !device.released,
        lacks: &[],
    },
    Form {
        name: "release",
        words: "devices with a release firmware and a link",
        has: |device| device.released && !device.sealed,
        lacks: &[],
    },
    Form { name: "sealed", words: "devices as people get them", has: |device| device.sealed, lacks: &[] },
    Form { name: "agent", words: "phones by a test agent", has: |_| true, lacks: &[] },
    Form {
        name: "android",
        words: "phones by Appium, Android",
        has: |_| true,
        lacks: &[PhoneSkill::SetClock, PhoneSkill::Finger],
    },
    Form {
        name: "ios",
        words: "phones by Appium, iOS",
        has: |_| true,
        lacks: &[PhoneSkill::SetClock, PhoneSkill::Finger, PhoneSkill::Notifications],
    },
    Form { name: "person", words: "phones in the hands of a person", has: |_| true, lacks: &[] },
];

/// The form of sealed devices: a clause that the register calls `sealed` is judged there.
pub const SEALED: Form = FORMS[2];

/// How a clause is seen on a bench of one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Coverage {
    /// So many scenarios judge it there.
    Judged(usize),
    /// No scenario does: what each of those that would lacks.
    Not(BTreeSet<String>),
    /// The suite judges it nowhere.
    Nowhere,
}

impl Form {
    /// Coverage of `clause` on a bench of this form that has all else of `bench`, whose plan is `plan`.
    pub fn coverage(&self, clause: &str, plan: &Plan, bench: &Capacity) -> Coverage {
        let devices = bench.devices.iter().filter(|device| (self.has)(device)).cloned().collect();
        let bench = Capacity { devices, ..bench.clone() };
        let (mut judged, mut reasons) = (0, BTreeSet::new());
        for scenario in plan.judging(clause) {
            match self.lacking(scenario, clause, &bench) {
                None => judged += 1,
                Some(reason) => {
                    reasons.insert(reason);
                }
            }
        }
        match (judged, reasons.is_empty()) {
            (0, true) => Coverage::Nowhere,
            (0, false) => Coverage::Not(reasons),
            (judged, _) => Coverage::Judged(judged),
        }
    }

    /// What a scenario needs until it judges `clause`, and this form lacks.
    fn lacking(&self, scenario: &PlannedScenario, clause: &str, bench: &Capacity) -> Option<String> {
        if let Err(reason) = bench.check(&scenario.needs) {
            return Some(reason);
        }
        let judges = |step: &PlannedStep| step.clause.as_deref() == Some(clause);
        let first = scenario.steps.iter().position(judges)?;
        let means = scenario.steps[..=first].iter().map(|step| step.matched.means());
        let used: Vec<Instrument> = means.flat_map(|means| means.uses).collect();
        let lacks = |skill: &&PhoneSkill| used.contains(&Instrument::Skill(**skill));
        self.lacks.iter().find(lacks).map(|skill| format!("no phone there {}", skill.words()))
    }
}
