//! The lines that begin our blocks, and those at which reading goes on after a block that has lost its end.

use memchr::memmem;

use crate::ast::BlockKind;
use crate::tokens::{blanks, key_end, line_end, next_line, segment_end};

/// How long a comment between a header and its brace may be, in bytes. It bounds what is read again for each line that
/// could be a header.
const MAX_GAP_COMMENT: usize = 4096;

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

/// The places at which a line begins, in its first column, with a block's header: where reading goes on after
/// a block that has lost its end.
pub(crate) struct Headers<'t> {
    bytes: &'t [u8],
    known: Option<(usize, usize)>,
    pub(crate) bytes_read: u64,
}

impl<'t> Headers<'t> {
    pub(crate) fn new(bytes: &'t [u8]) -> Self {
        Self { bytes, known: None, bytes_read: 0 }
    }

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

/// Whether a line begins, in its first column, with a block's header.
pub(crate) fn is_header(bytes: &[u8], line: usize) -> bool {
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
        let after = name + length + blanks(bytes, name + length);
        let is_value = word == b"client" && bytes.get(after) == Some(&b'=');
        return length > 0 && (is_value || header_brace(bytes, name + length).is_some());
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

/// One of our keywords at the top of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Keyword {
    /// What it defines.
    pub(crate) block: BlockKind,
    /// Whether it is written as BAML reads it: not in capital letters or with a hyphen
    /// (peer/cases/header_upper).
    pub(crate) is_exact: bool,
}

impl Keyword {
    /// The keyword that a word is, glued to a name or not.
    pub(crate) fn of(word: &[u8]) -> Option<Self> {
        let exactly = |block| Some(Self { block, is_exact: true });
        let nearly = |block| Some(Self { block, is_exact: false });
        if word.starts_with(b"client") {
            return exactly(BlockKind::Client);
        }
        if word.starts_with(b"retry_policy") {
            return exactly(BlockKind::Policy);
        }
        if word.eq_ignore_ascii_case(b"client") {
            return nearly(BlockKind::Client);
        }
        let is_policy =
            [&b"retry_policy"[..], b"retry-policy"].iter().any(|policy| word.eq_ignore_ascii_case(policy));
        if is_policy { nearly(BlockKind::Policy) } else { None }
    }
}

/// One past `<…>` directly after a word, or the end of the word.
pub(crate) fn brackets_end(bytes: &[u8], word_end: usize) -> usize {
    if bytes.get(word_end) != Some(&b'<') {
        return word_end;
    }
    match bytes[word_end..].iter().position(|byte| b">{\n\r".contains(byte)) {
        Some(length) if bytes[word_end + length] == b'>' => word_end + length + 1,
        _ => word_end,
    }
}

/// The end of a keyword and a name that are alone on their line.
pub(crate) fn lone_header(bytes: &[u8], word_end: usize) -> Option<usize> {
    let keyword = word_end + if bytes[word_end..].starts_with(b"<llm>") { 5 } else { 0 };
    let name = keyword + blanks(bytes, keyword);
    let end = key_end(bytes, name);
    let rest = &bytes[end + blanks(bytes, end)..];
    let is_alone = matches!(rest, [] | [b'\n' | b'\r', ..] | [b'/', b'/', ..]);
    (end > name && is_alone).then_some(end)
}

/// Whether a header is the keyword, a name and single blanks.
pub(crate) fn is_plain_header(header: &[u8]) -> bool {
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
pub(crate) fn header_brace(bytes: &[u8], word_end: usize) -> Option<usize> {
    let mut at = word_end;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\n' | b'\r' => break,
            b'{' if !bytes[at..].starts_with(b"{//") || is_brace_and_comment(bytes, at) => return Some(at),
            b'{' => break,
            b'/' if bytes[at..].starts_with(b"//") => break,
            _ => at += 1,
        }
    }
    brace_after_gap(bytes, at)
}

/// Whether a block comment at `at` ends on its line and a brace follows it, with nothing but blanks, line breaks and
/// comments between them. Behind a key, where BAML has no comments, any other is a brace with a line comment behind it
/// (peer/baml-facts.md 1.1).
pub(crate) fn is_comment_before_brace(bytes: &[u8], at: usize) -> bool {
    let line = &bytes[at..line_end(bytes, at)];
    let end = line.get(3..).and_then(|body| memmem::find(body, b"//}"));
    end.is_some_and(|length| brace_after(bytes, at + length + 6, bytes.len()).is_some())
}

/// Whether a brace at `at` opens a body although two slashes follow it: the comment that they could begin does not end
/// on its line, and no brace follows where it ends.
pub(crate) fn is_brace_and_comment(bytes: &[u8], at: usize) -> bool {
    let line = &bytes[at..line_end(bytes, at)];
    bytes[at..].starts_with(b"{//")
        && memmem::find(line, b"//}").is_none()
        && brace_after_gap(bytes, at).is_none()
}

/// The brace after spaces, line breaks and comments, if nothing else comes before it.
pub(crate) fn brace_after_gap(bytes: &[u8], at: usize) -> Option<usize> {
    brace_after(bytes, at, MAX_GAP_COMMENT)
}

/// The same, over comments up to a length.
fn brace_after(bytes: &[u8], at: usize, longest_comment: usize) -> Option<usize> {
    let end = gap_end(bytes, at, longest_comment);
    (bytes.get(end) == Some(&b'{') && !bytes[end..].starts_with(b"{//")).then_some(end)
}

/// Where blanks, line breaks and comments up to a length end.
fn gap_end(bytes: &[u8], mut at: usize, longest_comment: usize) -> usize {
    loop {
        match bytes.get(at) {
            Some(b' ' | b'\t' | b'\n' | b'\r') => at += 1,
            Some(b'/') if bytes[at..].starts_with(b"//") => at = line_end(bytes, at),
            Some(b'{') if bytes[at..].starts_with(b"{//") => {
                let window = &bytes[at + 3..bytes.len().min(at.saturating_add(longest_comment).max(at + 3))];
                let Some(length) = memmem::find(window, b"//}") else { return at };
                at += length + 6;
            }
            _ => return at,
        }
    }
}

/// Where a head goes on after a line break: a brace, an arrow, an alternative of a type, or what an open end asks for.
pub(crate) fn continuation(bytes: &[u8], line_break: usize, assigned: bool, is_open: bool) -> Option<usize> {
    let next = gap_end(bytes, line_break, MAX_GAP_COMMENT);
    let rest = &bytes[next..];
    let is_brace = !assigned && rest.starts_with(b"{") && !rest.starts_with(b"{//");
    let goes_on = is_brace || rest.starts_with(b"|") || rest.starts_with(b"->");
    (goes_on || is_open && !rest.is_empty() && !is_header(bytes, next)).then_some(next)
}

/// The brace that ends the line of a head, for a head that cannot be read; `None` where the next block begins before.
pub(crate) fn brace_of_lost_head(bytes: &[u8], head: usize, most_lines: usize) -> Option<usize> {
    let mut line = head;
    for _ in 0..most_lines {
        let end = line_end(bytes, line);
        let text = bytes[line..end].trim_ascii_end();
        if text.last() == Some(&b'{') {
            return Some(line + text.len() - 1);
        }
        line = next_line(bytes, line).filter(|next| !is_header(bytes, *next))?;
    }
    None
}
