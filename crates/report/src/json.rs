//! The JSON of findings, `clientc.diagnostics` version 1.
//!
//! [`write_json`] writes one document over several lines. [`write_json_lines`] writes one finding a line, each
//! with the same keys as in the document, and then one last line with `schema`, `version` and `summary`.

use std::io::{self, Write};

use clientc_check::{Diagnostic, Fix, Label, Safety, Sources, Span};
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use crate::address::page_address;
use crate::places::Places;
use crate::report::Report;
use crate::summary::Summary;

const SCHEMA: &str = "clientc.diagnostics";
/// The version of the JSON of findings.
pub const DIAGNOSTICS_VERSION: u32 = 1;

/// The findings of a run.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clientc diagnostics, version 1")]
pub(crate) struct DiagnosticsDocument<'r> {
    /// Always `clientc.diagnostics`.
    #[schemars(extend("const" = SCHEMA))]
    pub(crate) schema: &'static str,
    /// Always 1. Additions keep the version, so keys that a reader does not know are to be ignored.
    #[schemars(extend("const" = DIAGNOSTICS_VERSION))]
    pub(crate) version: u32,
    /// The findings, by file and place.
    pub(crate) diagnostics: Vec<FindingObject<'r>>,
    /// What went wrong with the run itself. Where there is anything, not everything was looked at.
    pub(crate) problems: Vec<ProblemObject<'r>>,
    /// The numbers of the run.
    pub(crate) summary: Summary,
}

/// Something that went wrong with the run itself.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Problem")]
pub(crate) struct ProblemObject<'r> {
    /// What went wrong.
    pub(crate) message: &'r str,
}

/// The last line of JSON lines.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct DiagnosticsLine<'r> {
    /// Always `clientc.diagnostics`.
    #[schemars(extend("const" = SCHEMA))]
    pub(crate) schema: &'static str,
    /// Always 1.
    #[schemars(extend("const" = DIAGNOSTICS_VERSION))]
    pub(crate) version: u32,
    /// What went wrong with the run itself.
    pub(crate) problems: Vec<ProblemObject<'r>>,
    /// The numbers of the run.
    pub(crate) summary: Summary,
}

/// A finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Diagnostic")]
pub(crate) struct FindingObject<'r> {
    /// The name of the rule.
    pub(crate) rule: &'r str,
    /// The address of the rule's page.
    pub(crate) url: String,
    /// How much it weighs.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    pub(crate) level: &'static str,
    /// What is wrong.
    pub(crate) message: &'r str,
    /// Where it is.
    #[serde(flatten)]
    pub(crate) place: PlaceObject<'r>,
    /// Other places that are part of the story.
    pub(crate) related: Vec<RelatedObject<'r>>,
    /// The fix.
    pub(crate) help: Option<&'r str>,
    /// Edits that remove the finding.
    pub(crate) fix: Option<FixObject<'r>>,
}

/// Another place with what it has to do with a finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Related")]
pub(crate) struct RelatedObject<'r> {
    /// A few words; may be empty.
    pub(crate) message: &'r str,
    /// Where it is.
    #[serde(flatten)]
    pub(crate) place: PlaceObject<'r>,
}

/// A place in a file.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Place")]
pub(crate) struct PlaceObject<'r> {
    /// The path of the file, relative to the working folder, with `/`.
    pub(crate) file: &'r str,
    /// The line of the first character, from 1.
    pub(crate) line: u32,
    /// The column of the first character in Unicode scalar values, from 1.
    pub(crate) column: u32,
    /// The line behind the last character, from 1.
    pub(crate) end_line: u32,
    /// The column behind the last character in Unicode scalar values, from 1.
    pub(crate) end_column: u32,
    /// The first byte, from 0.
    pub(crate) offset: u32,
    /// The number of bytes.
    pub(crate) length: u32,
}

