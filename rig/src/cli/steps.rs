//! `rig steps`: the sentences that one can write, by instrument.

use clap::Args;
use serde::Serialize;

use super::{CliError, Format, FormatArgs, print_json, print_line};
use crate::{
    steps::sentences::{self, GROUPS, SHAPES, Sentence},
    suite::keyword,
};

#[derive(Clone, Debug, Args)]
pub(super) struct StepsArgs {
    /// Only sentences that contain all of these words.
    words: Vec<String>,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Serialize)]
struct Listed {
    sentences: Vec<Line>,
    parameters: Vec<Parameter>,
}

#[derive(Serialize)]
struct Line {
    instrument: &'static str,
    keyword: &'static str,
    text: String,
    /// Whether its function reads the table below the step.
    table: bool,
    /// Where the function stands.
    file: String,
    line: u32,
}

#[derive(Serialize)]
struct Parameter {
    name: &'static str,
    meaning: &'static str,
}

/// `rig steps`.
pub(super) fn steps(args: &StepsArgs) -> Result<u8, CliError> {
    let wanted = |sentence: &&Sentence| {
        let text = sentence.text.to_lowercase();
        args.words.iter().all(|word| text.contains(&word.to_lowercase()))
    };
    let of =
        |instrument| sentences::all().iter().filter(move |one| one.instrument() == instrument).filter(wanted);
    let sentences: Vec<Line> =
        GROUPS.into_iter().flat_map(|(instrument, _)| of(instrument)).map(Line::from).collect();
    if sentences.is_empty() {
        let message = format!("no sentence contains {}; `rig steps` lists all", args.words.join(" and "));
        return Err(CliError::Usage(message));
    }
    let parameters = SHAPES.map(|shape| Parameter { name: shape.name, meaning: shape.meaning }).into();
    let listed = Listed { sentences, parameters };
    match args.format.format {
        Format::Json => print_json(&listed)?,
        Format::Human => listed.print()?,
    }
    Ok(0)
}

impl From<&Sentence> for Line {
    fn from(sentence: &Sentence) -> Self {
        Self {
            instrument: sentence.instrument(),
            keyword: keyword(sentence.kind),
            text: sentence.text.clone(),
            table: sentence.takes_table(),
            file: format!("rig/src/steps/{}.rs", sentence.module),
            line: sentence.line,
        }
    }
}

impl Listed {
    fn print(&self) -> Result<(), CliError> {
        let mut instrument = "";
        for line in &self.sentences {
            if line.instrument != instrument {
                let space = if instrument.is_empty() { "" } else { "\n" };
                instrument = line.instrument;
                print_line(&format!("{space}{instrument}"))?;
            }
            let table = if line.table { " (and a table below)" } else { "" };
            print_line(&format!("    {} {}{table}", line.keyword, line.text))?;
        }
        print_line(
            "\n\"text\" is a text of the screen, in the feature's language; one/other are alternatives, (s) can be left out.",
        )?;
        for Parameter { name, meaning } in &self.parameters {
            print_line(&format!("{{{name}}}: {meaning}"))?;
        }
        print_line("A step that judges ends in its clause, as in [S5.C.8b].")
    }
}
