//! A diagnostic in its final shape: plain data with byte ranges. Lines and columns exist only in renderers.

use clientc_semantic::{FileId, Span};
use clientc_syntax::{LineIndex, TextEdit};

/// The level of a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The check fails.
    Error,
    /// It should be looked at.
    Warning,
    /// Good to know.
    Info,
}

impl Level {
    /// The word in every output: `error`, `warning` or `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

/// A finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The name of the rule, such as `ttft-exceeds-request`.
    pub rule: &'static str,
    /// Its level after all settings.
    pub level: Level,
    /// What is wrong, with the numbers; no dot at the end.
    pub message: String,
    /// The offending token.
    pub primary: Label,
    /// Related places.
    pub related: Vec<Label>,
    /// What it is about, independent of lines: `MyFallback/http/request_timeout_ms`.
    pub subject: String,
    /// The fix.
    pub help: Option<String>,
    /// Edits that remove the finding.
    pub fix: Option<Fix>,
}

/// A place and what it has to do with the finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// A few words; may be empty.
    pub text: String,
}

/// Edits that remove a finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fix {
    /// What they do, in a few words: "write `timeout`".
    pub title: String,
    /// Whether they can be applied without a review.
    pub safety: Safety,
    /// Edits that do not overlap.
    pub edits: Vec<FileEdit>,
}

/// Whether a fix keeps the meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Safety {
    /// It writes what was meant.
    Safe,
    /// A person must review it.
    Unsafe,
}

/// A change of one of the files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileEdit {
    /// The file.
    pub file: FileId,
    /// What changes in its text.
    pub edit: TextEdit,
}

impl FileEdit {
    /// Replaces the bytes of a place.
    #[must_use]
    pub fn new(span: Span, text: impl Into<String>) -> Self {
        Self { file: span.file, edit: TextEdit::new(span.range, text) }
    }

    /// The place of what is replaced.
    #[must_use]
    pub const fn span(&self) -> Span {
        Span { file: self.file, range: self.edit.range }
    }

    /// The new text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.edit.text
    }
}

/// The texts that diagnostics point into.
pub trait Sources {
    /// How many files there are. Their numbers are those below it.
    fn count(&self) -> usize;
    /// The path as people see it, relative to the working folder, with `/`.
    fn display_path(&self, file: FileId) -> &str;
    /// The text; empty for a file that could not be read.
    fn text(&self, file: FileId) -> &str;
    /// Where its lines begin.
    fn line_index(&self, file: FileId) -> &LineIndex;
}
