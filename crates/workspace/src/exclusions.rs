//! What is left out on purpose: `exclude` of the settings and of the command line.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clientc_semantic::FileId;

use crate::config::file::ConfigText;
use crate::config::globs::Globs;
use crate::disk::{Disk, PathKind};
use crate::paths::{self, CONFIG};

/// The patterns that apply in a folder: those of its own settings and of all above it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Exclusions {
    nearest: Option<Arc<Layer>>,
    /// Whether each `clientc.toml` on the way adds its patterns.
    reads_settings: bool,
}

#[derive(Debug)]
struct Layer {
    folder: PathBuf,
    /// The settings file; nothing for the command line.
    source: Option<PathBuf>,
    patterns: Globs,
    above: Exclusions,
}

impl Exclusions {
    /// Leaves out nothing, except for what settings on the way leave out.
    pub(crate) fn new(reads_settings: bool) -> Self {
        Self { nearest: None, reads_settings }
    }

    /// Adds patterns that are relative to a folder.
    pub(crate) fn with(&self, folder: &Path, source: Option<PathBuf>, patterns: Globs) -> Self {
        if patterns.patterns().is_empty() {
            return self.clone();
        }
        let layer = Layer { folder: folder.to_owned(), source, patterns, above: self.clone() };
        Self { nearest: Some(Arc::new(layer)), reads_settings: self.reads_settings }
    }

    /// Adds the patterns of a settings file. Its faults are reported when it is read as a whole.
    pub(crate) fn with_file(&self, disk: &dyn Disk, file: &Path) -> Self {
        self.with(file.parent().unwrap_or(file), Some(file.to_owned()), patterns_of(disk, file))
    }

    /// Adds the patterns of a folder's own settings, where settings count.
    pub(crate) fn with_folder(&self, disk: &dyn Disk, folder: &Path) -> Self {
        let file = folder.join(CONFIG);
        if !self.reads_settings || !matches!(disk.kind(&file), Ok(PathKind::File)) {
            return self.clone();
        }
        self.with_file(disk, &file)
    }

    /// What leaves a path out, if anything does: a settings file, or `None` for the command line.
    pub(crate) fn who_excludes(&self, path: &Path) -> Option<Option<&Path>> {
        let mut layer = self.nearest.as_deref();
        while let Some(Layer { folder, source, patterns, above }) = layer {
            if patterns.matches(&paths::relative(folder, path)) {
                return Some(source.as_deref());
            }
            layer = above.nearest.as_deref();
        }
        None
    }
}

/// The patterns of a settings file; none where it cannot be read.
pub(crate) fn patterns_of(disk: &dyn Disk, file: &Path) -> Globs {
    let text = disk.read(file).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    // Most files have no patterns, and need not be parsed.
    if text.contains("exclude") { ConfigText::parse(FileId(0), &text).0.exclude } else { Globs::default() }
}
