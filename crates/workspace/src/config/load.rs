//! The settings files of a workspace with those that they extend, each read once.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use clientc_check::{ConfigFault, ConfigFaultKind};

use crate::config::file::Config;
use crate::config::read;
use crate::disk::{Disk, PathKind};
use crate::files::{Content, Files};
use crate::paths;

/// Reads settings files.
#[derive(Debug)]
pub(crate) struct Loader<'l> {
    pub(crate) disk: &'l dyn Disk,
    pub(crate) working_folder: &'l Path,
    pub(crate) files: &'l mut Files,
    /// The files whose texts count as they are in memory. All others are read from the disk.
    pub(crate) kept: BTreeSet<PathBuf>,
    pub(crate) configs: Vec<Config>,
    pub(crate) numbers: BTreeMap<PathBuf, usize>,
}

impl Loader<'_> {
    /// Reads a file, and those that it extends. Returns its number.
    pub(crate) fn load(&mut self, path: &Path) -> usize {
        self.load_below(path, &mut Vec::new())
    }

    /// The same, below the files that extend this one.
    fn load_below(&mut self, path: &Path, below: &mut Vec<PathBuf>) -> usize {
        if let Some(number) = self.numbers.get(path) {
            return *number;
        }
        let file = match self.files.find(path).filter(|_| self.kept.contains(path)) {
            Some(known) => known,
            None => self.files.put(self.working_folder, path, Content::read(self.disk, path)),
        };
        let config = read::config(self.files, file);
        let number = self.configs.len();
        let extend = config.text.extend.clone();
        let folder = config.folder.clone();
        self.configs.push(config);
        self.numbers.insert(path.to_owned(), number);
        if let Some(extend) = extend {
            below.push(path.to_owned());
            let target = paths::resolve(self.disk, &folder, Path::new(&extend.value));
            let extends =
                self.extended(&target, below).map_err(|kind| ConfigFault { span: extend.span, kind });
            below.pop();
            let config = &mut self.configs[number];
            match extends {
                Ok(number) => config.extends = Some(number),
                Err(fault) => {
                    config.faults.push(fault);
                    config.faults.sort_by_key(|fault| fault.span);
                }
            }
        }
        number
    }

    fn extended(&mut self, target: &Path, below: &mut Vec<PathBuf>) -> Result<usize, ConfigFaultKind> {
        if let Some(at) = below.iter().position(|path| path == target) {
            let shown = |path: &PathBuf| paths::relative(self.working_folder, path);
            let cycle = below[at..].iter().chain(below.get(at)).map(shown).collect();
            return Err(ConfigFaultKind::ExtendCycle { files: cycle });
        }
        if !matches!(self.disk.kind(target), Ok(PathKind::File)) {
            let path = paths::relative(self.working_folder, target);
            return Err(ConfigFaultKind::ExtendMissing { path });
        }
        Ok(self.load_below(target, below))
    }
}
