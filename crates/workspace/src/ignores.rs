//! The `.gitignore` and `.ignore` files that apply in a folder.

use std::path::Path;
use std::rc::Rc;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

use crate::disk::Disk;

/// The files with rules. A later one wins over an earlier one in the same folder.
pub(crate) const FILES: [&str; 2] = [".gitignore", ".ignore"];

/// The rules that apply in a folder: its own and those of the folders above it in the same repository.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ignores {
    nearest: Option<Rc<Layer>>,
}

#[derive(Debug)]
struct Layer {
    rules: Gitignore,
    above: Ignores,
}

impl Ignores {
    /// Whether a path is to be skipped. The nearest file with a rule for it decides, in it the last rule.
    pub(crate) fn skips(&self, path: &Path, is_folder: bool) -> bool {
        let mut layer = self.nearest.as_deref();
        while let Some(Layer { rules, above }) = layer {
            match rules.matched(path, is_folder) {
                Match::Ignore(_) => return true,
                Match::Whitelist(_) => return false,
                Match::None => layer = above.nearest.as_deref(),
            }
        }
        false
    }

    /// The rules with those of a folder's own `.gitignore` on top, and with its `.ignore` on top of that, if it has
    /// them. A line that is not a rule is ignored, and so is a file that cannot be read.
    pub(crate) fn with_folder(&self, disk: &dyn Disk, folder: &Path) -> Self {
        FILES.iter().fold(self.clone(), |rules, name| rules.with_file(disk, folder, name))
    }

    fn with_file(&self, disk: &dyn Disk, folder: &Path, name: &str) -> Self {
        let Ok(bytes) = disk.read(&folder.join(name)) else { return self.clone() };
        let text = String::from_utf8_lossy(&bytes);
        let mut builder = GitignoreBuilder::new(folder);
        for line in text.trim_start_matches('\u{feff}').lines() {
            let _ = builder.add_line(None, line);
        }
        match builder.build() {
            Ok(rules) if !rules.is_empty() => {
                Self { nearest: Some(Rc::new(Layer { rules, above: self.clone() })) }
            }
            _ => self.clone(),
        }
    }
}
