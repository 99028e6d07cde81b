//! The rules of clientc and the diagnostics they give: the only place where a diagnostic is born.
//!
//! Other crates hand over faults as data; a rule finds the words. [`check`] runs all rules over one project.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod add_ignores;
mod config_fault;
mod conflict;
mod costs;
mod diagnostic;
mod duplicates;
mod endpoint;
mod entry_routes;
mod finding;
mod fix_limits;
mod http_block;
mod ignores;
mod input;
mod leaf;
mod limit_faults;
mod lines;
mod losses;
mod models;
mod moves;
mod path;
mod policy_places;
mod readable;
mod removal;
mod route_facts;
mod rule;
mod rules;
mod run;
pub mod secret;
mod servers;
mod settings;
mod silencing;
mod tables;
mod timeout_story;
mod urls;
mod words;

pub use add_ignores::{AddedIgnores, ignore_edits};
pub use clientc_semantic::{FileId, Span};
pub use config_fault::{ConfigFault, ConfigFaultKind, Expected, LEVEL_WORDS};
pub use diagnostic::{Diagnostic, Edit, Fix, Label, Level, Safety, Sources};
pub use input::{EncodingFault, Input};
pub use rule::{RULES, Rule, rule};
pub use run::check;
pub use settings::{Budget, Configured, Entries, Levels, ModelRow, Override, Server, Setting, Settings};
pub use words::grouped;
