//! Changes of a text.

use crate::text::TextRange;

/// One change: the bytes of a range become another text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEdit {
    /// What is replaced; empty where text is only added.
    pub range: TextRange,
    /// What is there afterwards.
    pub text: String,
}

impl TextEdit {
    /// Replaces the bytes of a range.
    #[must_use]
    pub fn new(range: TextRange, text: impl Into<String>) -> Self {
        Self { range, text: text.into() }
    }

    /// The smallest change that makes the bytes of a range `new`; `None` where they are. It never parts a carriage return
    /// from its line feed, because editors cannot name the place between them.
    #[must_use]
    pub fn smallest(text: &str, range: TextRange, new: &str) -> Option<Self> {
        let old = range.slice(text);
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
        let changed = TextRange::of(range.start as usize + before, range.end as usize - after);
        Some(Self::new(changed, new.get(before..new.len() - after).unwrap_or_default()))
    }
}

/// Whether a change may begin or end here.
fn is_border(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    let parts_line_end = at > 0 && bytes.get(at - 1) == Some(&b'\r') && bytes.get(at) == Some(&b'\n');
    text.is_char_boundary(at) && !parts_line_end
}

/// The text with all changes made, in any order. Of changes that overlap, the later ones are left out.
#[must_use]
pub fn apply<'e>(text: &str, edits: impl IntoIterator<Item = &'e TextEdit>) -> String {
    let mut edits: Vec<&TextEdit> = edits.into_iter().collect();
    edits.sort_by_key(|edit| edit.range);
    let added: usize = edits.iter().map(|edit| edit.text.len()).sum();
    let mut out = String::with_capacity(text.len() + added);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.range.start as usize, edit.range.end as usize);
        let Some(kept) = text.get(at..start).filter(|_| text.get(start..end).is_some()) else { continue };
        out.push_str(kept);
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::{TextEdit, apply};
    use crate::TextRange;

    #[test]
    fn changes_are_made_in_the_order_of_the_text() {
        let edit = |start, end, text: &str| TextEdit::new(TextRange::new(start, end), text);
        let edits = [edit(4, 4, "e"), edit(0, 1, "A"), edit(2, 3, "")];
        assert_eq!(apply("abcd", &edits), "Abde");
    }

    #[test]
    fn the_smallest_change_keeps_what_is_the_same() {
        let between = |old: &str, new: &str| {
            let edit = TextEdit::smallest(&format!("<{old}>"), TextRange::of(1, 1 + old.len()), new)?;
            assert_eq!(apply(&format!("<{old}>"), [&edit]), format!("<{new}>"));
            Some((edit.range.start - 1, edit.range.end - 1, edit.text))
        };
        assert_eq!(between("same", "same"), None);
        assert_eq!(between("abcd", "abxd"), Some((2, 3, "x".to_owned())));
        assert_eq!(between("aaa", "aaaa"), Some((3, 3, "a".to_owned())));
        assert_eq!(between("é", "è"), Some((0, 2, "è".to_owned())));
        assert_eq!(between("a\r\nb", "a\rb"), Some((1, 3, "\r".to_owned())));
        assert_eq!(between("a\nb", "a\r\nb"), Some((1, 2, "\r\n".to_owned())));
    }

    #[test]
    fn a_change_that_does_not_fit_is_left_out() {
        let edit = |start, end, text: &str| TextEdit::new(TextRange::new(start, end), text);
        let edits = [edit(0, 2, "x"), edit(1, 3, "overlaps"), edit(4, 5, "splits"), edit(9, 9, "beyond")];
        assert_eq!(apply("abcé", &edits), "xcé");
    }
}
