//! The rules of clientc and their diagnostics: the only place where a diagnostic is created.
//!
//! Other crates report faults as data, and a rule words them. [`check`] runs all rules over one project.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test may fail"))]

mod add_ignores;
mod context;
mod core;
mod edits;
mod facts;
mod registry;
mod rules;
mod run;
mod silence;
mod text;

pub use clientc_semantic::{FileId, Span};

pub use self::add_ignores::{AddedIgnores, ignore_edit_of_each, ignore_edits};
pub use self::core::config_fault::{ConfigFault, ConfigFaultKind, Expected, LEVEL_WORDS};
pub use self::core::diagnostic::{Diagnostic, FileEdit, Fix, Label, Level, Safety, Sources};
pub use self::core::input::{EncodingFault, Input};
pub use self::core::layout::Layout;
pub use self::core::rule::{Rule, Setting};
pub use self::core::settings::{
    Budget, Calls, Configured, Entries, Levels, ModelRow, Override, Peer, Server, Settings,
};
pub use self::edits::http_block::{add_limits, add_line};
pub use self::facts::entries::entries;
pub use self::registry::{RULES, rule};
pub use self::rules::unused_client::tell_mention;
pub use self::run::{check, check_while};
pub use self::text::secret;
pub use self::text::words::{counted, grouped};
