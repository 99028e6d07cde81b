//! Offsets to lines and columns.

use memchr::{memchr, memchr2_iter};

use crate::text::offset;
use crate::work;

/// A place for people: both numbers begin at 1, the column counts Unicode scalar values and a tab is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LineColumn {
    /// The line, from 1.
    pub line: u32,
    /// The column in Unicode scalar values, from 1.
    pub column: u32,
}

/// Where the lines of a text begin. `\n`, `\r\n` and a lone `\r` end a line.
///
/// A column takes the same time wherever it is in its line, so that a file of one line is no problem.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// The number of characters before every [`MARK_EVERY`] bytes of the text. Empty for ASCII, where a character is
    /// a byte.
    marks: Vec<u32>,
}

/// How far apart the places are at which characters have been counted, in bytes.
const MARK_EVERY: usize = 512;

impl LineIndex {
    /// Reads the text once.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        if memchr(b'\r', bytes).is_none() {
            starts.extend(memchr::memchr_iter(b'\n', bytes).map(|at| offset(at + 1)));
        } else {
            for at in memchr2_iter(b'\n', b'\r', bytes) {
                if bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n') {
                    starts.push(offset(at + 1));
                }
            }
        }
        Self { starts, marks: marks(text) }
    }

    /// The line and column of a byte offset. An offset inside a character counts as that character; one past
    /// the end counts as the end. `text` is the text that the index was made of.
    #[must_use]
    pub fn line_column(&self, text: &str, offset: u32) -> LineColumn {
        let line = self.line(offset);
        let start = self.line_start(line).unwrap_or(0) as usize;
        let mut end = (offset as usize).min(text.len()).max(start);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let mut column = self.characters(text, end) - self.characters(text, start);
        if line == 1 {
            column -= byte_order_marks(text.get(start..end).unwrap_or_default());
        }
        LineColumn { line, column: crate::text::offset(column + 1) }
    }

    /// The line of a byte offset, from 1.
    #[must_use]
    pub fn line(&self, offset: u32) -> u32 {
        crate::text::offset(self.starts.partition_point(|start| *start <= offset).max(1))
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

    /// The number of characters before an offset.
    fn characters(&self, text: &str, at: usize) -> usize {
        if self.marks.is_empty() {
            return at;
        }
        let mark = (at / MARK_EVERY).min(self.marks.len() - 1);
        let rest = text.as_bytes().get(mark * MARK_EVERY..at).unwrap_or_default();
        work::add(rest.len());
        self.marks[mark] as usize + begun(rest)
    }
}

fn marks(text: &str) -> Vec<u32> {
    if text.is_ascii() {
        return Vec::new();
    }
    let mut count = 0;
    let mut marks = vec![0];
    for part in text.as_bytes().chunks_exact(MARK_EVERY) {
        count += begun(part);
        marks.push(offset(count));
    }
    marks
}

/// The number of characters that begin in a part of a text.
fn begun(part: &[u8]) -> usize {
    part.iter().filter(|byte| (**byte & 0b1100_0000) != 0b1000_0000).count()
}

/// The number of byte order marks that a text begins with; they are no column.
fn byte_order_marks(text: &str) -> usize {
    text.chars().take_while(|first| *first == '\u{feff}').count()
}

#[cfg(test)]
mod tests {
    use super::{LineColumn, LineIndex};

    /// The place as it is defined: by counting characters from the start of the line.
    fn counted(text: &str, offset: usize) -> LineColumn {
        let mut at = offset.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        let (mut line, mut column) = (1, 1);
        let mut chars = text[..at].chars().peekable();
        let mut is_start = true;
        while let Some(char) = chars.next() {
            let ends = char == '\n' || char == '\r' && (chars.peek().is_none_or(|next| *next != '\n'));
            // Between `\r` and `\n` the line has not ended yet.
            let splits = char == '\r' && chars.peek().is_none() && text[at..].starts_with('\n');
            if ends && !splits {
                (line, column) = (line + 1, 1);
                is_start = false;
            } else if !(is_start && char == '\u{feff}') {
                column += 1;
                is_start = false;
            }
        }
        LineColumn { line, column }
    }

    #[test]
    fn places_are_those_that_counting_gives() {
        let long = "\u{feff}\u{feff}ab日本🦀\t".repeat(700);
        let texts = [
            String::new(),
            "a".into(),
            "\u{feff}a\r\nb\rc\n".into(),
            "\u{feff}\u{feff}".into(),
            "ab\ncd".repeat(500),
            long.clone(),
            format!("{long}\r{long}\r\nx\n"),
        ];
        for text in texts {
            let index = LineIndex::new(&text);
            for offset in (0..=text.len() + 3).step_by(if text.len() > 100 { 37 } else { 1 }) {
                let found = index.line_column(&text, crate::text::offset(offset));
                assert_eq!(found, counted(&text, offset), "at {offset} of {} bytes", text.len());
            }
        }
    }
}
