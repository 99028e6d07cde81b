//! Offsets to lines and columns.

use memchr::{memchr, memchr2_iter};

/// A place for people: both numbers begin at 1, the column counts Unicode scalar values and a tab is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Where the lines of a text begin. `\n`, `\r\n` and a lone `\r` end a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
}

impl LineIndex {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        if memchr(b'\r', bytes).is_none() {
            starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| crate::text::offset(at + 1)));
        } else {
            for at in memchr2_iter(b'\n', b'\r', bytes) {
                if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                    starts.push(crate::text::offset(at + 1));
                }
            }
        }
        Self { starts }
    }

    /// The line and column of a byte offset. An offset inside a character counts as that character; one past
    /// the end counts as the end.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.starts.partition_point(|start| *start <= offset).saturating_sub(1);
        let start = self.starts.get(line).copied().unwrap_or(0) as usize;
        let mut end = (offset as usize).min(text.len()).max(start);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(start..end).unwrap_or("");
        let before = if line == 0 { before.trim_start_matches('\u{feff}') } else { before };
        let column = before.chars().count() + 1;
        LineColumn { line: crate::text::offset(line + 1), column: crate::text::offset(column) }
    }

    /// The offset at which a line (from 1) begins, if there is such a line.
    #[must_use]
    pub fn line_start(&self, line: u32) -> Option<u32> {
        self.starts.get((line as usize).checked_sub(1)?).copied()
    }

    /// The number of lines; an empty text has one.
    #[must_use]
    pub fn lines(&self) -> usize {
        self.starts.len()
    }
}
