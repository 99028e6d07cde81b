//! From arguments to a workspace.

use std::io::Read as _;
use std::path::Path;

use anyhow::Context as _;
use clientc_workspace::{ConfigChoice, Request, Stdin, Workspace};

use crate::args::InputArgs;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Opens what the arguments name.
pub(crate) fn open(args: &InputArgs) -> anyhow::Result<Workspace> {
    let reads_stdin = reads_stdin(args);
    if args.stdin_filename.is_some() && !reads_stdin {
        anyhow::bail!("--stdin-filename goes with `-`, which reads standard input");
    }
    if reads_stdin && args.paths.len() > 1 {
        anyhow::bail!("`-` reads standard input and stands alone: remove the other paths");
    }
    let stdin = if reads_stdin { Some(read_stdin(args)?) } else { None };
    Ok(Workspace::open(&Request {
        working_folder: std::env::current_dir().context("the working folder cannot be found")?,
        paths: args.paths.iter().filter(|path| *path != Path::new("-")).cloned().collect(),
        only_paths: false,
        stdin,
        config: match (&args.config, args.isolated) {
            (Some(file), _) => ConfigChoice::File(file.clone()),
            (None, true) => ConfigChoice::None,
            (None, false) => ConfigChoice::Nearest,
        },
        rule_names: clientc_check::RULES.iter().map(|rule| rule.name).collect(),
    }))
}

/// Whether one file comes from standard input.
pub(crate) fn reads_stdin(args: &InputArgs) -> bool {
    args.paths.iter().any(|path| path == Path::new("-"))
}

fn read_stdin(args: &InputArgs) -> anyhow::Result<Stdin> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).context("standard input cannot be read")?;
    Ok(Stdin { bytes, filename: args.stdin_filename.clone() })
}

/// Says what went wrong with the run itself.
pub(crate) fn report_problems(workspace: &Workspace, terminal: &Terminal) -> Exit {
    let problems = workspace.problems();
    for problem in &problems {
        terminal.problem(&problem.to_string());
    }
    if problems.is_empty() { Exit::Clean } else { Exit::Failure }
}
