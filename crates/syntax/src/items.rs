//! Cuts a file into items: blocks that are ours, functions, comments and everything that is stepped over.

use memchr::memmem;

use crate::ends::Ends;
use crate::fault::{Fault, FaultKind, Unterminated};
use crate::plain;
use crate::scan::{self, line_end, segment_end};
use crate::text::TextRange;

/// How many lines a head of something that is not ours may take before its brace, such as the parameters of a
/// function. It bounds what is read in vain where brackets never close.
const MAX_HEAD_LINES: usize = 100;

/// How far the rest of a line is read to see that a keyword has no name.
const LONGEST_NAMELESS: usize = 256;

/// How long a comment between a header and its brace may be, in bytes, for the same reason.
const MAX_GAP_COMMENT: usize = 4096;

/// How many bytes of characters that only look like blanks are passed before a block.
const MAX_ODD_BLANKS: usize = 64;

/// What an item of a file is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// A client block.
    Client(Body),
    /// A retry policy block.
    Policy(Body),
    /// A function: its name and the slices that begin with its `client` entries.
    Function {
        /// The name.
        name: TextRange,
        /// From each `client` to the end of its line or raw string.
        clients: Vec<TextRange>,
    },
    /// Another block, a type alias or anything else that is stepped over; the range of its first word.
    Foreign {
        /// The word that opens it.
        keyword: TextRange,
    },
    /// Lines that open no block.
    Invalid,
    /// `// …`
    LineComment,
    /// `{// … //}`
    BlockComment,
}

/// How the body of a block can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Body {
    /// In the usual layout.
    Plain,
    /// In some other layout.
    Free,
    /// Not at all: only its header.
    Broken,
}

/// One item of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// What it is.
    pub(crate) kind: ItemKind,
    /// Its bytes.
    pub(crate) range: TextRange,
}

#[derive(Debug, Default)]
pub(crate) struct Scanned {
    pub(crate) items: Vec<Item>,
    pub(crate) faults: Vec<Fault>,
    pub(crate) bytes_read: u64,
}

/// Whether blocks in the usual layout are told apart from others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Layouts {
    All,
    General,
}

/// Reads the whole text once.
pub(crate) fn scan_items(text: &str, layouts: Layouts) -> Scanned {
    let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let bytes = text.as_bytes();
    let headers = Headers { bytes, known: None, bytes_read: 0 };
    let mut items = Items { bytes, at, layouts, headers, ends: Ends::new(bytes), out: Scanned::default() };
    items.run();
    items.out.bytes_read += text.len() as u64 + items.headers.bytes_read + items.ends.bytes_read;
    items.out
}

struct Items<'t> {
    bytes: &'t [u8],
    at: usize,
    layouts: Layouts,
    headers: Headers<'t>,
    ends: Ends<'t>,
    out: Scanned,
}

