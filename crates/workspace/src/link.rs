//! What the files of a project say, and the project that they make.

use crate::snapshot::Snapshot;
use clientc_check::Sources as _;
use clientc_semantic::{FileId, Project};
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Below this many bytes one thread is done before a second has begun.
const WORTH_A_THREAD: usize = 200_000;

impl Snapshot {
    /// A project with its files linked; made once for the texts that it has now. Nothing for a number that no project
    /// has.
    #[must_use]
    pub fn linked(&self, number: usize) -> Option<Arc<Project>> {
        let (input, memo) = (self.input(number)?, self.memos.get(number)?);
        let link = || {
            self.read_facts(number..number + 1);
            let files = input.files().filter_map(|file| self.files().facts(file.id).cloned()).collect();
            Arc::new(clientc_semantic::link(files, &input.settings().defaults))
        };
        Some(memo.linked.get_or_init(link).clone())
    }

    /// Reads what the files of some projects say, as far as it is not known, on all cores where it is worth it.
    pub(crate) fn read_facts(&self, projects: Range<usize>) {
        let projects = projects.filter_map(|number| self.projects().get(number));
        let unread: Vec<FileId> = projects
            .flat_map(|project| &project.files)
            .map(|file| file.id)
            .filter(|file| !self.files().has_facts(*file))
            .collect();
        let bytes: usize = unread.iter().map(|file| self.files().text(*file).len()).sum();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = if bytes < WORTH_A_THREAD { 1 } else { cores.min(unread.len()).max(1) };
        let next = AtomicUsize::new(0);
        // Each thread takes the next file that nobody has taken.
        let work = || {
            while let Some(file) = unread.get(next.fetch_add(1, Ordering::Relaxed)) {
                let _ = self.files().facts(*file);
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                scope.spawn(work);
            }
            work();
        });
    }
}
