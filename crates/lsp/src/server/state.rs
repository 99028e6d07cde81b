//! What the server knows: the workspace, the open documents, and what was found in each project.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::PathBuf;
use std::sync::Arc;

use clientc_check::{Diagnostic, FileEdit, Levels, Sources as _};
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;
use clientc_workspace::{Cancel, Cancelled, Mentions, ProjectAnalysis, Request, Snapshot, Workspace};

use super::baselines::Baselines;
use super::client::Client;
use super::documents::{Change, Document};
use super::proto::{self, Place, PlacedEdit};
use super::uris;
use crate::positions::{Lines, Position};
use crate::scene::{Findings, Scene};
use crate::shape::shape;

/// The most outdated results that are kept until there is time to free them.
const MOST_OUTDATED: usize = 8;

/// What the server knows.
#[derive(Debug)]
pub(super) struct State {
    pub(super) client: Client,
    pub(super) workspace: Workspace,
    /// The open documents, by their addresses.
    pub(super) documents: BTreeMap<String, Document>,
    /// The address under which the client opened a file.
    uris: HashMap<FileId, String>,
    /// What was found in each project of the snapshot below; `None` where it has not been checked yet.
    pub(super) analyses: Vec<Option<Arc<ProjectFindings>>>,
    analysed: Snapshot,
    /// Outdated results. Freeing them takes time, which no request should wait for.
    outdated: Vec<(Snapshot, Vec<Option<Arc<ProjectFindings>>>)>,
    /// The findings that projects accept.
    pub(super) baselines: Baselines,
    /// What programs name in quotes, which is read only where a client seems unused.
    pub(super) mentions: Mentions,
    /// Whether what was found has been published.
    pub(super) is_published: bool,
}

/// What was found in one project, by file.
#[derive(Debug)]
pub(super) struct ProjectFindings {
    analysis: Arc<ProjectAnalysis>,
    pub(super) by_file: Arc<Findings>,
    is_refused: bool,
    /// See [`shape`].
    shape: u64,
    /// The findings that its baseline accepts, which are not shown.
    known: Vec<Diagnostic>,
}

impl State {
    /// Opens the folders of a client.
    pub(super) fn open(client: Client) -> Self {
        let working_folder = client.folders.first().cloned().unwrap_or_else(root);
        let workspace = Workspace::open(&Request {
            working_folder,
            paths: client.folders.clone(),
            only_paths: true,
            ..Request::default()
        });
        let mut state = Self {
            client,
            workspace,
            documents: BTreeMap::new(),
            uris: HashMap::new(),
            analyses: Vec::new(),
            analysed: Snapshot::default(),
            outdated: Vec::new(),
            baselines: Baselines::default(),
            mentions: Mentions::default(),
            is_published: false,
        };
        state.note_change();
        state
    }

    /// Keeps what is known of projects that have not changed, and forgets the rest.
    pub(super) fn note_change(&mut self) {
        self.adopt();
        let snapshot = self.workspace.snapshot();
        let old: BTreeMap<_, usize> = self
            .analysed
            .projects()
            .iter()
            .enumerate()
            .map(|(number, project)| ((&*project.root, project.kind), number))
            .collect();
        let mut analyses = Vec::with_capacity(snapshot.projects().len());
        for (number, project) in snapshot.projects().iter().enumerate() {
            let before = old.get(&(&*project.root, project.kind)).copied();
            let same = before.filter(|before| snapshot.has_same(number, &self.analysed, *before));
            analyses.push(same.and_then(|before| self.analyses.get(before).cloned().flatten()));
        }
        let outdated = std::mem::replace(&mut self.analyses, analyses);
        self.outdated.push((std::mem::replace(&mut self.analysed, snapshot), outdated));
        if self.outdated.len() > MOST_OUTDATED {
            self.outdated.clear();
        }
        self.is_published = false;
    }

    /// Reads the documents that were none of ours until settings named them.
    fn adopt(&mut self) {
        for (uri, document) in self.documents.iter_mut().filter(|(_, document)| document.file.is_none()) {
            if self.workspace.is_settings(&document.path) {
                document.file = self.workspace.set_text(&document.path, Some(document.text.clone()));
                self.uris.extend(document.file.map(|file| (file, uri.clone())));
            }
        }
    }

