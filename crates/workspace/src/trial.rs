//! What a change of texts that nobody has made yet would lead to.

use std::collections::BTreeMap;

use clientc_check::{Diagnostic, FileEdit, Level, Levels, Sources as _};
use clientc_semantic::FileId;
use clientc_syntax::{TextEdit, apply};

use crate::cancel::Cancel;
use crate::files::Content;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// Whether a project would have more errors of some rule after these edits of its sources, or more errors and
    /// warnings. A finding that only moves to another client is none more. Only findings of rules that count are
    /// looked at.
    #[must_use]
    pub fn would_add_findings(
        &self,
        number: usize,
        edits: &[FileEdit],
        counts: &dyn Fn(&str) -> bool,
    ) -> bool {
        let found = |snapshot: &Self| {
            let analysis = snapshot.analyse_project(number, &Levels::new(), Cancel::NEVER).ok()?;
            Some(count(analysis.diagnostics.iter().filter(|found| counts(found.rule))))
        };
        let (Some(before), Some(after)) = (found(self), found(&self.edited(edits))) else { return true };
        after.iter().any(|(what, count)| before.get(what).is_none_or(|before| before < count))
    }

    /// This snapshot with edits made. Which files there are does not change, so the disk is not needed.
    fn edited(&self, edits: &[FileEdit]) -> Self {
        let mut by_file: BTreeMap<FileId, Vec<&TextEdit>> = BTreeMap::new();
        for edit in edits {
            by_file.entry(edit.file).or_default().push(&edit.edit);
        }
        let mut edited = self.clone();
        for (file, edits) in by_file {
            let text = apply(self.files.text(file), edits);
            let path = self.files.path(file);
            edited.files.put(&self.working_folder, path, Content::Text(text));
            edited.forget_projects_of(file);
        }
        edited
    }
}

/// How many findings of each rule are errors, and how many are errors or warnings.
fn count<'d>(found: impl Iterator<Item = &'d Diagnostic>) -> BTreeMap<(&'static str, Level), usize> {
    let mut counts = BTreeMap::new();
    for found in found {
        for level in [Level::Error, Level::Warning] {
            if found.level <= level {
                *counts.entry((found.rule, level)).or_default() += 1;
            }
        }
    }
    counts
}
