//! Projects, and how the compiler looks at one.

use crate::config::{Config, Settings};
use crate::files::Content;
use crate::paths;
use crate::workspace::Workspace;
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

    /// The settings that it obeys; empty ones where it has no `clientc.toml`.
    #[must_use]
    pub fn settings(&self) -> &'w Settings {
        self.config().map_or(self.workspace.no_settings(), |config| &config.settings)
    }

    /// The path of any file relative to the project's folder, with `/` and perhaps `../` in front.
    #[must_use]
    pub fn relative(&self, file: FileId) -> String {
        paths::relative(&self.project.root, self.workspace.files().path(file))
    }

    /// The path of any file relative to the folder of the `clientc.toml`, as `[[overrides]]` reads it.
    #[must_use]
    pub fn override_path(&self, file: FileId) -> Option<String> {
        Some(paths::relative(&self.config()?.folder, self.workspace.files().path(file)))
    }
}
