//! GitHub's workflow commands: a finding becomes an annotation of the pull request.

use std::io::{self, Write};

use clientc_check::{Level, Sources};

use crate::places::Places;
use crate::report::Report;

/// Writes one command for each finding, errors first, because only the first few of a step are shown.
pub fn write_github(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let sources = report.sources();
    let places = Places::new(sources);
    for problem in report.problems() {
        writeln!(writer, "::error title=clientc::{}", data(problem))?;
    }
    for level in [Level::Error, Level::Warning, Level::Info] {
        for diagnostic in report.diagnostics().filter(|diagnostic| diagnostic.level == level) {
            let command = match level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Info => "notice",
            };
            let span = diagnostic.primary.span;
            let place = places.of(span);
            let path = property(sources.display_path(span.file));
            let (start, end) = (place.start, place.end);
            write!(writer, "::{command} file={path},line={},col={}", start.line, start.column)?;
            if end.line == start.line && end.column > start.column {
                write!(writer, ",endLine={},endColumn={}", end.line, end.column)?;
            }
            let help = diagnostic.help.as_deref().map(|help| format!("\n{help}")).unwrap_or_default();
            let message = data(&format!("{}{help}", diagnostic.message));
            writeln!(writer, ",title={}::{message}", property(diagnostic.rule))?;
        }
    }
    Ok(())
}

/// Escapes a text after the second `::`.
pub(crate) fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes a text between commas.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
