//! Finds the end of one client or policy block, by the same tokens that the grammar reads.

use memchr::memmem;

use crate::fault::{SyntaxFault, SyntaxFaultKind, Unterminated};
use crate::headers::{Headers, is_comment_before_brace};
use crate::text::TextRange;
use crate::tokens::{
    arguments_end, key_end, line_end, number_end, raw_string_end, segment_end, stray_end, word_end,
};
use crate::tree::MAX_NESTING;

/// Where a block ends and whether its body can be read.
#[derive(Debug)]
pub(crate) struct BlockEnd {
    /// One past the block's last byte; reading goes on here.
    pub(crate) end: usize,
    /// Why the body cannot be read, if so.
    pub(crate) broken: Option<SyntaxFault>,
}

/// Scans a block whose opening brace is at `open`.
pub(crate) fn block_end(bytes: &[u8], open: usize, headers: &mut Headers<'_>) -> BlockEnd {
    let limit = headers.next_after(open + 1);
    let stack = vec![(open, true)];
    let mut scan = Scan { bytes: &bytes[..limit], at: open + 1, stack, value_next: false };
    match scan.run() {
        Ok(end) => BlockEnd { end, broken: None },
        Err(Stop::SyntaxFault(fault)) => BlockEnd { end: limit, broken: Some(fault) },
        Err(Stop::Unclosed(brace)) => {
            let end = trim_blank_end(bytes, open + 1, limit);
            let mut fault = SyntaxFault::new(SyntaxFaultKind::MissingBrace, TextRange::of(brace, brace + 1));
            if limit < bytes.len() {
                fault = fault.related(TextRange::of(limit, line_end(bytes, limit)));
            }
            BlockEnd { end, broken: Some(fault) }
        }
    }
}

enum Stop {
    SyntaxFault(SyntaxFault),
    Unclosed(usize),
}

struct Scan<'t> {
    bytes: &'t [u8],
    at: usize,
    /// The open brackets: where, and whether it is a map.
    stack: Vec<(usize, bool)>,
    /// Whether the next token is a value: after a key, and everywhere in an array.
    value_next: bool,
}

