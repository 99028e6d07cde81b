//! `clientc check --baseline`: only what is new.

use std::path::Path;

use anyhow::Context as _;
use clientc_report::{Baseline, plural};
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

/// Takes away the findings that a baseline accepts, and says which of its entries no longer occur.
pub(super) fn take(mut baseline: Baseline, path: &Path, analysis: &mut Analysis, terminal: &Terminal) {
    for project in &mut analysis.projects {
        let label = &project.label;
        project.diagnostics.retain(|diagnostic| !baseline.take(label, diagnostic));
    }
    let stale = baseline.findings();
    if stale == 0 {
        return;
    }
    let path = path.display();
    let verb = if stale == 1 { "is" } else { "are" };
    terminal.note(&format!(
        "{} in {path} {verb} stale and can go, with `--write-baseline`:",
        plural(stale, "finding")
    ));
    for entry in baseline.entries().take(NAMED) {
        terminal.note(&format!("  {} {} in {}", entry.rule, entry.subject, entry.project));
    }
    let more = baseline.entries().count().saturating_sub(NAMED);
    if more > 0 {
        terminal.note(&format!("  and {more} more"));
    }
}

/// Accepts everything that may be accepted, and writes it down.
pub(super) fn write(path: &Path, analysis: &mut Analysis, terminal: &Terminal) -> anyhow::Result<Exit> {
    let mut baseline = Baseline::default();
    for project in &mut analysis.projects {
        let label = &project.label;
        project.diagnostics.retain(|diagnostic| !baseline.accept(label, diagnostic));
    }
    let shown = path.display();
    std::fs::write(path, baseline.text()).with_context(|| format!("{shown} cannot be written"))?;
    terminal.note(&format!("{} accepted in {shown}", plural(baseline.findings(), "finding")));
    Ok(Exit::Clean)
}
