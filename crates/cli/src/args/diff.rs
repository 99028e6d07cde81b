//! The arguments of `clientc diff`, and of the driver that git calls.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use super::common::InputArgs;

/// `clientc diff`
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// What to compare the files with: a git revision, another folder, or a JSON file that `clientc resolve` wrote.
    #[arg(long, value_name = "REV|DIR|FILE")]
    pub(crate) against: String,
    /// The output format of differences.
    #[arg(long, visible_alias = "output-format", value_name = "FORMAT", default_value = "full")]
    pub(crate) format: DiffFormat,
    /// Fail only on changes of these kinds, separated by commas.
    #[arg(long, value_name = "KINDS", value_delimiter = ',', value_parser = clap::builder::PossibleValuesParser::new(clientc_report::DIFF_KINDS))]
    pub(crate) fail_on: Option<Vec<String>>,
    /// Leave out the changes whose fingerprints are in this file, one per line; `#` begins a comment.
    #[arg(long, value_name = "FILE")]
    pub(crate) approved: Option<PathBuf>,
}

/// The output format of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DiffFormat {
    /// For people, with the routes that each change affects.
    Full,
    /// One line per change.
    Concise,
    /// One JSON document.
    Json,
    /// GitHub workflow annotations.
    Github,
    /// A comment for a pull request.
    Markdown,
    /// One page for a browser, with both schedules on one axis.
    Html,
}

/// `clientc git-diff-driver`
#[derive(Debug, Args)]
pub(crate) struct GitDiffDriverArgs {
    /// The arguments that git passes to an external diff: the path, the old file, its hash and mode, the new file, its
    /// hash and mode, and for a renamed file its new path and git's description of it.
    #[arg(value_name = "ARGUMENT", num_args = 7..=9, required = true)]
    pub(crate) arguments: Vec<PathBuf>,
}
