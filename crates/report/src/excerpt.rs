//! The parts of sources that a finding is shown with. They are found with the index of lines, so the time does not
//! depend on the size of a file.

use std::ops::Range;

use clientc_check::{Diagnostic, FileId, Label, Sources};
use clientc_syntax::LineColumn;

use crate::line::{Window, append, window};
use crate::options::Options;
use crate::places::Places;
use crate::printable::{printable, width, wrapped};

/// The most places that one finding is shown with.
const MOST_PLACES: usize = 12;
/// Places that are at most this many lines apart are shown together.
const TOGETHER: u32 = 3;

/// Lines of one file with the places to point at.
#[derive(Debug, Clone)]
pub(crate) struct Excerpt {
    /// The file.
    pub(crate) file: FileId,
    /// Where the first place is: that of the finding itself, if it is among them.
    pub(crate) at: LineColumn,
    /// The number of the first line, from 1.
    pub(crate) first_line: u32,
    /// The lines, each with a line break; empty where the file has no text.
    pub(crate) text: String,
    /// The places, in the order of the text. They do not overlap, and each is within one line.
    pub(crate) marks: Vec<Mark>,
}

/// A place in an excerpt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mark {
    /// The bytes of the excerpt.
    pub(crate) range: Range<usize>,
    /// What is said about it, in one or more lines; may be empty.
    pub(crate) text: String,
    /// Whether this is the place of the finding itself.
    pub(crate) is_primary: bool,
}

/// A label by lines: a label over several lines is shown on its first one.
#[derive(Debug, Clone)]
struct Located {
    /// The position among the labels of the finding; the finding itself is 0.
    index: usize,
    file: FileId,
    line: u32,
    /// The bytes of the file.
    range: Range<usize>,
    text: String,
}

/// Cuts out what a finding is shown with, its own place first, and returns how many places are left out.
pub(crate) fn excerpts(
    diagnostic: &Diagnostic,
    sources: &dyn Sources,
    places: Places<'_>,
    options: &Options,
) -> (Vec<Excerpt>, usize) {
    let labels = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    let labels = labels.take(MOST_PLACES).enumerate();
    let mut located: Vec<_> = labels.map(|(index, label)| locate(index, label, sources)).collect();
    located.sort_by_key(|label| (label.file, label.line, label.index));
    let mut groups = Vec::new();
    for near in
        located.chunk_by(|first, second| first.file == second.file && second.line - first.line <= TOGETHER)
    {
        let mut near = near.to_vec();
        near.sort_by_key(|label| label.index);
        while !near.is_empty() {
            let (group, rest) = without_conflicts(near, sources, options);
            groups.push(group);
            near = rest;
        }
    }
    groups.sort_by_key(|group| group.iter().map(|label| label.index).min());
    let left_out = (diagnostic.related.len() + 1).saturating_sub(MOST_PLACES);
    (
        groups.iter().filter_map(|group| excerpt(group, diagnostic, sources, places, options)).collect(),
        left_out,
    )
}

fn locate(index: usize, label: &Label, sources: &dyn Sources) -> Located {
    let file = label.span.file;
    let line = sources.line_index(file).line(label.span.range.start);
    let content = line_content(sources, file, line);
    let text = sources.text(file);
    let start = boundary(text, label.span.range.start).clamp(content.start, content.end);
    let end = boundary(text, label.span.range.end).clamp(start, content.end);
    Located { index, file, line, range: start..end, text: printable(&label.text).into_owned() }
}

/// The bytes of a line without its line break and without a byte order mark.
fn line_content(sources: &dyn Sources, file: FileId, line: u32) -> Range<usize> {
    let text = sources.text(file);
    let index = sources.line_index(file);
    let mut start = index.line_start(line).map_or(text.len(), |start| start as usize).min(text.len());
    let end = index.line_start(line.saturating_add(1)).map_or(text.len(), |end| end as usize);
    let content = text.get(start..end).unwrap_or("");
    let content = content.strip_suffix('\n').unwrap_or(content);
    let content = content.strip_suffix('\r').unwrap_or(content);
    let end = start + content.len();
    if line == 1 && content.starts_with('\u{feff}') {
        start += '\u{feff}'.len_utf8();
    }
    start..end
}

