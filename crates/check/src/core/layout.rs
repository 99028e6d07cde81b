//! The layout of a text, for edits that keep it.

use clientc_semantic::{FileId, Span};
use clientc_syntax::{LineIndex, TextRange, work};

use crate::core::diagnostic::{FileEdit, Sources};

/// The widest indentation that is copied: otherwise many edits of a line with a very long one would each write all of
/// it.
const WIDEST_INDENT: usize = 200;

/// The text of a file with its lines, so that an edit does not look for their ends: a file may be one long line with a
/// thousand clients.
#[derive(Debug, Clone, Copy)]
pub struct Layout<'t> {
    /// The file.
    pub(crate) file: FileId,
    /// Its text.
    pub(crate) text: &'t str,
    lines: &'t LineIndex,
}

/// The line of a place: its indentation, and where it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'t> {
    /// Where it begins.
    pub(crate) start: usize,
    /// Where its text ends, before the line end.
    pub(crate) end: usize,
    /// Where the next line begins.
    pub(crate) next: usize,
    /// The whitespace that it begins with, as far as it is copied.
    pub(crate) indent: &'t str,
}

impl<'t> Layout<'t> {
    /// The layout of a file.
    #[must_use]
    pub fn of(sources: &'t dyn Sources, file: FileId) -> Self {
        Self::new(file, sources.text(file), sources.line_index(file))
    }

    pub(crate) fn new(file: FileId, text: &'t str, lines: &'t LineIndex) -> Self {
        Self { file, text, lines }
    }

    /// The line of an offset.
    pub(crate) fn line(&self, at: usize) -> Line<'t> {
        work::add(1);
        let number = self.lines.line(offset(at));
        let start = self.lines.line_start(number).unwrap_or(0) as usize;
        let next = self.lines.line_start(number + 1).map_or(self.text.len(), |next| next as usize);
        let end = next - ending(self.slice(start, next)).len();
        let indent = indent_of(self.slice(start, end));
        Line { start, end, next, indent }
    }

    /// How lines end: as the line of an offset does, or else the one before it. A newline where neither has an end.
    #[must_use]
    pub fn line_break(&self, at: usize) -> &'static str {
        let line = self.line(at);
        let own = ending(self.slice(line.end, line.next));
        match if own.is_empty() { ending(self.slice(0, line.start)) } else { own } {
            "" => "\n",
            known => known,
        }
    }

    /// The line of something that is alone on it but for a comment after it, and the text from there to the end of the
    /// line.
    pub(crate) fn alone(&self, range: TextRange) -> Option<(Line<'t>, &'t str)> {
        let line = self.line(range.start as usize);
        let before = self.text.get(line.start..range.start as usize)?;
        let behind = self.text.get(range.end as usize..line.end)?;
        let is_alone = is_blank_at_its_end(before) && rest_is_blank_or_comment(behind);
        is_alone.then(|| (line, self.slice(range.start as usize, line.end).trim_end()))
    }

    /// The range that a block leaves when it is removed with the lines it is on, the comment lines directly above it,
    /// and the blank lines that would be left over; `None` where something else is on its lines.
    pub(crate) fn removable_block(&self, block: TextRange) -> Option<TextRange> {
        let (first, last) = (self.line(block.start as usize), self.line(block.end as usize));
        let is_blank = |line: &Line<'_>| is_blank_at_its_start(self.slice(line.start, line.end));
        if !is_blank_at_its_end(self.slice(first.start, block.start as usize))
            || !is_blank_at_its_start(self.slice(block.end as usize, last.end))
        {
            return None;
        }
        let before = |start: usize| start.checked_sub(1).map(|end| self.line(end));
        let (mut start, mut end) = (first.start, last.next);
        while let Some(line) = before(start).filter(|line| self.is_comment(line)) {
            start = line.start;
        }
        let has_blank_before = || before(start).is_none_or(|line| is_blank(&line));
        if has_blank_before() {
            while end < self.text.len() {
                let line = self.line(end);
                if !is_blank(&line) {
                    break;
                }
                end = line.next;
            }
        }
        if end >= self.text.len() {
            while let Some(line) = before(start).filter(is_blank) {
                start = line.start;
            }
        }
        Some(TextRange::of(start, end))
    }

    /// An edit that writes new text instead of old.
    pub(crate) fn edit(&self, range: TextRange, text: impl Into<String>) -> FileEdit {
        FileEdit::new(Span::new(self.file, range), text)
    }

    fn is_comment(&self, line: &Line<'_>) -> bool {
        self.slice(line.start, line.end).trim_start().starts_with("//")
    }

    fn slice(&self, start: usize, end: usize) -> &'t str {
        self.text.get(start..end).unwrap_or_default()
    }
}

impl<'t> Line<'t> {
    /// The bytes of the line with its end.
    pub(crate) fn whole(&self) -> TextRange {
        TextRange::of(self.start, self.next)
    }

