//! Differences of plans as a comment of a pull request: the headline, and the rest folded below it.

use std::io::{self, Write};

use super::{DiffItem, PlanDiff, plan_diff_headline};

/// Writes the comment.
///
/// # Errors
/// An error of the writer.
pub fn write_plan_diff_markdown(mut writer: impl Write, diffs: &[PlanDiff<'_>]) -> io::Result<()> {
    writeln!(writer, "**clientc**: {}", text(&plan_diff_headline(diffs)))?;
    for diff in diffs.iter().filter(|diff| !diff.is_empty()) {
        writeln!(writer, "\n<details><summary>{}</summary>\n", text(&crate::routes::shown(diff.project)))?;
        if !diff.costs.is_empty() {
            writeln!(writer, "| worst case of | before | after |\n|---|---|---|")?;
            for cost in &diff.costs {
                let after =
                    if cost.is_raised { format!("**{}**", text(&cost.after)) } else { text(&cost.after) };
                writeln!(writer, "| {} | {} | {after} |", text(&cost.client), text(&cost.before))?;
            }
            writeln!(writer)?;
        }
        for item in &diff.items {
            write_item(&mut writer, item)?;
        }
        for (sign, routes) in [("new", &diff.routes_added), ("gone", &diff.routes_removed)] {
            for route in routes {
                writeln!(writer, "- route {sign}: {}", text(route))?;
            }
        }
        writeln!(writer, "\n</details>")?;
    }
    Ok(())
}

fn write_item(writer: &mut impl Write, item: &DiffItem) -> io::Result<()> {
    writeln!(writer, "- {} **{}**: {}", item.level.name(), item.kind, text(&item.message))?;
    for detail in &item.details {
        writeln!(writer, "  - {}", text(detail))?;
    }
    writeln!(writer, "  - approve with {}", code(&item.fingerprint))
}

/// A text as code, between more backquotes than it has in a row.
fn code(text: &str) -> String {
    let longest = text.split(|char| char != '`').map(str::len).max().unwrap_or(0);
    if longest == 0 {
        return format!("`{text}`");
    }
    let fence = "`".repeat(longest + 1);
    format!("{fence} {text} {fence}")
}

/// A text with the special characters of Markdown escaped. Pieces between backquotes stay code.
fn text(text: &str) -> String {
    let mut escaped = String::new();
    for (index, piece) in text.split('`').enumerate() {
        if index > 0 {
            escaped.push('`');
        }
        if index % 2 == 1 {
            escaped.push_str(&piece.replace('|', "\\|"));
            continue;
        }
        for char in piece.chars() {
            match char {
                '<' => escaped.push_str("&lt;"),
                '>' => escaped.push_str("&gt;"),
                '*' | '_' | '[' | ']' | '|' | '\\' | '#' => escaped.extend(['\\', char]),
                _ => escaped.push(char),
            }
        }
    }
    escaped
}
