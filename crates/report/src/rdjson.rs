//! Reviewdog's JSON. Its columns count bytes of UTF-8, from 1.

use std::io::{self, Write};

use clientc_check::{Level, Sources, Span};
use clientc_plan::json::{Value, json};

use crate::address::{HOME, page_address};
use crate::report::Report;

/// Writes all findings as one document.
pub fn write_rdjson(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let sources: &dyn Sources = report.sources();
    let mut diagnostics: Vec<Value> = report
        .diagnostics()
        .map(|diagnostic| {
            let related = diagnostic.related.iter();
            let mut object = json!({
                "message": diagnostic.message,
                "location": location(sources, diagnostic.primary.span),
                "severity": match diagnostic.level {
                    Level::Error => "ERROR",
                    Level::Warning => "WARNING",
                    Level::Info => "INFO",
                },
                "code": { "value": diagnostic.rule, "url": page_address(diagnostic.rule) },
                "related_locations": related
                    .map(|label| json!({ "message": label.text, "location": location(sources, label.span) }))
                    .collect::<Vec<_>>(),
            });
            // A suggestion is for the finding's own file.
            let edits = diagnostic.fix.iter().flat_map(|fix| &fix.edits);
            let own = edits.filter(|edit| edit.file == diagnostic.primary.span.file);
            let suggestions: Vec<Value> = own
                .map(|edit| json!({ "range": range(sources, edit.span()), "text": edit.text() }))
                .collect();
            if !suggestions.is_empty() {
                object["suggestions"] = json!(suggestions);
            }
            object
        })
        .collect();
    // The format has only diagnostics: a run that failed has one for each reason, in no file of its own.
    diagnostics.extend(
        report
            .problems()
            .iter()
            .map(|problem| json!({ "message": problem, "location": { "path": "." }, "severity": "ERROR" })),
    );
    let document = json!({ "source": { "name": "clientc", "url": HOME }, "diagnostics": diagnostics });
    serde_json::to_writer_pretty(&mut writer, &document)?;
    writeln!(writer)
}

fn location(sources: &dyn Sources, span: Span) -> Value {
    json!({ "path": sources.display_path(span.file), "range": range(sources, span) })
}

fn range(sources: &dyn Sources, span: Span) -> Value {
    json!({
        "start": position(sources, span, span.range.start),
        "end": position(sources, span, span.range.end),
    })
}

fn position(sources: &dyn Sources, span: Span, offset: u32) -> Value {
    let line = sources.line_index(span.file).line(offset);
    let start = sources.line_index(span.file).line_start(line).unwrap_or(0);
    json!({ "line": line, "column": offset.saturating_sub(start) + 1 })
}
