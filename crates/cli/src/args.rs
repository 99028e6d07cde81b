//! What can be written on the command line.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

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

/// `clientc resolve`
#[derive(Debug, Args)]
pub(crate) struct ResolveArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    /// The output format of clients.
    #[arg(long, visible_alias = "output-format", value_name = "FORMAT", default_value = "table")]
    pub(crate) format: ResolveFormat,
    /// Only this client and what it reaches.
    #[arg(long, value_name = "NAME", conflicts_with = "function", add = names::clients())]
    pub(crate) client: Option<String>,
    /// Only the client of this function and what it reaches.
    #[arg(long, value_name = "NAME", add = names::functions())]
    pub(crate) function: Option<String>,
    /// Explain where each limit comes from, and what happens when every attempt times out.
    #[arg(long)]
    pub(crate) why: bool,
    /// Leave files, lines and columns out of the JSON, so that it changes only when the plan does.
    #[arg(long)]
    pub(crate) no_source: bool,
    /// Write the page to a temporary file and open it in the browser; needs `--format html`.
    #[arg(long)]
    pub(crate) open: bool,
    /// Whose numbers come first: those of BAML's own runtime, or those of clientc's library and gateway. Default:
    /// `calls` under `[runtime]`.
    #[arg(long, value_name = "RUNTIME")]
    pub(crate) runtime: Option<LeadingRuntime>,
}

/// Whose numbers come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum LeadingRuntime {
    /// BAML's own runtime.
    Baml,
    /// clientc's library and gateway.
    Clientc,
}

/// The output format of clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ResolveFormat {
    /// A table, for people.
    Table,
    /// One JSON document, for one project.
    Json,
    /// One JSON document per line, for any number of projects.
    JsonLines,
    /// The composition as a tree, for people.
    Tree,
    /// A graph for Mermaid, of one project.
    Mermaid,
    /// A graph for Graphviz.
    Dot,
    /// One self-contained HTML page, of one project.
    Html,
}

impl ResolveFormat {
    /// Whether it describes one project only.
    pub(crate) const fn is_of_one_project(self) -> bool {
        matches!(self, Self::Json | Self::Mermaid | Self::Html)
    }

    /// The name on the command line.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Json => "json",
            Self::JsonLines => "json-lines",
            Self::Tree => "tree",
            Self::Mermaid => "mermaid",
            Self::Dot => "dot",
            Self::Html => "html",
        }
    }
}

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
