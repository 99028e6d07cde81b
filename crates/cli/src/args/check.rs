//! The arguments of `clientc check`.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::InputArgs;
use crate::names;

/// `clientc check`
#[derive(Debug, Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The output format of findings.
    #[arg(long, visible_alias = "output-format", value_name = "FORMAT", default_value = "full")]
    pub(crate) format: CheckFormat,
    /// Write findings to this file instead of standard output.
    #[arg(long, value_name = "FILE")]
    pub(crate) output_file: Option<PathBuf>,
    /// Count the findings of each rule instead of listing them.
    #[arg(long, conflicts_with = "format")]
    pub(crate) statistics: bool,
    /// List the files that would be read, and check nothing.
    #[arg(long)]
    pub(crate) show_files: bool,
    /// Show only findings of these rules, and of rules that keep a project from being resolved.
    #[arg(long, value_name = "RULES", value_delimiter = ',', add = names::rules(), help_heading = "Rules")]
    pub(crate) select: Vec<String>,
    /// Show only findings at this level or above; others do not count.
    #[arg(long, value_name = "LEVEL", help_heading = "Rules")]
    pub(crate) min_level: Option<LevelName>,
    /// Report findings of these rules as errors.
    #[arg(long, value_name = "RULES", value_delimiter = ',', add = names::rules(), help_heading = "Rules")]
    pub(crate) error: Vec<String>,
    /// Report findings of these rules as warnings.
    #[arg(long, value_name = "RULES", value_delimiter = ',', add = names::rules(), help_heading = "Rules")]
    pub(crate) warn: Vec<String>,
    /// Report findings of these rules as infos.
    #[arg(long, value_name = "RULES", value_delimiter = ',', add = names::rules(), help_heading = "Rules")]
    pub(crate) info: Vec<String>,
    /// Turn these rules off.
    #[arg(long, value_name = "RULES", value_delimiter = ',', add = names::rules(), help_heading = "Rules")]
    pub(crate) ignore: Vec<String>,
    /// Apply safe fixes to the files until nothing changes, then show the remaining findings.
    #[arg(long, help_heading = "Changes")]
    pub(crate) fix: bool,
    /// Like --fix, but neither show nor count the remaining findings.
    #[arg(long, help_heading = "Changes", conflicts_with_all = ["diff", "add_ignore", "write_baseline"])]
    pub(crate) fix_only: bool,
    /// With --fix or --diff: include fixes that change what a client does, which a person should review.
    #[arg(long, help_heading = "Changes")]
    pub(crate) unsafe_fixes: bool,
    /// Change nothing; show what --fix or --add-ignore would change, and exit with 1 if fixes would change anything.
    #[arg(long, help_heading = "Changes", conflicts_with_all = ["output_file", "statistics", "write_baseline"])]
    pub(crate) diff: bool,
    /// Silence each finding with a comment above it that states this reason.
    #[arg(long, value_name = "REASON", help_heading = "Changes", conflicts_with = "fix")]
    pub(crate) add_ignore: Option<String>,
    /// Leave out the findings that this file accepts. Default: the file that `baseline` in clientc.toml names.
    #[arg(long, value_name = "FILE", help_heading = "Changes")]
    pub(crate) baseline: Option<PathBuf>,
    /// Write the findings of this run to the baseline, as accepted.
    #[arg(long, help_heading = "Changes")]
    pub(crate) write_baseline: bool,
    /// Remove findings that no longer occur from the baseline.
    #[arg(long, help_heading = "Changes", conflicts_with = "write_baseline")]
    pub(crate) prune_baseline: bool,
    /// Show the effective settings, entries and levels of each project, and check nothing.
    #[arg(long, conflicts_with = "show_files")]
    pub(crate) show_settings: bool,
    /// Check without a profile and with each profile of `clientc.toml`.
    #[arg(long, conflicts_with_all = ["profile", "isolated", "fix", "fix_only", "diff", "add_ignore", "show_files", "show_settings"])]
    pub(crate) all_profiles: bool,
    /// Check again whenever a source or a `clientc.toml` changes, until interrupted.
    #[arg(long, conflicts_with_all = ["fix", "fix_only", "diff", "add_ignore", "write_baseline", "prune_baseline", "show_files", "show_settings", "output_file"])]
    pub(crate) watch: bool,
    /// Exit with 1 if there are warnings.
    #[arg(long)]
    pub(crate) error_on_warnings: bool,
    /// Exit with 0 even if there are findings.
    #[arg(long)]
    pub(crate) exit_zero: bool,
}

/// A level of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LevelName {
    /// Errors.
    Error,
    /// Errors and warnings.
    #[value(alias = "warn")]
    Warning,
    /// All findings.
    Info,
}

/// The output format of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    /// With the source, for people.
    Full,
    /// One line each: `file:line:col: level[rule]: message`.
    Concise,
    /// One JSON document.
    Json,
    /// One JSON object per line.
    JsonLines,
    /// SARIF 2.1.0, for code scanning.
    Sarif,
    /// GitHub workflow annotations.
    Github,
    /// GitLab code quality report.
    Gitlab,
    /// JUnit XML.
    Junit,
    /// Reviewdog JSON.
    Rdjson,
}
