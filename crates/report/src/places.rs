//! Lines and columns of places.

use clientc_check::{FileId, Sources, Span};
use clientc_syntax::LineColumn;

/// Where a span begins and ends, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line and column of the first character.
    pub start: LineColumn,
    /// The line and column after the last character.
    pub end: LineColumn,
}

/// Finds lines and columns.
#[derive(Clone, Copy)]
pub struct Places<'s> {
    sources: &'s dyn Sources,
}

impl<'s> Places<'s> {
    /// Prepares for these sources.
    #[must_use]
    pub fn new(sources: &'s dyn Sources) -> Self {
        Self { sources }
    }

    /// The place of a span.
    #[must_use]
    pub fn of(self, span: Span) -> Place {
        Place { start: self.at(span.file, span.range.start), end: self.at(span.file, span.range.end) }
    }

    /// The line and column of an offset.
    #[must_use]
    pub fn at(self, file: FileId, offset: u32) -> LineColumn {
        self.sources.line_index(file).line_column(self.sources.text(file), offset)
    }
}
