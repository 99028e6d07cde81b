//! How the compiler looks at one project of a snapshot.

use crate::config::{Config, Settings};
use crate::files::Content;
use crate::paths;
use crate::project::Project;
use crate::snapshot::Snapshot;
use clientc_semantic::FileId;

impl Snapshot {
    /// The projects with all that their analysis needs, in the order of [`Snapshot::projects`].
    pub fn inputs(&self) -> impl Iterator<Item = ProjectInput<'_>> {
        self.projects().iter().map(|project| ProjectInput { snapshot: self, project })
    }

    /// One of them, by its number.
    #[must_use]
    pub fn input(&self, number: usize) -> Option<ProjectInput<'_>> {
        self.projects().get(number).map(|project| ProjectInput { snapshot: self, project })
    }
}

/// One project together with all that its analysis needs.
#[derive(Debug, Clone, Copy)]
pub struct ProjectInput<'s> {
    snapshot: &'s Snapshot,
    project: &'s Project,
}

/// A file of a project together with what it holds.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'s> {
    /// Its number.
    pub id: FileId,
    /// Its path relative to the project's folder, with `/`.
    pub relative: &'s str,
    /// What it holds.
    pub content: &'s Content,
}

impl<'s> ProjectInput<'s> {
    /// The project.
    #[must_use]
    pub fn project(&self) -> &'s Project {
        self.project
    }

    /// Its files in their order.
    pub fn files(&self) -> impl Iterator<Item = SourceFile<'s>> + use<'s> {
        let files = self.snapshot.files();
        self.project.files.iter().filter_map(move |file| {
            Some(SourceFile { id: file.id, relative: &file.relative, content: files.content(file.id)? })
        })
    }

    /// The `clientc.toml` that it obeys.
    #[must_use]
    pub fn config(&self) -> Option<&'s Config> {
        self.snapshot.configs().get(self.project.config?).map(AsRef::as_ref)
    }

    /// The settings that it obeys; empty ones where it has no `clientc.toml`.
    #[must_use]
    pub fn settings(&self) -> &'s Settings {
        self.config().map_or(self.snapshot.no_settings(), |config| &config.settings)
    }

    /// The path of any file relative to the project's folder, with `/` and perhaps `../` in front.
    #[must_use]
    pub fn relative(&self, file: FileId) -> String {
        paths::relative(&self.project.root, self.snapshot.files().path(file))
    }

    /// The path of any file relative to the folder of the `clientc.toml`, as `[[overrides]]` reads it.
    #[must_use]
    pub fn override_path(&self, file: FileId) -> Option<String> {
        Some(paths::relative(&self.config()?.folder, self.snapshot.files().path(file)))
    }
}