    /// Whether something is to be checked or published.
    pub(super) fn has_work(&self) -> bool {
        !self.is_published
    }

    /// Checks every project that has changed.
    pub(super) fn analyse_all(&mut self, cancel: Cancel<'_>) -> Result<(), Cancelled> {
        for number in 0..self.analyses.len() {
            self.found(number, cancel)?;
        }
        Ok(())
    }

    /// What was found in one project, which is checked where that is not known yet.
    fn found(&mut self, number: usize, cancel: Cancel<'_>) -> Result<Arc<ProjectFindings>, Cancelled> {
        if let Some(known) = self.analyses.get(number).cloned().flatten() {
            return Ok(known);
        }
        let mut analysis = self.analysed.analyse_project(number, &Levels::new(), cancel)?;
        let is_refused = analysis.is_refused();
        if self.client.wishes.is_beside_baml {
            analysis.diagnostics.retain(|diagnostic| !super::beside::is_said_by_baml(diagnostic));
        }
        let known = self.baselines.take(&self.workspace, number, &mut analysis.diagnostics);
        self.mentions.tell(&self.workspace, number, &mut analysis.diagnostics, cancel)?;
        let mut by_file: BTreeMap<FileId, Vec<Diagnostic>> = BTreeMap::new();
        for diagnostic in std::mem::take(&mut analysis.diagnostics) {
            by_file.entry(diagnostic.primary.span.file).or_default().push(diagnostic);
        }
        let by_file: Findings = by_file.into_iter().map(|(file, found)| (file, Arc::new(found))).collect();
        let found = Arc::new(ProjectFindings {
            shape: shape(&analysis.project),
            analysis: Arc::new(analysis),
            by_file: Arc::new(by_file),
            is_refused,
            known,
        });
        if let Some(slot) = self.analyses.get_mut(number) {
            *slot = Some(found.clone());
        }
        Ok(found)
    }

    /// What was found in each file, in all projects that have been checked. As in `check`, what several projects find
    /// in settings that they share is the finding of the first of them.
    pub(super) fn all_found(&self) -> BTreeMap<FileId, Vec<Arc<Vec<Diagnostic>>>> {
        let mut all: BTreeMap<FileId, Vec<Arc<Vec<Diagnostic>>>> = BTreeMap::new();
        let projects = || self.analyses.iter().flatten();
        for (file, found) in projects().flat_map(|project| project.by_file.iter()) {
            all.entry(*file).or_default().push(found.clone());
        }
        for config in self.analysed.configs() {
            let Some(lists) = all.get_mut(&config.file) else { continue };
            let is_here = |found: &&Diagnostic| found.primary.span.file == config.file;
            let mut seen = BTreeSet::new();
            let mut shown = Vec::new();
            for project in projects() {
                let key = |found: &Diagnostic| (found.primary.span, found.rule, found.message.clone());
                let own = project.by_file.get(&config.file).into_iter().flat_map(|found| found.iter());
                shown.extend(own.filter(|found| seen.insert(key(found))).cloned());
                seen.extend(project.known.iter().filter(is_here).map(key));
            }
            *lists = vec![Arc::new(shown)];
        }
        all
    }

    /// The shapes of all projects, as one number.
    pub(super) fn shape(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        for found in &self.analyses {
            found.as_ref().map(|found| found.shape).hash(&mut hasher);
        }
        hasher.finish()
    }

    /// Frees outdated results.
    pub(super) fn tidy_up(&mut self) {
        self.outdated.clear();
    }

    /// Forgets everything that was found.
    pub(super) fn forget(&mut self) {
        self.analyses.iter_mut().for_each(|known| *known = None);
        self.is_published = false;
    }

    /// One project, linked and checked.
    pub(super) fn scene_of(&mut self, number: usize) -> Option<Scene> {
        let found = self.found(number, Cancel::NEVER).ok()?;
        Some(Scene {
            snapshot: self.analysed.clone(),
            number,
            project: found.analysis.project.clone(),
            analysis: found.analysis.clone(),
            findings: found.by_file.clone(),
            is_refused: found.is_refused,
        })
    }

