//! Projects, and how the compiler looks at one.

use crate::config::effective::chain;
use crate::config::file::Config;
use crate::files::Content;
use crate::paths;
use crate::workspace::Workspace;
use clientc_check::{ConfigFault, Settings};
use clientc_semantic::FileId;
use std::path::PathBuf;

/// Files that share one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder, as an absolute path.
    pub root: PathBuf,
    /// Its folder as people see it: relative to the working folder, with `/`.
    pub display_root: String,
    /// Its name in the outputs, which no other project of the same repository has.
    pub label: String,
    /// What holds it together.
    pub kind: ProjectKind,
    /// Its files in bytewise order of their relative paths.
    pub files: Vec<ProjectFile>,
    /// The number of its settings among [`Workspace::configs`].
    pub config: Option<usize>,
}

/// What holds a project together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ProjectKind {
    /// A folder named `baml_src`.
    BamlSrc,
    /// Loose files under one root.
    Loose,
    /// One text from standard input.
    Stdin,
}

/// A file of a project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProjectFile {
    /// Its number.
    pub id: FileId,
    /// Its path relative to the project's folder, with `/`.
    pub relative: String,
}

/// One project together with all that its analysis needs.
#[derive(Debug, Clone, Copy)]
pub struct ProjectInput<'w> {
    workspace: &'w Workspace,
    project: &'w Project,
}

/// A file of a project together with what it holds.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'w> {
    /// Its number.
    pub id: FileId,
    /// Its path relative to the project's folder, with `/`.
    pub relative: &'w str,
    /// What it holds.
    pub content: &'w Content,
}

impl<'w> ProjectInput<'w> {
    pub(crate) fn new(workspace: &'w Workspace, project: &'w Project) -> Self {
        Self { workspace, project }
    }

    /// The project.
    #[must_use]
    pub fn project(&self) -> &'w Project {
        self.project
    }

    /// Its files in their order.
    pub fn files(&self) -> impl Iterator<Item = SourceFile<'w>> + use<'w> {
        let files = self.workspace.files();
        self.project.files.iter().filter_map(move |file| {
            Some(SourceFile { id: file.id, relative: &file.relative, content: files.content(file.id)? })
        })
    }

    /// The `clientc.toml` that it obeys.
    #[must_use]
    pub fn config(&self) -> Option<&'w Config> {
        self.workspace.configs().get(self.project.config?)
    }

    /// The `clientc.toml` that it obeys and those that it builds on, the outermost first.
    #[must_use]
    pub fn configs(&self) -> Vec<&'w Config> {
        chain(self.workspace.configs(), self.project.config)
    }

    /// What holds for it, with the profile that is chosen; nothing is set where it has no `clientc.toml`.
    #[must_use]
    pub fn settings(&self) -> Settings {
        self.workspace.effective(self.project, self.workspace.profile()).settings
    }

    /// What is wrong with its settings that no file alone can show, without a profile and with each.
    pub(crate) fn together(&self) -> Vec<ConfigFault> {
        let profiles = self.configs().into_iter().flat_map(|config| &config.text.profiles);
        let names = std::iter::once(None).chain(profiles.map(|profile| Some(&*profile.name.value)));
        names.flat_map(|name| self.workspace.effective(self.project, name).faults).collect()
    }

    /// The path of any file relative to the project's folder, with `/` and perhaps `../` in front.
    #[must_use]
    pub fn relative(&self, file: FileId) -> String {
        paths::relative(&self.project.root, self.workspace.files().path(file))
    }
}
