//! A fix that may be applied.

use std::collections::{BTreeMap, BTreeSet};

use clientc_check::{Diagnostic, FileEdit, FileId, Fix, Level};

use crate::new_findings::Block;

/// What makes a finding the same in the next round: its project, rule, subject and message.
pub(crate) type Key = (usize, &'static str, String, String);

/// One fix and what it is for.
#[derive(Debug, Clone)]
pub(crate) struct Candidate {
    pub(crate) rule: &'static str,
    pub(crate) level: Level,
    pub(crate) key: Key,
    pub(crate) fix: Fix,
    pub(crate) blocks: BTreeSet<Block>,
}

/// What makes a finding of a project the same in the next round.
pub(crate) fn key(project: usize, diagnostic: &Diagnostic) -> Key {
    (project, diagnostic.rule, diagnostic.subject.clone(), diagnostic.message.clone())
}

/// The fixes of which no edit touches an edit of an earlier one.
pub(crate) fn without_overlaps(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut taken: BTreeMap<(FileId, u32), u32> = BTreeMap::new();
    let mut chosen = Vec::new();
    for candidate in candidates {
        let is_free = |edit: &FileEdit| {
            let (file, range) = (edit.file, edit.edit.range);
            let before = taken.range(..=(file, range.end)).next_back();
            before.is_none_or(|((other, _), end)| *other != file || *end < range.start)
        };
        if candidate.fix.edits.iter().all(is_free) {
            for edit in &candidate.fix.edits {
                taken.insert((edit.file, edit.edit.range.start), edit.edit.range.end);
            }
            chosen.push(candidate);
        }
    }
    chosen
}
