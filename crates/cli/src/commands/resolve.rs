//! `clientc resolve`: every client down to its leaves.

mod page;

use std::collections::BTreeSet;
use std::io::Write as _;

use clientc_check::{Diagnostic, FileId, Levels};
use clientc_plan::ClientId;
use clientc_plan::document::Resolved;
use clientc_report::{
    Report, Scope, ShownPlan, plural, write_document, write_document_lines, write_dot, write_full,
    write_mermaid, write_table, write_tree, write_why,
};
use clientc_semantic::LimitPlaces;
use clientc_workspace::{Analysis, ProjectAnalysis, Workspace};

use crate::args::{LeadingRuntime, ResolveArgs, ResolveFormat};
use crate::commands::check::has_bad_configuration;
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(crate) fn run(args: &ResolveArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let workspace = input::open(&args.input, terminal)?;
    if input::report_problems(&workspace, terminal) == Exit::Failure {
        return Ok(Exit::Failure);
    }
    let analysis = input::analyse(&workspace, &Levels::default(), terminal);
    let refused = refused(&workspace, &analysis, args);
    let exit = say_refused(&workspace, &analysis, &refused, args, terminal)?;
    // Where each project is a line of its own, one that is refused does not hold back the others.
    if exit == Exit::Failure || (exit == Exit::Findings && args.format != ResolveFormat::JsonLines) {
        return Ok(exit);
    }
    if args.format.is_of_one_project() && analysis.projects.len() > 1 {
        let advice = if args.format == ResolveFormat::Json { ", or use `--format json-lines`" } else { "" };
        anyhow::bail!(
            "`--format {}` writes one project, and there are {}: name one of them{advice}",
            args.format.name(),
            analysis.projects.len()
        );
    }
    if args.open && args.format != ResolveFormat::Html {
        anyhow::bail!("--open needs `--format html`");
    }
    let mut plans = plans(&workspace, &analysis, args, &refused)?;
    if args.no_source {
        if !matches!(args.format, ResolveFormat::Json | ResolveFormat::JsonLines) {
            anyhow::bail!("--no-source needs `--format json` or `--format json-lines`");
        }
        plans.iter_mut().for_each(|plan| plan.document.forget_sources());
    }
    let documents = plans.iter().map(|plan| &plan.document);
    let shown = plans.iter().map(|plan| ShownPlan {
        document: &plan.document,
        places: &plan.places,
        first: plan.first.iter().map(|name| &**name).collect(),
    });
    let mut out = terminal.out();
    match args.format {
        ResolveFormat::Html => page::write(&workspace, &analysis, args, documents, &mut out)?,
        ResolveFormat::Tree => write_tree(&mut out, documents, &terminal.options)?,
        ResolveFormat::Dot => write_dot(&mut out, documents)?,
        ResolveFormat::Mermaid => {
            documents.into_iter().try_for_each(|document| write_mermaid(&mut out, document))?
        }
        ResolveFormat::Table if args.why => write_why(&mut out, shown, &terminal.options)?,
        ResolveFormat::Table => write_table(&mut out, shown, &terminal.options)?,
        ResolveFormat::Json => {
            documents.into_iter().try_for_each(|document| write_document(&mut out, document))?
        }
        ResolveFormat::JsonLines => write_document_lines(&mut out, documents)?,
    }
    out.flush()?;
    Ok(exit)
}

/// The errors of each project that keep what was asked for from being resolved.
fn refused(workspace: &Workspace, analysis: &Analysis, args: &ResolveArgs) -> Vec<Vec<Diagnostic>> {
    let of_project = |project: &ProjectAnalysis| match asked(project, args) {
        Some(Some(client)) => project.errors_about(client, &config_files(workspace)),
        // An unreadable block may contain what was asked for.
        Some(None) | None => project.refusals().cloned().collect(),
    };
    analysis.projects.iter().map(of_project).collect()
}

fn config_files(workspace: &Workspace) -> BTreeSet<FileId> {
    workspace.configs().iter().map(|config| config.file).collect()
}

