//! The plan file of nights: benches, hours, rules.

use std::path::{Path, PathBuf};

use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, TimeDelta, TimeZone, Timelike, Weekday};
use feature_file::TagExpression;
use serde::Deserialize;
use toml::Spanned;

use super::hours::{clock_time, day_name};
use crate::bad_input::BadInput;

/// A plan file, checked.
#[derive(Debug)]
pub struct NightFile {
    /// The benches, in order.
    pub benches: Vec<NightBench>,
    /// When nights are.
    pub windows: Vec<NightWindow>,
    /// Which scenarios are in nights; all of them by default.
    pub tags: Option<TagExpression>,
    /// Every scenario runs at least once in as many nights.
    pub every_nights: u32,
    /// How often a scenario with an error and without a fail is tried again.
    pub retries_on_error: u32,
    /// After how many errors in a row an instrument is quarantined.
    pub quarantine_after: u32,
    /// Overhead of a scenario beside its bench time, in seconds.
    pub extra_s: u64,
    /// The name of a scenario that runs first and last on each bench, to show that the bench is sound.
    pub golden: Option<String>,
    /// The seed of simulated benches.
    pub seed: u64,
    /// How long the evidence is kept, by a class of retention.
    pub class: String,
    /// A program that gets the night's summary as JSON on its standard input, and its arguments.
    pub notify: Vec<String>,
    /// The folder of the nights' runs.
    pub runs: PathBuf,
}

/// A bench of a night.
#[derive(Clone, Debug)]
pub struct NightBench {
    /// Its name in the night.
    pub name: String,
    /// The bench file.
    pub file: PathBuf,
    /// Where its runs go, if not into the night's folder: on another disk, say.
    pub runs: Option<PathBuf>,
    /// Faults that a simulated bench is given, for a rehearsal, as `rig run --fault` takes them.
    pub faults: Vec<String>,
}

/// A night to come, or under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upcoming<Zone: TimeZone> {
    /// When it begins, or now.
    pub begin: DateTime<Zone>,
    /// How long it takes from then on, in seconds.
    pub seconds: u64,
}

