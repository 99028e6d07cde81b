//! `clientc check --fix`, `--diff` and `--add-ignore`: changes to the files.

use std::collections::BTreeMap;
use std::io::Write as _;

use clientc_check::{Diagnostic, Edit, FileId, Levels, Safety, Sources as _, ignore_edits};
use clientc_report::{Baseline, mask, plural, write_diff};
use clientc_workspace::{Analysis, Fixed, Workspace, edited};

use crate::args::CheckArgs;
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

/// Applies fixes in memory. What the baseline accepts is left as it is.
pub(super) fn apply(
    workspace: &mut Workspace,
    levels: &Levels,
    args: &CheckArgs,
    baseline: Option<&Baseline>,
) -> Fixed {
    let safety = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    let only = stdin_file(workspace, args);
    let wanted = |project: &str, diagnostic: &Diagnostic| {
        let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
        only.is_none_or(|only| edits.map(|edit| edit.span.file).all(|file| file == only))
            && baseline.is_none_or(|baseline| !baseline.accepts(project, diagnostic))
    };
    workspace.fix(levels, safety, &wanted)
}

/// Shows what fixes would change, and ends with 1 where there is anything.
pub(super) fn show(workspace: &Workspace, fixed: &Fixed, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut out = terminal.out();
    for (file, before) in &fixed.before {
        let after = workspace.files().text(*file);
        let path = workspace.files().display_path(*file);
        write_diff(&mut out, path, &mask(before), &mask(after), &terminal.options)?;
    }
    out.flush()?;
    terminal.note(&summary(fixed, "would fix"));
    Ok(if fixed.before.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Writes the files that fixes have changed. The text of standard input goes to standard output.
pub(super) fn save(
    workspace: &Workspace,
    fixed: &Fixed,
    args: &CheckArgs,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let mut exit = Exit::Clean;
    if let Some(file) = stdin_file(workspace, args) {
        let mut out = terminal.out();
        out.write_all(workspace.files().text(file).as_bytes())?;
        out.flush()?;
    } else {
        for file in fixed.before.keys() {
            if let Err(error) = workspace.save(*file, workspace.files().text(*file)) {
                let path = workspace.files().display_path(*file);
                terminal.problem(&format!("{path} cannot be written: {error}"));
                exit = Exit::Failure;
            }
        }
    }
    terminal.note(&summary(fixed, "fixed"));
    Ok(exit)
}

/// The file whose text comes from standard input.
fn stdin_file(workspace: &Workspace, args: &CheckArgs) -> Option<FileId> {
    let only = || workspace.projects().first()?.files.first().map(|file| file.id);
    if input::reads_stdin(&args.input) { workspace.focus().or_else(only) } else { None }
}

fn summary(fixed: &Fixed, verb: &str) -> String {
    let count: usize = fixed.applied.values().sum();
    let refused = match fixed.refused {
        0 => String::new(),
        1 => "; 1 fix was left out, because it would lead to a new error".to_owned(),
        many => format!("; {many} fixes were left out, because each would lead to a new error"),
    };
    if count == 0 {
        return format!("{verb} nothing{refused}");
    }
    let rules: Vec<String> = fixed.applied.iter().map(|(rule, count)| format!("{count} {rule}")).collect();
    let (findings, files) = (plural(count as u64, "finding"), plural(fixed.before.len() as u64, "file"));
    format!("{verb} {findings} in {files}: {}{refused}", rules.join(", "))
}

/// After so many rounds the findings that are left stay.
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
    let (mut silenced, mut left) = (0u64, 0u64);
    for _ in 0..MAX_ROUNDS {
        let round = ignores_of(workspace, &analysis, stdin, reason);
        left = round.left;
        if round.edits.is_empty() {
            break;
        }
        silenced += round.silenced;
        for chunk in round.edits.chunk_by(|first, second| first.span.file == second.span.file) {
            let Some(file) = chunk.first().map(|edit| edit.span.file) else { continue };
            let text = workspace.files().text(file).to_owned();
            let path = workspace.files().path(file).to_owned();
            workspace.set_text(&path, Some(edited(&text, chunk.iter().collect())));
            before.entry(file).or_insert(text);
        }
        analysis = workspace.analyse_with(levels);
    }
    let exit = write_ignores(workspace, &before, stdin, args, terminal)?;
    let verb = if args.diff { "would silence" } else { "silenced" };
    terminal.note(&format!(
        "{verb} {} in {}",
        plural(silenced, "finding"),
        plural(before.len() as u64, "file")
    ));
    if left > 0 {
        terminal.note(&format!("{} cannot be ignored: run `clientc check`", plural(left, "finding")));
        return Ok(exit.max(Exit::Findings));
    }
    Ok(exit)
}

/// The comments of one round.
struct Round {
    edits: Vec<Edit>,
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
            terminal.problem(&format!("{path} cannot be written: {error}"));
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
/// Where there is none, or it has more than one line.
pub(super) fn reason(text: &str) -> anyhow::Result<&str> {
    let text = text.trim();
    if text.contains(['\n', '\r']) {
        anyhow::bail!("the reason of --add-ignore goes into a comment: write it on one line");
    }
    if !text.chars().any(char::is_alphanumeric) {
        anyhow::bail!("--add-ignore wants a reason, for whoever reads the comment next");
    }
    Ok(text)
}
