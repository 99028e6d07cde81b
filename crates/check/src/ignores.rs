//! Which findings are silenced by a comment, and which comments silence nothing.

use std::collections::{HashMap, HashSet};

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
        let files: HashMap<FileId, &FileFacts> =
            input.files().filter(|file| !file.ignores.is_empty()).map(|file| (file.file, file)).collect();
        if !files.is_empty() {
            diagnostics.retain(|diagnostic| !self.is_silenced(diagnostic, &files));
        }
    }

    fn is_silenced(&mut self, diagnostic: &Diagnostic, files: &HashMap<FileId, &FileFacts>) -> bool {
        let span = diagnostic.primary.span;
        let Some(facts) = files.get(&span.file) else { return false };
        if rule(diagnostic.rule).is_none_or(|rule| rule.is_fixed) {
            return false;
        }
        let mut is_silenced = false;
        for (index, comment) in facts.ignores.iter().enumerate() {
            let covers = comment.covers.start <= span.range.start && span.range.start <= comment.covers.end;
            if !covers || !speaks(comment) {
                continue;
            }
            let named = comment.rules.iter().enumerate().filter(|(_, rule)| rule.text == diagnostic.rule);
            for (rule, _) in named {
                is_silenced = true;
                self.uses.insert((span.file, index, rule));
            }
        }
        is_silenced
    }
}

/// Whether a comment says `ignore`, and not a word near to it.
pub(crate) fn speaks(comment: &IgnoreComment) -> bool {
    comment.word.text == WORD
}
