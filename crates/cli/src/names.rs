//! Names that only the program or the project of the working folder knows, for a word that is half typed in a shell.

use std::collections::BTreeSet;
use std::ffi::OsStr;

use clap_complete::engine::{ArgValueCompleter, CompletionCandidate};
use clientc_check::RULES;
use clientc_workspace::{Analysis, ConfigChoice, Request, Workspace};

/// Rules, with what each finds.
pub(crate) fn rules() -> ArgValueCompleter {
    ArgValueCompleter::new(|written: &OsStr| {
        beginning_with(written, RULES.iter().map(|rule| (rule.name.to_owned(), Some(rule.summary))))
    })
}

/// These names.
pub(crate) fn of(names: Vec<String>) -> ArgValueCompleter {
    ArgValueCompleter::new(move |written: &OsStr| {
        beginning_with(written, names.iter().map(|name| (name.clone(), None)))
    })
}

/// The clients of the nearest project.
pub(crate) fn clients() -> ArgValueCompleter {
    ArgValueCompleter::new(|written: &OsStr| of_project(written, client_names))
}

/// The functions of the nearest project.
pub(crate) fn functions() -> ArgValueCompleter {
    ArgValueCompleter::new(|written: &OsStr| of_project(written, function_names))
}

/// The profiles of the nearest `clientc.toml`.
pub(crate) fn profiles() -> ArgValueCompleter {
    ArgValueCompleter::new(|written: &OsStr| of_project(written, profile_names))
}

fn client_names(_: &Workspace, analysis: &Analysis) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for project in analysis.projects.iter().map(|project| &project.project) {
        names.extend(project.plan.ids().map(|id| project.client_name(id).to_owned()));
    }
    names
}

fn function_names(_: &Workspace, analysis: &Analysis) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for project in analysis.projects.iter().map(|project| &project.project) {
        let facts = project.functions.iter().filter_map(|function| project.function_facts(function));
        names.extend(facts.map(|(_, facts)| facts.name.text.to_string()));
    }
    names
}

fn profile_names(workspace: &Workspace, _: &Analysis) -> BTreeSet<String> {
    workspace.profiles().into_iter().map(str::to_owned).collect()
}

/// Names from the nearest project. Without one there are none.
fn of_project(
    written: &OsStr,
    names: impl Fn(&Workspace, &Analysis) -> BTreeSet<String>,
) -> Vec<CompletionCandidate> {
    let Ok(working_folder) = std::env::current_dir() else { return Vec::new() };
    let workspace = Workspace::open(&Request {
        working_folder,
        paths: Vec::new(),
        only_paths: false,
        stdin: None,
        config: ConfigChoice::Nearest,
        exclude: Vec::new(),
        profile: None,
        calls: None,
    });
    let names = names(&workspace, &workspace.analyse());
    beginning_with(written, names.into_iter().map(|name| (name, None)))
}

fn beginning_with(
    written: &OsStr,
    names: impl Iterator<Item = (String, Option<&'static str>)>,
) -> Vec<CompletionCandidate> {
    let written = written.to_string_lossy();
    let fitting = names.filter(|(name, _)| name.starts_with(&*written));
    fitting.map(|(name, help)| CompletionCandidate::new(name).help(help.map(Into::into))).collect()
}
