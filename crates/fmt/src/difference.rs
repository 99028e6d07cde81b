//! The smallest change between two texts.

use clientc_syntax::{TextEdit, TextRange};

/// The smallest change that turns the text of a range into another; none where they are equal. It never parts
/// a carriage return from its line feed, because editors cannot name the place between them.
pub(crate) fn difference(source: &str, range: TextRange, new: &str) -> Option<TextEdit> {
    let old = range.slice(source);
    if old == new {
        return None;
    }
    let shorter = old.len().min(new.len());
    let mut before = old.bytes().zip(new.bytes()).take_while(|(old, new)| old == new).count();
    while !is_border(old, before) || !is_border(new, before) {
        before -= 1;
    }
    let pairs = old.bytes().rev().zip(new.bytes().rev());
    let mut after = pairs.take(shorter - before).take_while(|(old, new)| old == new).count();
    while !is_border(old, old.len() - after) || !is_border(new, new.len() - after) {
        after -= 1;
    }
    let start = range.start as usize + before;
    let end = range.end as usize - after;
    let text = new.get(before..new.len() - after).unwrap_or_default().to_owned();
    Some(TextEdit::new(TextRange::of(start, end), text))
}

/// Whether a change may begin or end here.
fn is_border(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let parts_line_end = at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n');
    text.is_char_boundary(at) && !parts_line_end
}
