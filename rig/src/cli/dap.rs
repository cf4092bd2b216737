//! `rig dap`: a debug adapter for editors.

use std::{
    io::{BufReader, stdin, stdout},
    net::{Ipv4Addr, TcpListener},
    path::PathBuf,
    sync::Arc,
};

use clap::Args;

use super::{
    CliError,
    place::{SuiteArgs, SuiteFolder},
    print_line, report, signal,
    stepping::SessionArgs,
};
use crate::{
    dap::{self, Launch, Launched},
    debug::{Controls, Face},
    runner::StopSignal,
};

#[derive(Clone, Copy, Debug, Args)]
pub(super) struct DapArgs {
    /// Wait for one editor on this port of 127.0.0.1, and end with its session; 0 takes a free port. Without it, the editor
    /// speaks on standard input and output.
    #[arg(long, value_name = "PORT")]
    port: Option<u16>,
}

/// `rig dap`.
pub(super) fn dap(args: DapArgs) -> Result<u8, CliError> {
    let stop = signal::stop()?;
    let launch = |launch: &Launch| session(launch, &stop);
    let served = match args.port {
        None => dap::serve(BufReader::new(stdin()), stdout(), &stop, &launch),
        Some(port) => {
            let failed = |what: std::io::Error| CliError::Usage(format!("port {port} of 127.0.0.1: {what}"));
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map_err(failed)?;
            print_line(&format!("Waiting for an editor at {}", listener.local_addr().map_err(failed)?))?;
            let (editor, _) = listener.accept().map_err(failed)?;
            drop(listener);
            editor.set_nodelay(true).map_err(failed)?;
            let input = BufReader::new(editor.try_clone().map_err(failed)?);
            dap::serve(input, editor, &stop, &launch)
        }
    };
    served.map_err(|why| {
        CliError::Usage(format!("the editor does not speak the Debug Adapter Protocol: {why}"))
    })?;
    Ok(0)
}

/// The session that a launch configuration asks for.
fn session(launch: &Launch, stop: &StopSignal) -> Result<Launched, String> {
    let words = |error: CliError| error.to_string();
    let program = launch
        .program
        .as_ref()
        .map(|program| program.canonicalize().map_err(|error| format!("{}: {error}", program.display())));
    let program = program.transpose()?;
    let place = match (&launch.suite, &program) {
        (Some(suite), _) => SuiteFolder::of_suite(suite),
        (None, Some(program)) => SuiteFolder::above(program),
        (None, None) => SuiteFolder::find(),
    };
    let args = SessionArgs {
        bench: launch.bench.clone(),
        seed: launch.seed,
        defects: launch.defects.clone(),
        breaks: launch.breaks.clone(),
        operator: launch.operator.clone(),
        out: launch.out.clone(),
        suite: SuiteArgs::of(launch.suite.clone()),
        scenario: scenario(launch, program),
        ..SessionArgs::default()
    };
    let prepared = args.prepare_in(place.map_err(words)?).map_err(words)?;
    let controls = Arc::<Controls>::default();
    let (armed, stop) = (controls.clone(), stop.clone());
    Ok(Launched {
        plan: prepared.plan().clone(),
        root: prepared.root().to_owned(),
        goes_back: prepared.goes_back(),
        controls,
        start: Box::new(move |face: Box<dyn Face>, stops_first| {
            let page = prepared.folder().join(report::HTML_FILE);
            let summary = prepared.run(face, armed, Some(stops_first), stop, Vec::new()).map_err(words)?;
            let text = format!("{}\nReport: {}", reports::text(&summary, false), page.display());
            Ok((summary.outcome.exit_code(), text))
        }),
    })
}

/// The chosen scenarios, as `rig step` has it.
fn scenario(launch: &Launch, program: Option<PathBuf>) -> Option<String> {
    match (program, launch.line) {
        (Some(program), Some(line)) => Some(format!("{}:{line}", program.display())),
        (Some(program), None) => Some(program.display().to_string()),
        (None, _) => launch.scenario.clone(),
    }
}
