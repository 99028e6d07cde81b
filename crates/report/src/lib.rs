//! Diagnostics and resolved plans as text, one file for each format.
//!
//! Every renderer reads a [`Report`] or a resolved document and writes to an `std::io::Write`. Colour, width,
//! characters and links are plain [`Options`]: nothing here looks at the environment or at a terminal. A
//! [`Report`] masks the secrets of its sources and messages before any renderer sees them.
//!
//! - [`write_full`], [`write_concise`], [`write_json`], [`write_json_lines`]: the findings of a check.
//! - [`write_sarif`], [`write_github`], [`write_gitlab`], [`write_junit`], [`write_rdjson`]: the same for servers.
//! - [`Summary`]: their numbers, and the closing line for people.
//! - [`write_table`], [`write_document`], [`write_document_lines`]: resolved plans.
//! - [`write_tree`], [`write_dot`], [`write_mermaid`], [`write_page`]: the same as pictures.
//! - [`PlanDiff`]: what a change does to a plan, and its formats.
//! - [`write_why`]: where each limit of a plan comes from, and what happens when every attempt times out.
//! - [`Baseline`]: findings that are known and accepted.
//! - [`write_envoy_front`]: an Envoy in front of gateways, with the numbers that follow from a plan.
//! - [`write_replay`]: a recorded call beside its plan.
//! - [`write_diff`]: what would change in a file.
//! - [`mask`]: the one place that knows what a secret looks like.
//! - [`duration`], [`grouped`], [`plural`]: numbers for people.

mod address;
mod baseline;
mod concise;
mod diff;
mod document;
mod envoy_front;
mod excerpt;
mod fingerprint;
mod full;
mod github;
mod gitlab;
mod graph;
mod heading;
mod json;
mod junit;
mod line;
mod mask;
mod options;
mod page;
mod paint;
mod places;
mod plan_diff;
mod printable;
mod projects;
mod rdjson;
mod replay;
mod report;
mod routes;
mod sarif;
mod summary;
mod table;
mod through;
mod tree;
mod units;
mod why;

pub use clientc_semantic::LimitPlaces;

pub use self::address::{RULE_PAGES, page_address};
pub use self::baseline::{BASELINE_VERSION, Baseline, BaselineError, Entry as BaselineEntry};
pub use self::concise::write_concise;
pub use self::diff::write_diff;
pub use self::document::{write_document, write_document_lines};
pub use self::envoy_front::{EnvoyFront, write_envoy_front};
pub use self::full::{write_explain_hint, write_full};
pub use self::github::write_github;
pub use self::gitlab::write_gitlab;
pub use self::graph::{write_dot, write_mermaid};
pub use self::json::{DIAGNOSTICS_VERSION, diagnostics_schema, write_json, write_json_lines};
pub use self::junit::write_junit;
pub use self::mask::{MaskedSources, mask};
pub use self::options::{Links, Options};
pub use self::page::{PageProject, write_page};
pub use self::places::{Place, Places};
pub use self::plan_diff::{
    DIFF_KINDS, DiffCost, DiffItem, PlanDiff, plan_diff_schema, write_plan_diff_concise,
    write_plan_diff_full, write_plan_diff_github, write_plan_diff_html, write_plan_diff_json,
    write_plan_diff_markdown,
};
pub use self::projects::ShownPlan;
pub use self::rdjson::write_rdjson;
pub use self::replay::write_replay;
pub use self::report::Report;
pub use self::sarif::write_sarif;
pub use self::summary::{Scope, Summary};
pub use self::table::write_table;
pub use self::tree::write_tree;
pub use self::units::{duration, grouped, plural};
pub use self::why::write_why;
