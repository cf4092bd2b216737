//! A login on a phone: how the service behind the product is seen.

use super::{Session, StepError, StepResult};
use crate::suite::SideEffect;

/// The headings of a login.
pub(crate) const LOG_IN: &str = "Log in with MitID";
pub(crate) const LOGGED_IN: &str = "You are logged in";
/// Screen text of a refused login.
pub(crate) const REFUSED: &str = "The user ID, code or password is not correct, or the code has been used.";
/// Screen text of a refused code.
pub(crate) const CODE_REFUSED: &str = "The code is not correct, or it has been used.";
/// Screen text for a blocked person.
pub(crate) const BLOCKED: &str = "Too many wrong codes. You are blocked for a while.";

/// The heading of a change that wants a code of its own.
pub(crate) const APPROVE: &str = "Approve the change with a new code";

impl Session {
    /// Opens the login afresh and fills it in for the person whom `display` was issued to.
    pub(crate) fn fill_in_login(
        &mut self,
        phone: usize,
        device: usize,
        password: &str,
        code: &str,
    ) -> StepResult {
        let user = self.instruments.devices[device].entry.owner.get_ref().clone();
        self.phone(phone).reopen()?;
        self.expect(phone, "MitID", &["Log in"])?;
        self.tap(phone, "Log in")?;
        self.expect(phone, LOG_IN, &["User ID", "Password", "Code"])?;
        self.enter(phone, "User ID", &user)?;
        self.enter(phone, "Password", password)?;
        self.enter(phone, "Code", code)
    }

    /// Logs in with the password that was created, and `code`.
    pub(crate) fn log_in(&mut self, phone: usize, device: usize, code: &str) -> StepResult {
        let password = self.bench.test_password.clone();
        self.fill_in_login(phone, device, &password, code)?;
        self.tap(phone, "Next")
    }

    /// A code of six digits that the device gives at no time step near by, and that differs from the present one
    /// in the last digit alone, so that every digit has to be looked at. Of a device whose key the lab does
    /// not know, one half the range away from the last code read: in a million of them, some five would be
    /// right by chance.
    ///
    /// It is about to be entered: the one that blocks its owner is given only where the scenario declares that.
    pub(crate) fn wrong_code(&mut self, device: usize) -> StepResult<String> {
        self.memory.codes.wrong += 1;
        if self.memory.codes.wrong == self.bench.profile.lock.wrong_codes {
            self.uses_up(SideEffect::Lock)?;
        }
        if self.memory.codes.wrong == self.bench.profile.lock.final_wrong_codes {
            self.uses_up(SideEffect::Block)?;
        }
        if self.instruments.devices[device].entry.is_released() {
            let code = match self.memory.codes.read.clone() {
                Some(code) => code,
                None => self.new_code(device)?,
            };
            let number: u32 =
                code.text.parse().map_err(|_| StepError::Internal("a code is no number".into()))?;
            return Ok(format!("{:06}", (number + CODES / 2) % CODES));
        }
        let (step, totp) = (self.current_step()?, self.bench.profile.totp.formula());
        let id = self.instruments.devices[device].key()?;
        let key = self.bench.keys.get(&id).ok_or_else(|| StepError::Internal(format!("no key `{id}`")))?;
        let near = step.saturating_sub(NEAR)..=step + NEAR;
        let right: Vec<String> = near.map(|step| totp.code(key, step)).collect();
        let present = totp.code(key, step);
        let begins = &present[..present.len().saturating_sub(1)];
        let wrong = (0..10).map(|digit| format!("{begins}{digit}")).find(|code| !right.contains(code));
        wrong.ok_or_else(|| StepError::Internal("every code is right".into()))
    }
}

/// How many time steps to either side count as near by.
const NEAR: u64 = 20;
/// How many codes of six digits there are.
const CODES: u32 = 1_000_000;
