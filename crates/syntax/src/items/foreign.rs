//! Everything that is not ours: functions, whose client entries are kept, and blocks that are skipped.

use super::{ItemKind, Items};
use crate::ends::Ends;
use crate::fault::{SyntaxFault, SyntaxFaultKind};
use crate::headers::{Headers, Keyword, brace_after_gap, brace_of_lost_head, continuation, is_header};
use crate::text::TextRange;
use crate::tokens::{blanks, line_end, segment_end};

/// How many lines a head of something that is not ours may take before its brace, such as the parameters of a
/// function. It bounds what is read in vain where brackets never close.
const MAX_HEAD_LINES: usize = 100;

enum Head {
    Block(usize),
    Ends(usize),
    NoBlock,
}

impl Items<'_> {
    pub(super) fn foreign(&mut self, function: bool, keyword_end: usize) {
        let keyword = TextRange::of(self.at, keyword_end);
        let name_start = keyword_end + blanks(self.bytes, keyword_end);
        let name = TextRange::of(name_start, segment_end(self.bytes, name_start));
        match self.foreign_head(keyword_end) {
            Head::Block(open) => self.foreign_body(keyword, function.then_some(name), open),
            Head::Ends(end) => self.push(ItemKind::Foreign { keyword }, end),
            Head::NoBlock => match self.lost_head(function) {
                Some(open) => {
                    let head = TextRange::of(self.at, line_end(self.bytes, self.at));
                    self.out.faults.push(SyntaxFault::new(SyntaxFaultKind::NoBlock, head));
                    self.foreign_body(keyword, Some(name), open);
                }
                None => self.invalid(SyntaxFaultKind::NoBlock),
            },
        }
    }

    /// The brace of a function whose head cannot be read: what is in its body is not a block of the file.
    fn lost_head(&mut self, function: bool) -> Option<usize> {
        let open = if function { brace_of_lost_head(self.bytes, self.at, MAX_HEAD_LINES) } else { None };
        self.out.bytes_read += open.map_or(0, |open| open - self.at) as u64;
        open
    }

    /// Takes a body; of a function with its name and the client entries.
    fn foreign_body(&mut self, keyword: TextRange, function: Option<TextRange>, open: usize) {
        let clients = function.map(|_| Vec::new());
        let mut body = ForeignBody {
            bytes: self.bytes,
            at: open,
            ends: &mut self.ends,
            headers: &mut self.headers,
            clients,
        };
        let end = body.end();
        let kind = match (body.clients, function) {
            (Some(clients), Some(name)) if !name.is_empty() => ItemKind::Function { name, clients },
            _ => ItemKind::Foreign { keyword },
        };
        self.push(kind, end);
    }

    /// One past a block comment in a head; `None` where it is a brace with a line comment behind it.
    fn comment_in_head(&mut self, at: usize) -> Option<usize> {
        let end = self.ends.comment(at)?;
        let is_on_its_line = end <= line_end(self.bytes, at);
        (is_on_its_line || end <= self.headers.next_after(at) && continues_head(self.bytes, end))
            .then_some(end)
    }

    /// Reads from behind the first word of something that is not ours to its body or its end.
    fn foreign_head(&mut self, word_end: usize) -> Head {
        let bytes = self.bytes;
        let mut lines = 0;
        let mut at = word_end;
        let mut depth = 0_usize;
        let mut assigned = false;
        // Whether the last token asks for more: an arrow, a bar or an equals sign.
        let mut is_open = false;
        while let Some(&byte) = bytes.get(at) {
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b'/' | b'{') {
                is_open = matches!(byte, b'=' | b'|') || byte == b'>' && bytes[at - 1] == b'-';
            }
            match byte {
                b'{' if bytes[at..].starts_with(b"{//") => {
                    match self.comment_in_head(at) {
                        Some(end) => at = end,
                        None if depth == 0 && !assigned => return Head::Block(at),
                        None => return Head::NoBlock,
                    }
                    continue;
                }
                b'{' if depth == 0 && !assigned => return Head::Block(at),
                b'#' => {
                    let end = self.ends.raw_string(at);
                    if end > at + 1 && depth == 0 {
                        return Head::Ends(end);
                    }
                    at = end;
                    continue;
                }
                b'"' => {
                    at = self.ends.string(at);
                    continue;
                }
                b'/' if bytes[at..].starts_with(b"//") => {
                    at = line_end(bytes, at);
                    continue;
                }
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => {
                    if depth == 0 {
                        return if assigned { Head::Ends(at) } else { Head::NoBlock };
                    }
                    depth -= 1;
                }
                b'=' if depth == 0 => assigned = true,
                b'\n' | b'\r' => {
                    lines += 1;
                    self.out.bytes_read += (line_end(bytes, at + 1) - at) as u64;
                    if lines > MAX_HEAD_LINES || is_header(bytes, at + 1) {
                        return if assigned { Head::Ends(at) } else { Head::NoBlock };
                    }
                    if depth == 0 {
                        match continuation(bytes, at, assigned, is_open) {
                            Some(next) => at = next,
                            None if assigned => return Head::Ends(at),
                            None => return Head::NoBlock,
                        }
                        continue;
                    }
                }
                _ => {}
            }
            at += 1;
        }
        if assigned { Head::Ends(at) } else { Head::NoBlock }
    }
}

