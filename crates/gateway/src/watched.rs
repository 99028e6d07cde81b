//! What on the disk decides what is served, and which folders have to be watched to see that it changes.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::path::{Path, PathBuf, absolute};

use clientc_gateway::Loaded;

/// What decides what is served.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Watched {
    /// The folders of which every source counts.
    roots: BTreeSet<PathBuf>,
    /// Single files.
    files: BTreeSet<PathBuf>,
    /// What was named at the start. It may be a link that is turned to another release.
    named: BTreeSet<PathBuf>,
}

impl Watched {
    /// What a plan was made of, with the file of the callers' keys and what was named at the start.
    pub(crate) fn of(loaded: &Loaded, keys: Option<&PathBuf>, named: &[PathBuf]) -> Self {
        let absolute = |path: &PathBuf| absolute(path).ok();
        Self {
            roots: loaded.roots.iter().cloned().collect(),
            files: loaded.files.iter().chain(keys).filter_map(absolute).collect(),
            named: named.iter().filter_map(absolute).collect(),
        }
    }

    /// The folders that are watched with all that is in them.
    pub(crate) fn whole(&self) -> impl Iterator<Item = &Path> {
        self.roots.iter().map(PathBuf::as_path)
    }

    /// The folders that are watched alone. A file that is replaced is seen in its folder, a folder in the one above, and
    /// a `clientc.toml` that is new counts there too.
    pub(crate) fn alone(&self) -> BTreeSet<&Path> {
        let above = self.known().filter_map(|path| path.parent());
        above.filter(|folder| !self.is_in_root(folder)).collect()
    }

    /// Whether something that happened to a path may change what is served. Files of others may lie in these folders,
    /// such as a log that grows all the time.
    pub(crate) fn is_changed_by(&self, path: &Path) -> bool {
        let is_source = path.extension().is_some_and(|extension| extension == "baml");
        let is_settings = path.file_name() == Some(OsStr::new("clientc.toml"));
        let is_above = self.known().any(|known| known.starts_with(path));
        is_source || is_settings || is_above || self.is_a_way_to_some(path)
    }

    /// Whether a path is a folder or a link beside what counts, or was one: what is mounted is replaced by turning links.
    fn is_a_way_to_some(&self, path: &Path) -> bool {
        let is_file = || path.symlink_metadata().is_ok_and(|found| found.is_file());
        let is_beside = || self.files.iter().any(|file| file.parent() == path.parent());
        (self.is_in_root(path) || is_beside()) && !is_file()
    }

    fn known(&self) -> impl Iterator<Item = &PathBuf> {
        self.roots.iter().chain(&self.files).chain(&self.named)
    }

    fn is_in_root(&self, path: &Path) -> bool {
        self.roots.iter().any(|root| path.starts_with(root))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_beside_the_plan_does_not_change_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["project/baml_src/more", "keys", "base", "another"] {
            std::fs::create_dir_all(path(name)).unwrap();
        }
        let watched = Watched {
            roots: [path("project/baml_src")].into(),
            files: [path("project/baml_src/a.baml"), path("keys/callers"), path("base/base.toml")].into(),
            named: [path("current")].into(),
        };
        for name in
            ["project/baml_src/gateway.log", "project/baml_src/more/notes.md", "keys/log", "base/a.toml"]
        {
            std::fs::write(path(name), "").unwrap();
            assert!(!watched.is_changed_by(&path(name)), "{name}");
        }
        for name in [
            "project/baml_src/a.baml",
            "project/baml_src/new.baml",
            "project/baml_src/more",
            "project/baml_src/a-folder-that-is-gone",
            "project/baml_src",
            "project",
            "project/clientc.toml",
            "keys/callers",
            "keys/..data",
            "base/base.toml",
            "current",
        ] {
            assert!(watched.is_changed_by(&path(name)), "{name}");
        }
        assert!(!watched.is_changed_by(&path("another")));
        assert_eq!(watched.whole().collect::<Vec<_>>(), [path("project/baml_src")]);
        let alone = [path("project"), path("keys"), path("base"), folder.path().to_owned()];
        assert_eq!(watched.alone(), alone.iter().map(PathBuf::as_path).collect());
    }
}
