//! `clientc init`: a `clientc.toml` with every key explained, and with what makes the calls where BAML does.

use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::Context as _;
use clientc_plan::RunTime;
use clientc_workspace::{ConfigChoice, Request, Workspace};

use crate::args::InitArgs;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// What is written. Every value in it is a comment, so that it changes nothing.
const TEMPLATE: &str = include_str!("init.toml");

/// The line of the template that sets what makes the calls.
const CALLS: &str = "# calls = ";

pub(crate) fn run(args: &InitArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let path = args.folder.join("clientc.toml");
    let shown = path.strip_prefix(".").unwrap_or(&path).display();
    let mut file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::AlreadyExists => {
            anyhow::bail!("{shown} already exists and was left unchanged");
        }
        Err(error) => return Err(error).with_context(|| format!("cannot write {shown}")),
    };
    file.write_all(template(&args.folder)?.as_bytes()).with_context(|| format!("cannot write {shown}"))?;
    terminal.note(&format!("wrote {shown}; `clientc check` applies it in this folder and below"));
    Ok(Exit::Clean)
}

/// The template. Where BAML makes the calls, because a project has a generator block, that line is not a comment: it
/// applies in any case, and is the first thing to change.
fn template(folder: &Path) -> anyhow::Result<String> {
    let request = Request {
        working_folder: std::env::current_dir().context("cannot find the working folder")?,
        paths: vec![folder.to_owned()],
        config: ConfigChoice::None,
        ..Request::default()
    };
    let workspace = Workspace::open(&request);
    let is_called_by_baml = |number| {
        let project = workspace.linked(number);
        project.is_some_and(|project| project.plan.run_time() == RunTime::Baml)
    };
    if !(0..workspace.projects().len()).any(is_called_by_baml) {
        return Ok(TEMPLATE.to_owned());
    }
    Ok(TEMPLATE.replacen(CALLS, CALLS.trim_start_matches("# "), 1))
}
