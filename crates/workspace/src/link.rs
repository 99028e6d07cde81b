//! The facts of the files of a project, and the project that they are linked into.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use clientc_check::Sources as _;
use clientc_semantic::{FileFacts, FileId, LinkedProject, Span};
use clientc_syntax::TextRange;

use crate::snapshot::Snapshot;

/// Below this many bytes one thread is done before a second one has started.
const WORTH_A_THREAD: usize = 200_000;

impl Snapshot {
    /// A project with its files linked, once for the texts that it has now; `None` for a number that no project has.
    #[must_use]
    pub fn linked(&self, number: usize) -> Option<Arc<LinkedProject>> {
        let (input, memo) = (self.input(number)?, self.memos.get(number)?);
        let link = || {
            self.read_facts(number..number + 1);
            let v1 =
                input.project().baml_toml.map(|file| Span::new(file, first_line(self.files().text(file))));
            let facts = input.files().filter_map(|file| self.files().facts(file.id).cloned());
            let files = facts.map(|facts| if v1.is_some() { without_v1(facts) } else { facts }).collect();
            let settings = input.settings();
            let mut project = clientc_semantic::link(files, &settings.defaults);
            project.v1 = v1;
            let calls = settings.calls_of(&project);
            project.judge(calls.run_time());
            project.baml_version = settings.baml_version_of(&project).map(Into::into);
            Arc::new(project)
        };
        Some(memo.linked.get_or_init(link).clone())
    }

    /// Reads the facts of some projects that are not known yet, on all cores where it is worth it.
    pub(crate) fn read_facts(&self, projects: Range<usize>) {
        let projects = projects.filter_map(|number| self.projects().get(number));
        let unread: Vec<FileId> = projects
            .flat_map(|project| &project.files)
            .map(|file| file.id)
            .filter(|file| !self.files().has_facts(*file))
            .collect();
        let bytes: usize = unread.iter().map(|file| self.files().text(*file).len()).sum();
        // Counting the cores reads files of the system, so it is done only where it is needed.
        let cores = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = if bytes < WORTH_A_THREAD { 1 } else { cores().min(unread.len()) };
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

/// In a project of BAML v1 a file without a block of v0 is one of v1, whatever it contains.
fn without_v1(facts: Arc<FileFacts>) -> Arc<FileFacts> {
    if !facts.clients.is_empty() || !facts.policies.is_empty() {
        return facts;
    }
    let mut facts = (*facts).clone();
    facts.forget_what_v0_makes_of_it();
    Arc::new(facts)
}

fn first_line(text: &str) -> TextRange {
    TextRange::of(0, text.lines().next().unwrap_or_default().len())
}
