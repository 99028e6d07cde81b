//! Fixes applied to the texts of a workspace, until nothing changes.

use crate::analysis::Analysis;
use crate::workspace::Workspace;
use clientc_check::{Diagnostic, Edit, FileId, Fix, Level, Levels, Safety, Sources as _};
use clientc_syntax::TextEdit;
use std::collections::{BTreeMap, BTreeSet};

/// After so many rounds fixes that undo each other are given up.
const MAX_ROUNDS: usize = 32;

/// What applying fixes has done.
#[derive(Debug)]
pub struct Fixed {
    /// How many fixes of each rule were applied.
    pub applied: BTreeMap<&'static str, usize>,
    /// How many fixes were not applied because each would have led to a new error.
    pub refused: usize,
    /// The files that changed, each with its text before, in the order of their numbers.
    pub before: BTreeMap<FileId, String>,
    /// What is known about the projects now.
    pub analysis: Analysis,
}

/// One fix and what it is for.
#[derive(Debug, Clone)]
struct Candidate {
    rule: &'static str,
    key: (usize, &'static str, String, String),
    fix: Fix,
}

impl Workspace {
    /// Applies the fixes of all findings in the files that the request names, in memory, until nothing changes.
    /// Safe ones alone, or all. `wanted` may leave out findings of a project. A fix after which there would be more
    /// errors of any rule than before is not applied.
    pub fn fix(
        &mut self,
        levels: &Levels,
        safety: Safety,
        wanted: &dyn Fn(&str, &Diagnostic) -> bool,
    ) -> Fixed {
        let mut fixed = Fixed {
            applied: BTreeMap::new(),
            refused: 0,
            before: BTreeMap::new(),
            analysis: self.analyse_with(levels),
        };
        let mut refused = BTreeSet::new();
        for _ in 0..MAX_ROUNDS {
            let mut candidates = self.candidates(&fixed.analysis, safety, wanted);
            candidates.retain(|candidate| !refused.contains(&candidate.key));
            let chosen = without_overlaps(candidates);
            if chosen.is_empty() {
                break;
            }
            let mut left = vec![chosen];
            let mut any = false;
            while let Some(part) = left.pop() {
                match self.try_all(&part, levels, &fixed) {
                    Some((before, analysis)) => {
                        any = true;
                        fixed.analysis = analysis;
                        before.into_iter().for_each(|(file, text)| {
                            fixed.before.entry(file).or_insert(text);
                        });
                        part.iter().for_each(|one| *fixed.applied.entry(one.rule).or_default() += 1);
                        // What is left was made for the texts before, so it is found again in the next round.
                        break;
                    }
                    None if part.len() == 1 => refused.extend(part.into_iter().map(|one| one.key)),
                    None => {
                        let (first, second) = part.split_at(part.len() / 2);
                        left.extend([second.to_vec(), first.to_vec()]);
                    }
                }
            }
            if !any {
                break;
            }
        }
        fixed.refused = refused.len();
        fixed.before.retain(|file, before| self.files().text(*file) != before);
        fixed
    }

    fn candidates(
        &self,
        analysis: &Analysis,
        safety: Safety,
        wanted: &dyn Fn(&str, &Diagnostic) -> bool,
    ) -> Vec<Candidate> {
        let mut candidates = Vec::new();
        for (number, project) in analysis.projects.iter().enumerate() {
            for diagnostic in &project.diagnostics {
                let Some(fix) = &diagnostic.fix else { continue };
                let is_allowed = safety == Safety::Unsafe || fix.safety == Safety::Safe;
                let is_named = fix.edits.iter().all(|edit| self.is_named(edit.span.file));
                if is_allowed && is_named && !fix.edits.is_empty() && wanted(&project.label, diagnostic) {
                    let key =
                        (number, diagnostic.rule, diagnostic.subject.clone(), diagnostic.message.clone());
                    candidates.push(Candidate { rule: diagnostic.rule, key, fix: fix.clone() });
                }
            }
        }
        candidates
    }

    /// Applies fixes that do not overlap. Where there are more errors of a rule than before, the texts are put back.
    fn try_all(
        &mut self,
        fixes: &[Candidate],
        levels: &Levels,
        fixed: &Fixed,
    ) -> Option<(BTreeMap<FileId, String>, Analysis)> {
        let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in fixes.iter().flat_map(|candidate| &candidate.fix.edits) {
            edits.entry(edit.span.file).or_default().push(edit);
        }
        let mut before = BTreeMap::new();
        for (file, edits) in edits {
            let text = self.files().text(file).to_owned();
            let after = edited(&text, edits);
            before.insert(file, text);
            self.put(file, after);
        }
        let analysis = self.analyse_with(levels);
        let (was, is) = (errors(&fixed.analysis), errors(&analysis));
        if is.iter().all(|(key, count)| was.get(key).is_some_and(|before| before >= count)) {
            return Some((before, analysis));
        }
        before.into_iter().for_each(|(file, text)| self.put(file, text));
        None
    }

    fn put(&mut self, file: FileId, text: String) {
        let path = self.files().path(file).to_owned();
        self.set_text(&path, Some(text));
    }
}

/// A text with edits that do not overlap.
#[must_use]
pub fn edited(text: &str, edits: Vec<&Edit>) -> String {
    let edits: Vec<_> = edits.iter().map(|edit| TextEdit::new(edit.span.range, &*edit.text)).collect();
    clientc_syntax::apply(text, &edits)
}

/// The fixes of which no edit touches an edit of an earlier one.
fn without_overlaps(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut taken: BTreeMap<(FileId, u32), u32> = BTreeMap::new();
    let mut chosen = Vec::new();
    for candidate in candidates {
        let is_free = |edit: &Edit| {
            let (file, range) = (edit.span.file, edit.span.range);
            let before = taken.range(..=(file, range.end)).next_back();
            before.is_none_or(|((other, _), end)| *other != file || *end < range.start)
        };
        if candidate.fix.edits.iter().all(is_free) {
            for edit in &candidate.fix.edits {
                taken.insert((edit.span.file, edit.span.range.start), edit.span.range.end);
            }
            chosen.push(candidate);
        }
    }
    chosen
}

/// How many errors each rule has found in each project.
fn errors(analysis: &Analysis) -> BTreeMap<(usize, &'static str), usize> {
    let mut errors = BTreeMap::new();
    for (number, project) in analysis.projects.iter().enumerate() {
        for diagnostic in project.diagnostics.iter().filter(|found| found.level == Level::Error) {
            *errors.entry((number, diagnostic.rule)).or_default() += 1;
        }
    }
    errors
}
