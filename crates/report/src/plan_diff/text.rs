//! Differences of plans as text: for people, for logs, and as annotations.

use std::io::{self, Write};

use clientc_check::Level;

use super::{PlanDiff, plan_diff_headline};
use crate::github::data;
use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::wrapped;

/// Writes the headline, the changes with their consequences, and the worst cases.
///
/// # Errors
/// An error of the writer.
pub fn write_plan_diff_full(
    mut writer: impl Write,
    diffs: &[PlanDiff<'_>],
    options: &Options,
) -> io::Result<()> {
    let headline = plan_diff_headline(diffs);
    for line in wrapped(&headline, options.columns(), 2) {
        writeln!(writer, "{}", paint(&line, Tone::Strong, options))?;
    }
    for diff in diffs.iter().filter(|diff| !diff.is_empty()) {
        writeln!(writer)?;
        if diffs.len() > 1 {
            writeln!(writer, "{}", paint(&crate::routes::shown(diff.project), Tone::Strong, options))?;
        }
        for item in &diff.items {
            let level = format!("{}[{}]", item.level.name(), item.kind);
            writeln!(writer, "{}: {}", paint(&level, Tone::of(item.level), options), item.message)?;
            for detail in &item.details {
                writeln!(writer, "    {}", paint(detail, Tone::Dim, options))?;
            }
        }
        let routes = diff.routes_added.iter().map(|route| ("+", route));
        for (sign, route) in routes.chain(diff.routes_removed.iter().map(|route| ("-", route))) {
            writeln!(writer, "  {sign} route {route}")?;
        }
        for cost in &diff.costs {
            let line = format!("  worst case of {}: {} → {}", cost.client, cost.before, cost.after);
            let tone = if cost.is_raised { Tone::Warning } else { Tone::Plain };
            writeln!(writer, "{}", paint(&line, tone, options))?;
        }
    }
    Ok(())
}

/// Writes the headline and a line for each change.
///
/// # Errors
/// An error of the writer.
pub fn write_plan_diff_concise(mut writer: impl Write, diffs: &[PlanDiff<'_>]) -> io::Result<()> {
    writeln!(writer, "{}", plan_diff_headline(diffs))?;
    for diff in diffs {
        for item in &diff.items {
            writeln!(
                writer,
                "{}: {}[{}]: {}",
                crate::routes::shown(diff.project),
                item.level.name(),
                item.kind,
                item.message
            )?;
        }
    }
    Ok(())
}

/// Writes an annotation for each change, and one with the headline.
///
/// # Errors
/// An error of the writer.
pub fn write_plan_diff_github(mut writer: impl Write, diffs: &[PlanDiff<'_>]) -> io::Result<()> {
    writeln!(writer, "::notice title=clientc diff::{}", data(&plan_diff_headline(diffs)))?;
    for item in diffs.iter().flat_map(|diff| &diff.items) {
        let command = match item.level {
            Level::Error => "error",
            Level::Warning => "warning",
            Level::Info => "notice",
        };
        let text = std::iter::once(&item.message).chain(&item.details).map(|line| data(line));
        let text = text.collect::<Vec<_>>().join("%0A");
        writeln!(writer, "::{command} title=clientc diff {}::{text}", item.kind)?;
    }
    Ok(())
}
