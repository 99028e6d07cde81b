//! Lines and columns of many places, in time that does not depend on the length of their lines.

use clientc_check::{FileId, Sources, Span};
use clientc_syntax::LineColumn;
use std::collections::HashMap;

/// A line that is longer gets marks.
const MARK_EVERY: usize = 512;

/// Where a span begins and ends, for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The line and column of the first character.
    pub start: LineColumn,
    /// The line and column behind the last character.
    pub end: LineColumn,
}

/// Finds lines and columns. For long lines it keeps the columns of places in regular distances, so that a file
/// of one line with very many findings is no problem.
pub struct Places<'s> {
    sources: &'s dyn Sources,
    marks: HashMap<(FileId, u32), Vec<u32>>,
}

impl<'s> Places<'s> {
    /// Prepares for these sources.
    #[must_use]
    pub fn new(sources: &'s dyn Sources) -> Self {
        Self { sources, marks: HashMap::new() }
    }

    /// The place of a span.
    pub fn of(&mut self, span: Span) -> Place {
        Place { start: self.at(span.file, span.range.start), end: self.at(span.file, span.range.end) }
    }

    /// The line and column of an offset, as [`clientc_syntax::LineIndex::line_column`] gives them.
    pub fn at(&mut self, file: FileId, offset: u32) -> LineColumn {
        let text = self.sources.text(file);
        let line = line_at(self.sources, file, offset);
        let start = self.sources.line_index(file).line_start(line).unwrap_or(0) as usize;
        let mut end = (offset as usize).min(text.len()).max(start);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let before = text.get(start..end).unwrap_or("").as_bytes();
        let mut column = if before.len() < MARK_EVERY {
            characters(before)
        } else {
            let marks = self.marks.entry((file, line)).or_insert_with(|| marks(self.sources, file, line));
            let mark = (before.len() / MARK_EVERY).min(marks.len().saturating_sub(1));
            let rest = before.get(mark * MARK_EVERY..).unwrap_or_default();
            marks.get(mark).copied().unwrap_or(0).saturating_add(characters(rest))
        };
        if line == 1 {
            column = column.saturating_sub(byte_order_marks(before));
        }
        LineColumn { line, column: column.saturating_add(1) }
    }
}

/// The number of byte order marks that a text begins with; they are no column.
fn byte_order_marks(text: &[u8]) -> u32 {
    let marks = text.chunks(3).take_while(|part| *part == "\u{feff}".as_bytes()).count();
    u32::try_from(marks).unwrap_or(u32::MAX)
}

/// The line of an offset, from 1.
pub(crate) fn line_at(sources: &dyn Sources, file: FileId, offset: u32) -> u32 {
    let index = sources.line_index(file);
    let (mut low, mut high) = (1, u32::try_from(index.lines()).unwrap_or(u32::MAX));
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if index.line_start(middle).is_some_and(|start| start <= offset) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// The number of characters before every place that is a multiple of the distance away from the start of a line.
fn marks(sources: &dyn Sources, file: FileId, line: u32) -> Vec<u32> {
    let index = sources.line_index(file);
    let text = sources.text(file).as_bytes();
    let start = index.line_start(line).unwrap_or(0) as usize;
    let end = index.line_start(line.saturating_add(1)).map_or(text.len(), |end| end as usize);
    let mut count = 0_u32;
    let mut marks = vec![0];
    for part in text.get(start..end).unwrap_or_default().chunks_exact(MARK_EVERY) {
        count = count.saturating_add(characters(part));
        marks.push(count);
    }
    marks
}

/// The number of characters that begin in a part of a text.
fn characters(part: &[u8]) -> u32 {
    let count = part.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count();
    u32::try_from(count).unwrap_or(u32::MAX)
}