/// The body of a block that is skipped.
struct ForeignBody<'s, 't> {
    bytes: &'t [u8],
    at: usize,
    ends: &'s mut Ends<'t>,
    headers: &'s mut Headers<'t>,
    clients: Option<Vec<TextRange>>,
}

impl ForeignBody<'_, '_> {
    /// One past the closing brace, or where the next block begins if there is none.
    fn end(&mut self) -> usize {
        // Two slashes behind the first brace begin a line comment.
        self.at += 1;
        let mut depth = 1_usize;
        let mut entry_may_begin = true;
        loop {
            let skipped = plain_run(&self.bytes[self.at..]);
            entry_may_begin &= skipped == 0;
            self.at += skipped;
            let Some(&byte) = self.bytes.get(self.at) else { return self.at };
            match byte {
                b'{' => {
                    if let Some(end) = self.comment_end() {
                        self.at = end;
                        continue;
                    }
                    depth += 1;
                    self.at += 1;
                    entry_may_begin = true;
                }
                b'}' => {
                    depth = depth.saturating_sub(1);
                    self.at += 1;
                    entry_may_begin = true;
                    if depth == 0 {
                        return self.at;
                    }
                }
                b'"' => self.at = self.ends.string(self.at),
                b'#' => {
                    self.at = self.ends.raw_string(self.at);
                    entry_may_begin = true;
                }
                b'/' if self.bytes[self.at..].starts_with(b"//") => self.at = line_end(self.bytes, self.at),
                b'\n' | b'\r' => {
                    self.at += 1;
                    if is_header(self.bytes, self.at) {
                        return self.at;
                    }
                    entry_may_begin = true;
                }
                b'c' if entry_may_begin && depth == 1 => self.client_entry(),
                b' ' | b'\t' => {
                    self.at += 1;
                    continue;
                }
                _ => {
                    self.at += 1;
                    entry_may_begin = false;
                }
            }
        }
    }

    /// One past a block comment, if one begins here and ends before the next block does begin.
    fn comment_end(&mut self) -> Option<usize> {
        if !self.bytes[self.at..].starts_with(b"{//") {
            return None;
        }
        let end = self.ends.comment(self.at)?;
        (end <= self.headers.next_after(self.at)).then_some(end)
    }

    fn client_entry(&mut self) {
        let start = self.at;
        let word = segment_end(self.bytes, start);
        self.at = word.max(start + 1);
        if &self.bytes[start..word] != b"client" {
            return;
        }
        let Some(clients) = &mut self.clients else { return };
        let mut value = word + blanks(self.bytes, word);
        if self.bytes.get(value) == Some(&b':') {
            value += 1 + blanks(self.bytes, value + 1);
        }
        let end = match self.bytes.get(value) {
            Some(b'{') => {
                // A block is not a client; its braces are counted like any others.
                clients.push(TextRange::of(start, value + 1));
                self.at = value;
                return;
            }
            Some(b'#') => self.ends.raw_string(value),
            Some(b'"') => self.ends.string(value),
            _ => word_line_end(self.bytes, value),
        };
        clients.push(TextRange::of(start, end));
        self.at = end;
    }
}

/// Whether a block opens at this word: any word with a body, or a type alias.
pub(super) fn opens_block(bytes: &[u8], at: usize) -> bool {
    let end = segment_end(bytes, at);
    match Keyword::of(&bytes[at..end]) {
        Some(_) => true,
        None => !matches!(foreign_head_line(bytes, end), Head::NoBlock),
    }
}

/// As [`foreign_head`], but only over the line and what may follow it at once: enough to tell whether a line
/// opens a block, without reading on.
fn foreign_head_line(bytes: &[u8], word_end: usize) -> Head {
    let head = bytes[word_end..].iter().position(|byte| b"{=(\n\r".contains(byte));
    match head.map(|length| word_end + length) {
        Some(at) if matches!(bytes[at], b'\n' | b'\r') => {
            brace_after_gap(bytes, at).map_or(Head::NoBlock, Head::Block)
        }
        Some(at) => Head::Block(at),
        None => Head::NoBlock,
    }
}

/// Whether a head goes on behind a comment: with a brace, an arrow or an alternative.
fn continues_head(bytes: &[u8], comment_end: usize) -> bool {
    let rest = &bytes[comment_end..];
    let blanks = rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    matches!(rest.get(blanks), Some(b'{' | b'-' | b'|'))
}

/// The end of an unquoted value's line, or the brace that closes the function on it.
fn word_line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr3(b'}', b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// How many bytes from here can be passed without a look.
fn plain_run(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| PLAIN[usize::from(**byte)]).count()
}

/// The bytes that mean nothing in a block that is skipped.
static PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let special = b"{}\"#/\n\r \tc";
    let mut index = 0;
    while index < special.len() {
        plain[special[index] as usize] = false;
        index += 1;
    }
    plain
};
