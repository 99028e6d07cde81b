//! `clientc check --fix` and `--diff`: fixes in the files.

use std::io::Write as _;

use clientc_check::{Diagnostic, FileId, Levels, Safety, Sources as _};
use clientc_report::{mask, plural, write_diff};
use clientc_workspace::{Fixed, Unfinished, Workspace};

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
pub(super) fn stdin_file(workspace: &Workspace, args: &CheckArgs) -> Option<FileId> {
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
    match fixed.unfinished {
        Some(Unfinished::Circle) => {
            terminal.note("fixing was stopped: some fixes undo each other; review what is left");
        }
        Some(Unfinished::TooLong) => {
            terminal
                .note("fixing was stopped: too many fixes have to be tried one by one; review what is left");
        }
        None => {}
    }
}
