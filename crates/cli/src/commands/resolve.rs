//! `clientc resolve`: every client down to its leaves.

use std::io::Write as _;

use clientc_plan::ClientId;
use clientc_plan::document::Resolved;
use clientc_report::{
    Report, Scope, write_document, write_document_lines, write_full, write_table, write_why,
};
use clientc_semantic::LimitPlaces;
use clientc_workspace::{Analysis, ProjectAnalysis, Workspace};

use crate::args::{ResolveArgs, ResolveFormat};
use crate::commands::check::has_bad_configuration;
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

pub(crate) fn run(args: &ResolveArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let workspace = input::open(&args.input)?;
    if input::report_problems(&workspace, terminal) == Exit::Failure {
        return Ok(Exit::Failure);
    }
    let analysis = workspace.analyse();
    if let Some(exit) = refuse(&workspace, &analysis, terminal)? {
        return Ok(exit);
    }
    if args.format == ResolveFormat::Json && analysis.projects.len() > 1 {
        anyhow::bail!(
            "`--format json` writes one project, and there are {}: name one of them, or use `--format json-lines`",
            analysis.projects.len()
        );
    }
    let (documents, places) = documents(&workspace, &analysis, args)?;
    let mut out = terminal.out();
    match args.format {
        ResolveFormat::Table if args.why => {
            write_why(&mut out, documents.iter().zip(&places), &terminal.options)?
        }
        ResolveFormat::Table => write_table(&mut out, &documents, &terminal.options)?,
        ResolveFormat::Json => {
            documents.iter().try_for_each(|document| write_document(&mut out, document))?
        }
        ResolveFormat::JsonLines => write_document_lines(&mut out, &documents)?,
    }
    out.flush()?;
    Ok(Exit::Clean)
}

/// All or nothing: while errors stand, they go to standard error and nothing is resolved.
fn refuse(workspace: &Workspace, analysis: &Analysis, terminal: &Terminal) -> anyhow::Result<Option<Exit>> {
    let refused: Vec<&ProjectAnalysis> =
        analysis.projects.iter().filter(|project| project.is_refused()).collect();
    if refused.is_empty() {
        return Ok(None);
    }
    let diagnostics: Vec<_> = refused
        .iter()
        .flat_map(|project| &project.diagnostics)
        .filter(|d| d.level == clientc_check::Level::Error)
        .cloned()
        .collect();
    let scope = Scope {
        projects: analysis.projects.len() as u64,
        files: analysis.projects.iter().map(|project| project.files as u64).sum(),
        clients: analysis.projects.iter().map(|project| project.clients as u64).sum(),
    };
    let report = Report::new(&diagnostics, workspace.files(), scope);
    let mut out = terminal.error_out();
    write_full(&mut out, &report, &terminal.error_options)?;
    let errors = diagnostics.len();
    writeln!(out, "Not resolved: {errors} {} above.", if errors == 1 { "error" } else { "errors" })?;
    out.flush()?;
    let exit = if has_bad_configuration(&diagnostics) { Exit::Failure } else { Exit::Findings };
    Ok(Some(exit))
}

/// The documents of the projects that have what was asked for, and where they set their limits.
fn documents(
    workspace: &Workspace,
    analysis: &Analysis,
    args: &ResolveArgs,
) -> anyhow::Result<(Vec<Resolved>, Vec<LimitPlaces>)> {
    let (mut documents, mut places) = (Vec::new(), Vec::new());
    for (input, project) in workspace.inputs().zip(&analysis.projects) {
        let Some(asked) = asked(project, args) else { continue };
        let ids = match asked {
            Some(client) => project.reachable(client),
            None => project.project.plan.ids().collect(),
        };
        let mut document = project.resolve(&input, workspace.files(), &ids);
        if args.why {
            // A table explains only the client that was asked for; a document is about every client in it.
            let explained = asked.filter(|_| args.format == ResolveFormat::Table);
            project.add_schedules(&mut document, explained.as_ref().map_or(&*ids, std::slice::from_ref));
            places.push(project.limit_places(workspace.files(), &ids));
        }
        documents.push(document);
    }
    if documents.is_empty() && !analysis.projects.is_empty() {
        anyhow::bail!("{}", unknown_selection(analysis, args));
    }
    Ok((documents, places))
}

/// The client that was asked for, if one was; nothing where the project does not have it.
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
    let near = clientc_semantic::nearest(name, names);
    match near.first() {
        Some(near) => format!("there is no {kind} `{name}`; did you mean `{near}`?"),
        None => format!("there is no {kind} `{name}`"),
    }
}
