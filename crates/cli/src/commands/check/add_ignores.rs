//! `clientc check --add-ignore`: comments that silence findings.

use std::collections::BTreeMap;
use std::io::Write as _;

use clientc_check::{Diagnostic, FileEdit, FileId, Levels, Sources as _, grouped, ignore_edits};
use clientc_report::{mask, plural, write_diff};
use clientc_workspace::{Analysis, Workspace};

use crate::args::CheckArgs;
use crate::commands::check::fix::stdin_file;
use crate::exit::Exit;
use crate::terminal::Terminal;

/// The most rounds. Findings that are left after them stay.
const MAX_ROUNDS: usize = 1000;

/// Writes a comment above every finding that a comment can silence, until none is left: a finding about several clients
/// moves on to the next one. The text of standard input goes to standard output.
pub(super) fn add_ignores(
    workspace: &mut Workspace,
    mut analysis: Analysis,
    levels: &Levels,
    args: &CheckArgs,
    reason: &str,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let stdin = stdin_file(workspace, args);
    let mut before: BTreeMap<FileId, String> = BTreeMap::new();
    let (mut shown, mut behind, mut left) = (0u64, 0u64, 0u64);
    for round_number in 0..MAX_ROUNDS {
        let round = ignores_of(workspace, &analysis, stdin, reason);
        left = round.left;
        if round.edits.is_empty() {
            break;
        }
        *(if round_number == 0 { &mut shown } else { &mut behind }) += round.silenced;
        for chunk in round.edits.chunk_by(|first, second| first.file == second.file) {
            let Some(file) = chunk.first().map(|edit| edit.file) else { continue };
            let text = workspace.files().text(file).to_owned();
            let path = workspace.files().path(file).to_owned();
            workspace
                .set_text(&path, Some(clientc_syntax::apply(&text, chunk.iter().map(|edit| &edit.edit))));
            before.entry(file).or_insert(text);
        }
        analysis = workspace.analyse_with(levels);
    }
    let exit = write_ignores(workspace, &before, stdin, args, terminal)?;
    let verb = if args.diff { "would silence" } else { "silenced" };
    // A finding about several clients is found at the next one when the first is silenced.
    let moved = match behind {
        0 => String::new(),
        count => format!(", and {} more that appeared after them", grouped(count)),
    };
    let files = plural(before.len() as u64, "file");
    terminal.note(&format!("{verb} {} in {files}{moved}", plural(shown, "finding")));
    if left > 0 {
        terminal.note(&format!("{} cannot be ignored: run `clientc check`", plural(left, "finding")));
        return Ok(exit.max(Exit::Findings));
    }
    Ok(exit)
}

/// The comments of one round.
struct Round {
    edits: Vec<FileEdit>,
    silenced: u64,
    left: u64,
}

fn ignores_of(workspace: &Workspace, analysis: &Analysis, stdin: Option<FileId>, reason: &str) -> Round {
    let mut round = Round { edits: Vec::new(), silenced: 0, left: 0 };
    for project in &analysis.projects {
        let shown = |found: &&Diagnostic| match stdin {
            Some(file) => found.primary.span.file == file,
            None => workspace.is_named(found.primary.span.file),
        };
        let files: Vec<_> = project.project.files.iter().map(std::convert::AsRef::as_ref).collect();
        let found: Vec<&Diagnostic> = project.diagnostics.iter().filter(shown).collect();
        let added = ignore_edits(&files, workspace.files(), &found, reason);
        round.silenced += added.silenced as u64;
        round.left += (found.len() - added.silenced) as u64;
        round.edits.extend(added.edits);
    }
    round
}

fn write_ignores(
    workspace: &Workspace,
    before: &BTreeMap<FileId, String>,
    stdin: Option<FileId>,
    args: &CheckArgs,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let mut out = terminal.out();
    let mut exit = Exit::Clean;
    for (file, before) in before {
        let (path, after) = (workspace.files().display_path(*file), workspace.files().text(*file));
        if args.diff {
            write_diff(&mut out, path, &mask(before), &mask(after), &terminal.options)?;
        } else if stdin.is_none()
            && let Err(error) = workspace.save(*file, after)
        {
            terminal.problem(&format!("cannot write {path}: {error}"));
            exit = Exit::Failure;
        }
    }
    if let Some(file) = stdin.filter(|_| !args.diff) {
        out.write_all(workspace.files().text(file).as_bytes())?;
    }
    out.flush()?;
    Ok(exit)
}

/// A reason that fits into a comment.
///
/// # Errors
/// Where it is empty, or has more than one line.
pub(super) fn reason(text: &str) -> anyhow::Result<&str> {
    let text = text.trim();
    if text.contains(['\n', '\r']) {
        anyhow::bail!("the reason of --add-ignore goes into a comment: write it on one line");
    }
    if !text.chars().any(char::is_alphanumeric) {
        anyhow::bail!("--add-ignore needs a reason, for the next reader of the comment");
    }
    Ok(text)
}
