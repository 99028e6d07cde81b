//! One line of source as it is shown: cut to a window, with tabs as spaces and without what would control a terminal.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::options::Options;
use crate::printable::{is_unsafe, replacement, width};

/// The columns from one tab stop to the next.
const TAB: usize = 4;

/// The bytes of a line that are shown, and whether some are left out before and after them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Window {
    /// What is shown.
    pub(crate) shown: Range<usize>,
    /// Whether the line begins earlier.
    pub(crate) cut_before: bool,
    /// Whether the line goes on.
    pub(crate) cut_after: bool,
}

/// Chooses which part of a line is shown in this many columns, so that the anchor is visible. The time depends only on
/// the columns, not on the length of the line.
pub(crate) fn window(
    text: &str,
    line: Range<usize>,
    anchor: Range<usize>,
    columns: usize,
    options: &Options,
) -> Window {
    let dots = width(options.ellipsis());
    let whole = forward(text, line.clone(), columns);
    if whole == line.end {
        return Window { shown: line, cut_before: false, cut_after: false };
    }
    let room = columns.saturating_sub(dots).max(1);
    let from_start = forward(text, line.clone(), room);
    let wanted = forward(text, anchor.clone(), columns / 2);
    if wanted <= from_start {
        return Window { shown: line.start..from_start, cut_before: false, cut_after: true };
    }
    let start = backward(text, line.start..anchor.start, columns / 3);
    let cut_before = start > line.start;
    let rest = start..line.end;
    let room = if cut_before { room } else { columns };
    if forward(text, rest.clone(), room) == line.end {
        return Window { shown: rest, cut_before, cut_after: false };
    }
    let end = forward(text, rest, room.saturating_sub(dots).max(1));
    Window { shown: start..end, cut_before, cut_after: true }
}

/// The offset this many columns after the start of a range, or the end of the range.
fn forward(text: &str, range: Range<usize>, columns: usize) -> usize {
    let Some(part) = text.get(range.clone()) else {
        return range.start;
    };
    let mut used = 0;
    for (at, char) in part.char_indices() {
        used += columns_of(char, used);
        // Characters without a width must not make the line endless.
        if used > columns || at > columns * 8 {
            return range.start + at;
        }
    }
    range.end
}

/// The offset this many columns before the end of a range, or the start of the range.
fn backward(text: &str, range: Range<usize>, columns: usize) -> usize {
    let Some(part) = text.get(range.clone()) else {
        return range.end;
    };
    let mut used = 0;
    let mut start = range.end;
    for (at, char) in part.char_indices().rev() {
        used += if char == '\t' { TAB } else { columns_of(char, 0) };
        if used > columns || part.len() - at > columns * 8 {
            break;
        }
        start = range.start + at;
    }
    start
}

/// The columns that a character takes after this many used columns.
fn columns_of(char: char, used: usize) -> usize {
    match char {
        '\t' => TAB - used % TAB,
        char if is_unsafe(char) => 1,
        char => char.width().unwrap_or(0),
    }
}

/// Appends the shown part of a line and a line break, and returns where the given ranges are now.
pub(crate) fn append(
    result: &mut String,
    text: &str,
    window: &Window,
    ranges: &[Range<usize>],
    options: &Options,
) -> Vec<Range<usize>> {
    if window.cut_before {
        result.push_str(options.ellipsis());
    }
    let shown = &window.shown;
    let clamped = |at: usize| at.clamp(shown.start, shown.end.max(shown.start));
    let ranges: Vec<_> = ranges.iter().map(|range| clamped(range.start)..clamped(range.end)).collect();
    let mut moved = vec![result.len()..result.len(); ranges.len()];
    let mut used = 0;
    for (at, char) in text.get(shown.clone()).unwrap_or("").char_indices() {
        follow(&mut moved, &ranges, shown.start + at, result.len());
        let columns = columns_of(char, used);
        used += columns;
        match char {
            '\t' => result.extend(std::iter::repeat_n(' ', columns)),
            char if is_unsafe(char) => result.push(replacement(char, options.unicode)),
            char => result.push(char),
        }
    }
    follow(&mut moved, &ranges, shown.end, result.len());
    if window.cut_after {
        result.push_str(options.ellipsis());
    }
    let used_by_ranges = moved.iter().map(|range| range.end).max().unwrap_or(0);
    result.truncate(result.trim_end_matches(' ').len().max(used_by_ranges));
    result.push('\n');
    moved
}

/// Notes where a byte of the source is in the result, for the ranges that begin or end there.
fn follow(moved: &mut [Range<usize>], ranges: &[Range<usize>], at: usize, to: usize) {
    for (moved, range) in moved.iter_mut().zip(ranges) {
        if range.start == at {
            moved.start = to;
        }
        if range.end == at {
            moved.end = to;
        }
    }
}
