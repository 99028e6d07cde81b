//! The usual layout: one entry a line, words apart by blanks, no comment after a value.
//!
//! Most blocks have it. A block that does is free of syntactic faults, and the grammar reads it with rules that
//! take a line at a time. Whatever is in doubt here is not the usual layout, and costs no more than time.

use std::ops::Range;

use crate::tokens::{begins_like_number, is_word_byte, segment_end, word_end};
use crate::tree::MAX_NESTING;
use crate::tree::NodeKind;

/// One past the closing brace of a block whose opening brace is at `open`, or how far its layout is the usual one where
/// not all of it is.
pub(crate) fn block_end(bytes: &[u8], open: usize) -> Result<usize, usize> {
    let mut at = open + 1;
    let mut depth = 1;
    loop {
        match bytes.get(at) {
            Some(b'\n') => {
                let line = at + 1;
                at = blanks_end(bytes, line);
                match bytes.get(at) {
                    Some(byte) if byte.is_ascii_alphabetic() => {
                        // In the first column it could be the header of the next block.
                        let end = if at > line { entry_end(bytes, at) } else { None };
                        at = end.ok_or(at)?;
                        if bytes[at - 1] == b'{' {
                            depth += 1;
                            if depth > MAX_NESTING {
                                return Err(at);
                            }
                        }
                    }
                    Some(b'/') => at = comment_end(bytes, at).ok_or(at)?,
                    _ => {}
                }
            }
            Some(b'}') => {
                at += 1;
                depth -= 1;
                if depth == 0 {
                    return Ok(at);
                }
            }
            _ => return Err(at),
        }
    }
}

/// One past the value of an entry, or past the brace that opens it.
fn entry_end(bytes: &[u8], at: usize) -> Option<usize> {
    let key = segment_end(bytes, at);
    let value = blanks_end(bytes, key);
    match bytes.get(value)? {
        _ if value == key => None,
        b'{' => Some(value + 1),
        b'[' => array_end(bytes, value),
        _ => scalar_end(bytes, value),
    }
}

fn array_end(bytes: &[u8], open: usize) -> Option<usize> {
    let mut at = open + 1;
    loop {
        at = scalar_end(bytes, at)?;
        match bytes.get(at)? {
            b']' => return Some(at + 1),
            b',' => at = blanks_end(bytes, at + 1),
            _ => return None,
        }
    }
}

/// One past a string, a number or text without quotes.
fn scalar_end(bytes: &[u8], at: usize) -> Option<usize> {
    match bytes.get(at)? {
        b'"' => string_end(bytes, at),
        b'0'..=b'9' => number_end(bytes, at),
        b'-' | b'+' | b'.' if begins_like_number(&bytes[at..]) => number_end(bytes, at),
        b'=' | b':' | b'/' => None,
        first if first.is_ascii() && is_word_byte(*first) => {
            Some(word_end(bytes, at)).filter(|end| !bytes[at..*end].contains(&b'"'))
        }
        _ => None,
    }
}

fn string_end(bytes: &[u8], quote: usize) -> Option<usize> {
    let mut at = quote + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' if matches!(bytes.get(at + 1)?, b'"' | b'\\') => at += 2,
            b'\\' if bytes[at + 1] == b'x' => return None,
            // The grammar looks for braces before it looks for strings.
            b'\n' | b'\r' | b'{' | b'}' => return None,
            _ => at += 1,
        }
    }
}

/// One past a number that is written as BAML means it: without a plus, leading zeros or anything behind it
/// (peer/baml-facts.md 1.1).
fn number_end(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = |at: usize| {
        let count = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
        (count > 0).then_some(at + count)
    };
    let first = at + usize::from(bytes[at] == b'-');
    let whole = digits(first)?;
    if bytes[first] == b'0' && whole > first + 1 {
        return None;
    }
    let end = if bytes.get(whole) == Some(&b'.') { digits(whole + 1)? } else { whole };
    let ends = bytes.get(end).is_some_and(|byte| !is_word_byte(*byte));
    ends.then_some(end)
}

/// The end of the line of a comment that has the line to itself.
fn comment_end(bytes: &[u8], at: usize) -> Option<usize> {
    let body = bytes[at..].strip_prefix(b"//")?;
    let length = body.iter().position(|byte| b"\n\r{}".contains(byte))?;
    (body[length] == b'\n').then_some(at + 2 + length)
}

fn blanks_end(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).map_or(at, |rest| at + rest.iter().take_while(|byte| **byte == b' ').count())
}

/// What a line of a block in the usual layout holds, as offsets of it; its indent counts.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// Nothing.
    Blank,
    /// A comment, from its slashes to the end of the line.
    Comment(usize),
    /// A key, and its value from there to the end of the line: empty where a map follows.
    Entry { key: usize, key_end: usize, value: usize },
}

impl Line {
    pub(crate) fn of(line: &[u8]) -> Self {
        let key = blanks_end(line, 0);
        match line.get(key) {
            None => Self::Blank,
            Some(b'/') => Self::Comment(key),
            Some(_) => {
                // A space or the end of the line follows the key.
                let key_end =
                    line[key..].iter().position(|byte| *byte == b' ').map_or(line.len(), |at| key + at);
                Self::Entry { key, key_end, value: blanks_end(line, key_end) }
            }
        }
    }
}

/// The members of an array in the usual layout, its brackets included.
pub(crate) fn members(array: &[u8]) -> impl Iterator<Item = Range<usize>> {
    let mut at = 1;
    std::iter::from_fn(move || {
        let end = scalar_end(array, at)?;
        let member = at..end;
        at = blanks_end(array, end + 1);
        Some(member)
    })
}

/// What a value in the usual layout is, by its first bytes.
pub(crate) fn kind(value: &[u8]) -> NodeKind {
    match value {
        [b'"', ..] => NodeKind::QuotedString,
        [b'0'..=b'9', ..] => NodeKind::Number,
        [b'-', ..] if begins_like_number(value) => NodeKind::Number,
        _ => NodeKind::Word,
    }
}

#[cfg(test)]
mod tests;
