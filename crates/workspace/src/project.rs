//! Projects.

use std::path::PathBuf;

use clientc_semantic::FileId;

/// Files that share one namespace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Project {
    /// Its folder, as an absolute path.
    pub root: PathBuf,
    /// Its folder as people see it: relative to the working folder, with `/`.
    pub display_root: String,
    /// Its name in the outputs, which no other project of the same repository has.
    pub label: String,
    /// What makes it one project.
    pub kind: ProjectKind,
    /// Its files in bytewise order of their relative paths.
    pub files: Vec<ProjectFile>,
    /// The number of its settings among [`crate::Snapshot::configs`].
    pub config: Option<usize>,
    /// The `baml.toml` in its folder or the one above, which makes it a project of BAML v1.
    pub baml_toml: Option<FileId>,
    /// Whether it is open only for texts in memory: nothing that the request names leads to it.
    pub is_guest: bool,
}

/// What makes files a project.
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
