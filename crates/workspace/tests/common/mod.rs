//! Trees of files to open, and a disk that lists them in another order or refuses to read some.

#![allow(dead_code, unreachable_pub, missing_docs, clippy::unwrap_used)]

use std::io;
use std::path::{Path, PathBuf};

use clientc_workspace::{Disk, Entry, PathKind, RealDisk, Request, Workspace};
use tempfile::TempDir;

/// A folder that goes away with the value. It has a `.git`, so that nothing above it counts.
pub struct Tree {
    folder: TempDir,
    pub root: PathBuf,
}

impl Tree {
    /// Creates these files. One that ends with `/` is a folder; `a -> b` is a link; all others hold their own name.
    pub fn new(files: &[&str]) -> Self {
        let tree = Self::without_git(files);
        tree.write(".git/HEAD", "");
        tree
    }

    pub fn without_git(files: &[&str]) -> Self {
        let folder = TempDir::with_prefix("clientc-").unwrap();
        let root = folder.path().canonicalize().unwrap();
        let tree = Self { folder, root };
        for file in files {
            if let Some((name, target)) = file.split_once(" -> ") {
                tree.link(name, target);
            } else if let Some(folder) = file.strip_suffix('/') {
                std::fs::create_dir_all(tree.root.join(folder)).unwrap();
            } else if file.ends_with(".toml") {
                tree.write(file, "");
            } else {
                tree.write(file, format!("// {file}\n"));
            }
        }
        tree
    }

    pub fn write(&self, file: &str, text: impl AsRef<[u8]>) {
        let path = self.root.join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn link(&self, name: &str, target: &str) {
        let path = self.root.join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        #[cfg(unix)]
        std::os::unix::fs::symlink(target, path).unwrap();
        #[cfg(not(unix))]
        let _ = (target, path);
    }

    pub fn remove(&self, file: &str) {
        std::fs::remove_file(self.root.join(file)).unwrap();
    }

    /// A request from a folder of the tree; its paths are separated by blanks.
    pub fn request(&self, working_folder: &str, paths: &str) -> Request {
        Request {
            working_folder: self.root.join(working_folder),
            paths: paths.split_whitespace().map(PathBuf::from).collect(),
            ..Request::default()
        }
    }

    pub fn open(&self, working_folder: &str, paths: &str) -> Workspace {
        Workspace::open(&self.request(working_folder, paths))
    }
}

/// What was found, a line for each project and each problem.
pub fn outline(workspace: &Workspace) -> Vec<String> {
    let project = |project: &clientc_workspace::Project| {
        let files: Vec<_> = project.files.iter().map(|file| file.relative.as_str()).collect();
        format!("{}: {}", project.display_root, files.join(" "))
    };
    let projects = workspace.projects().iter().map(|found| project(found));
    projects.chain(workspace.problems().iter().map(ToString::to_string)).collect()
}

/// The real disk, but folders are listed in an order that depends on a number, and some files cannot be read.
#[derive(Debug, Default)]
pub struct OddDisk {
    pub order: u64,
    pub refused: Vec<PathBuf>,
}

impl OddDisk {
    fn refuse(&self, path: &Path) -> io::Result<()> {
        if self.refused.iter().any(|refused| refused == path) {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "permission denied"));
        }
        Ok(())
    }
}

impl Disk for OddDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        RealDisk.real_path(path)
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        RealDisk.kind(path)
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        self.refuse(folder)?;
        let mut entries = RealDisk.list(folder)?;
        entries.sort_by(|first, second| first.name.cmp(&second.name));
        let mut state = self.order;
        for last in (1..entries.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            entries.swap(last, (state >> 33) as usize % (last + 1));
        }
        Ok(entries)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.refuse(path)?;
        RealDisk.read(path)
    }
}
