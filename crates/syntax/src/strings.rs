//! What a string means.

use std::borrow::Cow;

/// The text of a quoted string, its quotes included: `\"`, `\\`, `\n` and `\t` are decoded, every other escape
/// stays as it is written.
pub(crate) fn decode_quoted(written: &str) -> Cow<'_, str> {
    let inner = written.strip_prefix('"').unwrap_or(written);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut chars = inner.chars();
    while let Some(char) = chars.next() {
        if char != '\\' {
            out.push(char);
            continue;
        }
        match chars.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some(escaped @ ('"' | '\\')) => out.push(escaped),
            Some(other) => out.extend(['\\', other]),
            None => out.push('\\'),
        }
    }
    Cow::Owned(out)
}

/// The text of a raw string, its hashes and quotes included: nothing is interpreted, blank lines at both ends
/// go, and so does the indent that all lines share.
pub(crate) fn decode_raw(written: &str) -> Cow<'_, str> {
    let hashes = written.bytes().take_while(|byte| *byte == b'#').count();
    let inner = written.get(hashes + 1..written.len().saturating_sub(hashes + 1)).unwrap_or("");
    if !inner.contains('\n') {
        return Cow::Borrowed(inner);
    }
    let lines: Vec<&str> = inner.lines().collect();
    let blank = |line: &&str| line.trim().is_empty();
    let first = lines.iter().take_while(|line| blank(line)).count();
    let last = lines.len() - lines.iter().rev().take_while(|line| blank(line)).count();
    let kept = lines.get(first..last).unwrap_or_default();
    let indent = |line: &&str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = kept.iter().filter(|line| !blank(line)).map(indent).min().unwrap_or(0);
    let dedented: Vec<&str> = kept.iter().map(|line| line.get(shared..).unwrap_or("")).collect();
    Cow::Owned(dedented.join("\n"))
}
