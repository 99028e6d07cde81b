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
    fn a_change_that_does_not_fit_is_left_out() {
        let edit = |start, end, text: &str| TextEdit::new(TextRange::new(start, end), text);
        let edits = [edit(0, 2, "x"), edit(1, 3, "overlaps"), edit(4, 5, "splits"), edit(9, 9, "beyond")];
        assert_eq!(apply("abcé", &edits), "xcé");
    }
}
