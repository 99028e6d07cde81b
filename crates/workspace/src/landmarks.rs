//! The folders above a path that matter: those with a `.git` and those with a `clientc.toml`.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use crate::disk::{Disk, PathKind};
use crate::paths::{self, BAML_SRC, CONFIG};

/// Answers questions about the folders above a path. Each folder is looked at once.
#[derive(Debug)]
pub(crate) struct Landmarks<'d> {
    disk: &'d dyn Disk,
    known: HashMap<PathBuf, Markers>,
}

#[derive(Debug, Clone, Copy)]
struct Markers {
    git: bool,
    config: bool,
}

impl<'d> Landmarks<'d> {
    /// Begins with nothing known.
    pub(crate) fn new(disk: &'d dyn Disk) -> Self {
        Self { disk, known: HashMap::new() }
    }

    /// The nearest folder with a `clientc.toml` at or above a folder. The search ends after a folder with `.git`.
    pub(crate) fn config_folder<'p>(&mut self, folder: &'p Path) -> Option<&'p Path> {
        for ancestor in folder.ancestors() {
            let markers = self.markers(ancestor);
            if markers.config {
                return Some(ancestor);
            }
            if markers.git {
                return None;
            }
        }
        None
    }

    /// The nearest folder with `.git` at or above a folder.
    pub(crate) fn repository<'p>(&mut self, folder: &'p Path) -> Option<&'p Path> {
        folder.ancestors().find(|ancestor| self.markers(ancestor).git)
    }

    /// The folder to look at when no path is given: the nearest upwards that is a `baml_src`, holds one, or holds
    /// a `clientc.toml`; else the folder itself. The search ends after a folder with `.git`.
    pub(crate) fn default_folder<'p>(&mut self, folder: &'p Path) -> &'p Path {
        for ancestor in folder.ancestors() {
            let markers = self.markers(ancestor);
            if markers.config || paths::is_named(ancestor, BAML_SRC) || self.holds_baml_src(ancestor) {
                return ancestor;
            }
            if markers.git {
                break;
            }
        }
        folder
    }

    /// A name for a project that no other project of its repository has: the path from the folder with `.git`.
    /// Outside a repository it is the path from the nearest folder above with a `clientc.toml`, else the name of
    /// the root itself.
    pub(crate) fn label(&mut self, root: &Path) -> String {
        if let Some(repository) = self.repository(root) {
            return paths::relative(repository, root);
        }
        let above = root.parent().and_then(|parent| self.config_folder(parent));
        match (above, root.file_name()) {
            (Some(above), _) => paths::relative(above, root),
            (None, Some(name)) => name.to_string_lossy().into_owned(),
            (None, None) => ".".to_owned(),
        }
    }

    /// Whether a folder contains a `clientc.toml`.
    pub(crate) fn has_config(&mut self, folder: &Path) -> bool {
        self.markers(folder).config
    }

    fn holds_baml_src(&self, folder: &Path) -> bool {
        matches!(self.disk.kind(&folder.join(BAML_SRC)), Ok(PathKind::Folder))
    }

    fn markers(&mut self, folder: &Path) -> Markers {
        if let Some(markers) = self.known.get(folder) {
            return *markers;
        }
        let config = folder.join(CONFIG);
        let markers = Markers {
            git: self.disk.kind(&folder.join(".git")).is_ok(),
            config: matches!(self.disk.kind(&config), Ok(PathKind::File)),
        };
        self.known.insert(folder.to_owned(), markers);
        markers
    }
}