/// When nights are: on which days, from when, how long.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NightWindow {
    /// The days on which it begins.
    pub days: Vec<Weekday>,
    /// Its begin, in seconds since midnight.
    pub from_s: u32,
    /// Its length in seconds.
    pub seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(rename = "bench")]
    benches: Vec<WrittenBench>,
    #[serde(rename = "window")]
    windows: Vec<Spanned<WrittenWindow>>,
    tags: Option<Spanned<String>>,
    every_nights: Option<Spanned<u32>>,
    retries_on_error: Option<Spanned<u32>>,
    quarantine_after: Option<Spanned<u32>>,
    extra_s: Option<u64>,
    golden: Option<String>,
    seed: Option<u64>,
    class: Option<String>,
    #[serde(default)]
    notify: Vec<String>,
    runs: Option<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBench {
    name: Spanned<String>,
    file: PathBuf,
    runs: Option<PathBuf>,
    #[serde(default)]
    faults: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenWindow {
    days: Vec<String>,
    from: String,
    hours: f64,
}

/// The days of a week, in order.
const WEEK: [Weekday; 7] =
    [Weekday::Mon, Weekday::Tue, Weekday::Wed, Weekday::Thu, Weekday::Fri, Weekday::Sat, Weekday::Sun];

impl NightFile {
    /// Reads and checks `path`; the files that it names are relative to its folder.
    ///
    /// # Errors
    /// It is not a plan file.
    pub fn load(path: &Path) -> Result<Self, BadInput> {
        let text = BadInput::read(path)?;
        Self::parse(path, &text)
    }

    fn parse(path: &Path, text: &str) -> Result<Self, BadInput> {
        let written: Written = toml::from_str(text).map_err(|error| BadInput::of_toml(path, text, &error))?;
        let here =
            |span: std::ops::Range<usize>, message: String| BadInput::at(path, text, span.start, message);
        let within = |value: Option<Spanned<u32>>, usual: u32, range: std::ops::RangeInclusive<u32>| {
            let Some(value) = value else { return Ok(usual) };
            let (least, most) = (range.start(), range.end());
            let found = value.get_ref();
            match range.contains(found) {
                true => Ok(*found),
                false => Err(here(value.span(), format!("{found} is not accepted: {least} to {most}"))),
            }
        };
        if written.benches.is_empty() {
            return Err(BadInput::new(path, "a night needs a [[bench]] with name and file"));
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut benches: Vec<NightBench> = Vec::new();
        for bench in written.benches {
            let name = bench.name.get_ref();
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                let message =
                    format!("{name:?} is no name for a bench's runs; accepted: letters, digits, - and _");
                return Err(here(bench.name.span(), message));
            }
            if benches.iter().any(|known| known.name == *name) {
                return Err(here(bench.name.span(), format!("there are two benches {name:?}")));
            }
            benches.push(NightBench {
                name: name.clone(),
                file: folder.join(bench.file),
                runs: bench.runs.map(|runs| folder.join(runs)),
                faults: bench.faults,
            });
        }
        let windows = written.windows.into_iter().map(|one| {
            let span = one.span();
            one.into_inner().checked().map_err(|message| here(span, message))
        });
        let tags = written.tags.map(|tags| {
            let span = tags.span();
            tags.get_ref().parse::<TagExpression>().map_err(|error| here(span, error.to_string()))
        });
        Ok(Self {
            benches,
            windows: windows.collect::<Result<_, _>>()?,
            tags: tags.transpose()?,
            every_nights: within(written.every_nights, 7, 1..=366)?,
            retries_on_error: within(written.retries_on_error, 2, 0..=2)?,
            quarantine_after: within(written.quarantine_after, 3, 1..=100)?,
            extra_s: written.extra_s.unwrap_or(5),
            golden: written.golden,
            seed: written.seed.unwrap_or(1),
            class: written.class.unwrap_or_else(|| crate::retention::DEFAULT_CLASS.to_owned()),
            notify: written.notify,
            runs: folder.join(written.runs.unwrap_or_else(|| PathBuf::from("runs"))),
        })
    }

    /// The rest of the window that is open at `now`, or else the next one; none without windows.
    pub fn next<Zone: TimeZone>(&self, now: &DateTime<Zone>) -> Option<Upcoming<Zone>> {
        let open = self.windows.iter().filter_map(|window| window.seconds_left(now)).max();
        if let Some(seconds) = open {
            return Some(Upcoming { begin: now.clone(), seconds });
        }
        let today = now.date_naive();
        let begins = (0..=7).flat_map(|days| {
            let day = today + Days::new(days);
            let on_it = self.windows.iter().filter(move |window| window.days.contains(&day.weekday()));
            on_it.filter_map(move |window| Some((window.begin_on(day, &now.timezone())?, window.seconds)))
        });
        let (begin, seconds) = begins
            .filter(|(begin, _)| begin > now)
            .min_by_key(|(begin, seconds)| (begin.timestamp(), std::cmp::Reverse(*seconds)))?;
        Some(Upcoming { begin, seconds })
    }

    /// The window of nights that begin on `day`, the longest; none where no night begins on it.
    pub fn window_on(&self, day: Weekday) -> Option<&NightWindow> {
        self.windows.iter().filter(|window| window.days.contains(&day)).max_by_key(|window| window.seconds)
    }

    /// The windows of a week, from Monday on.
    pub fn week(&self) -> impl Iterator<Item = (Weekday, &NightWindow)> {
        WEEK.into_iter().filter_map(|day| Some((day, self.window_on(day)?)))
    }
}

impl WrittenWindow {
    fn checked(self) -> Result<NightWindow, String> {
        let days = self.days.iter().map(|day| day_name(day)).collect::<Result<Vec<_>, _>>()?;
        if days.is_empty() {
            return Err("a window has days, as in days = [\"mon\", \"tue\"]".to_owned());
        }
        if !(0.1..=168.0).contains(&self.hours) {
            return Err(format!("{} hours are not accepted: 0.1 to 168", self.hours));
        }
        Ok(NightWindow { days, from_s: clock_time(&self.from)?, seconds: (self.hours * 3600.0) as u64 })
    }
}

impl NightWindow {
    /// When the window of `day` begins: where clocks are set forward over that moment, an hour later.
    fn begin_on<Zone: TimeZone>(&self, day: NaiveDate, zone: &Zone) -> Option<DateTime<Zone>> {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(self.from_s, 0)?;
        let local = day.and_time(time);
        let begin = zone.from_local_datetime(&local).earliest();
        begin.or_else(|| zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest())
    }

    fn seconds_left<Zone: TimeZone>(&self, now: &DateTime<Zone>) -> Option<u64> {
        const DAY: i64 = 86_400;
        let since_midnight = i64::from(now.num_seconds_from_midnight());
        (0..=7_i64)
            .filter_map(|days_ago| {
                let today = i64::from(now.weekday().num_days_from_monday());
                let began = WEEK[usize::try_from((today - days_ago).rem_euclid(7)).ok()?];
                let elapsed = days_ago * DAY + since_midnight - i64::from(self.from_s);
                let left = i64::try_from(self.seconds).ok()? - elapsed;
                (self.days.contains(&began) && elapsed >= 0 && left > 0).then_some(left.unsigned_abs())
            })
            .max()
    }
}

#[cfg(test)]
mod tests {
    use chrono::{Duration, Utc};

    use super::*;

    #[test]
    fn the_next_night_is_the_rest_of_the_open_window_or_the_one_that_begins_first() {
        let text = "[[bench]]\nname = \"a\"\nfile = \"a.toml\"\n\
                    [[window]]\ndays = [\"mon\", \"tue\"]\nfrom = \"22:00\"\nhours = 8\n\
                    [[window]]\ndays = [\"fri\"]\nfrom = \"20:00\"\nhours = 56\n";
        let file = NightFile::parse(Path::new("night.toml"), text).unwrap();
        // A Monday.
        let at = |hours: i64| Utc.with_ymd_and_hms(2026, 11, 30, 0, 0, 0).unwrap() + Duration::hours(hours);
        let next = |hours: i64| file.next(&at(hours)).map(|next| (next.begin, next.seconds / 3600)).unwrap();
        assert_eq!(next(12), (at(22), 8), "by day, the coming night");
        assert_eq!(next(23), (at(23), 7), "what is left of an open one");
        assert_eq!(next(31), (at(46), 8));
        assert_eq!(next(60), (at(4 * 24 + 20), 56), "days without one are passed over");
        assert_eq!(next(6 * 24 + 23), (at(6 * 24 + 23), 5), "the long one of a weekend");
        assert_eq!(next(7 * 24 + 5), (at(7 * 24 + 22), 8), "into the next week");
    }
}
