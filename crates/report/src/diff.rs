//! What would change in a file, as a unified diff.

use std::io::{self, Write};

use similar::{Algorithm, ChangeTag, TextDiff};

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::printable::printable;

/// How many unchanged lines are shown around a change.
const CONTEXT: usize = 3;

/// Writes the difference between two versions of a file. Without colour it has the form that `patch` and `git apply`
/// read. Nothing is written where the texts are the same.
pub fn write_diff(
    mut writer: impl Write,
    path: &str,
    before: &str,
    after: &str,
    options: &Options,
) -> io::Result<()> {
    // Names make most lines unique, so that many changes in a long file do not take quadratic time.
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(before, after);
    let mut unified = diff.unified_diff();
    let mut hunks = unified.context_radius(CONTEXT).iter_hunks().peekable();
    if hunks.peek().is_none() {
        return Ok(());
    }
    writeln!(writer, "{}", paint(&format!("--- {path}"), Tone::Strong, options))?;
    writeln!(writer, "{}", paint(&format!("+++ {path}"), Tone::Strong, options))?;
    for hunk in hunks {
        writeln!(writer, "{}", paint(&hunk.header().to_string(), Tone::Info, options))?;
        for change in hunk.iter_changes() {
            write_change(&mut writer, change.tag(), change.value(), options)?;
        }
    }
    Ok(())
}

fn write_change(writer: &mut impl Write, tag: ChangeTag, line: &str, options: &Options) -> io::Result<()> {
    let (sign, tone) = match tag {
        ChangeTag::Equal => (' ', None),
        ChangeTag::Delete => ('-', Some(Tone::Error)),
        ChangeTag::Insert => ('+', Some(Tone::Good)),
    };
    let text = line.strip_suffix('\n');
    let end = if text.is_some() { "" } else { "\n\\ No newline at end of file" };
    let text = text.unwrap_or(line);
    // A patch must contain the bytes of the file, but nothing in it may control a terminal.
    match tone {
        _ if !options.colour => writeln!(writer, "{sign}{text}{end}"),
        None => writeln!(writer, "{sign}{}{end}", printable(text)),
        Some(tone) => {
            writeln!(writer, "{}{end}", paint(&format!("{sign}{}", printable(text)), tone, options))
        }
    }
}
