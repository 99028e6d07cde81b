//! One line for each finding: `file:line:col: level[rule]: message`.

use std::io::{self, Write};

use clientc_check::Sources;

use crate::options::Options;
use crate::paint::{Tone, paint};
use crate::places::Places;
use crate::printable::printable;
use crate::report::Report;

/// Writes one line for each finding.
pub fn write_concise(mut writer: impl Write, report: &Report<'_>, options: &Options) -> io::Result<()> {
    let sources = report.sources();
    let places = Places::new(sources);
    for diagnostic in report.diagnostics() {
        let span = diagnostic.primary.span;
        let place = places.at(span.file, span.range.start);
        let path = printable(sources.display_path(span.file));
        let level = paint(diagnostic.level.name(), Tone::of(diagnostic.level), options);
        let rule = paint(diagnostic.rule, Tone::Dim, options);
        let message = printable(&diagnostic.message);
        writeln!(writer, "{path}:{}:{}: {level}[{rule}]: {message}", place.line, place.column)?;
    }
    Ok(())
}
