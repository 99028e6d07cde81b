//! What a completion says.

use clientc_syntax::TextRange;

/// A completion.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Completion {
    /// What is shown and typed.
    pub(crate) label: String,
    /// A few words beside it.
    pub(crate) detail: String,
    /// More words, in Markdown; may be empty.
    pub(crate) documentation: String,
    /// What it is.
    pub(crate) kind: CompletionKind,
    /// What is written, as a snippet with tab stops.
    pub(crate) snippet: String,
    /// What it replaces.
    pub(crate) range: TextRange,
    /// Whether it comes before the others, as a required key does.
    pub(crate) is_important: bool,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CompletionKind {
    /// A whole block.
    Snippet,
    /// A key.
    Key,
    /// A client.
    Client,
    /// A retry policy.
    Policy,
    /// A word from a list, a provider, a bool.
    Word,
    /// A model.
    Model,
    /// An environment variable.
    Variable,
    /// A rule.
    Rule,
}
