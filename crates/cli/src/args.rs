//! What can be written on the command line: the commands, and the arguments of those that have few.

mod check;
mod common;
mod diff;
mod resolve;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use self::check::{CheckArgs, CheckFormat, LevelName};
pub(crate) use self::common::{ColorChoice, InputArgs, TerminalArgs};
pub(crate) use self::diff::{DiffArgs, DiffFormat, GitDiffDriverArgs};
pub(crate) use self::resolve::{LeadingRuntime, ResolveArgs, ResolveFormat};
use crate::names;
use crate::on_demand::OnDemand;

/// Checks BAML client definitions at compile time, and shows how long a call can take.
#[derive(Debug, Parser)]
#[command(name = "clientc", version, long_version = crate::version::long(), about, disable_help_subcommand = true)]
#[command(
    after_help = "Exit codes: 0 clean, 1 findings, 2 wrong usage, bad configuration or unreadable input."
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    #[command(flatten)]
    pub(crate) terminal: TerminalArgs,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Find what is wrong with the clients of one or more projects.
    Check(OnDemand<CheckArgs>),
    /// Show every client down to its leaves: limits, where they come from, and the worst case.
    Resolve(OnDemand<ResolveArgs>),
    /// Show what a change does to the plan: limits, routes and worst cases, before and after.
    Diff(OnDemand<DiffArgs>),
    /// Show what a change does to the plan in `git diff` of a `.baml` file:
    /// `git config diff.baml.command "clientc git-diff-driver"`.
    GitDiffDriver(OnDemand<GitDiffDriverArgs>),
    /// Format client and retry_policy blocks; every other byte stays as it is.
    Fmt(OnDemand<FmtArgs>),
    /// Explain a rule, or list all rules.
    Explain(OnDemand<ExplainArgs>),
    /// Check a recorded call against its plan, attempt by attempt, and name the line that decided each of them.
    Replay(OnDemand<ReplayArgs>),
    /// Write the configuration of other software to match the plan.
    Export(OnDemand<ExportArgs>),
    /// Write a `clientc.toml` that explains every key.
    Init(OnDemand<InitArgs>),
    /// Run the language server for an editor, over standard input and output.
    Lsp(OnDemand<LspArgs>),
    /// Print the JSON Schema of an output or of `clientc.toml`.
    Schema(OnDemand<SchemaArgs>),
    /// Print a script that completes commands, options, and names of rules, clients and profiles in a shell.
    Completions(OnDemand<CompletionsArgs>),
    /// Print a manual page, or write all of them.
    Man(OnDemand<ManArgs>),
}

/// What to export.
#[derive(Debug, Args)]
pub(crate) struct ExportArgs {
    /// What to write.
    #[arg(value_name = "WHAT")]
    pub(crate) what: ExportWhat,
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The address that the front listens on.
    #[arg(long, value_name = "ADDRESS", default_value = "0.0.0.0:8080")]
    pub(crate) listen: SocketAddr,
    /// The address of a gateway behind the front; repeat the option for each gateway.
    #[arg(long = "gateway", value_name = "ADDRESS", default_value = "127.0.0.1:44497")]
    pub(crate) gateways: Vec<SocketAddr>,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportWhat {
    /// An Envoy in front of gateways, with timeouts above the worst case of the plan.
    EnvoyFront,
}

/// `clientc fmt`
#[derive(Debug, Args)]
pub(crate) struct FmtArgs {
    /// Files or folders; `-` formats standard input to standard output. Default: the nearest project, searching
    /// upwards.
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
    /// Change nothing; list the files that would change, and exit with 1 if there are any.
    #[arg(long)]
    pub(crate) check: bool,
    /// Change nothing; show what would change, and exit with 1 if anything would.
    #[arg(long)]
    pub(crate) diff: bool,
}

/// `clientc explain`
#[derive(Debug, Args)]
pub(crate) struct ExplainArgs {
    /// The rule. Default: list all rules.
    #[arg(value_name = "RULE", add = names::rules())]
    pub(crate) rule: Option<String>,
    /// The output format.
    #[arg(long, visible_alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ExplainFormat,
}

/// The output format of rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `clientc replay`
#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// The resolved plan that the call followed, as `clientc resolve --format json` writes it.
    #[arg(long, value_name = "FILE")]
    pub(crate) plan: PathBuf,
    /// The record of the call, or the error or answer that contains it, as JSON; `-` reads standard input.
    #[arg(value_name = "FILE", default_value = "-")]
    pub(crate) call: PathBuf,
    /// How late a timer may be, in milliseconds.
    #[arg(long, value_name = "MS", default_value_t = 10)]
    pub(crate) tolerance: u64,
    /// The output format.
    #[arg(long, visible_alias = "output-format", value_name = "FORMAT", default_value = "text")]
    pub(crate) format: ReplayFormat,
}

/// The output format of a replay.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReplayFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
}

/// `clientc schema`
#[derive(Debug, Args)]
pub(crate) struct SchemaArgs {
    /// The schema to print.
    #[arg(value_name = "NAME")]
    pub(crate) name: SchemaName,
}

/// The schemas there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum SchemaName {
    /// Of `resolve --format json`.
    Resolved,
    /// Of `check --format json`.
    Diagnostics,
    /// Of `diff --format json`.
    Diff,
    /// Of the record of a call, which `replay` reads.
    Call,
    /// Of `clientc.toml`.
    Config,
}

/// `clientc init`
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// The folder to write it to.
    #[arg(value_name = "FOLDER", default_value = ".")]
    pub(crate) folder: PathBuf,
}

/// `clientc completions`
#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell.
    #[arg(value_name = "SHELL")]
    pub(crate) shell: clap_complete::Shell,
}

/// `clientc man`
#[derive(Debug, Args)]
pub(crate) struct ManArgs {
    /// The command. Default: clientc itself.
    #[arg(value_name = "COMMAND")]
    pub(crate) command: Option<String>,
    /// Write all pages to this folder.
    #[arg(long, value_name = "FOLDER", conflicts_with = "command")]
    pub(crate) folder: Option<PathBuf>,
}

/// How the language server is reached.
#[derive(Debug, Args)]
pub(crate) struct LspArgs {
    /// Use standard input and output. There is no other transport; some editors pass this option.
    #[arg(long, hide = true)]
    pub(crate) stdio: bool,
}
