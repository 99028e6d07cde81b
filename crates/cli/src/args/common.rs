//! Arguments of several commands.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::names;

/// How text for people looks.
#[derive(Debug, Args)]
pub(crate) struct TerminalArgs {
    /// When to use colour; `NO_COLOR` and `FORCE_COLOR` are respected.
    #[arg(long, value_name = "WHEN", default_value = "auto", global = true, help_heading = "Display")]
    pub(crate) color: ColorChoice,
    /// Draw with ASCII characters only.
    #[arg(long, global = true, help_heading = "Display")]
    pub(crate) ascii: bool,
    /// Write findings and errors only: no summary and no notes.
    #[arg(long, short, global = true, conflicts_with = "verbose", help_heading = "Display")]
    pub(crate) quiet: bool,
    /// Print to standard error which projects were found and which settings apply to each. With `--why`, also name the
    /// clients that set no limit.
    #[arg(long, short, global = true, help_heading = "Display")]
    pub(crate) verbose: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ColorChoice {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What to read.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct InputArgs {
    /// Files or folders; `-` reads one file from standard input. Default: the nearest project, searching upwards.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// The file name for standard input: the project of that file is read, and only findings in the file are shown.
    #[arg(long, value_name = "FILE")]
    pub(crate) stdin_filename: Option<PathBuf>,
    /// Use this file instead of the nearest `clientc.toml`.
    #[arg(long, value_name = "FILE", conflicts_with = "isolated")]
    pub(crate) config: Option<PathBuf>,
    /// Use no `clientc.toml`.
    #[arg(long)]
    pub(crate) isolated: bool,
    /// Also apply this profile of `clientc.toml`: `[profiles.NAME]`.
    #[arg(long, value_name = "NAME", conflicts_with = "isolated", add = names::profiles())]
    pub(crate) profile: Option<String>,
    /// Exclude folders and files that match this pattern, relative to the working folder.
    #[arg(long, value_name = "PATTERN")]
    pub(crate) exclude: Vec<String>,
}
