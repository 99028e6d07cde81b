//! The findings that a project accepts, in the baseline that its `clientc.toml` names.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clientc_check::Diagnostic;
use clientc_report::Baseline;
use clientc_workspace::Workspace;

/// The baselines that were asked for so far. Each is read once, until it changes on the disk.
#[derive(Debug, Default)]
pub(super) struct Baselines {
    read: BTreeMap<PathBuf, Baseline>,
    /// What was wrong with those that were read since the last look, in words.
    pub(super) problems: Vec<String>,
}

impl Baselines {
    /// Takes those findings of a project away that its baseline accepts, and returns them. One that cannot be used
    /// accepts nothing.
    pub(super) fn take(
        &mut self,
        workspace: &Workspace,
        number: usize,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Vec<Diagnostic> {
        let Some((path, label)) = workspace
            .input(number)
            .and_then(|input| Some((input.baseline()?, input.project().label.clone())))
        else {
            return Vec::new();
        };
        if !self.read.contains_key(&path) {
            let baseline = self.open(workspace, &path);
            self.read.insert(path.clone(), baseline);
        }
        let mut left = self.read.get(&path).cloned().unwrap_or_default();
        let (accepted, new) =
            std::mem::take(diagnostics).into_iter().partition(|diagnostic| left.take(&label, diagnostic));
        *diagnostics = new;
        accepted
    }

    fn open(&mut self, workspace: &Workspace, path: &Path) -> Baseline {
        let text = workspace.text_on_disk(path).map_err(|error| error.to_string());
        let baseline = text.and_then(|text| Baseline::read(&text).map_err(|error| error.to_string()));
        baseline.unwrap_or_else(|error| {
            self.problems.push(format!("the baseline {} cannot be used: {error}", path.display()));
            Baseline::default()
        })
    }

    /// Forgets a file that has changed on the disk. Returns whether it is a baseline that was read.
    pub(super) fn forget(&mut self, workspace: &Workspace, path: &Path) -> bool {
        !self.read.is_empty() && self.read.remove(&workspace.resolved_path(path)).is_some()
    }
}
