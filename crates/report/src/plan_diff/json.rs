//! The JSON of differences, `clientc.plan-diff` version 1.

use std::io::{self, Write};

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, Schema};
use serde::Serialize;

use super::{PlanDiff, plan_diff_headline};

const SCHEMA: &str = "clientc.plan-diff";
const VERSION: u32 = 1;

/// The differences of two plans.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(title = "clientc plan diff, version 1")]
struct Document<'d> {
    /// Always `clientc.plan-diff`.
    #[schemars(extend("const" = SCHEMA))]
    schema: &'static str,
    /// Always 1. Additions keep the version, so keys that a reader does not know are to be ignored.
    #[schemars(extend("const" = VERSION))]
    version: u32,
    /// How many changes of which kind, and the largest change of a worst case.
    headline: String,
    /// The projects that differ.
    projects: Vec<ProjectDiff<'d>>,
}

/// The differences of one project.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ProjectDiff<'d> {
    /// The path of the project in its repository.
    project: &'d str,
    /// The changes.
    changes: Vec<Change<'d>>,
    /// The worst cases that are other ones.
    worst_cases: Vec<Cost<'d>>,
    /// The routes that are new, of clients that were there before.
    routes_added: &'d [String],
    /// The routes that are gone, of clients that are still there.
    routes_removed: &'d [String],
}

/// One change.
#[derive(Debug, Serialize, JsonSchema)]
struct Change<'d> {
    /// What kind of change it is.
    #[schemars(extend("enum" = super::DIFF_KINDS))]
    kind: &'d str,
    /// How much it weighs.
    #[schemars(extend("enum" = ["error", "warning", "info"]))]
    level: &'d str,
    /// The client, function or policy.
    subject: &'d str,
    /// What is different.
    message: &'d str,
    /// What follows from it.
    details: &'d [String],
    /// Stays the same whatever lines move.
    fingerprint: &'d str,
}

/// The worst case of a client.
#[derive(Debug, Serialize, JsonSchema)]
struct Cost<'d> {
    /// The client.
    client: &'d str,
    /// What a call could cost.
    before: &'d str,
    /// What a call can cost now.
    after: &'d str,
    /// Whether that is more.
    raised: bool,
    /// How much longer a call can take in milliseconds; null where one of both has no limit.
    longer_ms: Option<i64>,
}

/// Writes the differences as one JSON document.
///
/// # Errors
/// An error of the writer.
pub fn write_plan_diff_json(mut writer: impl Write, diffs: &[PlanDiff<'_>]) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        version: VERSION,
        headline: plan_diff_headline(diffs),
        projects: diffs.iter().filter(|diff| !diff.is_empty()).map(project).collect(),
    };
    serde_json::to_writer_pretty(&mut writer, &document)?;
    writeln!(writer)
}

pub(super) fn project<'d>(diff: &'d PlanDiff<'_>) -> ProjectDiff<'d> {
    let changes = diff.items.iter().map(|item| Change {
        kind: item.kind,
        level: item.level.name(),
        subject: &item.subject,
        message: &item.message,
        details: &item.details,
        fingerprint: &item.fingerprint,
    });
    let costs = diff.costs.iter().map(|cost| Cost {
        client: &cost.client,
        before: &cost.before,
        after: &cost.after,
        raised: cost.is_raised,
        longer_ms: cost.longer_ms,
    });
    ProjectDiff {
        project: diff.project,
        changes: changes.collect(),
        worst_cases: costs.collect(),
        routes_added: &diff.routes_added,
        routes_removed: &diff.routes_removed,
    }
}

/// The JSON Schema of the document.
#[must_use]
pub fn plan_diff_schema() -> Schema {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<Document<'_>>()
}