impl Items<'_> {
    fn run(&mut self) {
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\r' => self.at += 1,
                b'/' if self.starts_with(b"//") => {
                    let end = line_end(self.bytes, self.at);
                    self.push(ItemKind::LineComment, end);
                }
                b'{' if self.starts_with(b"{//") => self.block_comment(),
                _ if byte.is_ascii_alphabetic() => self.word(),
                _ => self.invalid(FaultKind::NoBlock),
            }
        }
    }

    fn starts_with(&self, prefix: &[u8]) -> bool {
        self.bytes[self.at..].starts_with(prefix)
    }

    fn push(&mut self, kind: ItemKind, end: usize) {
        self.out.items.push(Item { kind, range: TextRange::of(self.at, end) });
        self.at = end;
    }

    fn block_comment(&mut self) {
        let body = self.at + 3;
        match self.ends.comment(self.at) {
            Some(end) => self.push(ItemKind::BlockComment, end),
            None => {
                let range = TextRange::of(self.at, body);
                let kind = FaultKind::Unterminated(Unterminated::Comment);
                self.out.faults.push(Fault::new(kind, range));
                let end = self.headers.next_after(body);
                self.push(ItemKind::BlockComment, end);
            }
        }
    }

    /// A word at the top of a file: one of our blocks, a function, or what is stepped over.
    fn word(&mut self) {
        let end = segment_end(self.bytes, self.at);
        let word = &self.bytes[self.at..end];
        match near_keyword(word) {
            Some((policy, exact)) => self.block(policy, exact, end),
            None => self.foreign(word == b"function", end),
        }
    }

    fn block(&mut self, policy: bool, exact: bool, word_end: usize) {
        let Some(open) = header_brace(self.bytes, word_end) else {
            let rest = &self.bytes[word_end..];
            let rest = &rest[..rest.len().min(LONGEST_NAMELESS)];
            let rest = &rest[..line_end(rest, 0)];
            let nameless = rest.strip_prefix(b"<llm>").unwrap_or(rest).trim_ascii().is_empty();
            if let Some(name_end) = lone_header(self.bytes, word_end).filter(|_| exact) {
                let range = TextRange::of(self.at, name_end);
                self.out.faults.push(Fault::new(FaultKind::MissingBody, range));
                let body = Body::Broken;
                self.push(if policy { ItemKind::Policy(body) } else { ItemKind::Client(body) }, name_end);
                return;
            }
            self.invalid(match (exact, nameless) {
                (true, true) => FaultKind::MissingName,
                (true, false) => FaultKind::MissingBody,
                (false, _) => FaultKind::NoBlock,
            });
            return;
        };
        if !exact {
            let range = TextRange::of(self.at, brackets_end(self.bytes, word_end));
            self.out.faults.push(Fault::new(FaultKind::NearKeyword { policy }, range));
        }
        let (body, end) = match self.plain_end(open) {
            Some(end) => (Body::Plain, end),
            None => {
                let block = scan::block_end(self.bytes, open, &mut self.headers);
                let is_broken = block.broken.is_some() || !exact;
                self.out.faults.extend(block.broken);
                (if is_broken { Body::Broken } else { Body::Free }, block.end)
            }
        };
        self.push(if policy { ItemKind::Policy(body) } else { ItemKind::Client(body) }, end);
    }

    /// One past the block whose opening brace stands at `open`, if it is in the usual layout.
    fn plain_end(&mut self, open: usize) -> Option<usize> {
        if self.layouts == Layouts::General || !is_plain_header(&self.bytes[self.at..open]) {
            return None;
        }
        plain::block_end(self.bytes, open)
            .inspect_err(|reached| self.out.bytes_read += (reached - open) as u64)
            .ok()
    }

    fn foreign(&mut self, function: bool, keyword_end: usize) {
        let keyword = TextRange::of(self.at, keyword_end);
        let name_start = keyword_end + blanks(self.bytes, keyword_end);
        let name = TextRange::of(name_start, segment_end(self.bytes, name_start));
        match self.foreign_head(keyword_end) {
            Head::Block(open) => {
                let clients = function.then(Vec::new);
                let mut body = ForeignBody { bytes: self.bytes, at: open, ends: &mut self.ends, clients };
                let end = body.end();
                let kind = match body.clients {
                    Some(clients) if !name.is_empty() => ItemKind::Function { name, clients },
                    _ => ItemKind::Foreign { keyword },
                };
                self.push(kind, end);
            }
            Head::Ends(end) => self.push(ItemKind::Foreign { keyword }, end),
            Head::NoBlock => self.invalid(FaultKind::NoBlock),
        }
    }

    /// Reads from behind the first word of something that is not ours to its body or its end.
    fn foreign_head(&mut self, word_end: usize) -> Head {
        let bytes = self.bytes;
        let mut lines = 0;
        let mut at = word_end;
        let mut depth = 0_usize;
        let mut assigned = false;
        while let Some(&byte) = bytes.get(at) {
            match byte {
                b'{' if bytes[at..].starts_with(b"{//") => {
                    let Some(end) = self.ends.comment(at) else { return Head::NoBlock };
                    at = end;
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
                        let more = continuation(bytes, at, assigned);
                        match more {
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

    /// Takes lines up to the next that opens a block, is blank or a comment; one fault for the run.
    fn invalid(&mut self, kind: FaultKind) {
        let start = self.at;
        if let Some(end) = odd_blanks_end(self.bytes, start)
            && opens_block(self.bytes, end)
        {
            self.out.faults.push(Fault::new(kind, TextRange::of(start, end)));
            self.push(ItemKind::Invalid, end);
            return;
        }
        // A block may follow a stray brace on its line.
        if kind == FaultKind::NoBlock && self.bytes[start] == b'}' {
            let rest = start + 1 + blanks(self.bytes, start + 1);
            if self.bytes.get(rest).is_some_and(u8::is_ascii_alphabetic) && opens_block(self.bytes, rest) {
                self.out.faults.push(Fault::new(FaultKind::StrayBrace, TextRange::of(start, start + 1)));
                self.push(ItemKind::Invalid, start + 1);
                return;
            }
        }
        let mut end = line_end(self.bytes, start);
        if kind == FaultKind::NoBlock {
            while let Some(next) = next_line(self.bytes, end) {
                if !self.continues_invalid(next) {
                    break;
                }
                end = line_end(self.bytes, next);
            }
        }
        let kind = if self.bytes[start] == b'}' { FaultKind::StrayBrace } else { kind };
        let first_line = line_end(self.bytes, start);
        let blank =
            self.bytes[start + 1..first_line].iter().rev().take_while(|b| b.is_ascii_whitespace()).count();
        self.out.faults.push(Fault::new(kind, TextRange::of(start, first_line - blank)));
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

/// The places at which a line begins, in its first column, with a block's header: where reading goes on after
/// a block that has lost its end.
pub(crate) struct Headers<'t> {
    bytes: &'t [u8],
    known: Option<(usize, usize)>,
    bytes_read: u64,
}

impl Headers<'_> {
    /// The first header at or after `at`, or the end of the text. Remembers the last answer, so that the calls
    /// of one pass read each byte once.
    pub(crate) fn next_after(&mut self, at: usize) -> usize {
        if let Some((from, header)) = self.known
            && from <= at
            && at <= header
        {
            return header;
        }
        let mut line = at;
        let header = loop {
            match next_line(self.bytes, line) {
                None => break self.bytes.len(),
                Some(next) if is_header(self.bytes, next) => break next,
                Some(next) => line = next,
            }
        };
        self.bytes_read += (header - at) as u64;
        self.known = Some((at, header));
        header
    }
}

/// The body of a block that is stepped over.
struct ForeignBody<'s, 't> {
    bytes: &'t [u8],
    at: usize,
    ends: &'s mut Ends<'t>,
    clients: Option<Vec<TextRange>>,
}

impl ForeignBody<'_, '_> {
    /// One past the closing brace, or where the next block begins if there is none.
    fn end(&mut self) -> usize {
        let mut depth = 0_usize;
        let mut entry_may_begin = false;
        loop {
            let skipped = plain_run(&self.bytes[self.at..]);
            entry_may_begin &= skipped == 0;
            self.at += skipped;
            let Some(&byte) = self.bytes.get(self.at) else { return self.at };
            match byte {
                b'{' if self.bytes[self.at..].starts_with(b"{//") => {
                    self.at = self.ends.comment(self.at).unwrap_or(self.at + 3);
                }
                b'{' => {
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
                // A block is no client; its braces are counted like any others.
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

/// The end of an unquoted value's line, or the brace that closes the function on it.
fn word_line_end(bytes: &[u8], at: usize) -> usize {
    memchr::memchr3(b'}', b'\n', b'\r', &bytes[at..]).map_or(bytes.len(), |length| at + length)
}

/// How many bytes from here can be passed without a look.
fn plain_run(bytes: &[u8]) -> usize {
    bytes.iter().take_while(|byte| PLAIN[usize::from(**byte)]).count()
}

/// The bytes that mean nothing in a block that is stepped over.
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

fn blanks(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).unwrap_or_default().iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count()
}

fn next_line(bytes: &[u8], at: usize) -> Option<usize> {
    let end = line_end(bytes, at);
    (end < bytes.len()).then_some(end + 1)
}

/// Whether a word is one of our keywords, glued to a name or not; the second part is false where it is only
/// nearly one.
fn near_keyword(word: &[u8]) -> Option<(bool, bool)> {
    if word.starts_with(b"client") {
        return Some((false, true));
    }
    if word.starts_with(b"retry_policy") {
        return Some((true, true));
    }
    if word.eq_ignore_ascii_case(b"client") {
        return Some((false, false));
    }
    let policy = word.eq_ignore_ascii_case(b"retry_policy") || word.eq_ignore_ascii_case(b"retry-policy");
    policy.then_some((true, false))
}

/// One past `<…>` straight behind a word, or the end of the word.
fn brackets_end(bytes: &[u8], word_end: usize) -> usize {
    if bytes.get(word_end) != Some(&b'<') {
        return word_end;
    }
    match bytes[word_end..].iter().position(|byte| b">{\n\r".contains(byte)) {
        Some(length) if bytes[word_end + length] == b'>' => word_end + length + 1,
        _ => word_end,
    }
}

/// The end of a keyword and a name that stand alone on their line.
fn lone_header(bytes: &[u8], word_end: usize) -> Option<usize> {
    let keyword = word_end + if bytes[word_end..].starts_with(b"<llm>") { 5 } else { 0 };
    let name = keyword + blanks(bytes, keyword);
    let end = scan::key_end(bytes, name);
    let rest = &bytes[end + blanks(bytes, end)..];
    let is_alone = matches!(rest, [] | [b'\n' | b'\r', ..] | [b'/', b'/', ..]);
    (end > name && is_alone).then_some(end)
}

/// One past characters at `at` that look like blanks and are none, with the blanks behind them, before a word.
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

/// Whether a header is the keyword, a name and single blanks.
fn is_plain_header(header: &[u8]) -> bool {
    let keyword = [&b"client<llm> "[..], b"client ", b"retry_policy "]
        .into_iter()
        .find(|word| header.starts_with(word));
    let Some(rest) = keyword.and_then(|keyword| header.strip_prefix(keyword)) else { return false };
    match rest.split_last() {
        Some((b' ', name)) => !name.is_empty() && segment_end(name, 0) == name.len(),
        _ => false,
    }
}

/// The brace that opens the body of our block: on the header's line, or the first thing after it.
fn header_brace(bytes: &[u8], word_end: usize) -> Option<usize> {
    let mut at = word_end;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' => break,
            b'{' if !bytes[at..].starts_with(b"{//") => return Some(at),
            b'{' => break,
            b'/' if bytes[at..].starts_with(b"//") => break,
            _ => at += 1,
        }
    }
    brace_after_gap(bytes, at)
}

/// The brace that follows blanks, line breaks and comments, if nothing else stands before it.
fn brace_after_gap(bytes: &[u8], mut at: usize) -> Option<usize> {
    loop {
        match bytes.get(at)? {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'/' if bytes[at..].starts_with(b"//") => at = line_end(bytes, at),
            b'{' if bytes[at..].starts_with(b"{//") => {
                let window = &bytes[at + 3..bytes.len().min(at + MAX_GAP_COMMENT)];
                at += 6 + memmem::find(window, b"//}")?;
            }
            b'{' => return Some(at),
            _ => return None,
        }
    }
}

enum Head {
    Block(usize),
    Ends(usize),
    NoBlock,
}

/// Where a head goes on after a line break: a brace, an arrow, an alternative of a type, or a value after `=`.
fn continuation(bytes: &[u8], line_break: usize, assigned: bool) -> Option<usize> {
    if !assigned && let Some(open) = brace_after_gap(bytes, line_break) {
        return Some(open);
    }
    let next = line_break + bytes[line_break..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    let before = bytes[..line_break].iter().rev().find(|byte| !matches!(byte, b' ' | b'\t' | b'\r'));
    let opens = matches!(before, Some(b'=' | b'|'));
    let rest = &bytes[next..];
    let goes_on = rest.starts_with(b"|") || rest.starts_with(b"->") || (opens && !rest.is_empty());
    goes_on.then_some(next)
}

/// Whether a block opens at this word: any word with a body, or a type alias.
fn opens_block(bytes: &[u8], at: usize) -> bool {
    let end = segment_end(bytes, at);
    match near_keyword(&bytes[at..end]) {
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

/// The words that begin a block. Reading goes on at such a line when a block has lost its end.
const BLOCK_KEYWORDS: [&[u8]; 11] = [
    b"client",
    b"retry_policy",
    b"function",
    b"class",
    b"enum",
    b"test",
    b"generator",
    b"template_string",
    b"impl",
    b"testset",
    b"type",
];

/// Whether a line begins, in its first column, with a block's header.
fn is_header(bytes: &[u8], line: usize) -> bool {
    if !bytes.get(line).is_some_and(u8::is_ascii_lowercase) {
        return false;
    }
    let end = segment_end(bytes, line);
    let word = &bytes[line..end];
    if !BLOCK_KEYWORDS.contains(&word) {
        return false;
    }
    let mut name = end;
    if bytes.get(name) == Some(&b'<') {
        name = brackets_end(bytes, name);
        if name == end {
            return false;
        }
    } else if blanks(bytes, name) == 0 {
        return false;
    }
    name += blanks(bytes, name);
    if matches!(word, b"client" | b"retry_policy") {
        // A name of a wrong form is reported, but it begins a block all the same.
        let length = bytes[name..].iter().take_while(|byte| !b" \t\r\n{(".contains(byte)).count();
        return length > 0 && header_brace(bytes, name + length).is_some();
    }
    let after = segment_end(bytes, name);
    if after == name {
        return false;
    }
    let next = after + blanks(bytes, after);
    match word {
        b"type" => bytes.get(next) == Some(&b'='),
        b"function" | b"template_string" => {
            matches!(bytes.get(next), Some(b'(' | b'{' | b'<' | b'-' | b'#'))
                || brace_after_gap(bytes, next).is_some()
        }
        _ => brace_after_gap(bytes, next).is_some(),
    }
}
