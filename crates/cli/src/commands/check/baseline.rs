//! `clientc check --baseline`: only what is new.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clientc_check::{Diagnostic, Levels, Setting};
use clientc_report::{Baseline, BaselineEntry, plural};
use clientc_workspace::{Analysis, Workspace, write_file};

use crate::args::CheckArgs;
use crate::terminal::Terminal;

/// How many stale entries are named.
const NAMED: usize = 5;

/// The baselines of a run: the one of the command line for every project, else for each project the one that its
/// `clientc.toml` names.
#[derive(Debug, Clone, Default)]
pub(super) struct Baselines {
    files: BTreeMap<PathBuf, Baseline>,
    /// The file of each project, by its label.
    of_project: BTreeMap<String, PathBuf>,
}

impl Baselines {
    /// Reads them. A file that is about to be written need not exist.
    ///
    /// # Errors
    /// Where a file cannot be read or is not a baseline, and where a baseline is to be written and none is named.
    pub(super) fn read(workspace: &Workspace, args: &CheckArgs) -> anyhow::Result<Self> {
        let mut baselines = Self::default();
        for input in workspace.inputs() {
            let named = || input.baseline().map(|path| shown(workspace, &path));
            if let Some(path) = args.baseline.clone().or_else(named) {
                baselines.of_project.insert(input.project().label.clone(), path);
            }
        }
        let is_changed = args.write_baseline || args.prune_baseline;
        if is_changed && baselines.of_project.is_empty() && !workspace.projects().is_empty() {
            let flag = if args.write_baseline { "--write-baseline" } else { "--prune-baseline" };
            anyhow::bail!("{flag} needs a file: name it with --baseline, or as `baseline` in clientc.toml");
        }
        for path in baselines.of_project.values().collect::<BTreeSet<_>>() {
            let baseline =
                if args.write_baseline && !path.exists() { Baseline::default() } else { read(path)? };
            baselines.files.insert(path.clone(), baseline);
        }
        Ok(baselines)
    }

    /// Whether a finding of a project is accepted.
    pub(super) fn accepts(&self, project: &str, diagnostic: &Diagnostic) -> bool {
        let baseline = self.of_project.get(project).and_then(|path| self.files.get(path));
        baseline.is_some_and(|baseline| baseline.accepts(project, diagnostic))
    }

    /// Removes the accepted findings, and reports the entries that no longer occur, or with `prune` removes them from
    /// the files. Entries of projects that were not checked, or of rules that the command line has turned off, are left
    /// alone. Returns how many findings are accepted.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub(super) fn take(
        &self,
        levels: &Levels,
        prune: bool,
        analysis: &mut Analysis,
        terminal: &Terminal,
    ) -> anyhow::Result<u64> {
        let mut known = 0;
        for (path, baseline) in &self.files {
            let mut left = baseline.clone();
            let mut labels = BTreeSet::new();
            for project in &mut analysis.projects {
                if self.of_project.get(&project.label) == Some(path) {
                    let before = project.diagnostics.len();
                    let label = &project.label;
                    project.diagnostics.retain(|diagnostic| !left.take(label, diagnostic));
                    known += (before - project.diagnostics.len()) as u64;
                    labels.insert(label.clone());
                }
            }
            let was_looked_at = |entry: &BaselineEntry| {
                levels.get(&entry.rule) != Some(&Setting::Ignore) && labels.contains(&entry.project)
            };
            let stale: Vec<BaselineEntry> = left.entries().filter(was_looked_at).collect();
            if prune {
                remove(baseline.clone(), path, &stale, terminal)?;
            } else {
                say_stale(path, &stale, terminal);
            }
        }
        Ok(known)
    }

    /// Accepts everything that may be accepted, and writes the files. Their entries of projects that were not checked
    /// stay. Returns how many findings are accepted.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub(super) fn write(mut self, analysis: &mut Analysis, terminal: &Terminal) -> anyhow::Result<u64> {
        let mut known = 0;
        for (path, baseline) in &mut self.files {
            let of_project = &self.of_project;
            baseline.forget(|project| of_project.get(project) == Some(path));
            for project in &mut analysis.projects {
                if of_project.get(&project.label) == Some(path) {
                    let before = project.diagnostics.len();
                    let label = &project.label;
                    project.diagnostics.retain(|diagnostic| !baseline.accept(label, diagnostic));
                    known += (before - project.diagnostics.len()) as u64;
                }
            }
            save(path, baseline)?;
            terminal.note(&format!(
                "{} accepted in {}",
                plural(baseline.findings(), "finding"),
                path.display()
            ));
        }
        Ok(known)
    }
}

/// A path as people see it: from the working folder, where it is below that.
fn shown(workspace: &Workspace, path: &Path) -> PathBuf {
    path.strip_prefix(workspace.working_folder()).unwrap_or(path).to_owned()
}

fn read(path: &Path) -> anyhow::Result<Baseline> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("cannot read {shown}; write it with `clientc check --baseline {shown} --write-baseline`")
    })?;
    Baseline::read(&text).with_context(|| format!("cannot use {shown}"))
}

fn save(path: &Path, baseline: &Baseline) -> anyhow::Result<()> {
    write_file(path, baseline.text().as_bytes()).with_context(|| format!("cannot write {}", path.display()))
}

fn remove(
    mut baseline: Baseline,
    path: &Path,
    stale: &[BaselineEntry],
    terminal: &Terminal,
) -> anyhow::Result<()> {
    let count: u64 = stale.iter().map(|entry| entry.count).sum();
    stale.iter().for_each(|entry| baseline.prune(entry));
    if count > 0 {
        save(path, &baseline)?;
    }
    terminal.note(&format!("{} removed from {}", plural(count, "stale finding"), path.display()));
    Ok(())
}

fn say_stale(path: &Path, stale: &[BaselineEntry], terminal: &Terminal) {
    let count: u64 = stale.iter().map(|entry| entry.count).sum();
    if count == 0 {
        return;
    }
    let verb = if count == 1 { "is" } else { "are" };
    terminal.note(&format!(
        "{} in {} {verb} stale and can be removed with `--prune-baseline`:",
        plural(count, "finding"),
        path.display()
    ));
    for entry in stale.iter().take(NAMED) {
        terminal.note(&format!("  {} {} in {}", entry.rule, entry.subject, entry.project));
    }
    let more = stale.len().saturating_sub(NAMED);
    if more > 0 {
        terminal.note(&format!("  and {more} more"));
    }
}
