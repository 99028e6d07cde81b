//! The arguments of `clientc resolve`.

use clap::{Args, ValueEnum};

use super::common::InputArgs;
use crate::names;

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
