//! The model's part of the profile: figures and texts of the screens.

use crate::profile::Profile;

/// Figures and texts of one product.
#[derive(Clone, Debug)]
pub struct Facts {
    /// The wrong temporary PIN that ends an activation.
    pub temporary_pin_tries: u32,
    /// Digits of a temporary PIN.
    pub temporary_pin_digits: usize,
    /// How often a new temporary PIN can be asked for.
    pub resends: u32,
    /// The wrong PIN that blocks the app.
    pub pin_tries: u32,
    /// Digits of a personal PIN.
    pub pin_digits: usize,
    /// The wrong code that blocks for a while.
    pub wrong_codes: u32,
    /// The wrong code that blocks a device for good.
    pub wrong_codes_for_good: u32,
    /// The fewest characters of a password.
    pub password_min: usize,
    /// The most characters of a password.
    pub password_max: usize,
    texts: Vec<(&'static str, String)>,
}

/// The ids of the texts that the model quotes.
const TEXTS: [&str; 23] = [
    "temporary_pin.stopped",
    "pin.title",
    "pin.length",
    "pin.forbidden",
    "notifications.set_up",
    "dialog.allow",
    "dialog.deny",
    "unlock.biometrics",
    "password.title",
    "password.length",
    "password.user_id",
    "password.digits",
    "password.word",
    "password.keyboard",
    "serial.title",
    "serial.refused",
    "code.title",
    "code.refused",
    "code.blocked",
    "activated.title",
    "button.ok",
    "scan.refused",
    "scan.expired",
];

impl Facts {
    /// Those of `profile`.
    ///
    /// # Errors
    /// A text that the profile does not have.
    pub fn of(profile: &Profile) -> Result<Self, String> {
        let text = |id: &'static str| {
            let words = profile.with_id(id).ok_or_else(|| format!("the profile has no text {id:?}"))?;
            Ok((id, words.to_owned()))
        };
        Ok(Self {
            temporary_pin_tries: profile.temporary_pin.wrong_tries,
            temporary_pin_digits: profile.temporary_pin.digits,
            resends: profile.temporary_pin.resends,
            pin_tries: profile.pin.wrong_tries,
            pin_digits: profile.pin.digits,
            wrong_codes: profile.lock.wrong_codes,
            wrong_codes_for_good: profile.lock.final_wrong_codes,
            password_min: profile.password.min_chars,
            password_max: profile.password.max_chars,
            texts: TEXTS.into_iter().map(text).collect::<Result<_, String>>()?,
        })
    }

    /// The text with this id, in the guide's English and in quotes.
    pub(super) fn quoted(&self, id: &str) -> String {
        let found = self.texts.iter().find(|(known, _)| *known == id);
        format!("\"{}\"", found.map_or(id, |(_, words)| words))
    }
}
