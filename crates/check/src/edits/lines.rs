//! Lines of a text, for fixes that keep its layout.

use clientc_syntax::TextRange;

/// The line of a place: its blanks, and where it ends.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'t> {
    /// Where it begins.
    pub(crate) start: usize,
    /// Where its text ends, before the line end.
    pub(crate) end: usize,
    /// Where the next line begins.
    pub(crate) next: usize,
    /// The blanks it begins with.
    pub(crate) indent: &'t str,
}

impl<'t> Line<'t> {
    /// The line that holds an offset.
    pub(crate) fn at(text: &'t str, offset: usize) -> Self {
        let is_end = |char: char| matches!(char, '\n' | '\r');
        let (before, after) = text.split_at_checked(offset).unwrap_or((text, ""));
        let start = before.rfind(is_end).map_or(0, |at| at + 1);
        let end = offset + after.find(is_end).unwrap_or(after.len());
        let rest = text.get(end..).unwrap_or_default();
        let next = end + if rest.starts_with("\r\n") { 2 } else { usize::from(!rest.is_empty()) };
        let line = text.get(start..end).unwrap_or_default();
        let indent = line.get(..line.len() - line.trim_start_matches([' ', '\t']).len()).unwrap_or_default();
        Self { start, end, next, indent }
    }

    /// The bytes of the line with its end.
    pub(crate) fn whole(&self) -> TextRange {
        TextRange::of(self.start, self.next)
    }

    /// The characters that end it; a newline where the text ends with it.
    pub(crate) fn ending(&self, text: &'t str) -> &'t str {
        text.get(self.end..self.next).filter(|ending| !ending.is_empty()).unwrap_or("\n")
    }

    /// One step of indentation in the style of the line.
    pub(crate) fn step(&self) -> &'static str {
        if self.indent.contains('\t') { "\t" } else { "  " }
    }
}

/// What stands alone on a line, with the comment behind it: the line and the text without blanks around it.
pub(crate) fn alone(text: &str, range: TextRange) -> Option<(Line<'_>, &str)> {
    let line = Line::at(text, range.start as usize);
    let before = text.get(line.start..range.start as usize)?;
    let behind = text.get(range.end as usize..line.end)?.trim();
    let is_alone = before.trim().is_empty() && (behind.is_empty() || behind.starts_with("//"));
    is_alone.then(|| (line, text.get(range.start as usize..line.end).unwrap_or_default().trim_end()))
}

/// The range that a block leaves when it is removed with the lines it stands on, the comment lines straight above
/// it, and the blank lines that would be left over. Nothing where something else stands on its lines.
pub(crate) fn removable_block(text: &str, block: TextRange) -> Option<TextRange> {
    let (first, last) = (Line::at(text, block.start as usize), Line::at(text, block.end as usize));
    let is_blank = |from: usize, to: usize| text.get(from..to).is_some_and(|part| part.trim().is_empty());
    if !is_blank(first.start, block.start as usize) || !is_blank(block.end as usize, last.end) {
        return None;
    }
    let before = |start: usize| line_before(text, start);
    let (mut start, mut end) = (first.start, last.next);
    while let Some(line) = before(start).filter(|line| is_comment(text, line)) {
        start = line.start;
    }
    let has_blank_before = || start == 0 || before(start).is_some_and(|line| is_blank(line.start, line.end));
    if has_blank_before() {
        while end < text.len() {
            let line = Line::at(text, end);
            if !is_blank(line.start, line.end) {
                break;
            }
            end = line.next;
        }
    }
    if end >= text.len() {
        while let Some(line) = before(start).filter(|line| is_blank(line.start, line.end)) {
            start = line.start;
        }
    }
    Some(TextRange::of(start, end))
}

/// An offset as places hold it; texts with larger ones are cut before anything is read.
pub(crate) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The line before one that begins here.
fn line_before(text: &str, start: usize) -> Option<Line<'_>> {
    let before = text.get(..start).filter(|before| !before.is_empty())?;
    let ended = before.strip_suffix("\r\n").or_else(|| before.strip_suffix(['\n', '\r'])).unwrap_or(before);
    Some(Line::at(text, ended.len()))
}

fn is_comment(text: &str, line: &Line<'_>) -> bool {
    text.get(line.start..line.end).is_some_and(|line| line.trim_start().starts_with("//"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn removed(text: &str) -> String {
        let start = text.find('X').unwrap();
        let end = text.rfind('X').unwrap() + 1;
        let range = removable_block(text, TextRange::of(start, end)).unwrap();
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
            assert_eq!(removable_block(text, range), None, "{text}");
        }
    }

    #[test]
    fn a_line_knows_its_parts() {
        let text = "a\r\n\t b 1 // c\r\nd";
        let line = Line::at(text, text.find('1').unwrap());
        assert_eq!((line.indent, line.step(), line.ending(text)), ("\t ", "\t", "\r\n"));
        assert_eq!(line.whole().slice(text), "\t b 1 // c\r\n");
        assert_eq!(Line::at(text, text.len()).ending(text), "\n");
        let key = text.find('b').unwrap();
        assert_eq!(alone(text, TextRange::of(key, key + 3)).map(|(_, alone)| alone), Some("b 1 // c"));
        assert!(alone(text, TextRange::of(key, key + 1)).is_none());
    }
}