/// Edits that remove a finding.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Fix")]
pub(crate) struct FixObject<'r> {
    /// What they do.
    pub(crate) title: &'r str,
    /// Whether they can be applied without a look.
    pub(crate) safe: bool,
    /// Edits that do not overlap. There are none where their text would hold a secret.
    pub(crate) edits: Vec<EditObject<'r>>,
}

/// New text instead of old.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Edit")]
pub(crate) struct EditObject<'r> {
    /// The path of the file, relative to the working folder, with `/`.
    pub(crate) file: &'r str,
    /// The first byte that goes, from 0.
    pub(crate) offset: u32,
    /// The number of bytes that go.
    pub(crate) length: u32,
    /// What comes.
    pub(crate) text: &'r str,
}

/// Writes all findings as one JSON document over several lines.
pub fn write_json(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let mut objects = Objects::new(report);
    let diagnostics = report.diagnostics().map(|diagnostic| objects.finding(diagnostic)).collect();
    let document = DiagnosticsDocument {
        schema: SCHEMA,
        version: DIAGNOSTICS_VERSION,
        diagnostics,
        problems: problems(report),
        summary: *report.summary(),
    };
    serde_json::to_writer_pretty(&mut writer, &document)?;
    writeln!(writer)
}

/// Writes one finding a line and then one line with the summary.
pub fn write_json_lines(mut writer: impl Write, report: &Report<'_>) -> io::Result<()> {
    let mut objects = Objects::new(report);
    for diagnostic in report.diagnostics() {
        serde_json::to_writer(&mut writer, &objects.finding(diagnostic))?;
        writeln!(writer)?;
    }
    let last = DiagnosticsLine {
        schema: SCHEMA,
        version: DIAGNOSTICS_VERSION,
        problems: problems(report),
        summary: *report.summary(),
    };
    serde_json::to_writer(&mut writer, &last)?;
    writeln!(writer)
}

fn problems<'r>(report: &'r Report<'_>) -> Vec<ProblemObject<'r>> {
    report.problems().iter().map(|message| ProblemObject { message }).collect()
}

/// The JSON Schema of the document that [`write_json`] writes.
#[must_use]
pub fn diagnostics_schema() -> Schema {
    SchemaSettings::draft2020_12()
        .for_serialize()
        .into_generator()
        .into_root_schema_for::<DiagnosticsDocument<'_>>()
}

/// Makes objects of findings.
pub(crate) struct Objects<'r> {
    sources: &'r dyn Sources,
    places: Places<'r>,
}

impl<'r> Objects<'r> {
    pub(crate) fn new(report: &'r Report<'_>) -> Self {
        Self { sources: report.sources(), places: Places::new(report.sources()) }
    }

    pub(crate) fn finding(&mut self, diagnostic: &'r Diagnostic) -> FindingObject<'r> {
        FindingObject {
            rule: diagnostic.rule,
            url: page_address(diagnostic.rule),
            level: diagnostic.level.name(),
            message: &diagnostic.message,
            place: self.place(diagnostic.primary.span),
            related: diagnostic.related.iter().map(|label| self.related(label)).collect(),
            help: diagnostic.help.as_deref(),
            fix: diagnostic.fix.as_ref().map(|fix| self.fix(fix)),
        }
    }

    fn related(&mut self, label: &'r Label) -> RelatedObject<'r> {
        RelatedObject { message: &label.text, place: self.place(label.span) }
    }

    fn place(&mut self, span: Span) -> PlaceObject<'r> {
        let place = self.places.of(span);
        PlaceObject {
            file: self.sources.display_path(span.file),
            line: place.start.line,
            column: place.start.column,
            end_line: place.end.line,
            end_column: place.end.column,
            offset: span.range.start,
            length: span.range.len(),
        }
    }

    fn fix(&self, fix: &'r Fix) -> FixObject<'r> {
        let edits = fix.edits.iter().map(|edit| EditObject {
            file: self.sources.display_path(edit.file),
            offset: edit.edit.range.start,
            length: edit.edit.range.len(),
            text: edit.text(),
        });
        FixObject { title: &fix.title, safe: fix.safety == Safety::Safe, edits: edits.collect() }
    }
}
