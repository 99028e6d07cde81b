//! Whether a layout keeps what the comments for clientc silence.
//!
//! Such a comment covers its line and what begins there; on a line of its own it covers the next line that is more than a
//! comment. Behind something it covers what ends there as well.

use std::ops::Range;

use clientc_syntax::{NodeKind, TextRange, work};

/// What begins a comment for clientc.
const MARK: &str = "clientc";

/// Where a line with a comment for clientc has more blocks, they are left as they are: each of them would have to be
/// compared together with its whole line.
const MOST_BLOCKS: usize = 8;

/// A text with its lines, for the question what its comments for clientc cover.
pub(crate) struct Silencing<'t> {
    text: &'t str,
    /// Where comments for clientc may be.
    marks: Vec<usize>,
    /// Where the lines begin; nothing where there is no comment for clientc.
    lines: Vec<usize>,
    /// Where the blocks begin.
    blocks: Vec<usize>,
}

impl<'t> Silencing<'t> {
    /// `blocks` are the ranges of all blocks of the text, in their order.
    pub(crate) fn of(text: &'t str, blocks: impl Iterator<Item = TextRange>) -> Self {
        work::add(text.len());
        let marks: Vec<usize> = text.match_indices(MARK).map(|(at, _)| at).collect();
        if marks.is_empty() {
            return Self { text, marks, lines: Vec::new(), blocks: Vec::new() };
        }
        let ends = text.match_indices(is_line_end).map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self { text, marks, lines, blocks: blocks.map(|block| block.start as usize).collect() }
    }

    /// Whether every comment for clientc covers the same entries in a part of the text and in what takes its place.
    pub(crate) fn is_kept(&self, range: TextRange, printed: &str) -> bool {
        if self.marks.is_empty() {
            return true;
        }
        let (start, end) = (range.start as usize, range.end as usize);
        let (first, last) = (self.line(start), self.line(end));
        if count(&self.marks, first.start..last.end) == 0 {
            return true;
        }
        if [&first, &last].into_iter().any(|line| count(&self.blocks, line.clone()) > MOST_BLOCKS) {
            return false;
        }
        let part = |range: Range<usize>| self.text.get(range).unwrap_or_default();
        let whole = |block: &str| [part(first.start..start), block, part(end..last.end)].concat();
        covered(&whole(part(start..end))) == covered(&whole(printed))
    }

    /// The line that an offset is on, without its end.
    fn line(&self, at: usize) -> Range<usize> {
        let number = self.lines.partition_point(|start| *start <= at);
        let start = number.checked_sub(1).and_then(|number| self.lines.get(number)).copied().unwrap_or(0);
        start..self.lines.get(number).map_or(self.text.len(), |next| next - 1)
    }
}

/// How many of these offsets are in a range.
fn count(sorted: &[usize], range: Range<usize>) -> usize {
    let before = |at: usize| sorted.partition_point(|offset| *offset < at);
    before(range.end).saturating_sub(before(range.start))
}

fn is_line_end(letter: char) -> bool {
    matches!(letter, '\n' | '\r')
}

/// The blocks and entries that each comment for clientc covers: the number of the first, and of the one behind the last.
fn covered(text: &str) -> Vec<(usize, usize)> {
    work::add(text.len());
    let text = &*text.replace("\r\n", "\n");
    let tree = clientc_syntax::parse(text).tree;
    let (mut whole, mut comments) = (Vec::new(), Vec::new());
    for node in tree.nodes() {
        match node.kind() {
            NodeKind::Entry | NodeKind::ClientBlock | NodeKind::PolicyBlock => whole.push(node.range()),
            NodeKind::LineComment | NodeKind::BlockComment if node.text(text).contains(MARK) => {
                comments.push(node.range());
            }
            _ => {}
        }
    }
    let mut ends = whole.clone();
    ends.sort_unstable_by_key(|range| range.end);
    let lines = Lines::of(text);
    let mut all: Vec<(usize, usize)> = Vec::with_capacity(comments.len());
    let mut last_line = None;
    for comment in comments {
        let (number, is_alone) = lines.target(comment.start);
        let line = lines.ranges.get(number).copied().unwrap_or(comment);
        // Of many comments on one line only the first has to be looked at.
        if let Some(known) = all.last().copied().filter(|_| last_line == Some((number, is_alone))) {
            all.push(known);
            continue;
        }
        last_line = Some((number, is_alone));
        let begins = |offset: u32| whole.partition_point(|range| range.start < offset);
        let ends_by = |offset: u32| ends.partition_point(|range| range.end <= offset);
        let beginning = whole.get(begins(line.start)..begins(line.end + 1)).unwrap_or(&[]);
        let ending = ends.get(ends_by(line.start)..ends_by(comment.start)).filter(|_| !is_alone);
        let parts = beginning.iter().chain(ending.unwrap_or(&[]));
        let covers = parts.fold(line, |covers, part| covers.cover(*part));
        all.push((begins(covers.start), begins(covers.end + 1)));
    }
    all
}

/// The lines of a text, and the line that a comment alone on each of them is about.
struct Lines {
    ranges: Vec<TextRange>,
    is_remark: Vec<bool>,
    targets: Vec<usize>,
}

impl Lines {
    fn of(text: &str) -> Self {
        let (mut ranges, mut is_remark, mut start) = (Vec::new(), Vec::new(), 0);
        for line in text.split(is_line_end) {
            ranges.push(TextRange::of(start, start + line.len()));
            start += line.len() + 1;
            let line = line.trim_start();
            is_remark.push(line.starts_with("//") || line.starts_with("{//"));
        }
        let mut targets: Vec<usize> = (0..ranges.len()).collect();
        for number in (0..ranges.len().saturating_sub(1)).rev() {
            let next = number + 1;
            targets[number] = if is_remark[next] { targets[next] } else { next };
        }
        Self { ranges, is_remark, targets }
    }

    /// The number of the line that a comment at an offset covers, and whether the comment is on a line of its own.
    fn target(&self, at: u32) -> (usize, bool) {
        let number = self.ranges.partition_point(|line| line.start <= at).saturating_sub(1);
        let is_alone = self.is_remark.get(number).copied().unwrap_or(false);
        (if is_alone { self.targets.get(number).copied().unwrap_or(number) } else { number }, is_alone)
    }
}
