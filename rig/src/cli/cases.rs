//! `rig cases`: the suite as structured test cases, and the product's implementation conformance statement (ICS), for bodies that
//! collect such.

use std::path::PathBuf;

use clap::Args;
use reports::{Level, ScenarioInfo};
use serde::Serialize;

use super::{
    CliError, Format, FormatArgs, place::SuiteArgs, print_json, print_line, run, selection::Selection,
};
use crate::{
    bench::Bench,
    profile::{Feature, Has},
    suite::{PlannedScenario, Register, keyword, needed},
};

#[derive(Clone, Debug, Args)]
pub(super) struct CasesArgs {
    /// The bench file, whose profile declares what the product has; by default the simulated bench.
    #[arg(long, value_name = "FILE")]
    bench: Option<PathBuf>,
    #[command(flatten)]
    selection: Selection,
    #[command(flatten)]
    suite: SuiteArgs,
    #[command(flatten)]
    format: FormatArgs,
}

#[derive(Serialize)]
struct Exported {
    profile: String,
    ics: Vec<IcsItem>,
    cases: Vec<Case>,
}

/// An item of the ICS: what the product is declared to have, or not to have and why.
#[derive(Serialize)]
struct IcsItem {
    item: &'static str,
    words: &'static str,
    supported: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// A test case.
#[derive(Serialize)]
struct Case {
    id: String,
    file: String,
    line: u32,
    /// The words of each clause that it judges.
    purpose: Vec<String>,
    preconditions: Vec<String>,
    steps: Vec<String>,
    expected: Vec<Expected>,
    /// Items of the ICS without which it does not apply.
    ics: Vec<&'static str>,
    instruments: Vec<&'static str>,
    uses: Vec<String>,
}

/// Something expected, and the clause that fails without it.
#[derive(Serialize)]
struct Expected {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    clause: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<Level>,
}

/// `rig cases`.
pub(super) fn cases(args: &CasesArgs) -> Result<u8, CliError> {
    let place = args.suite.find()?;
    let register = Register::load(&place.register())?;
    let bench = Bench::load(args.bench.as_deref().unwrap_or(&place.usual_bench()))?;
    let files = run::feature_files(&[], &place)?;
    let plan = run::plan(&files, &args.selection, true, &place, &register, &bench)?;
    let exported = Exported {
        profile: bench.profile.title.clone(),
        ics: Feature::all().map(|feature| item(feature, &bench.profile.has)).collect(),
        cases: plan.scenarios.iter().map(|scenario| case(scenario, &register)).collect(),
    };
    match args.format.format {
        Format::Json => print_json(&exported)?,
        Format::Human => print_line(&text(&exported))?,
    }
    Ok(0)
}

fn item(feature: Feature, has: &Has) -> IcsItem {
    let reason = has.lacks(feature).map(str::to_owned);
    IcsItem { item: feature.name(), words: feature.words(), supported: reason.is_none(), reason }
}

fn case(scenario: &PlannedScenario, register: &Register) -> Case {
    let ScenarioInfo { name, file, line, uses, .. } = scenario.info();
    let of = |word: &'static str| {
        scenario.steps.iter().filter(move |step| keyword(step.matched.step().ty) == word)
    };
    let texts = |word| of(word).map(|step| step.text.clone()).collect();
    let expected = of("Then").map(|step| Expected {
        text: step.text.clone(),
        clause: step.clause.clone(),
        level: step.clause.as_ref().and_then(|id| register.get(id)).map(|clause| clause.level),
    });
    let mut purpose: Vec<String> = Vec::new();
    for clause in scenario.steps.iter().filter_map(|step| register.get(step.clause.as_deref()?)) {
        let words = format!("{}: {}", clause.id, clause.quote);
        if !purpose.contains(&words) {
            purpose.push(words);
        }
    }
    Case {
        id: name,
        file,
        line,
        purpose,
        preconditions: texts("Given"),
        steps: texts("When"),
        expected: expected.collect(),
        ics: needed(&scenario.tags).into_iter().map(Feature::name).collect(),
        instruments: scenario.instruments(),
        uses,
    }
}

/// The export for people.
fn text(exported: &Exported) -> String {
    let mut lines = vec![format!("Implementation conformance statement of {}", exported.profile)];
    for item in &exported.ics {
        let answer = item.reason.as_ref().map_or("yes".to_owned(), |reason| format!("no: {reason}"));
        lines.push(format!("  {:<22}{answer}", item.item));
    }
    for case in &exported.cases {
        lines.push(format!("\n{}", case.id));
        let mut put = |word: &str, texts: &mut dyn Iterator<Item = &str>| {
            lines.extend(texts.map(|text| format!("  {word:<14}{text}")));
        };
        put("purpose", &mut case.purpose.iter().map(String::as_str));
        put("precondition", &mut case.preconditions.iter().map(String::as_str));
        put("step", &mut case.steps.iter().map(String::as_str));
        put("expected", &mut case.expected.iter().map(|one| one.text.as_str()));
        put("ICS item", &mut case.ics.iter().copied());
    }
    lines.join("\n")
}
