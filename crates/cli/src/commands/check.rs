//! `clientc check`: what is wrong with the clients of one or more projects.

use std::io::Write as _;

use clientc_check::{Diagnostic, Level};
use clientc_report::{Report, Scope, write_concise, write_full, write_json, write_json_lines};
use clientc_workspace::{Analysis, Workspace};

use crate::args::{CheckArgs, CheckFormat};
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(crate) fn run(args: &CheckArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let workspace = input::open(&args.input)?;
    let (diagnostics, scope) = findings(&workspace, workspace.analyse());
    let exit = input::report_problems(&workspace, terminal).max(exit(&diagnostics, args));
    write(&diagnostics, &workspace, scope, args.format, terminal)?;
    // The process ends here, and the system takes everything back at once; giving back each of a million small
    // pieces would take a tenth of the time of a large project.
    std::mem::forget((workspace, diagnostics));
    Ok(exit)
}

/// The findings of all projects in order; of one file only, where standard input stands for it.
pub(crate) fn findings(workspace: &Workspace, analysis: Analysis) -> (Vec<Diagnostic>, Scope) {
    let mut scope = Scope { projects: analysis.projects.len() as u64, ..Scope::default() };
    let mut diagnostics = Vec::new();
    for mut project in analysis.projects {
        scope.files += project.files as u64;
        scope.clients += project.clients as u64;
        diagnostics.append(&mut project.diagnostics);
        std::mem::forget(project);
    }
    if let Some(focus) = workspace.focus() {
        let is_config = |diagnostic: &Diagnostic| diagnostic.rule == "invalid-config";
        diagnostics.retain(|diagnostic| diagnostic.primary.span.file == focus || is_config(diagnostic));
    }
    (diagnostics, scope)
}

/// Bad configuration is a failure even where findings do not matter.
fn exit(diagnostics: &[Diagnostic], args: &CheckArgs) -> Exit {
    if has_bad_configuration(diagnostics) {
        return Exit::Failure;
    }
    let counts = |diagnostic: &Diagnostic| match diagnostic.level {
        Level::Error => true,
        Level::Warning => args.error_on_warnings,
        Level::Info => false,
    };
    if !args.exit_zero && diagnostics.iter().any(counts) { Exit::Findings } else { Exit::Clean }
}

/// Whether a `clientc.toml` is faulty.
pub(crate) fn has_bad_configuration(diagnostics: &[Diagnostic]) -> bool {
    diagnostics.iter().any(|diagnostic| diagnostic.rule == "invalid-config")
}

fn write(
    diagnostics: &[Diagnostic],
    workspace: &Workspace,
    scope: Scope,
    format: CheckFormat,
    terminal: &Terminal,
) -> anyhow::Result<()> {
    let report = Report::new(diagnostics, workspace.files(), scope);
    let mut out = terminal.out();
    match format {
        CheckFormat::Full => write_full(&mut out, &report, &terminal.options)?,
        CheckFormat::Concise => write_concise(&mut out, &report, &terminal.options)?,
        CheckFormat::Json => write_json(&mut out, &report)?,
        CheckFormat::JsonLines => write_json_lines(&mut out, &report)?,
    }
    if format == CheckFormat::Full || (format == CheckFormat::Concise && terminal.is_terminal) {
        report.summary().write_line(&mut out, &terminal.options)?;
    }
    out.flush()?;
    Ok(())
}
