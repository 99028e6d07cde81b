//! `clientc git-diff-driver`: what git shows for a `.baml` file, with what the change means.

use std::io::Write as _;
use std::path::Path;

use clientc_plan::document::Resolved;
use clientc_report::{PlanDiff, write_diff, write_plan_diff_full};
use clientc_workspace::{ConfigChoice, Request, Stdin, Workspace};

use crate::args::GitDiffDriverArgs;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// Writes the change of the text, and below it what it does to the clients of this one file.
pub(crate) fn run(args: &GitDiffDriverArgs, terminal: &Terminal) -> anyhow::Result<Exit> {
    let [path, old, _, _, new, ..] = &*args.arguments else {
        anyhow::bail!("git gives seven arguments to an external diff");
    };
    let (before, after) = (text(old), text(new));
    let mut out = terminal.out();
    write_diff(&mut out, &path.to_string_lossy(), &before, &after, &terminal.options)?;
    let documents = (document(&before), document(&after));
    if let (Some(before), Some(after)) = &documents {
        let diff = PlanDiff::between(before, after, &Default::default());
        if !diff.is_empty() {
            write_plan_diff_full(&mut out, &[diff], &terminal.options)?;
        }
    } else {
        writeln!(out, "What it does to the plan is not shown: the file alone cannot be resolved.")?;
    }
    out.flush()?;
    // Git takes any other exit code for a failure of the driver.
    Ok(Exit::Clean)
}

/// The text of a side. Git names the null device for a file that one side does not have.
fn text(path: &Path) -> String {
    std::fs::read(path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
}

/// The resolved document of one text; `None` where there are errors, such as members in another file.
fn document(text: &str) -> Option<Resolved> {
    let workspace = Workspace::open(&Request {
        stdin: Some(Stdin { bytes: text.as_bytes().to_vec(), filename: None }),
        config: ConfigChoice::None,
        ..Request::default()
    });
    let analysis = workspace.analyse();
    let (input, project) = workspace.inputs().zip(&analysis.projects).next()?;
    if project.is_refused() {
        return None;
    }
    let ids: Vec<_> = project.project.plan.ids().collect();
    Some(project.resolve(&input, workspace.files(), &ids))
}
