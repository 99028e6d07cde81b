//! Which findings are silenced by a comment, and which comments silence nothing.

use std::collections::HashSet;

use clientc_semantic::{FileFacts, FileId, IgnoreComment};

use crate::diagnostic::Diagnostic;
use crate::input::Input;
use crate::rule::rule;

/// The word of a comment that silences rules.
pub(crate) const WORD: &str = "ignore";

/// The rules that judge comments. A comment that names one of them always counts as used.
pub(crate) const ABOUT_COMMENTS: [&str; 3] = ["unused-ignore", "ignore-without-reason", "unknown-rule"];

/// Which rule of which comment has silenced a finding, each by its index.
#[derive(Debug, Default)]
pub(crate) struct Silenced {
    uses: HashSet<(FileId, usize, usize)>,
}

impl Silenced {
    /// Whether a rule of a comment has silenced a finding.
    pub(crate) fn is_used(&self, file: FileId, comment: usize, rule: usize) -> bool {
        self.uses.contains(&(file, comment, rule))
    }

    /// Takes away the findings that a comment silences.
    pub(crate) fn take(&mut self, diagnostics: &mut Vec<Diagnostic>, input: &Input<'_>) {
        if !input.covers().is_empty() {
            diagnostics.retain(|diagnostic| !self.is_silenced(diagnostic, input));
        }
    }

    fn is_silenced(&mut self, diagnostic: &Diagnostic, input: &Input<'_>) -> bool {
        let span = diagnostic.primary.span;
        let Some(covers) = input.covers().get(&span.file) else { return false };
        if rule(diagnostic.rule).is_none_or(|rule| rule.is_fixed) {
            return false;
        }
        let mut is_silenced = false;
        for (index, comment) in covers.over(input, span.range.start).filter(|(_, comment)| speaks(comment)) {
            let named = comment.rules.iter().enumerate().filter(|(_, rule)| rule.text == diagnostic.rule);
            for (rule, _) in named {
                is_silenced = true;
                self.uses.insert((span.file, index, rule));
            }
        }
        is_silenced
    }
}

/// The comments of a file, ready to be asked which of them cover an offset.
#[derive(Debug)]
pub(crate) struct Covers {
    /// The position of the file in its project.
    file: usize,
    /// Where the comments up to each one end to cover, at the latest.
    ends: Vec<u32>,
}

impl Covers {
    pub(crate) fn new(position: usize, file: &FileFacts) -> Self {
        let mut latest = 0;
        let ends = file.ignores.iter().map(|comment| {
            latest = latest.max(comment.covers.end);
            latest
        });
        Self { file: position, ends: ends.collect() }
    }

    /// The comments that cover an offset, from the last to the first. A comment covers itself as well.
    pub(crate) fn over<'a>(
        &self,
        input: &Input<'a>,
        offset: u32,
    ) -> impl Iterator<Item = (usize, &'a IgnoreComment)> {
        let comments = input.project.files.get(self.file).map_or(&[][..], |file| &file.ignores);
        let begin = |comment: &IgnoreComment| comment.range.start.min(comment.covers.start);
        let before = comments.partition_point(|comment| begin(comment) <= offset);
        let candidates = (0..before).rev().take_while(move |index| self.ends[*index] >= offset);
        candidates
            .map(|index| (index, &comments[index]))
            .filter(move |(_, comment)| offset <= comment.covers.end)
    }
}

/// Whether a comment says `ignore`, and not a word near to it.
pub(crate) fn speaks(comment: &IgnoreComment) -> bool {
    comment.word.text == WORD
}
