//! Clients in the form of BAML v1: values, which are skipped.

use super::{ItemKind, Items};
use crate::text::TextRange;
use crate::tokens::{blanks, line_end, segment_end};

impl Items<'_> {
    /// Takes `client Name = …` up to its semicolon, or to the end of the line on which all its brackets are closed.
    /// Returns whether that is here.
    pub(super) fn client_value(&mut self, word_end: usize) -> bool {
        let start = word_end + blanks(self.bytes, word_end);
        let name_end = segment_end(self.bytes, start);
        let sign = name_end + blanks(self.bytes, name_end);
        if start == word_end || name_end == start || self.bytes.get(sign) != Some(&b'=') {
            return false;
        }
        let limit = self.headers.next_after(sign);
        let end = value_end(&self.bytes[..limit], sign + 1);
        self.out.bytes_read += (end - sign) as u64;
        self.push(ItemKind::ClientValue { name: TextRange::of(start, name_end) }, end);
        true
    }
}

/// One past a value that begins at `at`.
fn value_end(bytes: &[u8], mut at: usize) -> usize {
    let mut depth = 0_usize;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b';' if depth == 0 => return at + 1,
            b'\n' | b'\r' if depth == 0 && !goes_on(bytes, at) => return at,
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'`' => {
                at = text_end(bytes, at);
                continue;
            }
            b'/' if bytes[at..].starts_with(b"//") => {
                at = line_end(bytes, at);
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    at
}

/// Whether a value goes on after a line break: with a dot or an operator, or because nothing comes before it yet.
fn goes_on(bytes: &[u8], line_break: usize) -> bool {
    let before = bytes[..line_break].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    let after = bytes[line_break..].iter().find(|byte| !byte.is_ascii_whitespace());
    matches!(before, Some(b'=' | b',' | b'.')) || matches!(after, Some(b'.' | b')' | b';'))
}

/// One past a text in quotes or backticks; a text in quotes ends with its line at the latest.
fn text_end(bytes: &[u8], open: usize) -> usize {
    let quote = bytes[open];
    let mut at = open + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' | b'\r' if quote == b'"' => return at,
            _ if byte == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    bytes.len().min(at)
}
