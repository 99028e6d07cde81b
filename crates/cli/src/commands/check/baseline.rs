//! `clientc check --baseline`: only what is new.

use std::path::Path;

use anyhow::Context as _;
use clientc_check::{Levels, Setting};
use clientc_report::{Baseline, BaselineEntry, plural};
use clientc_workspace::Analysis;

use crate::exit::Exit;
use crate::terminal::Terminal;

/// How many stale entries are named.
const NAMED: usize = 5;

/// Reads a baseline.
pub(super) fn read(path: &Path) -> anyhow::Result<Baseline> {
    let shown = path.display();
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("{shown} cannot be read; write it with `clientc check --baseline {shown} --write-baseline`")
    })?;
    Baseline::read(&text).with_context(|| format!("{shown} cannot be used"))
}

/// Takes away the findings that a baseline accepts, and says which of its entries no longer occur: of the projects that
/// were looked at, and of rules that the command line has not turned off.
pub(super) fn take(
    mut baseline: Baseline,
    path: &Path,
    levels: &Levels,
    analysis: &mut Analysis,
    terminal: &Terminal,
) {
    for project in &mut analysis.projects {
        let label = &project.label;
        project.diagnostics.retain(|diagnostic| !baseline.take(label, diagnostic));
    }
    let was_looked_at = |entry: &BaselineEntry| {
        let is_off = levels.get(&entry.rule) == Some(&Setting::Ignore);
        !is_off && analysis.projects.iter().any(|project| project.label == entry.project)
    };
    let stale: Vec<BaselineEntry> = baseline.entries().filter(was_looked_at).collect();
    let count: u64 = stale.iter().map(|entry| entry.count).sum();
    if count == 0 {
        return;
    }
    let path = path.display();
    let verb = if count == 1 { "is" } else { "are" };
    terminal.note(&format!(
        "{} in {path} {verb} stale and can go, with `--write-baseline`:",
        plural(count, "finding")
    ));
    for entry in stale.iter().take(NAMED) {
        terminal.note(&format!("  {} {} in {}", entry.rule, entry.subject, entry.project));
    }
    let more = stale.len().saturating_sub(NAMED);
    if more > 0 {
        terminal.note(&format!("  and {more} more"));
    }
}

/// Accepts everything that may be accepted, and writes it down. What the file holds of projects that were not looked at
/// stays.
pub(super) fn write(path: &Path, analysis: &mut Analysis, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut baseline = if path.exists() { read(path)? } else { Baseline::default() };
    baseline.forget(|project| analysis.projects.iter().any(|looked_at| looked_at.label == project));
    for project in &mut analysis.projects {
        let label = &project.label;
        project.diagnostics.retain(|diagnostic| !baseline.accept(label, diagnostic));
    }
    let shown = path.display();
    std::fs::write(path, baseline.text()).with_context(|| format!("{shown} cannot be written"))?;
    terminal.note(&format!("{} accepted in {shown}", plural(baseline.findings(), "finding")));
    Ok(Exit::Clean)
}
