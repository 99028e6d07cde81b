//! The text that is being written: lines, indents and tokens.

use clientc_syntax::{Node, NodeKind, TextRange};

use crate::gap::Gap;
use crate::skip::SkipReason;

/// The result of a step of printing: an error says why the block has to stay as it is.
pub(crate) type Printed = Result<(), SkipReason>;

/// Writes one block after another into the same buffer.
pub(crate) struct Printer<'t> {
    /// The text of the file.
    pub(crate) source: &'t str,
    /// What has been written of the block.
    pub(crate) out: String,
    /// How many maps and arrays are open.
    pub(crate) level: usize,
    line_end: &'static str,
    line_start: usize,
}

impl<'t> Printer<'t> {
    /// A printer of the blocks of one file.
    pub(crate) fn new(source: &'t str) -> Self {
        Self { source, out: String::new(), level: 0, line_end: "\n", line_start: 0 }
    }

    /// Forgets the last block.
    pub(crate) fn restart(&mut self, line_end: &'static str) {
        self.out.clear();
        self.level = 0;
        self.line_start = 0;
        self.line_end = line_end;
    }

    /// Writes a token or a mark between tokens.
    pub(crate) fn push(&mut self, text: &str) {
        self.out.push_str(text);
    }

    /// Writes a token as it is in the file.
    pub(crate) fn token(&mut self, node: Node<'t>) -> Printed {
        let text = node.text(self.source);
        let string = matches!(node.kind(), NodeKind::QuotedString | NodeKind::Key);
        if string && ends_in_backslash(text) {
            return Err(SkipReason::Ambiguous);
        }
        self.out.push_str(text);
        Ok(())
    }

    /// Writes a comment; blanks at the end of its line go.
    pub(crate) fn comment(&mut self, comment: Node<'t>) {
        let text = comment.text(self.source);
        let line_comment = comment.kind() == NodeKind::LineComment;
        self.out.push_str(if line_comment { text.trim_end_matches([' ', '\t']) } else { text });
    }

    /// Begins a line at the current level, after a blank one if told so.
    pub(crate) fn next_line(&mut self, blank_line_before: bool) {
        if blank_line_before {
            self.out.push_str(self.line_end);
        }
        self.out.push_str(self.line_end);
        self.line_start = self.out.len();
        for _ in 0..self.level {
            self.out.push_str("  ");
        }
    }

    /// How many columns the current line takes so far.
    pub(crate) fn column(&self) -> usize {
        self.out.get(self.line_start..).unwrap_or_default().chars().count()
    }

    /// What is in the file between two places.
    pub(crate) fn gap(&self, start: u32, end: u32) -> Gap {
        Gap::of(TextRange::new(start, end).slice(self.source))
    }
}

/// Whether the text of a quoted string ends in a backslash. BAML takes that for an escape of the closing quote,
/// so that the string goes on to the next quote of its line, if there is one (peer/baml-facts.md 1.1).
pub(crate) fn ends_in_backslash(text: &str) -> bool {
    text.ends_with("\\\"")
}
