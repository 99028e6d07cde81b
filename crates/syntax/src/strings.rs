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
    let blank = |line: &str| line.trim().is_empty();
    let mut kept = inner;
    while let Some((_, rest)) = kept.split_once('\n').filter(|(line, _)| blank(line)) {
        kept = rest;
    }
    while let Some((rest, _)) = kept.rsplit_once('\n').filter(|(_, line)| blank(line)) {
        kept = rest;
    }
    if blank(kept) {
        return Cow::Borrowed("");
    }
    let lines = || kept.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let shared = lines().filter(|line| !blank(line)).map(indent).min().unwrap_or(0);
    let mut dedented = String::with_capacity(kept.len());
    for (position, line) in lines().enumerate() {
        if position > 0 {
            dedented.push('\n');
        }
        dedented.push_str(line.get(shared..).unwrap_or(""));
    }
    Cow::Owned(dedented)
}
