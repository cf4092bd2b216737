//! Which scenarios a command is about, by tags and names.

use std::collections::BTreeSet;

use clap::Args;
use feature_file::{TagExpression, nearest::nearest};
use regex::Regex;

use super::CliError;
use crate::suite::features::WrittenScenario;

#[derive(Clone, Debug, Default, Args)]
pub(super) struct Selection {
    /// Only scenarios whose tags fulfil this expression, as in "@display and not @slow".
    #[arg(long, value_name = "EXPRESSION")]
    tags: Option<TagExpression>,
    /// Only scenarios whose name matches this regular expression.
    #[arg(long, value_name = "REGEX")]
    name: Option<Regex>,
}

impl Selection {
    /// Keeps what is selected of `written`. A tag that no scenario has is told, with the nearest that one has.
    ///
    /// # Errors
    ///
    /// Nothing is left; with the nearest tag or name, where there is one.
    pub(super) fn apply(&self, written: &mut Vec<WrittenScenario>) -> Result<(), CliError> {
        let unknown = self.unknown_tags(written);
        let near = self.nearest_name(written);
        written.retain(|scenario| self.selects(scenario));
        if written.is_empty() {
            let hints: String = unknown.iter().chain(&near).map(|hint| format!("; {hint}")).collect();
            return Err(CliError::Usage(format!(
                "no scenario is left: see --tags, --name and the paths{hints}"
            )));
        }
        for hint in unknown.iter().filter(|hint| hint.contains("did you mean")) {
            eprintln!("rig: {hint}");
        }
        Ok(())
    }

    fn selects(&self, scenario: &WrittenScenario) -> bool {
        let tags: Vec<_> = scenario.tags.iter().map(|tag| format!("@{tag}")).collect();
        let tagged = self.tags.as_ref().is_none_or(|expression| expression.matches(&tags));
        // By its own name, or by the one that a run shows, with its feature before it.
        let names = [&scenario.title, &scenario.name];
        let named = self.name.as_ref().is_none_or(|name| names.into_iter().any(|one| name.is_match(one)));
        tagged && named
    }

    /// The tags of the expression that no scenario has.
    fn unknown_tags(&self, written: &[WrittenScenario]) -> Vec<String> {
        let there = written.iter().flat_map(|scenario| &scenario.tags).map(|tag| format!("@{tag}"));
        let there: BTreeSet<String> = there.collect();
        let asked: BTreeSet<&str> = self.tags.iter().flat_map(TagExpression::tags).collect();
        let unknown = asked.into_iter().filter(|tag| !there.contains(*tag));
        let told = |tag: &str| match nearest(tag, there.iter().map(String::as_str)) {
            Some(near) => format!("no scenario has the tag {tag}; did you mean {near}?"),
            None => format!("no scenario has the tag {tag}"),
        };
        unknown.map(told).collect()
    }

    /// The name that is nearest to the expression, where no name matches it.
    fn nearest_name(&self, written: &[WrittenScenario]) -> Option<String> {
        let name = self.name.as_ref()?;
        if written.iter().any(|one| name.is_match(&one.title) || name.is_match(&one.name)) {
            return None;
        }
        let asked = name.as_str().trim_matches(['^', '$']);
        let titles = || written.iter().map(|one| one.title.as_str());
        let begins = titles().find(|title| {
            let begin: String = title.chars().take(asked.chars().count()).collect();
            !begin.is_empty() && nearest(asked, [begin.as_str()]).is_some()
        });
        let near = nearest(asked, titles()).or(begins)?;
        Some(format!("no scenario is called {asked:?}; did you mean {near:?}?"))
    }
}