    /// The number of projects.
    pub(super) fn projects(&self) -> usize {
        self.analyses.len()
    }

    /// The file of a document, open or not.
    pub(super) fn file(&self, uri: &str) -> Option<FileId> {
        match self.documents.get(uri) {
            Some(document) => document.file,
            None => self.workspace.find(&uris::file_path(uri)?),
        }
    }

    /// Opens a document, or replaces its whole text.
    pub(super) fn open_document(&mut self, uri: &str, version: i32, text: String) {
        let path = uris::document_path(uri);
        let file = self.workspace.set_text(&path, Some(text.clone()));
        self.documents.insert(uri.to_owned(), Document { path, version, file, text });
        if let Some(file) = file {
            self.uris.insert(file, uri.to_owned());
        }
        self.note_change();
    }

    /// Changes a document that is open, change by change.
    pub(super) fn change_document(&mut self, uri: &str, version: i32, changes: Vec<Change>) {
        let Some(document) = self.documents.get_mut(uri) else { return };
        document.version = version;
        for change in changes {
            document.apply(change, self.client.encoding);
        }
        let Some(file) = document.file else { return };
        self.workspace.set_text(&document.path, Some(document.text.clone()));
        self.uris.insert(file, uri.to_owned());
        self.note_change();
    }

    /// Closes a document: its text on the disk counts again, or that under another address that is still open.
    pub(super) fn close_document(&mut self, uri: &str) {
        let Some(document) = self.documents.remove(uri) else { return };
        let is_same = |other: &Document| document.file.is_some() && other.file == document.file;
        let other = self.documents.iter().find(|(_, other)| is_same(other));
        let text = other.map(|(_, other)| other.text.clone());
        if let Some(file) = document.file {
            match other {
                Some((uri, _)) => self.uris.insert(file, uri.clone()),
                None => self.uris.remove(&file),
            };
        }
        self.workspace.set_text(&document.path, text);
        self.note_change();
    }

    /// Replaces the folders that are open.
    pub(super) fn set_folders(&mut self, folders: Vec<PathBuf>) {
        self.client.folders = folders;
        self.workspace.set_paths(self.client.folders.clone());
        self.note_change();
    }

    /// The address of a file: that under which the client opened it, else that of its path.
    pub(super) fn uri(&self, file: FileId) -> Option<String> {
        self.uris.get(&file).cloned().or_else(|| uris::of_path(self.workspace.files().path(file)))
    }

    /// The version of a file that is open.
    pub(super) fn version(&self, file: FileId) -> Option<i32> {
        Some(self.documents.get(self.uris.get(&file)?)?.version)
    }

    /// The lines of a text, in the client's encoding.
    pub(super) fn lines(&self, file: FileId) -> Lines<'_> {
        let files = self.analysed.files();
        Lines::new(files.text(file), files.line_index(file), self.client.encoding)
    }

    /// The offset of a position.
    pub(super) fn offset(&self, file: FileId, position: Position) -> u32 {
        self.lines(file).offset(position)
    }

    /// The bytes of a range.
    pub(super) fn bytes(&self, file: FileId, (start, end): (Position, Position)) -> TextRange {
        TextRange::new(self.offset(file, start), self.offset(file, end))
    }

    /// A range as positions of the client.
    pub(super) fn range(&self, file: FileId, range: TextRange) -> proto::Range {
        proto::range(self.lines(file).range(range))
    }

    /// A place as the client names it.
    pub(super) fn place(&self, span: Span) -> Option<Place> {
        Some(Place { uri: self.uri(span.file)?, range: self.range(span.file, span.range) })
    }

    /// Edits as the client names them.
    pub(super) fn placed(&self, edits: &[FileEdit]) -> Vec<PlacedEdit> {
        let placed = |edit: &FileEdit| {
            let place = self.place(edit.span())?;
            Some(PlacedEdit { place, version: self.version(edit.file), text: edit.edit.text.clone() })
        };
        edits.iter().filter_map(placed).collect()
    }

    /// The snapshot that requests are answered from.
    pub(super) fn snapshot(&self) -> &Snapshot {
        &self.analysed
    }
}

fn root() -> PathBuf {
    PathBuf::from(if cfg!(windows) { r"C:\" } else { "/" })
}
