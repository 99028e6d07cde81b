//! What has been found out about settings files from the present texts of all projects, each part when it is first asked
//! for. Many projects share one settings file, and the work for it is done once.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use clientc_check::ConfigFault;
use clientc_semantic::FileId;

#[derive(Debug, Default)]
pub(crate) struct ConfigMemo {
    /// The numbers of the projects that use each settings file, itself or through one that extends it.
    pub(crate) users: OnceLock<HashMap<FileId, Vec<usize>>>,
    /// The paths of all sources of projects.
    pub(crate) sources: OnceLock<BTreeSet<PathBuf>>,
    pub(crate) unknown_entries: FaultsOfFiles,
    pub(crate) unmatched_patterns: FaultsOfFiles,
}

/// Faults of one kind in each settings file.
#[derive(Debug, Default)]
pub(crate) struct FaultsOfFiles(Mutex<HashMap<FileId, Arc<Vec<ConfigFault>>>>);

impl FaultsOfFiles {
    /// The faults in a file, which are looked for if they are not known.
    pub(crate) fn get_or_find(
        &self,
        file: FileId,
        find: impl FnOnce() -> Vec<ConfigFault>,
    ) -> Arc<Vec<ConfigFault>> {
        let all = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = all().get(&file) {
            return Arc::clone(known);
        }
        // Nobody waits while they are looked for: two threads may do it, and find the same.
        let found = Arc::new(find());
        all().insert(file, Arc::clone(&found));
        found
    }
}
