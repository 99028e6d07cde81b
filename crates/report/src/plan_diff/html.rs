//! Differences of plans as one page for a browser, with both schedules of a client on one axis.

use std::io::{self, Write};

use clientc_plan::document::ResolvedClient;
use serde::Serialize;

use super::json::ProjectDiff;
use super::{PlanDiff, plan_diff_headline};
use crate::page::{without_options, write_filled};

const PAGE: &str = include_str!("../page/diff.html");
const SHARED: &str = include_str!("../page/shared.js");
const SCRIPT: &str = include_str!("../page/diff.js");

#[derive(Serialize)]
struct Data<'d> {
    headline: String,
    projects: Vec<WithSchedules<'d>>,
}

#[derive(Serialize)]
struct WithSchedules<'d> {
    #[serde(flatten)]
    project: ProjectDiff<'d>,
    schedules: Vec<Schedules<'d>>,
}

/// The clients whose worst case has changed, before and after.
#[derive(Serialize)]
struct Schedules<'d> {
    name: &'d str,
    before: ResolvedClient,
    after: ResolvedClient,
}

/// Writes the page.
///
/// # Errors
/// An error of the writer.
pub fn write_plan_diff_html(mut writer: impl Write, diffs: &[PlanDiff<'_>]) -> io::Result<()> {
    let differing = diffs.iter().filter(|diff| !diff.is_empty());
    let projects = differing
        .map(|diff| WithSchedules { project: super::json::project(diff), schedules: schedules(diff) });
    let data = Data { headline: plan_diff_headline(diffs), projects: projects.collect() };
    let json = serde_json::to_string(&data)?;
    write_filled(&mut writer, PAGE, "clientc diff", &[SHARED, SCRIPT], &json)
}

fn schedules<'d>(diff: &'d PlanDiff<'_>) -> Vec<Schedules<'d>> {
    let (Some(before), Some(after)) = (diff.before, diff.after) else { return Vec::new() };
    let (before, after) = (without_options(before), without_options(after));
    let changed = diff.costs.iter().filter_map(|cost| {
        let (before, after) = (before.clients.get(&*cost.earlier)?, after.clients.get(&*cost.later)?);
        Some(Schedules { name: &cost.client, before: before.clone(), after: after.clone() })
    });
    changed.collect()
}