/// Writes the errors to standard error.
fn say_refused(
    workspace: &Workspace,
    analysis: &Analysis,
    refused: &[Vec<Diagnostic>],
    args: &ResolveArgs,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let projects = analysis.projects.iter().zip(refused);
    let is_one_asked_for = args.client.is_some() || args.function.is_some();
    // Another project that has what was asked for is enough.
    let is_found = projects.clone().any(|(project, errors)| {
        is_one_asked_for && errors.is_empty() && matches!(asked(project, args), Some(Some(_)))
    });
    let counts = |project: &ProjectAnalysis| !is_found || matches!(asked(project, args), Some(Some(_)));
    let diagnostics: Vec<Diagnostic> = projects
        .clone()
        .filter(|(project, _)| counts(project))
        .flat_map(|(_, errors)| errors)
        .cloned()
        .collect();
    let elsewhere = analysis.projects.iter().flat_map(ProjectAnalysis::refusals).count() - diagnostics.len();
    if diagnostics.is_empty() {
        if elsewhere > 0 {
            let errors = plural(elsewhere as u64, "error");
            terminal.note(&format!("{errors} elsewhere, not affecting this: run `clientc check`"));
        }
        return Ok(Exit::Clean);
    }
    let scope = Scope {
        projects: analysis.projects.len() as u64,
        files: analysis.projects.iter().map(|project| project.files as u64).sum(),
        clients: analysis.projects.iter().map(|project| project.clients as u64).sum(),
        known: 0,
        fixable: None,
    };
    let report = Report::new(&diagnostics, workspace.files(), scope);
    let mut out = terminal.error_out();
    write_full(&mut out, &report, &terminal.error_options)?;
    let errors = plural(diagnostics.len() as u64, "error");
    match args.format {
        ResolveFormat::JsonLines => {
            let names: Vec<&str> = projects
                .filter(|(project, errors)| counts(project) && !errors.is_empty())
                .map(|(project, _)| &*project.label)
                .collect();
            writeln!(out, "Not resolved: {}, because of the {errors} above.", names.join(", "))?;
        }
        _ => writeln!(out, "Not resolved: {errors} above.")?,
    }
    out.flush()?;
    Ok(if has_bad_configuration(&diagnostics) { Exit::Failure } else { Exit::Findings })
}

/// A resolved project with what else is shown of it.
struct ResolvedProject {
    document: Resolved,
    places: LimitPlaces,
    /// The clients that a reader looks for.
    first: Vec<String>,
}

/// Resolves the projects that have what was asked for.
fn plans(
    workspace: &Workspace,
    analysis: &Analysis,
    args: &ResolveArgs,
    refused: &[Vec<Diagnostic>],
) -> anyhow::Result<Vec<ResolvedProject>> {
    let mut plans = Vec::new();
    let sound =
        workspace.inputs().zip(&analysis.projects).zip(refused).filter(|(_, errors)| errors.is_empty());
    for ((input, project), _) in sound {
        let Some(asked) = asked(project, args) else { continue };
        let ids = match asked {
            Some(client) => project.reachable(client),
            None => project.project.plan.ids().collect(),
        };
        let mut document = project.resolve(&input, workspace.files(), &ids);
        match args.runtime {
            Some(LeadingRuntime::Baml) => project.add_figures_of_baml(&mut document, &ids),
            Some(LeadingRuntime::Clientc) => {
                document.clients.values_mut().for_each(|client| client.runtimes = None);
            }
            None => {}
        }
        let first = asked.map_or_else(|| project.entries.clone(), |client| vec![client]);
        // A table explains only the client that was asked for; a document is about every client in it.
        let is_table = args.format == ResolveFormat::Table;
        let explained = match (args.why || args.format == ResolveFormat::Html, is_table) {
            (true, true) if asked.is_none() => &*ids,
            (true, false) => &*ids,
            (_, true) => &*first,
            (false, false) => &[],
        };
        project.add_schedules(&mut document, explained);
        plans.push(ResolvedProject {
            document,
            places: project.limit_places(workspace.files(), &ids),
            first: first.iter().map(|id| project.project.client_name(*id).to_owned()).collect(),
        });
    }
    if plans.is_empty() && refused.iter().any(Vec::is_empty) {
        anyhow::bail!("{}", unknown_selection(analysis, args));
    }
    Ok(plans)
}

/// The client that was asked for, if one was; `None` where the project does not have it.
fn asked(project: &ProjectAnalysis, args: &ResolveArgs) -> Option<Option<ClientId>> {
    if let Some(name) = &args.client {
        return project.client(name).map(Some);
    }
    if let Some(name) = &args.function {
        let functions = &project.project.functions;
        let function = functions.iter().find(|function| function_name(project, function) == Some(name))?;
        return function.client.map(Some);
    }
    Some(None)
}

fn function_name<'p>(
    project: &'p ProjectAnalysis,
    function: &clientc_semantic::FunctionRef,
) -> Option<&'p str> {
    project.project.function_facts(function).map(|(_, facts)| &*facts.name.text)
}

fn unknown_selection(analysis: &Analysis, args: &ResolveArgs) -> String {
    let (kind, name) = match (&args.client, &args.function) {
        (Some(name), _) => ("client", name),
        (None, Some(name)) => ("function with a client", name),
        (None, None) => return "there is nothing to resolve".into(),
    };
    let names = analysis.projects.iter().flat_map(|project| {
        let clients = project.project.plan.ids().map(|id| project.project.client_name(id));
        let functions =
            project.project.functions.iter().filter_map(|function| function_name(project, function));
        let is_client = args.client.is_some();
        clients.filter(move |_| is_client).chain(functions.filter(move |_| !is_client)).collect::<Vec<_>>()
    });
    let is_function = |project: &ProjectAnalysis| {
        project.project.functions.iter().any(|function| function_name(project, function) == Some(name))
    };
    if args.function.is_some() && analysis.projects.iter().any(is_function) {
        return format!("the function `{name}` names no client");
    }
    let near = clientc_semantic::nearest(name, names);
    match near.first() {
        Some(near) => format!("there is no {kind} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {kind} `{name}`"),
    }
}
