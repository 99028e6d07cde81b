//! Comments that silence rules: which places each covers, and which have silenced anything.

use std::cell::Cell;
use std::cmp::Reverse;

use clientc_semantic::{FileFacts, FileId, IgnoreComment, Span};
use clientc_syntax::{TextRange, work};
use rustc_hash::FxHashMap;

use crate::core::input::Input;
use crate::core::rule::Rule;

/// The rules that judge comments. A comment that names one of them always counts as used.
pub(crate) const ABOUT_COMMENTS: [&str; 3] = ["unused-ignore", "ignore-without-reason", "unknown-rule"];

/// Whether a comment says `ignore` or `ignore-file`, and not a word near to it.
pub(crate) fn says_ignore(comment: &IgnoreComment) -> bool {
    comment.has_colon && comment.word.text == comment.meant.text()
}

/// The comments of the files of a project that have any.
#[derive(Debug, Default)]
pub(crate) struct IgnoreComments {
    files: FxHashMap<FileId, FileComments>,
}

impl IgnoreComments {
    pub(crate) fn new(input: &Input<'_>) -> Self {
        let files = input.files().filter(|file| !file.ignores.is_empty());
        Self { files: files.map(|file| (file.file, FileComments::new(file))).collect() }
    }

    /// Whether a comment silences a rule at a place. All comments that do count as used.
    pub(crate) fn silence(&self, rule: &Rule, place: Span) -> bool {
        self.files.get(&place.file).is_some_and(|comments| comments.silence(rule.name, place.range.start))
    }

    /// Whether a rule of a comment has silenced anything so far.
    pub(crate) fn is_used(&self, file: FileId, comment: usize, rule: usize) -> bool {
        self.files.get(&file).is_some_and(|comments| comments.is_used(comment, rule))
    }
}

/// The comments of a file, ready to be asked which of them cover an offset.
#[derive(Debug)]
struct FileComments {
    /// What is covered, in the order of where it begins, the larger part first.
    covers: Vec<Cover>,
    /// The bytes of each comment, and its cover; in the order of the text.
    comments: Vec<(TextRange, usize)>,
    /// The cover and the name of each rule that a comment names, by the indexes of comment and rule.
    named: FxHashMap<(usize, usize), (usize, Box<str>)>,
}

/// A part of a text that comments cover. Many may cover the same part, such as the line that they all are on.
#[derive(Debug)]
struct Cover {
    range: TextRange,
    /// The last cover before this one that holds its beginning. Whatever holds an offset is on the way up from the
    /// last cover that begins before it.
    above: Option<usize>,
    rules: FxHashMap<Box<str>, Naming>,
}

/// Where comments of a cover name a rule.
#[derive(Debug, Default)]
struct Naming {
    /// Where each of the comments begins, with its index and that of the rule; in the order of the text.
    places: Vec<(u32, usize, usize)>,
    /// How many of them, from the first, have silenced anything.
    used: Cell<usize>,
}

impl FileComments {
    fn new(file: &FileFacts) -> Self {
        let mut covers: Vec<Cover> = Vec::new();
        let order = |range: &TextRange| (range.start, Reverse(range.end));
        let mut ranges: Vec<TextRange> = file.ignores.iter().map(|comment| comment.covers).collect();
        ranges.sort_unstable_by_key(order);
        ranges.dedup();
        let mut open: Vec<usize> = Vec::new();
        for range in ranges {
            while open.last().is_some_and(|above| covers[*above].range.end < range.start) {
                open.pop();
            }
            open.push(covers.len());
            let above = open.iter().rev().nth(1).copied();
            covers.push(Cover { range, above, rules: FxHashMap::default() });
        }
        let (mut comments, mut named) = (Vec::new(), FxHashMap::default());
        for (index, comment) in file.ignores.iter().enumerate() {
            let cover = covers.partition_point(|cover| order(&cover.range) < order(&comment.covers));
            comments.push((comment.range, cover));
            let names = comment.rules.iter().enumerate().filter(|_| says_ignore(comment));
            for (position, name) in names {
                let naming = covers[cover].rules.entry(name.text.as_str().into()).or_default();
                naming.places.push((comment.range.start, index, position));
                named.insert((index, position), (cover, name.text.as_str().into()));
            }
        }
        Self { covers, comments, named }
    }

    fn silence(&self, rule: &str, offset: u32) -> bool {
        let mut is_silenced = false;
        let mut next = self.covers.partition_point(|cover| cover.range.start <= offset).checked_sub(1);
        while let Some(cover) = next.map(|cover| &self.covers[cover]) {
            work::add(1);
            if offset <= cover.range.end {
                is_silenced |= cover.use_rule(rule, u32::MAX);
            }
            next = cover.above;
        }
        // A comment covers itself, and the comments below it that are about the same part.
        let before = self.comments.partition_point(|(comment, _)| comment.start <= offset);
        if let Some((comment, cover)) = before.checked_sub(1).map(|last| self.comments[last])
            && offset <= comment.end
        {
            is_silenced |= self.covers[cover].use_rule(rule, offset);
        }
        is_silenced
    }

    fn is_used(&self, comment: usize, rule: usize) -> bool {
        let Some((cover, name)) = self.named.get(&(comment, rule)) else { return false };
        let naming = self.covers[*cover].rules.get(name);
        naming.is_some_and(|naming| {
            let used = naming.places.get(..naming.used.get()).unwrap_or_default();
            used.binary_search_by_key(&(comment, rule), |(_, comment, rule)| (*comment, *rule)).is_ok()
        })
    }
}

impl Cover {
    /// Whether comments that begin at an offset or before it name a rule; they count as used.
    fn use_rule(&self, rule: &str, offset: u32) -> bool {
        let Some(naming) = self.rules.get(rule) else { return false };
        let used = naming.places.partition_point(|(start, ..)| *start <= offset);
        naming.used.set(naming.used.get().max(used));
        used > 0
    }
}
