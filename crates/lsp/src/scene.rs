//! What the features look at.

use std::collections::BTreeMap;
use std::sync::Arc;

use clientc_check::{Diagnostic, Sources as _};
use clientc_plan::ClientId;
use clientc_semantic::{ClientSource, FileFacts, FileId, LinkedProject, Span};
use clientc_workspace::{ProjectAnalysis, Snapshot};

/// The findings of a project, file by file, in the order of each text.
pub(crate) type Findings = BTreeMap<FileId, Arc<Vec<Diagnostic>>>;

/// One project of a snapshot, linked and checked.
#[derive(Debug, Clone)]
pub(crate) struct Scene {
    /// All texts, and the other projects.
    pub(crate) snapshot: Snapshot,
    /// The number of the project.
    pub(crate) number: usize,
    /// The project, linked.
    pub(crate) project: Arc<LinkedProject>,
    /// Everything else that is known about it. Its findings are those below.
    pub(crate) analysis: Arc<ProjectAnalysis>,
    /// Its findings, file by file.
    pub(crate) findings: Arc<Findings>,
    /// Whether an error keeps the project from being resolved.
    pub(crate) is_refused: bool,
}

impl Scene {
    /// The text of a file.
    #[must_use]
    pub(crate) fn text(&self, file: FileId) -> &str {
        self.snapshot.files().text(file)
    }

    /// The findings in a file, in the order of the text.
    #[must_use]
    pub(crate) fn findings(&self, file: FileId) -> &[Diagnostic] {
        self.findings.get(&file).map_or(&[], |found| found)
    }

    /// The facts of a file; `None` for one that is not a source of the project.
    #[must_use]
    pub(crate) fn facts(&self, file: FileId) -> Option<&FileFacts> {
        self.project.files.iter().find(|facts| facts.file == file).map(AsRef::as_ref)
    }

    /// The client of a name, or of a shorthand.
    #[must_use]
    pub(crate) fn client(&self, name: &str) -> Option<ClientId> {
        self.project.plan.ids().find(|id| self.project.client_name(*id) == name)
    }

    /// Whether a client has a block of its own and is not a shorthand.
    #[must_use]
    pub(crate) fn is_declared(&self, client: ClientId) -> bool {
        matches!(self.project.clients.get(client.index()), Some(ClientSource::Declared { .. }))
    }

    /// The clients that are declared in a file, in the order of the text.
    pub(crate) fn clients_of(&self, file: FileId) -> impl Iterator<Item = ClientId> + use<'_> {
        self.project.plan.ids().filter(move |id| {
            self.project.client_facts(*id).is_some_and(|(declared_in, _)| declared_in == file)
        })
    }

    /// A place for people: the path of a file and a line, from 1.
    #[must_use]
    pub(crate) fn place(&self, span: Span) -> String {
        let files = self.snapshot.files();
        let place = files.line_index(span.file).line_column(files.text(span.file), span.range.start);
        format!("{}:{}", files.display_path(span.file), place.line)
    }
}
