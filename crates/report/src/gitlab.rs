//! GitLab's code quality report.

use std::io::{self, Write};

use clientc_check::{Level, Sources};
use clientc_plan::json::json;

use crate::fingerprint::Fingerprints;
use crate::places::Places;
use crate::report::Report;

/// Writes all findings as one array.
pub fn write_gitlab(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let sources = report.sources();
    let places = Places::new(sources);
    let mut fingerprints = Fingerprints::default();
    let mut issues = Vec::new();
    for diagnostic in report.diagnostics() {
        let span = diagnostic.primary.span;
        let place = places.of(span);
        let path = sources.display_path(span.file);
        issues.push(json!({
            "description": diagnostic.message,
            "check_name": diagnostic.rule,
            "fingerprint": fingerprints.of(diagnostic, path),
            "severity": match diagnostic.level {
                Level::Error => "critical",
                Level::Warning => "major",
                Level::Info => "info",
            },
            "location": {
                "path": path,
                "lines": { "begin": place.start.line, "end": place.end.line },
            },
        }));
    }
    // The format has only issues: a run that failed has one for each reason, in no file of its own.
    for problem in report.problems() {
        issues.push(json!({
            "description": problem,
            "check_name": "clientc",
            "fingerprint": format!("clientc:{problem}"),
            "severity": "blocker",
            "location": { "path": ".", "lines": { "begin": 1, "end": 1 } },
        }));
    }
    serde_json::to_writer_pretty(&mut writer, &issues)?;
    writeln!(writer)
}