impl Scan<'_> {
    fn run(&mut self) -> Result<usize, Stop> {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' => self.at += 1,
                b'\n' | b'\r' | b',' => self.separator(1),
                b'"' => self.quoted()?,
                b'{' => self.open_brace()?,
                b'[' => self.push(false)?,
                b'}' => {
                    if let Some(end) = self.close_brace() {
                        return Ok(end);
                    }
                }
                b']' => self.close_bracket(),
                b'#' if self.raw_string_hashes().is_some() => self.raw_string()?,
                b'/' if self.bytes.get(self.at + 1) == Some(&b'/') => self.line_comment(),
                b':' if self.value_next && self.in_map() && self.after_key() => self.at += 1,
                b'@' if self.attribute() => self.value_next = !self.in_map(),
                b'(' if arguments_end(self.bytes, self.at) > self.at => {
                    self.at = arguments_end(self.bytes, self.at);
                    self.value_next = !self.in_map();
                }
                _ if self.value_next => self.value(),
                _ => self.key(),
            }
        }
        let brace = self.stack.iter().rev().find(|(_, map)| *map).map_or(self.at, |(at, _)| *at);
        Err(Stop::Unclosed(self.stack.first().map_or(brace, |(at, _)| *at)))
    }

    fn in_map(&self) -> bool {
        self.stack.last().is_none_or(|(_, map)| *map)
    }

    fn separator(&mut self, len: usize) {
        self.at += len;
        self.value_next = !self.in_map();
    }

    fn push(&mut self, map: bool) -> Result<(), Stop> {
        if self.stack.len() >= MAX_NESTING {
            let range = TextRange::of(self.at, self.at + 1);
            return Err(Stop::SyntaxFault(SyntaxFault::new(SyntaxFaultKind::TooDeep, range)));
        }
        self.stack.push((self.at, map));
        self.separator(1);
        Ok(())
    }

    fn open_brace(&mut self) -> Result<(), Stop> {
        let is_value = self.value_next && self.in_map();
        if is_value
            && self.bytes[self.at..].starts_with(b"{//")
            && !is_comment_before_brace(self.bytes, self.at)
        {
            return self.push(true);
        }
        if self.bytes[self.at..].starts_with(b"{//") {
            let Some(length) = memmem::find(&self.bytes[self.at + 3..], b"//}") else {
                return Err(self.unterminated(Unterminated::Comment, 3));
            };
            self.separator(length + 6);
            return Ok(());
        }
        let is_template = self.value_next && self.bytes[self.at..].starts_with(b"{{");
        if let Some(end) = is_template.then(|| self.template_end()).flatten() {
            self.at = end;
            self.value_next = !self.in_map();
            return Ok(());
        }
        self.push(true)
    }

    /// One past the template that begins here, if it ends on its line and before another begins.
    fn template_end(&self) -> Option<usize> {
        let body = self.at + 2;
        let rest = self.bytes.get(body..)?;
        let stops = |pair: &[u8]| matches!(pair, [b'}', b'}'] | [b'{', b'{'] | [b'\n' | b'\r', _]);
        let length = rest.windows(2).position(stops)?;
        rest[length..].starts_with(b"}}").then_some(body + length + 2)
    }

    /// Closes the innermost map and the arrays left open in it. Returns the end of the block with its last.
    fn close_brace(&mut self) -> Option<usize> {
        while self.stack.pop().is_some_and(|(_, map)| !map) {}
        self.separator(1);
        self.stack.is_empty().then_some(self.at)
    }

    fn close_bracket(&mut self) {
        if !self.in_map() {
            self.stack.pop();
            self.separator(1);
        } else {
            self.stray();
        }
    }

    fn unterminated(&self, what: Unterminated, opening: usize) -> Stop {
        let range = TextRange::of(self.at, self.at + opening);
        Stop::SyntaxFault(SyntaxFault::new(SyntaxFaultKind::Unterminated(what), range))
    }

    fn quoted(&mut self) -> Result<(), Stop> {
        let mut at = self.at + 1;
        loop {
            match self.bytes.get(at) {
                None | Some(b'\n' | b'\r') if self.bytes[..self.at].ends_with(b"\"\"") => {
                    let range = TextRange::of(self.at - 2, self.at + 1);
                    return Err(Stop::SyntaxFault(SyntaxFault::new(SyntaxFaultKind::TripleQuotes, range)));
                }
                None | Some(b'\n' | b'\r') => {
                    return Err(self.unterminated(Unterminated::String, 1));
                }
                Some(b'"') => break,
                Some(b'\\') if !matches!(self.bytes.get(at + 1), None | Some(b'\n' | b'\r')) => at += 2,
                Some(_) => at += 1,
            }
        }
        self.at = at + 1;
        // A quoted key is followed by its value.
        self.value_next = !self.in_map() || !self.value_next;
        Ok(())
    }

    fn raw_string_hashes(&self) -> Option<usize> {
        let hashes = self.bytes[self.at..].iter().take_while(|byte| **byte == b'#').count();
        (hashes <= 5 && self.bytes.get(self.at + hashes) == Some(&b'"')).then_some(hashes)
    }

    fn raw_string(&mut self) -> Result<(), Stop> {
        let hashes = self.raw_string_hashes().unwrap_or(1);
        let body = self.at + hashes + 1;
        match raw_string_end(self.bytes, body, hashes) {
            Some(end) => self.at = end,
            None => {
                let hashes_written = u8::try_from(hashes).unwrap_or(5);
                return Err(self.unterminated(Unterminated::RawString(hashes_written), hashes + 1));
            }
        }
        self.value_next = !self.in_map();
        Ok(())
    }

    fn line_comment(&mut self) {
        self.at = line_end(self.bytes, self.at);
    }

    /// Whether the colon here is the separator of the key before it: nothing but blanks are between.
    fn after_key(&self) -> bool {
        let before = self.bytes[..self.at].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t'));
        before.is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'"' | b'_' | b'-' | b'$'))
    }

    fn key(&mut self) {
        let start = self.at;
        self.at = key_end(self.bytes, self.at);
        if self.at > start {
            self.value_next = true;
        } else {
            self.stray();
        }
    }

    fn value(&mut self) {
        let start = self.at;
        self.at = number_end(self.bytes, start).unwrap_or(start);
        if self.at == start {
            self.at = word_end(self.bytes, start);
        }
        if self.at == start {
            self.stray();
        }
        self.value_next = !self.in_map();
    }

    fn stray(&mut self) {
        self.at = stray_end(self.bytes, self.at);
        self.value_next = !self.in_map();
    }

    fn attribute(&mut self) -> bool {
        let rest = &self.bytes[self.at..];
        let name = rest.iter().take_while(|byte| **byte == b'@').count() + self.at;
        let mut end = segment_end(self.bytes, name);
        if end == name {
            return false;
        }
        while self.bytes.get(end) == Some(&b'.') && segment_end(self.bytes, end + 1) > end + 1 {
            end = segment_end(self.bytes, end + 1);
        }
        self.at = arguments_end(self.bytes, end);
        true
    }
}

fn trim_blank_end(bytes: &[u8], start: usize, end: usize) -> usize {
    let blank = bytes[start..end].iter().rev().take_while(|byte| byte.is_ascii_whitespace()).count();
    end - blank
}