/// The start of the character that contains an offset.
fn boundary(text: &str, offset: u32) -> usize {
    let mut at = (offset as usize).min(text.len());
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Takes the labels that can be drawn together. A label that covers another one, or that is out of sight on its
/// line, is left for later. Labels of the same place become one.
fn without_conflicts(
    labels: Vec<Located>,
    sources: &dyn Sources,
    options: &Options,
) -> (Vec<Located>, Vec<Located>) {
    let mut group: Vec<Located> = Vec::new();
    let mut rest = Vec::new();
    for label in labels {
        let mut same_line = group.iter_mut().filter(|other| other.line == label.line);
        let Some(first) = same_line.next() else {
            group.push(label);
            continue;
        };
        let seen = line_window(sources, first, options).shown;
        let is_seen = seen.start <= label.range.start && label.range.end <= seen.end;
        if let Some(same) = std::iter::once(first).chain(same_line).find(|other| touch(other, &label)) {
            if same.range != label.range {
                rest.push(label);
            } else if same.text != label.text {
                let separator = if same.text.is_empty() { "" } else { "\n" };
                same.text = format!("{}{separator}{}", same.text, label.text);
            }
        } else if is_seen {
            group.push(label);
        } else {
            rest.push(label);
        }
    }
    (group, rest)
}

/// Whether two labels of one line share a column.
fn touch(first: &Located, second: &Located) -> bool {
    let end = |range: &Range<usize>| range.end.max(range.start + 1);
    first.range.start < end(&second.range) && second.range.start < end(&first.range)
}

/// The visible part of the line of a label.
fn line_window(sources: &dyn Sources, label: &Located, options: &Options) -> Window {
    let content = line_content(sources, label.file, label.line);
    window(sources.text(label.file), content, label.range.clone(), line_columns(label.line, options), options)
}

/// The columns for source text beside the number of a line.
fn line_columns(line: u32, options: &Options) -> usize {
    options.columns() - margin(line)
}

fn margin(line: u32) -> usize {
    line.saturating_add(1).to_string().len() + 4
}

/// Cuts out the lines of a group of labels, with one line before and after them.
fn excerpt(
    group: &[Located],
    diagnostic: &Diagnostic,
    sources: &dyn Sources,
    places: Places<'_>,
    options: &Options,
) -> Option<Excerpt> {
    let first = group.first()?;
    let lines = || group.iter().map(|label| label.line);
    let (top, bottom) = (lines().min()?, lines().max()?);
    let labels = || std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
    let start = labels().nth(first.index)?.span.range.start;
    let mut excerpt = Excerpt {
        file: first.file,
        at: places.at(first.file, start),
        first_line: top,
        text: String::new(),
        marks: Vec::new(),
    };
    let text = sources.text(first.file);
    if text.is_empty() {
        excerpt.marks = group.iter().map(|label| mark(0..0, label, label.text.clone())).collect();
        return Some(excerpt);
    }
    let is_blank = |line| text.get(line_content(sources, first.file, line)).unwrap_or("").trim().is_empty();
    if top > 1 && !is_blank(top - 1) {
        excerpt.first_line = top - 1;
    }
    let count = u32::try_from(sources.line_index(first.file).lines()).unwrap_or(u32::MAX);
    let last_line = if bottom < count && !is_blank(bottom + 1) { bottom + 1 } else { bottom };
    for line in excerpt.first_line..=last_line {
        let labels: Vec<_> = group.iter().filter(|label| label.line == line).collect();
        append_line(&mut excerpt, text, line, line_content(sources, first.file, line), &labels, options);
    }
    excerpt.marks.sort_by_key(|mark| mark.range.start);
    Some(excerpt)
}

fn append_line(
    excerpt: &mut Excerpt,
    text: &str,
    line: u32,
    content: Range<usize>,
    labels: &[&Located],
    options: &Options,
) {
    let anchor = labels.first().map_or(content.start..content.start, |label| label.range.clone());
    let seen = window(text, content, anchor, line_columns(line, options), options);
    let ranges: Vec<_> = labels.iter().map(|label| label.range.clone()).collect();
    let begin = excerpt.text.len();
    let moved = append(&mut excerpt.text, text, &seen, &ranges, options);
    for (label, range) in labels.iter().zip(moved) {
        let middle = (range.start + range.end) / 2;
        let before = excerpt.text.get(begin..middle).map_or(middle - begin, width);
        let columns = options.columns().saturating_sub(margin(line) + before + 4).max(24);
        let lines = label.text.split('\n').flat_map(|text| wrapped(text, columns, 0));
        excerpt.marks.push(mark(range, label, lines.collect::<Vec<_>>().join("\n")));
    }
}

fn mark(range: Range<usize>, label: &Located, text: String) -> Mark {
    Mark { range, text, is_primary: label.index == 0 }
}
