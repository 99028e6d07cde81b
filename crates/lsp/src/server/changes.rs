//! Files that have changed on the disk.

use std::path::{Path, PathBuf};

use clientc_check::Diagnostic;
use clientc_workspace::{Mentions, PROGRAMS};

use super::state::State;

/// What happened to a file on the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum FileChange {
    /// It is new.
    Created,
    /// Its text has changed.
    Changed,
    /// It is gone.
    Deleted,
}

impl State {
    /// Handles changes of files on the disk.
    pub(super) fn files_changed(&mut self, changes: &[(PathBuf, FileChange)]) {
        let mut is_known = true;
        for (path, change) in changes {
            if self.baselines.forget(&self.workspace, path) {
                self.forget();
                continue;
            }
            if is_program(path) {
                self.forget_programs();
                continue;
            }
            let file = self.workspace.find(path);
            if file.is_some_and(|file| self.workspace.has_buffer(file)) {
                continue;
            }
            // Settings may change which files belong to which project.
            let is_in_a_project = file.is_some_and(|file| self.workspace.projects_of(file).next().is_some());
            let is_known_source = is_in_a_project && !self.workspace.is_settings(path);
            if is_known_source && *change != FileChange::Created {
                self.workspace.set_text(path, None);
            } else {
                is_known = false;
            }
        }
        if !is_known {
            self.forget_programs();
            self.workspace.refresh();
        }
        self.note_change();
    }

    /// Forgets what programs name, and what was said about it.
    pub(super) fn forget_programs(&mut self) {
        self.mentions = Mentions::default();
        for known in &mut self.analyses {
            let names_programs = |found: &Diagnostic| found.rule == "unused-client";
            let has_any = known.as_ref().is_some_and(|project| {
                project.by_file.values().any(|found| found.iter().any(names_programs))
            });
            if has_any {
                *known = None;
                self.is_published = false;
            }
        }
    }
}

fn is_program(path: &Path) -> bool {
    let ending = path.extension().and_then(|extension| extension.to_str());
    ending.is_some_and(|ending| PROGRAMS.contains(&ending))
}
