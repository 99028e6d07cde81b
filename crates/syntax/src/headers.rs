//! The lines that begin our blocks, and those at which reading goes on after a block that has lost its end.

use memchr::memmem;

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

/// Whether a word is one of our keywords, glued to a name or not; the second part is false where it is only
/// nearly one.
pub(crate) fn near_keyword(word: &[u8]) -> Option<(bool, bool)> {
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
pub(crate) fn brackets_end(bytes: &[u8], word_end: usize) -> usize {
    if bytes.get(word_end) != Some(&b'<') {
        return word_end;
    }
    match bytes[word_end..].iter().position(|byte| b">{\n\r".contains(byte)) {
        Some(length) if bytes[word_end + length] == b'>' => word_end + length + 1,
        _ => word_end,
    }
}

/// The end of a keyword and a name that stand alone on their line.
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
            b'{' if !bytes[at..].starts_with(b"{//") => return Some(at),
            b'{' => break,
            b'/' if bytes[at..].starts_with(b"//") => break,
            _ => at += 1,
        }
    }
    brace_after_gap(bytes, at)
}

/// The brace that follows blanks, line breaks and comments, if nothing else stands before it.
pub(crate) fn brace_after_gap(bytes: &[u8], mut at: usize) -> Option<usize> {
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
