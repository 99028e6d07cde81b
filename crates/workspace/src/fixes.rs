//! Fixes applied to the texts of a workspace, project by project, until nothing changes.
//!
//! Errors are fixed first: such a fix may reveal findings that the error hid, but must not cause a new error. The fix
//! of a milder finding must not cause any new finding. Fixes are tried together. Where something new turns up, the
//! fixes of the blocks that it is about are blamed, and of those that these lead to or are led to by, so that a thousand
//! bad fixes in a thousand blocks cost only a few checks, and all other fixes are kept.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::Range;

use clientc_check::{Diagnostic, FileId, Level, Levels, Safety, Sources as _};
use clientc_syntax::{TextEdit, apply, work};

use crate::analysis::{Analysis, ProjectAnalysis};
use crate::blame::blame;
use crate::cancel::Cancel;
use crate::candidate::{Candidate, Key, key, without_overlaps};
use crate::fixed::{Applied, Fixed, Refused, Unfinished};
use crate::new_findings::{Blocks, new_findings};
use crate::workspace::Workspace;

/// How often a project is checked at most. A project that needs more is left as it is, and [`Fixed::unfinished`] says so.
const MOST_CHECKS: usize = 100;

/// What the caller asks for.
struct Wish<'w> {
    levels: &'w Levels,
    safety: Safety,
    wanted: &'w dyn Fn(&str, &Diagnostic) -> bool,
}

/// Why a fix is left out, and since when.
struct Refusal {
    /// The rule that would find something new.
    because: &'static str,
    /// The check that found it; nothing where the fix is not tried again.
    check: Option<usize>,
}

/// The fixing of some projects. Only the settings, which many may share, are fixed for several at once.
struct Run<'w> {
    workspace: &'w mut Workspace,
    wish: &'w Wish<'w>,
    scope: Range<usize>,
    /// The fixes that are left out.
    refused: BTreeMap<Key, Refusal>,
    applied: Vec<Applied>,
    before: BTreeMap<FileId, String>,
    /// How often the projects were checked.
    checks: usize,
    unfinished: Option<Unfinished>,
}

impl Workspace {
    /// Applies the fixes of all findings in the files that the request names, in memory, until nothing changes: only
    /// the safe ones, or all. `wanted` may leave out findings of a project.
    pub fn fix(
        &mut self,
        levels: &Levels,
        safety: Safety,
        wanted: &dyn Fn(&str, &Diagnostic) -> bool,
    ) -> Fixed {
        let wish = Wish { levels, safety, wanted };
        let projects = self.projects().len();
        let mut fixed = Fixed {
            applied: Vec::new(),
            refused: Vec::new(),
            checks: 0,
            unfinished: None,
            before: BTreeMap::new(),
            analysis: Analysis { projects: Vec::new() },
        };
        let mut refused: BTreeMap<Key, Refusal> = BTreeMap::new();
        // One project alone needs no round for the settings that it shares with others.
        let everything = (projects > 1).then_some(0..projects);
        for scope in everything.into_iter().chain((0..projects).map(|number| number..number + 1)) {
            let mut run = Run {
                workspace: self,
                wish: &wish,
                scope,
                refused: BTreeMap::new(),
                applied: Vec::new(),
                before: BTreeMap::new(),
                checks: 0,
                unfinished: None,
            };
            run.converge();
            fixed.applied.append(&mut run.applied);
            fixed.checks += run.checks;
            fixed.unfinished = fixed.unfinished.or(run.unfinished);
            for (file, text) in run.before {
                fixed.before.entry(file).or_insert(text);
            }
            refused.append(&mut run.refused);
        }
        fixed.before.retain(|file, before| self.files().text(*file) != before);
        fixed.analysis = self.analyse_with(levels);
        for (number, project) in fixed.analysis.projects.iter_mut().enumerate() {
            let is_refused = |found: &Diagnostic| refused.contains_key(&key(number, found));
            project
                .diagnostics
                .iter_mut()
                .filter(|found| is_refused(found))
                .for_each(|found| found.fix = None);
        }
        let refused = refused.into_iter().map(|((_, rule, subject, _), refusal)| Refused {
            rule,
            subject,
            because: refusal.because,
        });
        fixed.refused = refused.collect();
        fixed
    }
}

