//! The formatter of client and retry_policy blocks.
//!
//! [`format()`] returns a text in its one style, [`edits`] the same as changes for an editor. Only client and
//! retry_policy blocks are laid out again, and a file that holds one gets a final newline; every other byte stays. What
//! a text means stays too: only blanks, line breaks and the separators of arrays change. A block with a syntax fault is
//! left as it is and reported as [`Skipped`].
//!
//! The style has no options: two blanks a level, one entry a line, arrays on one line up to 100 columns, nested
//! maps always over several lines. Whether a file uses colons, commas and quotes is its own choice and is kept.

mod flat;
mod gap;
mod header;
mod line_end;
mod lines;
mod printer;
mod rewrite;
mod silencing;
mod skip;
mod value;

use clientc_syntax::TextEdit;

pub use self::flat::MAX_COLUMNS;
pub use self::skip::{SkipReason, Skipped};

/// A formatted text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Formatted {
    /// The whole text.
    pub text: String,
    /// Whether it differs from what was given.
    pub changed: bool,
    /// The blocks that were left as they are, in the order of the text; ranges of the text that was given.
    pub skipped: Vec<Skipped>,
}

/// Formats one file. It never fails; what cannot be laid out is left as it is.
#[must_use]
pub fn format(text: &str) -> Formatted {
    let rewrite = rewrite::rewrite(text);
    Formatted {
        text: clientc_syntax::apply(text, &rewrite.edits),
        changed: !rewrite.edits.is_empty(),
        skipped: rewrite.skipped,
    }
}

/// The changes that [`format()`] would make: at most one per block and one at the end of the file, in the order of
/// the text, none of them longer than it must be. They do not overlap.
#[must_use]
pub fn edits(text: &str) -> Vec<TextEdit> {
    rewrite::rewrite(text).edits
}
