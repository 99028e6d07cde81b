//! Lines that open no block.

use super::foreign::opens_block;
use super::{ItemKind, Items};
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::text::TextRange;
use crate::tokens::{blanks, line_end, next_line};

/// How many bytes of characters that only look like blanks are passed before a block.
const MAX_ODD_BLANKS: usize = 64;

impl Items<'_> {
    /// Takes lines up to the next that opens a block, is blank or a comment; one fault for the run.
    pub(super) fn invalid(&mut self, kind: SyntaxFaultKind) {
        let start = self.at;
        if let Some(end) = odd_blanks_end(self.bytes, start)
            && opens_block(self.bytes, end)
        {
            self.out.faults.push(SyntaxFault::new(kind, TextRange::of(start, end)));
            self.push(ItemKind::Invalid, end);
            return;
        }
        // A block may follow a stray brace on its line.
        if kind == SyntaxFaultKind::NoBlock && self.bytes[start] == b'}' {
            let rest = start + 1 + blanks(self.bytes, start + 1);
            if self.bytes.get(rest).is_some_and(u8::is_ascii_alphabetic) && opens_block(self.bytes, rest) {
                self.out
                    .faults
                    .push(SyntaxFault::new(SyntaxFaultKind::StrayBrace, TextRange::of(start, start + 1)));
                self.push(ItemKind::Invalid, start + 1);
                return;
            }
        }
        let mut end = line_end(self.bytes, start);
        if kind == SyntaxFaultKind::NoBlock {
            while let Some(next) = next_line(self.bytes, end) {
                if !self.continues_invalid(next) {
                    break;
                }
                end = line_end(self.bytes, next);
            }
        }
        let kind = if self.bytes[start] == b'}' { SyntaxFaultKind::StrayBrace } else { kind };
        let first_line = line_end(self.bytes, start);
        let blank =
            self.bytes[start + 1..first_line].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
        self.out.faults.push(SyntaxFault::new(kind, TextRange::of(start, first_line - blank)));
        self.push(ItemKind::Invalid, end);
    }

    fn continues_invalid(&self, line: usize) -> bool {
        let text = line + blanks(self.bytes, line);
        match self.bytes.get(text) {
            None | Some(b'\n' | b'\r') => false,
            Some(b'/') => !self.bytes[text..].starts_with(b"//"),
            Some(b'{') => !self.bytes[text..].starts_with(b"{//"),
            Some(byte) if byte.is_ascii_alphabetic() => !opens_block(self.bytes, text),
            Some(_) => true,
        }
    }
}

/// One past characters at `at` that look like spaces but are not, with the spaces after them, before a word.
fn odd_blanks_end(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at].is_ascii_graphic() {
        return None;
    }
    let window = &bytes[at..bytes.len().min(at + MAX_ODD_BLANKS)];
    let valid =
        std::str::from_utf8(window).or_else(|error| std::str::from_utf8(&window[..error.valid_up_to()]));
    let line = valid.ok()?;
    let is_odd = |c: char| {
        let is_blank = c.is_whitespace() || c.is_control() || matches!(c, '\u{feff}' | '\u{200b}');
        is_blank && !matches!(c, '\n' | '\r')
    };
    let end = at + line.len() - line.trim_start_matches(is_odd).len();
    (end > at && bytes.get(end).is_some_and(u8::is_ascii_alphabetic)).then_some(end)
}
