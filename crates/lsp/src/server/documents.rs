//! The documents that the client has open, and changes of their texts.

use std::path::PathBuf;

use clientc_semantic::FileId;
use clientc_syntax::LineIndex;

use crate::positions::{Encoding, Lines, Position};

/// A document that the client has open.
#[derive(Debug, Clone)]
pub(super) struct Document {
    pub(super) path: PathBuf,
    pub(super) version: i32,
    /// Its file; `None` for a document that we do not read.
    pub(super) file: Option<FileId>,
    /// Its text. One file may be open under two addresses, and each has its own.
    pub(super) text: String,
}

/// A change of a document.
#[derive(Debug, Clone)]
pub(super) struct Change {
    /// What is replaced; `None` for the whole text.
    pub(super) range: Option<(Position, Position)>,
    /// The new text.
    pub(super) text: String,
}

impl Document {
    /// Changes the text.
    pub(super) fn apply(&mut self, change: Change, encoding: Encoding) {
        let Some((start, end)) = change.range else {
            self.text = change.text;
            return;
        };
        let index = LineIndex::new(&self.text);
        let lines = Lines::new(&self.text, &index, encoding);
        let (start, end) = (lines.offset(start) as usize, lines.offset(end) as usize);
        self.text.replace_range(start..end.max(start), &change.text);
    }
}
