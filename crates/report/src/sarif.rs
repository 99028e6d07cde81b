//! SARIF 2.1.0, as code hosts read it.

use std::io::{self, Write};

use clientc_check::{Diagnostic, FileId, Fix, Label, Level, RULES, Rule, Setting, Sources, Span};
use clientc_plan::json::{Value, json};

use crate::address::{HOME, page_address};
use crate::fingerprint::Fingerprints;
use crate::places::Places;
use crate::report::Report;

/// Writes all findings as one SARIF log with one run.
pub fn write_sarif(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let mut log = Log {
        sources: report.sources(),
        places: Places::new(report.sources()),
        fingerprints: Fingerprints::default(),
    };
    let results: Vec<Value> = report.diagnostics().map(|diagnostic| log.result(diagnostic)).collect();
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "clientc",
                    "version": env!("CARGO_PKG_VERSION"),
                    "informationUri": HOME,
                    "rules": RULES.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
                }
            },
            "invocations": [invocation(report)],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }]
    });
    serde_json::to_writer_pretty(&mut writer, &document)?;
    writeln!(writer)
}

/// How the run itself went. A mistake in the settings is a result, but the run has failed as well.
fn invocation(report: &Report<'_>) -> Value {
    let is_misconfigured = report.diagnostics().any(|diagnostic| diagnostic.rule == "invalid-config");
    let is_successful = report.problems().is_empty() && !is_misconfigured;
    let notification = |problem: &String| json!({ "level": "error", "message": { "text": problem } });
    let mut invocation = json!({ "executionSuccessful": is_successful });
    if !report.problems().is_empty() {
        invocation["toolExecutionNotifications"] = report.problems().iter().map(notification).collect();
    }
    invocation
}

fn descriptor(rule: &Rule) -> Value {
    let level = match rule.level {
        Setting::Error => "error",
        Setting::Warn => "warning",
        Setting::Info => "note",
        Setting::Ignore => "none",
    };
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": description(rule) },
        "helpUri": page_address(rule.name),
        "help": { "text": rule.page, "markdown": rule.page },
        "defaultConfiguration": { "level": level },
    })
}

/// What a rule finds: the first paragraph of that section of its page, unless it only begins a list.
fn description(rule: &Rule) -> String {
    let section = rule.page.split_once("## What it finds\n\n").map_or("", |(_, section)| section);
    let paragraph = section.split("\n\n").next().unwrap_or("");
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let text = words.join(" ");
    if text.ends_with('.') { text } else { format!("Finds {}.", rule.summary) }
}

struct Log<'r> {
    sources: &'r dyn Sources,
    places: Places<'r>,
    fingerprints: Fingerprints,
}

impl Log<'_> {
    fn result(&mut self, diagnostic: &Diagnostic) -> Value {
        let path = self.sources.display_path(diagnostic.primary.span.file);
        let fingerprint = self.fingerprints.of(diagnostic, path);
        let mut text = diagnostic.message.clone();
        if let Some(help) = &diagnostic.help {
            text.push_str("\n\n");
            text.push_str(help);
        }
        let mut result = json!({
            "ruleId": diagnostic.rule,
            "level": match diagnostic.level {
                Level::Error => "error",
                Level::Warning => "warning",
                Level::Info => "note",
            },
            "message": { "text": text },
            "locations": [{ "physicalLocation": self.location(diagnostic.primary.span) }],
            "partialFingerprints": { "subject/v1": fingerprint },
        });
        if let Some(index) = RULES.iter().position(|rule| rule.name == diagnostic.rule) {
            result["ruleIndex"] = json!(index);
        }
        if !diagnostic.related.is_empty() {
            let related = diagnostic.related.iter().zip(1..).map(|(label, id)| self.related(label, id));
            result["relatedLocations"] = related.collect();
        }
        if let Some(fix) = diagnostic.fix.as_ref().filter(|fix| !fix.edits.is_empty()) {
            result["fixes"] = json!([self.fix(fix)]);
        }
        result
    }

    fn related(&mut self, label: &Label, id: usize) -> Value {
        json!({
            "id": id,
            "message": { "text": label.text },
            "physicalLocation": self.location(label.span),
        })
    }

    fn location(&mut self, span: Span) -> Value {
        json!({
            "artifactLocation": { "uri": uri(self.sources.display_path(span.file)) },
            "region": self.region(span),
        })
    }

    fn region(&mut self, span: Span) -> Value {
        let place = self.places.of(span);
        json!({
            "startLine": place.start.line,
            "startColumn": place.start.column,
            "endLine": place.end.line,
            "endColumn": place.end.column,
            "byteOffset": span.range.start,
            "byteLength": span.range.len(),
        })
    }

    /// A fix, with one change for each file, as the format requires.
    fn fix(&mut self, fix: &Fix) -> Value {
        let mut files: Vec<FileId> = Vec::new();
        for edit in &fix.edits {
            if !files.contains(&edit.file) {
                files.push(edit.file);
            }
        }
        let changes: Vec<Value> = files.into_iter().map(|file| self.change(fix, file)).collect();
        json!({ "description": { "text": fix.title }, "artifactChanges": changes })
    }

    fn change(&mut self, fix: &Fix, file: FileId) -> Value {
        let edits = fix.edits.iter().filter(|edit| edit.file == file);
        let replacements = edits.map(|edit| {
            json!({
                "deletedRegion": self.region(edit.span()),
                "insertedContent": { "text": edit.text() },
            })
        });
        let replacements: Vec<Value> = replacements.collect();
        json!({
            "artifactLocation": { "uri": uri(self.sources.display_path(file)) },
            "replacements": replacements,
        })
    }
}

/// A path as a relative reference: what may not be in one is written as `%XX`.
fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}
