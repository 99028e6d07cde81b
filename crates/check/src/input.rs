//! What the rules look at: one project, linked, with its settings.

use std::cell::{OnceCell, RefCell};

use clientc_plan::{ClientId, RouteCounts};
use clientc_semantic::{Fault, FileFacts, FileId, Project, Span};
use rustc_hash::FxHashMap;

use crate::config_fault::ConfigFault;
use crate::diagnostic::Sources;
use crate::duplicates::Duplicate;
use crate::ignores::{Covers, Silenced};
use crate::losses::Loss;
use crate::models;
use crate::route_facts::RouteFacts;
use crate::settings::{Entries, Settings};
use crate::silencing::Uses;

/// A file that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodingFault {
    /// The first bytes that are no UTF-8, as a place in the text for display.
    pub span: Span,
    /// The offset of the first such byte in the file.
    pub offset: usize,
}

/// One project, linked, with its settings.
pub struct Input<'a> {
    /// The project.
    pub project: &'a Project,
    /// Its settings.
    pub settings: &'a Settings,
    /// The texts.
    pub sources: &'a dyn Sources,
    /// Its files that are not UTF-8.
    pub encoding_faults: &'a [EncodingFault],
    /// What is wrong with its `clientc.toml`.
    pub config_faults: &'a [ConfigFault],
    counts: OnceCell<RouteCounts>,
    entries: OnceCell<Vec<ClientId>>,
    silenced: OnceCell<(Silenced, bool)>,
    pub(crate) covers: OnceCell<FxHashMap<FileId, Covers>>,
    pub(crate) places_asked: RefCell<Uses>,
    pub(crate) duplicates: OnceCell<Vec<Duplicate>>,
    pub(crate) thinkers: OnceCell<Vec<models::Found>>,
    pub(crate) route_facts: OnceCell<RouteFacts>,
    pub(crate) losses: OnceCell<Vec<Loss>>,
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}

impl<'a> Input<'a> {
    /// Takes together what the rules look at.
    #[must_use]
    pub fn new(
        project: &'a Project,
        settings: &'a Settings,
        sources: &'a dyn Sources,
        encoding_faults: &'a [EncodingFault],
        config_faults: &'a [ConfigFault],
    ) -> Self {
        Self {
            project,
            settings,
            sources,
            encoding_faults,
            config_faults,
            counts: OnceCell::new(),
            entries: OnceCell::new(),
            silenced: OnceCell::new(),
            covers: OnceCell::new(),
            places_asked: RefCell::default(),
            duplicates: OnceCell::new(),
            thinkers: OnceCell::new(),
            route_facts: OnceCell::new(),
            losses: OnceCell::new(),
        }
    }

    /// The text of a place.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        span.range.slice(self.sources.text(span.file))
    }

    /// The files of the project in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'a FileFacts> {
        self.project.files.iter().map(std::convert::AsRef::as_ref)
    }

    /// Every fault of names and values.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &'a Fault> {
        let project = self.project;
        project.files.iter().flat_map(|file| file.faults.iter()).chain(project.faults.iter())
    }

    /// Every fault of syntax, with its file.
    pub(crate) fn syntax_faults(&self) -> impl Iterator<Item = (Span, &'a clientc_syntax::Fault)> {
        self.files().flat_map(|file| {
            file.syntax_faults.iter().map(move |fault| (Span::new(file.file, fault.range), fault))
        })
    }

    /// How many routes there are, without listing them.
    pub(crate) fn counts(&self) -> &RouteCounts {
        self.counts.get_or_init(|| RouteCounts::new(&self.project.plan))
    }

    /// The clients that callers use, each once: those of the settings, else those that functions name, in the order
    /// of the source, else every client that is no member. Names of the settings that are no client of this project
    /// are left out; where all are, the settings do not count.
    pub fn entries(&self) -> &[ClientId] {
        self.entries.get_or_init(|| match &self.settings.entries {
            Entries::All => self.project.plan.ids().collect(),
            Entries::Named(names) => {
                let named = |id: &ClientId| names.iter().any(|name| name.value == self.project.client_name(*id));
                let ids: Vec<ClientId> = self.project.plan.ids().filter(named).collect();
                // Several projects may share the settings, and the names are those of another one.
                if ids.is_empty() { self.found_entries() } else { ids }
            }
            Entries::Found => self.found_entries(),
        })
    }

    /// Notes what comments have silenced, and whether an error stands that keeps rules from looking.
    pub(crate) fn set_silenced(&self, silenced: Silenced, is_broken: bool) {
        // It is noted once in a run, before the rules that ask for it.
        drop(self.silenced.set((silenced, is_broken)));
    }

    /// What comments have silenced; nothing before it was noted.
    pub(crate) fn silenced(&self) -> &Silenced {
        &self.silenced.get_or_init(Default::default).0
    }

    /// Whether an error stands that keeps other rules from looking, so that nobody can say what they would find.
    pub(crate) fn is_broken(&self) -> bool {
        self.silenced.get_or_init(Default::default).1
    }

    fn found_entries(&self) -> Vec<ClientId> {
        let plan = &self.project.plan;
        let mut is_taken = vec![false; plan.clients().len()];
        let mut take = |id: &ClientId| !std::mem::replace(&mut is_taken[id.index()], true);
        let named: Vec<ClientId> = self
            .project
            .functions
            .iter()
            .filter_map(|function| function.client)
            .filter(|id| take(id))
            .collect();
        if !named.is_empty() {
            return named;
        }
        for member in plan.ids().flat_map(|id| plan.members(id)) {
            take(member);
        }
        plan.ids().filter(|id| take(id)).collect()
    }
}
