//! A phone that is reached in several ways.

use std::{any::Any, collections::BTreeSet};

use super::{Phone, Screen};
use crate::{DriverError, ErrorKind, Identity, Instrument, Reading, Result};

/// One phone with several drivers: a call goes to the first that can do it. A driver that cannot returns
/// [`ErrorKind::Unsupported`] before it asks anything of the phone. Identity and reachability are the first
/// driver's.
pub struct InTurn {
    first: Box<dyn Phone>,
    others: Vec<Other>,
    stood_in: BTreeSet<&'static str>,
    /// After the drivers, which may need them to the end.
    kept: Vec<Box<dyn Any>>,
}

struct Other {
    driver: &'static str,
    phone: Box<dyn Phone>,
}

impl InTurn {
    /// The phone that `first` reaches.
    pub fn new(first: Box<dyn Phone>) -> Self {
        Self { first, others: Vec::new(), stood_in: BTreeSet::new(), kept: Vec::new() }
    }

    /// The same phone, with `driver` as a further one, which reaches it as `phone`.
    #[must_use]
    pub fn then(mut self, driver: &'static str, phone: Box<dyn Phone>) -> Self {
        self.others.push(Other { driver, phone });
        self
    }

    /// The same phone, with which goes what its drivers cannot do without: a server of its own.
    #[must_use]
    pub fn keeping(mut self, kept: Box<dyn Any>) -> Self {
        self.kept.push(kept);
        self
    }

    /// Calls each driver until one can; without any, the first one's refusal.
    fn ask<T>(&mut self, call: &dyn Fn(&mut dyn Phone) -> Result<T>) -> Result<T> {
        let first = call(&mut *self.first);
        if !is_unsupported(&first) {
            return first;
        }
        for Other { driver, phone } in &mut self.others {
            let next = call(&mut **phone);
            if !is_unsupported(&next) {
                self.stood_in.insert(driver);
                return next;
            }
        }
        first
    }
}

fn is_unsupported<T>(answer: &Result<T>) -> bool {
    matches!(answer, Err(DriverError { trouble: ErrorKind::Unsupported, .. }))
}

impl Instrument for InTurn {
    fn name(&self) -> &str {
        self.first.name()
    }

    fn identity(&mut self) -> Result<Identity> {
        self.first.identity()
    }

    fn check(&mut self) -> Result<()> {
        self.first.check()
    }

    fn make_safe(&mut self) -> Result<()> {
        let others = self.others.iter_mut().map(|other| other.phone.make_safe());
        others.fold(self.first.make_safe(), Result::and)
    }

    fn recoveries(&self) -> u32 {
        self.others.iter().map(|other| other.phone.recoveries()).sum::<u32>() + self.first.recoveries()
    }
}

impl Phone for InTurn {
    fn screen(&mut self) -> Result<Reading<Screen>> {
        self.ask(&|phone| phone.screen())
    }

    fn tap(&mut self, label: &str) -> Result<bool> {
        self.ask(&|phone| phone.tap(label))
    }

    fn enter(&mut self, label: &str, text: &str) -> Result<bool> {
        self.ask(&|phone| phone.enter(label, text))
    }

    fn set(&mut self, label: &str, on: bool) -> Result<bool> {
        self.ask(&|phone| phone.set(label, on))
    }

    fn reopen(&mut self) -> Result<()> {
        self.ask(&|phone| phone.reopen())
    }

    fn background(&mut self) -> Result<()> {
        self.ask(&|phone| phone.background())
    }

    fn foreground(&mut self) -> Result<()> {
        self.ask(&|phone| phone.foreground())
    }

    fn reinstall(&mut self) -> Result<()> {
        self.ask(&|phone| phone.reinstall())
    }

    fn set_clock(&mut self, offset_s: i64) -> Result<()> {
        self.ask(&|phone| phone.set_clock(offset_s))
    }

    fn screenshot(&mut self) -> Result<Reading<bool>> {
        self.ask(&|phone| phone.screenshot())
    }

    fn biometric(&mut self, owner: bool) -> Result<bool> {
        self.ask(&|phone| phone.biometric(owner))
    }

    fn notify(&mut self, text: &str) -> Result<()> {
        self.ask(&|phone| phone.notify(text))
    }

    fn notifications(&mut self) -> Result<Reading<Vec<String>>> {
        self.ask(&|phone| phone.notifications())
    }

    fn scanned(&mut self) -> Result<Reading<Option<String>>> {
        self.ask(&|phone| phone.scanned())
    }

    fn stand_ins(&self) -> Vec<String> {
        self.stood_in.iter().map(|driver| (*driver).to_owned()).collect()
    }
}
