//! The disk with the settings that have a text in memory: a search for projects sees them as if they were saved.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::disk::{Disk, Entry, PathKind};

/// A disk on which some files have another text, or exist though they were never saved.
#[derive(Debug)]
pub(crate) struct Overlay {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) texts: BTreeMap<PathBuf, String>,
}

impl Disk for Overlay {
    fn real_path(&self, path: &Path) -> io::Result<PathBuf> {
        self.disk.real_path(path)
    }

    fn kind(&self, path: &Path) -> io::Result<PathKind> {
        if self.texts.contains_key(path) { Ok(PathKind::File) } else { self.disk.kind(path) }
    }

    fn list(&self, folder: &Path) -> io::Result<Vec<Entry>> {
        let mut entries = self.disk.list(folder)?;
        let names = self.texts.keys().filter(|path| path.parent() == Some(folder));
        for name in names.filter_map(|path| path.file_name()) {
            if !entries.iter().any(|entry| entry.name == name) {
                entries.push(Entry { name: name.to_owned(), kind: PathKind::File });
            }
        }
        Ok(entries)
    }

    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.texts.get(path).map_or_else(|| self.disk.read(path), |text| Ok(text.clone().into_bytes()))
    }
}
