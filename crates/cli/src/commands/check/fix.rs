//! `clientc check --fix`, `--diff` and `--add-ignore`: changes to the files.

use std::collections::BTreeMap;
use std::io::Write as _;

use clientc_check::{Diagnostic, FileEdit, FileId, Levels, Safety, Sources as _, grouped, ignore_edits};
use clientc_report::{mask, plural, write_diff};
use clientc_workspace::{Analysis, Fixed, Workspace};

use crate::args::{CheckArgs, CheckFormat};
use crate::commands::check::baseline::Baselines;
use crate::commands::check::filter::Filter;
use crate::exit::Exit;
use crate::input;
use crate::terminal::Terminal;

/// How many refused fixes are named.
const NAMED: usize = 5;

/// Applies fixes in memory. Findings that the baseline accepts or that are not shown are left alone.
pub(super) fn apply(
    workspace: &mut Workspace,
    levels: &Levels,
    args: &CheckArgs,
    baselines: &Baselines,
    filter: &Filter,
) -> Fixed {
    let safety = if args.unsafe_fixes { Safety::Unsafe } else { Safety::Safe };
    let only = stdin_file(workspace, args);
    let wanted = |project: &str, diagnostic: &Diagnostic| {
        let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
        only.is_none_or(|only| edits.map(|edit| edit.file).all(|file| file == only))
            && !baselines.accepts(project, diagnostic)
            && filter.shows(diagnostic)
    };
    workspace.fix(levels, safety, &wanted)
}

/// More fixes than this are not tried just to count them.
const MOST_TRIED: usize = 1000;

/// How many findings fixes would remove, for the summary that a person reads. A fix that would cause a new finding
/// cannot be applied. `None` where the fixes were not tried.
pub(super) fn count(
    workspace: &Workspace,
    diagnostics: &[Diagnostic],
    levels: &Levels,
    args: &CheckArgs,
    baselines: &Baselines,
    filter: &Filter,
) -> Option<u64> {
    let is_safe = |found: &&Diagnostic| found.fix.as_ref().is_some_and(|fix| fix.safety == Safety::Safe);
    let most = diagnostics.iter().filter(is_safe).count();
    let is_asked = args.format == CheckFormat::Full && !args.fix && !args.all_profiles && !args.statistics;
    if !is_asked || most == 0 || most > MOST_TRIED {
        return None;
    }
    let fixed = apply(&mut workspace.clone(), levels, args, baselines, filter);
    Some(fixed.applied.len().min(most) as u64)
}

/// Shows what fixes would change, and ends with 1 if they would change anything.
pub(super) fn show(workspace: &Workspace, fixed: &Fixed, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut out = terminal.out();
    for (file, before) in &fixed.before {
        let after = workspace.files().text(*file);
        let path = workspace.files().display_path(*file);
        write_diff(&mut out, path, &mask(before), &mask(after), &terminal.options)?;
    }
    out.flush()?;
    say(fixed, "would fix", terminal);
    Ok(if fixed.before.is_empty() { Exit::Clean } else { Exit::Findings })
}

/// Writes the files that fixes have changed. The text of standard input goes to standard output. What cannot be written
/// is not fixed: its text goes back to what it was.
pub(super) fn save(
    workspace: &mut Workspace,
    fixed: &mut Fixed,
    levels: &Levels,
    args: &CheckArgs,
    terminal: &Terminal,
) -> anyhow::Result<Exit> {
    let mut exit = Exit::Clean;
    if let Some(file) = stdin_file(workspace, args) {
        let mut out = terminal.out();
        out.write_all(workspace.files().text(file).as_bytes())?;
        out.flush()?;
    } else {
        let mut failed = Vec::new();
        for file in fixed.before.keys() {
            if let Err(error) = workspace.save(*file, workspace.files().text(*file)) {
                let path = workspace.files().display_path(*file);
                terminal.problem(&format!("cannot write {path}: {error}"));
                failed.push(*file);
            }
        }
        if !failed.is_empty() {
            exit = Exit::Failure;
            undo(workspace, fixed, &failed);
            fixed.analysis = workspace.analyse_with(levels);
        }
    }
    say(fixed, "fixed", terminal);
    Ok(exit)
}

fn undo(workspace: &mut Workspace, fixed: &mut Fixed, files: &[FileId]) {
    for file in files {
        let path = workspace.files().path(*file).to_owned();
        workspace.set_text(&path, fixed.before.remove(file));
    }
    fixed.applied.retain(|applied| files.iter().all(|file| !applied.files.contains(file)));
}

/// The file whose text comes from standard input.
fn stdin_file(workspace: &Workspace, args: &CheckArgs) -> Option<FileId> {
    let only = || workspace.projects().first()?.files.first().map(|file| file.id);
    if input::reads_stdin(&args.input) { workspace.focus().or_else(only) } else { None }
}

/// Reports what fixes have done, which were left out, and whether another run would do more.
fn say(fixed: &Fixed, verb: &str, terminal: &Terminal) {
    let count = plural(fixed.applied.len() as u64, "finding");
    let files = plural(fixed.before.len() as u64, "file");
    let rules: Vec<String> = fixed.by_rule().iter().map(|(rule, count)| format!("{count} {rule}")).collect();
    match fixed.applied.len() {
        0 => terminal.note(&format!("{verb} nothing")),
        _ => terminal.note(&format!("{verb} {count} in {files}: {}", rules.join(", "))),
    }
    match fixed.refused.len() {
        0 => {}
        1 => terminal.note("1 fix was skipped, because it would cause a new finding:"),
        many => {
            terminal.note(&format!("{many} fixes were skipped, because each would cause a new finding:"));
        }
    }
    for refused in fixed.refused.iter().take(NAMED) {
        terminal.note(&format!("  {} {}: {}", refused.rule, refused.subject, refused.because));
    }
    let more = fixed.refused.len().saturating_sub(NAMED);
    if more > 0 {
        terminal.note(&format!("  and {more} more"));
    }
    if fixed.is_unfinished {
        terminal.note("fixing was stopped: some fixes undo each other; review what is left");
    }
}

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
