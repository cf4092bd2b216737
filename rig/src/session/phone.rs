//! Hands and eyes for the phones: what is on the screen, and what a person does there.

use std::time::Duration;

use drivers::{Reading, phone::Screen};

use super::{Session, StepError, StepResult};
use crate::{
    oracle::{
        check::ScreenShows,
        observed::{self, Button},
    },
    profile::JudgeBy,
    recorder::Handle,
};

/// How often a screen is looked at while it settles: as often as an impatient person.
const LOOK_PERIOD: Duration = Duration::from_millis(100);

impl Session {
    /// Looks at the screen of phone `phone` until it no longer asks to wait, and keeps what it shows.
    pub(crate) fn look(&mut self, phone: usize) -> StepResult<Screen> {
        let waiting = self.text("Please wait")?;
        let limit = Duration::from_secs_f64(self.bench.profile.limits.answer_s[1]);
        let deadline = self.now() + limit;
        let mut seen = self.phone(phone).screen()?;
        while seen.value.title == waiting && self.now() < deadline {
            self.wait(LOOK_PERIOD)?;
            seen = self.phone(phone).screen()?;
        }
        self.keep_screen(phone, seen)
    }

    fn keep_screen(&mut self, phone: usize, seen: Reading<Screen>) -> StepResult<Screen> {
        let name = self.phone(phone).name().to_owned();
        let screen = seen.value.clone();
        let seen = self.recording.observe(&name, &seen.map(observed_screen))?;
        self.memory.phones[phone].screen = Some(seen);
        self.memory.screens.push(seen);
        Ok(screen)
    }

    /// Notes which phones got over a loss by themselves: what was judged meanwhile stands, and whoever reads the
    /// journal knows.
    pub(super) fn note_recoveries(&mut self) -> StepResult {
        for phone in 0..self.instruments.phones.len() {
            let instrument = &self.instruments.phones[phone].phone;
            let (name, now) = (instrument.name(), instrument.recoveries());
            let times = now - std::mem::replace(&mut self.memory.phones[phone].recoveries, now);
            if times > 0 {
                let seen = Reading::new(self.now(), Duration::ZERO, observed::Recovered { times });
                self.recording.observe(name, &seen)?;
            }
        }
        Ok(())
    }

    /// The last screen seen of `phone`.
    pub(crate) fn last_screen(&self, phone: usize) -> StepResult<Handle<observed::Screen>> {
        let screen = self.memory.phones[phone].screen;
        screen.ok_or_else(|| StepError::Internal("no screen was looked at yet".into()))
    }

    /// Judges what the last screen seen of `phone` shows.
    pub(crate) fn judge_screen(&mut self, phone: usize, shows: ScreenShows) -> StepResult {
        let seen = self.last_screen(phone)?;
        let shows = self.by_source(shows);
        self.judge(shows, seen)
    }

    /// `shows` with the words in it that are the lab's.
    fn by_source(&self, mut shows: ScreenShows) -> ScreenShows {
        let profile = &self.bench.profile;
        shows.lab = shows.looks_for().filter(|word| !profile.is_guides(word)).cloned().collect();
        shows.lab.sort();
        shows.lab.dedup();
        shows.guide_only = profile.words.judge_by == JudgeBy::Guide;
        shows
    }

    /// The phone must show the screen with this heading, and these texts, buttons and fields on it.
    pub(crate) fn expect(&mut self, phone: usize, title: &str, texts: &[&str]) -> StepResult {
        self.look(phone)?;
        self.still_shows(phone, title, texts)
    }

    /// As [`expect`](Self::expect), on the screen seen last.
    pub(crate) fn still_shows(&mut self, phone: usize, title: &str, texts: &[&str]) -> StepResult {
        let shows = self.shows(Some(title), texts)?;
        self.judge_screen(phone, shows)
    }

    /// A screen with this heading and these texts, in the bench's language.
    pub(crate) fn shows(&self, title: Option<&str>, texts: &[&str]) -> StepResult<ScreenShows> {
        Ok(self.by_source(ScreenShows {
            title: title.map(|title| self.text(title)).transpose()?,
            texts: texts.iter().map(|text| self.text(text)).collect::<StepResult<_>>()?,
            ..ScreenShows::default()
        }))
    }

    /// Taps what the guide calls `label`. A screen that does not offer it breaks the step's clause.
    pub(crate) fn tap(&mut self, phone: usize, label: &str) -> StepResult {
        let text = self.text(label)?;
        self.observe_act(phone, format!("tap {text}"))?;
        let done = self.phone(phone).tap(&text)?;
        self.acted(phone, done, text)
    }

    /// Types into the field that the screen labels `label`. What is typed is not kept.
    pub(crate) fn enter(&mut self, phone: usize, label: &str, typed: &str) -> StepResult {
        let text = self.text(label)?;
        let act = self.act(format!("enter {text}"));
        let name = self.instruments.phones[phone].phone.name();
        self.memory.last_act = Some(self.recording.observe_secret(name, &act, typed)?);
        let done = self.phone(phone).enter(&text, typed)?;
        self.acted(phone, done, text)
    }

    /// Keeps that something was done to a phone; never what was typed.
    pub(crate) fn observe_act(&mut self, phone: usize, what: String) -> StepResult {
        let act = self.act(what);
        let name = self.instruments.phones[phone].phone.name();
        self.memory.last_act = Some(self.recording.observe(name, &act)?);
        Ok(())
    }

    /// Something that is done now.
    fn act(&mut self, what: String) -> Reading<observed::Act> {
        self.memory.last_act_at = self.now();
        Reading::new(self.memory.last_act_at, Duration::ZERO, observed::Act { what })
    }

    pub(super) fn acted(&mut self, phone: usize, done: bool, offer: String) -> StepResult {
        if done {
            return Ok(());
        }
        self.look(phone)?;
        self.judge_screen(phone, ScreenShows { offers: vec![offer], ..ScreenShows::default() })?;
        Err(StepError::Internal("the phone refused what its screen offers".into()))
    }
}

/// A screen as the journal keeps it: all that it shows, nothing that was typed.
fn observed_screen(screen: Screen) -> observed::Screen {
    observed::Screen {
        title: screen.title,
        texts: screen.texts,
        buttons: screen
            .buttons
            .into_iter()
            .map(|button| Button { label: button.label, enabled: button.enabled })
            .collect(),
        fields: screen.fields.into_iter().map(|field| field.label).collect(),
        switches: screen.switches.into_iter().map(|switch| switch.label).collect(),
    }
}
