//! Changes of a text.

use clientc_syntax::TextRange;

/// One change: the bytes of a range become another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What is replaced; empty where text is only added.
    pub range: TextRange,
    /// What stands there afterwards.
    pub text: String,
}

/// The smallest change that turns the text of a range into another; none where they are equal. It never parts
/// a carriage return from its line feed, because editors cannot name the place between them.
pub(crate) fn difference(source: &str, range: TextRange, new: &str) -> Option<Edit> {
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
    Some(Edit { range: TextRange::of(start, end), text })
}

/// Whether a change may begin or end here.
fn is_border(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let parts_line_end = at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n');
    text.is_char_boundary(at) && !parts_line_end
}

/// The text with all changes made; they stand in its order and do not overlap.
pub(crate) fn apply(text: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut at = 0;
    for edit in edits {
        out.push_str(text.get(at..edit.range.start as usize).unwrap_or_default());
        out.push_str(&edit.text);
        at = edit.range.end as usize;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}