    /// One step of indentation in the style of the line.
    pub(crate) fn step(&self) -> &'static str {
        if self.indent.contains('\t') { "\t" } else { "  " }
    }
}

/// The characters that end a line at the end of a text.
fn ending(text: &str) -> &'static str {
    ["\r\n", "\n", "\r"].into_iter().find(|end| text.ends_with(end)).unwrap_or("")
}

/// The whitespace that a line begins with, as far as it is copied.
pub(crate) fn indent_of(line: &str) -> &str {
    let length = line.bytes().take(WIDEST_INDENT).take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    work::add(length);
    line.get(..length).unwrap_or_default()
}

/// Whether there is only whitespace before a place on its line. Only whitespace is read.
fn is_blank_at_its_end(before: &str) -> bool {
    let rest = before.trim_end();
    work::add(before.len() - rest.len());
    rest.is_empty()
}

/// Whether a line, or what is left of it, is blank. Only whitespace is read.
fn is_blank_at_its_start(behind: &str) -> bool {
    let rest = behind.trim_start();
    work::add(behind.len() - rest.len());
    rest.is_empty()
}

fn rest_is_blank_or_comment(behind: &str) -> bool {
    let rest = behind.trim_start();
    work::add(behind.len() - rest.len());
    rest.is_empty() || rest.starts_with("//")
}

/// An offset in the form of places; texts with larger ones are cut before anything is read.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Does something with the layout of a text.
    fn with<T>(text: &str, use_it: impl FnOnce(Layout<'_>) -> T) -> T {
        use_it(Layout::new(FileId(0), text, &LineIndex::new(text)))
    }

    fn removed(text: &str) -> String {
        let start = text.find('X').unwrap();
        let end = text.rfind('X').unwrap() + 1;
        let range = with(text, |layout| layout.removable_block(TextRange::of(start, end))).unwrap();
        [&text[..range.start as usize], &text[range.end as usize..]].concat()
    }

    #[test]
    fn a_block_leaves_no_odd_blank_lines() {
        assert_eq!(removed("a\n\nX\nX\n\nb\n"), "a\n\nb\n");
        assert_eq!(removed("X\nX\n\nb\n"), "b\n");
        assert_eq!(removed("a\n\nX\nX\n"), "a\n");
        assert_eq!(removed("a\n\nX\nX"), "a\n");
        assert_eq!(removed("a\nX\nX\nb\n"), "a\nb\n");
        assert_eq!(removed("a\n\nX\nX\nb\n"), "a\n\nb\n");
        assert_eq!(removed("a\r\n\r\nX\r\nX\r\n\r\nb\r\n"), "a\r\n\r\nb\r\n");
        assert_eq!(removed("X X"), "");
    }

    #[test]
    fn the_comment_straight_above_goes_with_it_and_others_stay() {
        assert_eq!(removed("a\n\n// keep\n\n// one\n/// two\nX X\n\nb\n"), "a\n\n// keep\n\nb\n");
        assert_eq!(removed("/// one\r\nX X\r\n\r\nb\r\n"), "b\r\n");
    }

    #[test]
    fn what_shares_a_line_stays() {
        for text in ["a X\nX\n", "X\nX b\n", "X\nX // why\n"] {
            let range = TextRange::of(text.find('X').unwrap(), text.rfind('X').unwrap() + 1);
            assert_eq!(with(text, |layout| layout.removable_block(range)), None, "{text}");
        }
    }

    #[test]
    fn a_line_knows_its_parts() {
        let text = "a\r\n\t b 1 // c\r\nd";
        let index = LineIndex::new(text);
        let layout = Layout::new(FileId(0), text, &index);
        let at = text.find('1').unwrap();
        let line = layout.line(at);
        assert_eq!((line.indent, line.step(), layout.line_break(at)), ("\t ", "\t", "\r\n"));
        assert_eq!(line.whole().slice(text), "\t b 1 // c\r\n");
        let key = text.find('b').unwrap();
        assert_eq!(layout.alone(TextRange::of(key, key + 3)).map(|(_, alone)| alone), Some("b 1 // c"));
        assert!(layout.alone(TextRange::of(key, key + 1)).is_none());
    }

    #[test]
    fn a_line_ends_as_it_does_or_as_the_one_before_it() {
        for (text, ends) in
            [("a", "\n"), ("a\r\nb", "\r\n"), ("a\rb", "\r"), ("a\r\nb\n", "\n"), ("a\n\rb", "\r")]
        {
            assert_eq!(with(text, |layout| layout.line_break(text.len() - 1)), ends, "{text:?}");
        }
    }

    #[test]
    fn no_very_wide_indentation_is_copied() {
        let text = " ".repeat(1000) + "a";
        assert_eq!(with(&text, |layout| layout.line(1000).indent.len()), WIDEST_INDENT);
    }
}
