//! Byte offsets to positions of the protocol and back.

use clientc_syntax::{LineIndex, TextRange};

/// What the columns of a client count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Encoding {
    /// Bytes.
    Utf8,
    /// Units of UTF-16, which every client understands.
    #[default]
    Utf16,
    /// Unicode scalar values.
    Utf32,
}

/// A place in a text: both numbers begin at 0, and the column counts what the [`Encoding`] says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(crate) struct Position {
    /// The line.
    pub(crate) line: u32,
    /// The column.
    pub(crate) character: u32,
}

/// A text with its lines, in an encoding.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lines<'t> {
    text: &'t str,
    index: &'t LineIndex,
    encoding: Encoding,
}

impl Encoding {
    fn width(self, c: char) -> usize {
        match self {
            Self::Utf8 => c.len_utf8(),
            Self::Utf16 => c.len_utf16(),
            Self::Utf32 => 1,
        }
    }

    /// How many columns a text has.
    #[must_use]
    pub(crate) fn columns(self, text: &str) -> u32 {
        let columns = if self == Self::Utf8 || text.is_ascii() {
            text.len()
        } else {
            text.chars().map(|c| self.width(c)).sum()
        };
        u32::try_from(columns).unwrap_or(u32::MAX)
    }
}

impl<'t> Lines<'t> {
    /// Combines a text with its index, which must be of the same text.
    #[must_use]
    pub(crate) fn new(text: &'t str, index: &'t LineIndex, encoding: Encoding) -> Self {
        Self { text, index, encoding }
    }

    /// The position of an offset. One inside a character counts as that character, one past the end as the end.
    #[must_use]
    pub(crate) fn position(&self, offset: u32) -> Position {
        let mut end = (offset as usize).min(self.text.len());
        while !self.text.is_char_boundary(end) {
            end -= 1;
        }
        let offset = u32::try_from(end).unwrap_or(u32::MAX);
        let line = self.line_of(offset);
        let start = self.line_start(line) as usize;
        let before = self.text.get(start..end).unwrap_or("");
        Position { line, character: self.encoding.columns(before) }
    }

    /// The offset of a position. A column past the end of its line counts as that end, a line past the last as the
    /// end of the text, and a column inside a character, as half a surrogate pair is, as the start of that character.
    #[must_use]
    pub(crate) fn offset(&self, position: Position) -> u32 {
        let Some(start) = self.index.line_start(position.line.saturating_add(1)) else {
            return u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        };
        let line = self.line_text(position.line);
        let wanted = position.character as usize;
        if line.is_ascii() {
            return start + u32::try_from(wanted.min(line.len())).unwrap_or(u32::MAX);
        }
        let mut columns = 0;
        for (at, c) in line.char_indices() {
            columns += self.encoding.width(c);
            if columns > wanted {
                return start + u32::try_from(at).unwrap_or(u32::MAX);
            }
        }
        start + u32::try_from(line.len()).unwrap_or(u32::MAX)
    }

    /// The positions of both ends of a range.
    #[must_use]
    pub(crate) fn range(&self, range: TextRange) -> (Position, Position) {
        (self.position(range.start), self.position(range.end))
    }

    /// The line of an offset, from 0.
    #[must_use]
    pub(crate) fn line_of(&self, offset: u32) -> u32 {
        let (mut low, mut high) = (0, u32::try_from(self.index.lines()).unwrap_or(u32::MAX));
        while low + 1 < high {
            let middle = low + (high - low) / 2;
            if self.line_start(middle) <= offset { low = middle } else { high = middle }
        }
        low
    }

    /// A line, from 0, without what ends it; empty where there is no such line.
    #[must_use]
    pub(crate) fn line_text(&self, line: u32) -> &'t str {
        let start = self.line_start(line) as usize;
        let next =
            self.index.line_start(line.saturating_add(2)).map_or(self.text.len(), |next| next as usize);
        self.text.get(start..next).unwrap_or("").trim_end_matches(['\n', '\r'])
    }

    /// How many columns a line has, from 0.
    #[must_use]
    pub(crate) fn columns_of(&self, line: u32) -> u32 {
        self.encoding.columns(self.line_text(line))
    }

    fn line_start(&self, line: u32) -> u32 {
        let end = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.index.line_start(line.saturating_add(1)).unwrap_or(end)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ENCODINGS: [Encoding; 3] = [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32];

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn columns_count_what_the_client_counts() {
        let text = "a😀b\r\né\rz";
        let index = LineIndex::new(text);
        for (encoding, after_the_face, end_of_the_line) in
            [(Encoding::Utf8, 5, 6), (Encoding::Utf16, 3, 4), (Encoding::Utf32, 2, 3)]
        {
            let lines = Lines::new(text, &index, encoding);
            assert_eq!(lines.position(5), at(0, after_the_face));
            assert_eq!(lines.offset(at(0, after_the_face)), 5);
            assert_eq!(lines.offset(at(0, 1000)), 6);
            assert_eq!(lines.position(6), at(0, end_of_the_line));
            assert_eq!(lines.position(8), at(1, 0));
            assert_eq!(lines.position(11), at(2, 0));
            assert_eq!(lines.offset(at(2, 9)), 12);
            assert_eq!(lines.offset(at(3, 0)), 12);
        }
    }

    #[test]
    fn half_a_surrogate_pair_is_the_start_of_its_character() {
        let text = "😀x";
        let index = LineIndex::new(text);
        let lines = Lines::new(text, &index, Encoding::Utf16);
        assert_eq!([0, 1, 2, 3].map(|column| lines.offset(at(0, column))), [0, 0, 4, 5]);
        assert_eq!(lines.position(2), at(0, 0));
    }

    proptest! {
        #[test]
        fn offsets_survive_the_way_there_and_back(text in "[a\\n\\r😀é]{0,40}") {
            let index = LineIndex::new(&text);
            for encoding in ENCODINGS {
                let lines = Lines::new(&text, &index, encoding);
                for (offset, _) in text.char_indices() {
                    let between = offset > 0 && text[..offset].ends_with('\r') && text[offset..].starts_with('\n');
                    let offset = offset as u32;
                    if !between {
                        prop_assert_eq!(lines.offset(lines.position(offset)), offset);
                    }
                }
            }
        }

        #[test]
        fn any_position_is_a_border_between_characters(text in "[a\\n\\r😀é]{0,40}", line: u8, character: u8) {
            let index = LineIndex::new(&text);
            for encoding in ENCODINGS {
                let position = at(u32::from(line) % 9, u32::from(character) % 50);
                let offset = Lines::new(&text, &index, encoding).offset(position);
                prop_assert!(text.is_char_boundary(offset as usize));
            }
        }
    }
}
