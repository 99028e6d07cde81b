//! `clientc export`: configurations of other software that have to match the plan.

use std::io::Write as _;

use clientc_check::{Diagnostic, Levels};
use clientc_report::{EnvoyFront, Report, Scope, write_envoy_front, write_full};

use crate::args::{ExportArgs, ExportWhat};
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(crate) fn run(args: &ExportArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let workspace = input::open(&args.input, terminal)?;
    if input::report_problems(&workspace, terminal) == Exit::Failure {
        return Ok(Exit::Failure);
    }
    let analysis = input::analyse(&workspace, &Levels::default(), terminal);
    let errors: Vec<Diagnostic> =
        analysis.projects.iter().flat_map(|project| project.refusals()).cloned().collect();
    if !errors.is_empty() {
        let mut out = terminal.error_out();
        write_full(
            &mut out,
            &Report::new(&errors, workspace.files(), Scope::default()),
            &terminal.error_options,
        )?;
        writeln!(out, "Nothing was exported, because there are errors.")?;
        out.flush()?;
        return Ok(Exit::Findings);
    }
    let projects: Vec<_> = workspace.inputs().zip(&analysis.projects).collect();
    let [(input, project)] = projects.as_slice() else {
        anyhow::bail!("an export covers one project, and there are {}: name one of them", projects.len());
    };
    let ids: Vec<_> = project.project.plan.ids().collect();
    let document = project.resolve(input, workspace.files(), &ids);
    let mut out = terminal.out();
    match args.what {
        ExportWhat::EnvoyFront => {
            let front = EnvoyFront { listen: args.listen, gateways: args.gateways.clone() };
            write_envoy_front(&mut out, &document, &front)?;
        }
    }
    out.flush()?;
    Ok(Exit::Clean)
}
