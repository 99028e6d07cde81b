//! What a string means: the text that BAML 0.226.3 sends, as its requests show it.

use std::borrow::Cow;
use std::ops::Range;

/// The text of a quoted string, its quotes included. `\"`, `\'`, `\\`, `\n`, `\r`, `\t`, `\0` and `\x` with two
/// hexadecimal digits are decoded; every other escape stays as it is written.
pub(crate) fn decode_quoted(written: &str) -> Cow<'_, str> {
    let inner = written.strip_prefix('"').unwrap_or(written);
    let inner = inner.strip_suffix('"').unwrap_or(inner);
    if !inner.contains('\\') {
        return Cow::Borrowed(inner);
    }
    let mut out = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let (decoded, length) = decode_escape(escape);
        match decoded {
            Some(char) => out.push(char),
            None => out.push_str(&escape[..length]),
        }
        rest = &escape[length..];
    }
    out.push_str(rest);
    Cow::Owned(out)
}

/// The character that an escape at the start of a text stands for, if it stands for one, and the bytes it takes.
fn decode_escape(escape: &str) -> (Option<char>, usize) {
    let Some(letter) = escape.chars().nth(1) else { return (None, 1) };
    let decoded = match letter {
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        '0' => '\0',
        '"' | '\'' | '\\' => letter,
        'x' => match hexadecimal(escape) {
            Some(byte) => return (Some(char::from(byte)), 4),
            None => return (None, 2),
        },
        _ => return (None, 1 + letter.len_utf8()),
    };
    (Some(decoded), 2)
}

/// The number of `\xHH`.
fn hexadecimal(escape: &str) -> Option<u8> {
    let digits = escape.get(2..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()))?;
    u8::from_str_radix(digits, 16).ok()
}

/// The first `\x` of a quoted string that two hexadecimal digits do not follow. BAML panics on it.
pub(crate) fn bad_escape(written: &str) -> Option<Range<usize>> {
    let mut at = 0;
    while let Some(length) = written.get(at..).and_then(|rest| rest.find('\\')) {
        at += length;
        let escape = &written[at..];
        if escape.starts_with("\\x") && hexadecimal(escape).is_none() {
            let digits = escape.bytes().skip(2).take(2).take_while(u8::is_ascii_hexdigit).count();
            return Some(at..at + 2 + digits);
        }
        at += decode_escape(escape).1;
    }
    None
}

/// The text of a raw string, its hashes and quotes included: no escape is decoded. Blanks behind the opening quote go,
/// then blank lines at both ends, the blanks that all lines begin with, and the blanks at the very end.
pub(crate) fn decode_raw(written: &str) -> Cow<'_, str> {
    let hashes = written.bytes().take_while(|byte| *byte == b'#').count();
    let inner = written.get(hashes + 1..written.len().saturating_sub(hashes + 1)).unwrap_or("");
    let mut kept = inner.trim_start_matches([' ', '\t']).trim_end();
    while let Some((_, rest)) = kept.split_once('\n').filter(|(line, _)| line.trim().is_empty()) {
        kept = rest;
    }
    let lines = || kept.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line));
    let indent = shared_indent(lines().filter(|line| !line.trim().is_empty()));
    if indent == 0 && !kept.contains('\n') {
        return Cow::Borrowed(kept);
    }
    let mut dedented = String::with_capacity(kept.len());
    for (position, line) in lines().enumerate() {
        if position > 0 {
            dedented.push('\n');
        }
        if !line.trim().is_empty() {
            dedented.push_str(line.get(indent..).unwrap_or(""));
        }
    }
    Cow::Owned(dedented)
}

/// How many bytes of blanks all lines begin with; a tab and a blank are not the same.
fn shared_indent<'l>(mut lines: impl Iterator<Item = &'l str>) -> usize {
    let Some(first) = lines.next() else { return 0 };
    let indent = &first[..first.len() - first.trim_start().len()];
    let same = |line: &str| -> usize {
        let pairs = indent.chars().zip(line.chars());
        pairs.take_while(|(wanted, found)| wanted == found).map(|(char, _)| char.len_utf8()).sum()
    };
    lines.map(same).min().unwrap_or(indent.len())
}

#[cfg(test)]
mod tests {
    use super::{bad_escape, decode_quoted, decode_raw};

    /// Each with the model that a request of BAML 0.226.3 names.
    #[test]
    fn quoted_strings_are_what_baml_sends() {
        for (written, sent) in [
            (r"a\rb", "a\rb"),
            (r"a\0b", "a\0b"),
            (r"a\'b", "a'b"),
            (r"a\x41b", "aAb"),
            (r"a\xffb", "a\u{ff}b"),
            (r"a\u0041b", r"a\u0041b"),
            (r"a\qb", r"a\qb"),
            (r"a\\nb", r"a\nb"),
            (r#"a\"b"#, "a\"b"),
            (r"\\x41", r"\x41"),
            (r"\\\x41", r"\A"),
            (r"a\b\f\v\a\e", r"a\b\f\v\a\e"),
        ] {
            assert_eq!(decode_quoted(&format!("\"{written}\"")), sent, "{written}");
        }
    }

    #[test]
    fn raw_strings_are_what_baml_sends() {
        for (written, sent) in [
            ("  x  ", "x"),
            ("\n  x\n", "x"),
            ("\n\n  x  \n    y  \n\n", "x  \n  y"),
            (" a\n  b ", "a\n  b"),
            ("\u{a0}x\u{a0}", "x"),
            ("a\\nb", "a\\nb"),
            ("", ""),
            ("   ", ""),
            ("x\n  y\n    z", "x\n  y\n    z"),
            ("\n    x\r\n    y\r\n", "x\ny"),
            ("\n  x\n\n  y\n", "x\n\ny"),
            ("\n  x  \n  y\t\n", "x  \ny"),
            ("\n\tx\n\t  y\n", "x\n  y"),
            ("\n\tx\n  y\n", "\tx\n  y"),
            ("\n  x\n\ty\n", "  x\n\ty"),
            ("  \n\tx\n  y\n", "\tx\n  y"),
            ("\n  x\n   \n    \n  y", "x\n\n\ny"),
            ("\u{a0}x\n  y", "\u{a0}x\n  y"),
            ("\n  x\n y\n", " x\ny"),
        ] {
            assert_eq!(decode_raw(&format!("#\"{written}\"#")), sent, "{written:?}");
        }
    }

    #[test]
    fn an_escape_of_a_byte_has_two_digits() {
        for (written, found) in [
            (r#""a\x4""#, Some(2..5)),
            (r#""a\x""#, Some(2..4)),
            (r#""a\xg1""#, Some(2..4)),
            (r#""a\x41\x4g""#, Some(6..9)),
            (r#""a\\x4""#, None),
            (r#""a\x41""#, None),
        ] {
            assert_eq!(bad_escape(written), found, "{written}");
        }
    }
}
