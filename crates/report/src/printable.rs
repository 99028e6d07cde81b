//! Text that is safe and well measured on a terminal.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Replaces what would move the cursor, change colours or reverse the direction of writing. Line breaks become spaces,
/// so the result is one line.
#[must_use]
pub(crate) fn printable(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) || !text.chars().any(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let text = text.replace("\r\n", " ");
    Cow::Owned(
        text.chars().map(|char| if is_unsafe(char) { replacement(char, true) } else { char }).collect(),
    )
}

/// Whether a terminal would do anything other than show the character.
pub(crate) fn is_unsafe(char: char) -> bool {
    char.is_control()
        || matches!(char, '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

/// What is shown instead of an unsafe character.
pub(crate) fn replacement(char: char, unicode: bool) -> char {
    match (char, unicode) {
        ('\n' | '\r' | '\t', _) => ' ',
        (_, false) => '?',
        ('\0'..='\u{1f}', true) => char::from_u32(0x2400 + u32::from(char)).unwrap_or('\u{fffd}'),
        ('\u{7f}', true) => '\u{2421}',
        _ => '\u{fffd}',
    }
}

/// The columns of a text.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|char| char.width().unwrap_or(0)).sum()
}

/// Shortens a text to this many columns by leaving out its middle.
pub(crate) fn shortened<'t>(text: &'t str, columns: usize, ellipsis: &str) -> Cow<'t, str> {
    if width(text) <= columns {
        return Cow::Borrowed(text);
    }
    let left = columns.saturating_sub(width(ellipsis));
    if left == 0 {
        return Cow::Owned(ellipsis.chars().take(columns).collect());
    }
    let head: String = within(text.chars(), left - left / 2).collect();
    let tail: Vec<char> = within(text.chars().rev(), left / 2).collect();
    Cow::Owned(head + ellipsis + &tail.into_iter().rev().collect::<String>())
}

/// The first characters that fit into this many columns.
fn within(chars: impl Iterator<Item = char>, columns: usize) -> impl Iterator<Item = char> {
    let mut used = 0;
    chars.take_while(move |char| {
        used += char.width().unwrap_or(0);
        used <= columns
    })
}

/// Breaks a text between words into lines of this many columns. The first line has `first` columns less. A word that is
/// too long stays whole.
pub(crate) fn wrapped(text: &str, columns: usize, first: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = first;
    for word in text.split(' ') {
        let wide = width(word);
        if !line.is_empty() {
            if used + 1 + wide > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            } else {
                line.push(' ');
                used += 1;
            }
        }
        line.push_str(word);
        used += wide;
    }
    lines.push(line);
    lines
}

/// Joins pieces into lines of this many columns. A piece that is too long stays whole.
pub(crate) fn packed(pieces: &[String], separator: &str, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    let mut pieces = pieces.iter().peekable();
    while let Some(piece) = pieces.next() {
        // What separates it from the next piece may have to be at the end of the line.
        let mark = if pieces.peek().is_some() { separator.trim_end() } else { "" };
        match lines.last_mut() {
            Some(line) if width(line) + width(piece) + width(mark) < columns => {
                *line += &format!(" {piece}{mark}")
            }
            _ => lines.push(format!("{piece}{mark}")),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_would_obey_is_replaced() {
        assert_eq!(printable("plain `text` über 日本"), "plain `text` über 日本");
        assert_eq!(printable("a\u{1b}[31mb\r\nc\nd\te\u{7f}"), "a␛[31mb c d e␡");
        assert_eq!(printable("x\u{202e}y\u{9b}z"), "x\u{fffd}y\u{fffd}z");
    }

    #[test]
    fn names_lose_their_middle() {
        assert_eq!(shortened("FastClient", 10, "…"), "FastClient");
        assert_eq!(shortened("FastClient", 7, "…"), "Fas…ent");
        assert_eq!(shortened("FastClient", 8, "..."), "Fas...nt");
        assert_eq!(shortened("日本語の名前", 7, "…"), "日…前");
        assert_eq!(shortened("FastClient", 1, "…"), "…");
        assert_eq!(shortened("FastClient", 0, "..."), "");
    }

    #[test]
    fn pieces_are_kept_whole() {
        let pieces = ["a one", "a two", "incomprehensible", "b"].map(str::to_owned);
        assert_eq!(packed(&pieces, ", ", 12), ["a one,", "a two,", "incomprehensible,", "b"]);
        assert_eq!(packed(&pieces, ", ", 13), ["a one, a two,", "incomprehensible,", "b"]);
        assert_eq!(packed(&pieces, " ", 18), ["a one a two", "incomprehensible b"]);
        assert_eq!(packed(&[], ", ", 18), [""; 0]);
    }

    #[test]
    fn words_are_kept_whole() {
        assert_eq!(wrapped("one two three", 8, 2), ["one", "two", "three"]);
        assert_eq!(wrapped("one two three", 9, 0), ["one two", "three"]);
        assert_eq!(wrapped("incomprehensible", 5, 3), ["incomprehensible"]);
        assert_eq!(wrapped("", 5, 3), [""]);
    }
}
