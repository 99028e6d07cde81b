//! How text for people looks. The caller decides all of it.

use std::borrow::Cow;

use crate::printable::shortened;

/// How text for people looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Options {
    /// Whether ANSI colours are written.
    pub colour: bool,
    /// Whether lines and dots are drawn with characters outside ASCII. Source text is shown as it is.
    pub unicode: bool,
    /// The columns that a line may take. Less than 40 counts as 40.
    pub width: usize,
    /// Whether names stay whole where that makes a line too long. Otherwise they lose their middle.
    pub whole: bool,
    /// Whether an explanation names clients that set nothing, too.
    pub verbose: bool,
    /// Where names and places lead to when they are clicked.
    pub links: Links,
}

/// Addresses for terminal hyperlinks. Without an address there is no link.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Links {
    /// The address of a rule's page, with `{rule}` for its name or `{page}` for that of its file.
    pub rule: Option<String>,
    /// The address of a place, with `{path}`, `{line}` and `{column}`.
    pub file: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            colour: false,
            unicode: true,
            width: 100,
            whole: false,
            verbose: false,
            links: Links::default(),
        }
    }
}

impl Options {
    /// The columns that a line may take, at least 40.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.width.max(40)
    }

    /// The columns of running text: lines of more than 100 are hard to read.
    pub(crate) fn prose_columns(&self) -> usize {
        self.columns().min(100)
    }

    /// A text shortened to this many columns, unless texts stay whole.
    pub(crate) fn fitted<'t>(&self, text: &'t str, columns: usize) -> Cow<'t, str> {
        if self.whole { Cow::Borrowed(text) } else { shortened(text, columns, self.ellipsis()) }
    }

    /// The mark for text that was left out.
    pub(crate) const fn ellipsis(&self) -> &'static str {
        if self.unicode { "…" } else { "..." }
    }

    /// The separator of two short facts.
    pub(crate) const fn separator(&self) -> &'static str {
        if self.unicode { " · " } else { " - " }
    }
}
