//! Blocks that are left as they are.

use clientc_syntax::TextRange;

/// A block that was left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Skipped {
    /// The whole block, in the text that was given.
    pub range: TextRange,
    /// Why.
    pub reason: SkipReason,
}

/// Why a block was left as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SkipReason {
    /// It has a syntax fault.
    Fault,
    /// It holds what BAML, or a reader, could take for something else in another place: a quoted string that ends
    /// in a backslash, a tab before the comment behind an unquoted value, a block comment at the start of an
    /// array or before the brace of a map, a comment of several lines or two slashes in the header.
    Ambiguous,
    /// A comment for clientc would silence more or less in the new layout: it is on a line with several entries, and
    /// each would have a line of its own.
    Silencing,
}