impl Run<'_> {
    /// Goes on until nothing changes. A fix that was refused is tried again after others were applied, for it may have
    /// lacked what another one brought, and after others were refused, for it may have been blamed for what they did.
    fn converge(&mut self) {
        loop {
            let applied = self.applied.len();
            self.rounds();
            if self.unfinished.is_some() {
                return;
            }
            if self.applied.len() > applied {
                self.refused.clear();
            } else if !self.forgive() {
                return;
            }
        }
    }

    /// Gives those another try that were refused before the last ones were. Returns whether there are any.
    fn forgive(&mut self) -> bool {
        let last = self.refused.values().filter_map(|refusal| refusal.check).max();
        let before = self.refused.len();
        self.refused.retain(|_, refusal| refusal.check.is_none() || refusal.check == last);
        self.refused.values_mut().for_each(|refusal| refusal.check = None);
        self.refused.len() < before
    }

    fn refuse(&mut self, key: &Key, because: &'static str) {
        let refusal = Refusal { because, check: Some(self.checks) };
        self.refused.entry(key.clone()).or_insert(refusal);
    }

    fn rounds(&mut self) {
        let mut analyses = self.analyse();
        let mut seen = HashSet::new();
        loop {
            let chosen = without_overlaps(self.candidates(&analyses));
            if chosen.is_empty() {
                return;
            }
            if let Some(after) = self.try_all(chosen, &analyses) {
                analyses = after;
                if !seen.insert(self.state()) {
                    self.unfinished = Some(Unfinished::Circle);
                }
            }
            if self.unfinished.is_some() {
                return;
            }
        }
    }

    /// Applies as many of these fixes as cause nothing new. The others are refused, or left for the next round.
    fn try_all(
        &mut self,
        mut group: Vec<Candidate>,
        base: &[ProjectAnalysis],
    ) -> Option<Vec<ProjectAnalysis>> {
        while !group.is_empty() {
            if self.checks >= MOST_CHECKS {
                self.unfinished = Some(Unfinished::TooLong);
                return None;
            }
            let before = self.apply(&group);
            let after = self.analyse();
            let is_about_errors = group.iter().any(|candidate| candidate.level == Level::Error);
            let new = new_findings(base, &after, is_about_errors);
            let Some(first) = new.first() else {
                for (file, text) in before {
                    self.before.entry(file).or_insert(text);
                }
                self.applied.extend(group.iter().map(|candidate| Applied {
                    rule: candidate.rule,
                    files: candidate.fix.edits.iter().map(|edit| edit.file).collect(),
                }));
                return Some(after);
            };
            before.into_iter().for_each(|(file, text)| self.put(file, text));
            if let [only] = &*group {
                self.refuse(&only.key, first.rule);
                return None;
            }
            let blocks: Vec<_> = group.iter().map(|candidate| &candidate.blocks).collect();
            let blamed = blame(&blocks, &new, base, &after);
            for (position, because) in &blamed.refused {
                self.refuse(&group[*position].key, because);
            }
            let kept = group.into_iter().enumerate().filter(|(position, _)| !blamed.has(*position));
            group = kept.map(|(_, candidate)| candidate).collect();
        }
        None
    }

    fn analyse(&mut self) -> Vec<ProjectAnalysis> {
        self.checks += 1;
        let analyse = |number| self.workspace.analyse_project(number, self.wish.levels, Cancel::NEVER).ok();
        let analyses: Vec<ProjectAnalysis> = self.scope.clone().filter_map(analyse).collect();
        work::add(analyses.iter().map(|project| project.clients).sum());
        analyses
    }

    /// The fixes to try next: those of errors, if there are any.
    fn candidates(&self, analyses: &[ProjectAnalysis]) -> Vec<Candidate> {
        let configs: BTreeSet<FileId> = self.workspace.configs().iter().map(|config| config.file).collect();
        let is_about_settings = self.scope.len() != 1 || self.workspace.projects().len() == 1;
        let is_about_texts = self.scope.len() == 1;
        let mut candidates = Vec::new();
        let mut seen = HashSet::new();
        for (number, project) in self.scope.clone().zip(analyses) {
            let blocks = Blocks::of(project);
            for diagnostic in &project.diagnostics {
                let Some(fix) = diagnostic.fix.as_ref().filter(|fix| !fix.edits.is_empty()) else { continue };
                let is_setting = fix.edits.iter().any(|edit| configs.contains(&edit.file));
                let is_ours = if is_setting { is_about_settings } else { is_about_texts };
                let is_allowed = self.wish.safety == Safety::Unsafe || fix.safety == Safety::Safe;
                let is_named = fix.edits.iter().all(|edit| self.workspace.is_named(edit.file));
                // Several projects report the same about the settings that they share.
                let mut is_new = || !is_setting || seen.insert((diagnostic.rule, diagnostic.primary.span));
                let is_wanted = || (self.wish.wanted)(&project.label, diagnostic);
                let key = key(number, diagnostic);
                let is_refused = self.refused.contains_key(&key);
                if is_ours && is_allowed && is_named && is_wanted() && is_new() && !is_refused {
                    candidates.push(Candidate {
                        rule: diagnostic.rule,
                        level: diagnostic.level,
                        key,
                        fix: fix.clone(),
                        blocks: fix.edits.iter().map(|edit| blocks.at(edit.span())).collect(),
                    });
                }
            }
        }
        if candidates.iter().any(|candidate| candidate.level == Level::Error) {
            candidates.retain(|candidate| candidate.level == Level::Error);
        }
        candidates
    }

    /// Applies fixes that do not overlap. Returns the texts before.
    fn apply(&mut self, fixes: &[Candidate]) -> BTreeMap<FileId, String> {
        let mut edits: BTreeMap<FileId, Vec<&TextEdit>> = BTreeMap::new();
        for edit in fixes.iter().flat_map(|candidate| &candidate.fix.edits) {
            edits.entry(edit.file).or_default().push(&edit.edit);
        }
        let mut before = BTreeMap::new();
        for (file, edits) in edits {
            let text = self.workspace.files().text(file).to_owned();
            let after = apply(&text, edits);
            before.insert(file, text);
            self.put(file, after);
        }
        before
    }

    fn put(&mut self, file: FileId, text: String) {
        let path = self.workspace.files().path(file).to_owned();
        self.workspace.set_text(&path, Some(text));
    }

    /// A hash of the texts that have changed so far.
    fn state(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for file in self.before.keys() {
            (file.0, self.workspace.files().text(*file)).hash(&mut hasher);
        }
        hasher.finish()
    }
}
