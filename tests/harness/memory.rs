//! Files that are nowhere but in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use clientc_workspace::{Disk, Entry, PathKind};

/// A disk of a few files.
#[derive(Debug, Clone, Default)]
pub struct MemoryDisk {
    files: BTreeMap<PathBuf, Vec<u8>>,
}

impl MemoryDisk {
    /// Adds a file under its absolute path.
    pub fn put(&mut self, path: impl Into<PathBuf>, bytes: impl Into<Vec<u8>>) {
        self.files.insert(path.into(), bytes.into());
    }

    fn is_folder(&self, path: &Path) -> bool {
        self.files.keys().any(|file| file != path && file.starts_with(path))
    }
}

fn not_found() -> io::Error {
    io::Error::from(io::ErrorKind::NotFound)
}

impl Disk for MemoryDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        self.kind(path).map(|_| path.to_owned())
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        if self.files.contains_key(path) {
            return Ok(PathKind::File);
        }
        if self.is_folder(path) { Ok(PathKind::Folder) } else { Err(not_found()) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let below = self.files.keys().filter_map(|file| file.strip_prefix(folder).ok());
        let names: BTreeSet<_> = below.filter_map(|file| file.iter().next()).collect();
        let entry = |name: &std::ffi::OsStr| {
            Ok(Entry { name: name.to_owned(), kind: self.kind(&folder.join(name))? })
        };
        names.into_iter().map(entry).collect()
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.files.get(path).cloned().ok_or_else(not_found)
    }
}
