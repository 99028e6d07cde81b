//! Comments that silence rules: which places each covers, and which have silenced anything.

use std::cell::RefCell;
use std::collections::HashSet;

use clientc_semantic::{FileFacts, FileId, IgnoreComment, Span};
use rustc_hash::FxHashMap;

use crate::core::input::Input;
use crate::core::rule::Rule;

/// The word of a comment that silences rules.
pub(crate) const WORD: &str = "ignore";

/// The rules that judge comments. A comment that names one of them always counts as used.
pub(crate) const ABOUT_COMMENTS: [&str; 3] = ["unused-ignore", "ignore-without-reason", "unknown-rule"];

/// Whether a comment says `ignore`, and not a word near to it.
pub(crate) fn says_ignore(comment: &IgnoreComment) -> bool {
    comment.word.text == WORD
}

/// The comments of all files of a project.
#[derive(Debug, Default)]
pub(crate) struct IgnoreComments {
    /// Of the files that have any.
    files: FxHashMap<FileId, FileComments>,
    /// Which rule of which comment has silenced a place, each by its index.
    uses: RefCell<HashSet<(FileId, usize, usize)>>,
}

impl IgnoreComments {
    pub(crate) fn new(input: &Input<'_>) -> Self {
        let files = input.files().enumerate().filter(|(_, file)| !file.ignores.is_empty());
        let files = files.map(|(position, file)| (file.file, FileComments::new(position, file)));
        Self { files: files.collect(), uses: RefCell::default() }
    }

    /// Whether a comment silences a rule at a place. All comments that do count as used.
    pub(crate) fn silence(&self, input: &Input<'_>, rule: &Rule, place: Span) -> bool {
        let Some(comments) = self.files.get(&place.file) else { return false };
        let mut is_silenced = false;
        for (index, comment) in comments.over(input, place.range.start).filter(|(_, it)| says_ignore(it)) {
            for (position, _) in comment.rules.iter().enumerate().filter(|(_, name)| name.text == rule.name) {
                is_silenced = true;
                self.uses.borrow_mut().insert((place.file, index, position));
            }
        }
        is_silenced
    }

    /// Whether a rule of a comment has silenced anything so far.
    pub(crate) fn is_used(&self, file: FileId, comment: usize, rule: usize) -> bool {
        self.uses.borrow().contains(&(file, comment, rule))
    }
}

/// The comments of a file, ready to be asked which of them cover an offset.
#[derive(Debug)]
struct FileComments {
    /// The position of the file in its project.
    file: usize,
    /// Where the comments up to each one end to cover, at the latest.
    ends: Vec<u32>,
}

impl FileComments {
    fn new(position: usize, file: &FileFacts) -> Self {
        let mut latest = 0;
        let ends = file.ignores.iter().map(|comment| {
            latest = latest.max(comment.covers.end);
            latest
        });
        Self { file: position, ends: ends.collect() }
    }

    /// The comments that cover an offset, from the last to the first. A comment covers itself as well.
    fn over<'a>(&self, input: &Input<'a>, offset: u32) -> impl Iterator<Item = (usize, &'a IgnoreComment)> {
        let comments = input.project.files.get(self.file).map_or(&[][..], |file| &file.ignores);
        let begin = |comment: &IgnoreComment| comment.range.start.min(comment.covers.start);
        let before = comments.partition_point(|comment| begin(comment) <= offset);
        let candidates = (0..before).rev().take_while(move |index| self.ends[*index] >= offset);
        candidates
            .map(|index| (index, &comments[index]))
            .filter(move |(_, comment)| offset <= comment.covers.end)
    }
}
