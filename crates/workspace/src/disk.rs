//! The few things that are asked of a file system.
//!
//! All reading goes through [`Disk`], so that files can also come from somewhere else, such as an older revision.

use std::ffi::OsString;
use std::fmt::Debug;
use std::fs::FileType;
use std::io;
use std::path::{Path, PathBuf};

use crate::replace::replace;

/// A source of folders and files.
pub trait Disk: Debug + Send + Sync {
    /// The absolute path without links, for something that exists.
    fn real_path(&self, path: &Path) -> io::Result<PathBuf>;
    /// What a path leads to; a link counts as its target. Never [`PathKind::Link`].
    fn kind(&self, path: &Path) -> io::Result<PathKind>;
    /// What lies in a folder, in any order. Links are not followed.
    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>>;
    /// The bytes of a file.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;
    /// Replaces what a file contains, completely or not at all. Only the disk of this machine can do so.
    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        let _ = (path, text);
        Err(io::ErrorKind::ReadOnlyFilesystem.into())
    }
}

/// One name in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The name.
    pub name: OsString,
    /// What it is.
    pub kind: PathKind,
}

/// What a path is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathKind {
    /// A plain file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link to anything or nothing.
    Link,
    /// A pipe, a socket or a device. It is never read.
    Other,
}

impl From<FileType> for PathKind {
    fn from(kind: FileType) -> Self {
        if kind.is_file() {
            Self::File
        } else if kind.is_dir() {
            Self::Folder
        } else if kind.is_symlink() {
            Self::Link
        } else {
            Self::Other
        }
    }
}

/// The file system of this machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

impl Disk for RealDisk {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        std::fs::canonicalize(path)
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        Ok(std::fs::metadata(path)?.file_type().into())
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let entry = |entry: io::Result<std::fs::DirEntry>| {
            let entry = entry?;
            Ok(Entry { kind: entry.file_type()?.into(), name: entry.file_name() })
        };
        std::fs::read_dir(folder)?.map(entry).collect()
    }

    fn write(&self, path: &Path, text: &str) -> io::Result<()> {
        // A link stays a link: its target is written.
        replace(&std::fs::canonicalize(path)?, text.as_bytes())
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }
}
