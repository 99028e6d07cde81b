//! Texts in memory, which win over those on the disk: an editor's buffers and standard input.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clientc_semantic::FileId;

use crate::disk::PathKind;
use crate::exclusions;
use crate::files::Content;
use crate::landmarks::Landmarks;
use crate::paths::{self, BAML_TOML, CONFIG};
use crate::problem::Problem;
use crate::project::{Project, ProjectFile, ProjectKind};
use crate::request::Stdin;
use crate::snapshot::Snapshot;
use crate::workspace::Workspace;

/// The name under which standard input is shown when it replaces no file.
const STDIN_NAME: &str = "<stdin>";

impl Workspace {
    /// Replaces the text of a file in memory, or with `None` goes back to what is on the disk now.
    ///
    /// A new path joins its project, even if only the text in memory exists; where no open project takes it, one is
    /// opened. A file that exists neither in memory nor on the disk leaves its project, and what the settings exclude
    /// is in none. A settings file takes effect at once. The disk is looked at only for the first text of a path, and
    /// again where the settings name other files than before: what they exclude or extend.
    ///
    /// Returns the number of the file; `None` for a path that is neither a source nor a settings file, or that leads
    /// nowhere.
    pub fn set_text(&mut self, path: &Path, text: Option<String>) -> Option<FileId> {
        let path = self.resolve(path);
        if self.is_settings(&path) {
            return Some(self.set_settings(&path, text));
        }
        if !paths::is_source(&path) && !self.is_in_a_project(&path) {
            return None;
        }
        match text {
            Some(text) if self.buffers.contains(&path) => Some(self.put_content(&path, Content::Text(text))),
            Some(text) => {
                self.buffers.insert(path.clone());
                Some(put(self, &path, Content::Text(text)))
            }
            None => {
                self.buffers.remove(&path);
                let id = self.back_to_disk(&path);
                self.dismiss_projects();
                id
            }
        }
    }

    /// The number of the file that a path leads to, if the workspace has seen it. This does not look at the disk for a
    /// path that had a text in memory.
    #[must_use]
    pub fn find(&self, path: &Path) -> Option<FileId> {
        if let Some(id) = self.files.find(self.resolved.get(path).map_or(path, PathBuf::as_path)) {
            return Some(id);
        }
        self.files.find(&paths::resolve(&*self.disk, &self.working_folder, path))
    }

    /// Whether a file has a text in memory.
    #[must_use]
    pub fn has_buffer(&self, file: FileId) -> bool {
        self.buffers.contains(self.files.path(file))
    }

    fn resolve(&mut self, path: &Path) -> PathBuf {
        if let Some(known) = self.resolved.get(path).filter(|known| self.buffers.contains(*known)) {
            return known.clone();
        }
        let resolved = paths::resolve(&*self.disk, &self.working_folder, path);
        self.resolved.insert(path.to_owned(), resolved.clone());
        resolved
    }

    fn set_settings(&mut self, path: &Path, text: Option<String>) -> FileId {
        let before = self.ground(path);
        let was_open = self.buffers.contains(path);
        let is_typed = was_open && text.is_some();
        let is_changed_on_disk = !was_open && text.is_none();
        let content = match text {
            Some(text) => {
                self.buffers.insert(path.to_owned());
                Content::Text(text)
            }
            None => {
                self.buffers.remove(path);
                Content::read(&*self.disk, path)
            }
        };
        let id = self.put_content(path, content);
        if is_changed_on_disk || self.ground(path) != before {
            self.refresh();
        } else if is_typed {
            self.reread_config(id);
        } else {
            self.read_configs();
        }
        id
    }

    /// What a settings file decides about which files belong to which project: whether it is there, and what it
    /// excludes.
    fn ground(&self, path: &Path) -> Option<Vec<String>> {
        let decides = [CONFIG, BAML_TOML].iter().any(|name| paths::is_named(path, name));
        if !decides && self.chosen_config.as_deref() != Some(path) {
            return None;
        }
        let seen = self.seen();
        let is_there = matches!(seen.kind(path), Ok(PathKind::File));
        let patterns = || exclusions::patterns_of(&*seen, path);
        is_there.then(|| patterns().patterns().iter().map(|pattern| pattern.value.clone()).collect())
    }

    /// Whether the settings exclude a file.
    fn excludes(&self, path: &Path) -> bool {
        let disk = self.seen();
        let mut landmarks = Landmarks::new(&*disk);
        self.discovery(&*disk, &mut landmarks).excludes(path)
    }

    fn back_to_disk(&mut self, path: &Path) -> Option<FileId> {
        if matches!(self.disk.kind(path), Err(error) if error.kind() == ErrorKind::NotFound) {
            let id = self.files.find(path)?;
            self.snapshot.forget_projects_of(id);
            for project in &mut self.snapshot.projects {
                if project.files.iter().any(|file| file.id == id) {
                    Arc::make_mut(project).files.retain(|file| file.id != id);
                }
            }
            return Some(id);
        }
        if !self.is_in_a_project(path) && !self.would_be_found(path) {
            return None;
        }
        let content = Content::read(&*self.disk, path);
        Some(put(self, path, content))
    }

    /// Closes the projects that have no files any more, or that were opened for texts in memory and have none any more.
    fn dismiss_projects(&mut self) {
        let has_buffer = |project: &Project| project.files.iter().any(|file| self.has_buffer(file.id));
        let is_wanted = |project: &Project| !project.is_guest || has_buffer(project);
        let is_left = self.projects.iter().map(|project| !project.files.is_empty() && is_wanted(project));
        let is_left: Vec<bool> = is_left.collect();
        if is_left.iter().all(|is_left| *is_left) {
            return;
        }
        let mut left = is_left.iter();
        self.snapshot.projects.retain(|_| left.next() == Some(&true));
        let mut left = is_left.iter();
        self.snapshot.memos.retain(|_| left.next() == Some(&true));
        self.read_configs();
    }

    pub(crate) fn is_in_a_project(&self, path: &Path) -> bool {
        let id = self.files.find(path);
        id.is_some_and(|id| self.projects.iter().flat_map(|project| &project.files).any(|file| file.id == id))
    }

    /// Whether an open project would have this file if it were opened now.
    fn would_be_found(&self, path: &Path) -> bool {
        let home = Home::of(self, path);
        home.index(self).is_some() && home.files_on_disk(self).0.iter().any(|file| file == path)
    }
}

/// Adds the text of standard input. Returns its file if it replaces one.
pub(crate) fn put_stdin(workspace: &mut Workspace, stdin: &Stdin) -> Option<FileId> {
    let folder = workspace.working_folder().to_owned();
    let path = match &stdin.filename {
        Some(filename) => paths::resolve(&*workspace.disk, &folder, filename),
        None => folder.join(STDIN_NAME),
    };
    // A text that fixes have changed meanwhile stays as it is.
    if workspace.buffers.insert(path.clone()) {
        workspace.put_content(&path, Content::from_bytes(stdin.bytes.clone()));
    }
    if stdin.filename.is_some() {
        let id = workspace.files.find(&path)?;
        join(workspace, &path, id);
        return Some(id);
    }
    let root = folder;
    let label = Landmarks::new(&*workspace.seen()).label(&root);
    workspace.add_project(root, ProjectKind::Stdin, label, &[path], false);
    None
}

/// Puts the texts in memory into projects again, after the projects were found again.
pub(crate) fn put_back(workspace: &mut Workspace) {
    for path in workspace.buffers.clone() {
        let content = workspace.files.find(&path).and_then(|id| workspace.files.content(id)).cloned();
        if let (Some(content), true) = (content, paths::is_source(&path)) {
            put(workspace, &path, content);
        }
    }
}

/// Sets the content of a file and puts it into a project, unless the settings exclude it.
fn put(workspace: &mut Workspace, path: &Path, content: Content) -> FileId {
    let id = workspace.put_content(path, content);
    if workspace.is_in_a_project(path) || !workspace.excludes(path) {
        join(workspace, path, id);
    }
    id
}

/// Puts a file into a project, if it is in none.
fn join(workspace: &mut Workspace, path: &Path, id: FileId) {
    if workspace.is_in_a_project(path) {
        return;
    }
    let home = Home::of(workspace, path);
    if home.index(workspace).is_none() {
        open_home(workspace, &home);
    }
    if let Some(number) = home.index(workspace) {
        workspace.snapshot.forget(number);
        let Snapshot { files, projects, .. } = &mut workspace.snapshot;
        let Some(project) = projects.get_mut(number).map(Arc::make_mut) else { return };
        let relative = paths::relative(&project.root, path);
        let at = project.files.partition_point(|file| paths::byte_order(files.path(file.id), path).is_lt());
        if project.files.get(at).is_none_or(|file| file.id != id) {
            project.files.insert(at, ProjectFile { id, relative });
        }
    }
}

fn open_home(workspace: &mut Workspace, home: &Home) {
    let (files, problems) = home.files_on_disk(workspace);
    let label = Landmarks::new(&*workspace.seen()).label(&home.root);
    workspace.add_project(home.root.clone(), home.kind, label, &files, true);
    // The new project is no longer one of those that are closed.
    workspace.snapshot.closed_clients = Arc::default();
    workspace.add_problems(problems);
    workspace.read_configs();
}

/// The project that a file belongs to, whether or not it is open.
struct Home {
    root: PathBuf,
    kind: ProjectKind,
    /// Whether the project has all files under its root, and not only those that were named.
    whole: bool,
}

impl Home {
    /// The nearest `baml_src` above the file. For a loose file it is the nearest open project of loose files
    /// above it or the nearest folder with a `clientc.toml`, whichever is nearer; else its own folder.
    fn of(workspace: &Workspace, path: &Path) -> Self {
        let folder = path.parent().unwrap_or(path);
        if let Some(root) = paths::enclosing_baml_src(folder) {
            return Self { root: root.to_owned(), kind: ProjectKind::BamlSrc, whole: true };
        }
        let disk = workspace.seen();
        let mut landmarks = Landmarks::new(&*disk);
        let config = landmarks.config_folder(folder);
        let projects = workspace.projects.iter().filter(|project| project.kind == ProjectKind::Loose);
        let above = projects.map(|project| project.root.as_path()).filter(|root| path.starts_with(root));
        let open = above.max_by_key(|root| root.components().count());
        let whole = config.is_some() || open.is_some();
        let root = match (open, config) {
            (Some(open), Some(config)) if open.starts_with(config) => open,
            (_, Some(config)) => config,
            (Some(open), None) => open,
            (None, None) => folder,
        };
        Self { root: root.to_owned(), kind: ProjectKind::Loose, whole }
    }

    /// Its number among the open projects.
    fn index(&self, workspace: &Workspace) -> Option<usize> {
        workspace.projects.iter().position(|project| project.kind == self.kind && project.root == self.root)
    }

    /// What the disk has of it.
    fn files_on_disk(&self, workspace: &Workspace) -> (Vec<PathBuf>, Vec<Problem>) {
        if !self.whole || workspace.disk.kind(&self.root).is_err() {
            return (Vec::new(), Vec::new());
        }
        let disk = workspace.seen();
        let mut landmarks = Landmarks::new(&*disk);
        let mut discovery = workspace.discovery(&*disk, &mut landmarks);
        match self.kind {
            ProjectKind::BamlSrc => discovery.baml_src(&self.root),
            ProjectKind::Loose | ProjectKind::Stdin => discovery.on_the_way(&self.root),
        };
        let (found, aside) = discovery.finish();
        let own = found.into_iter().find(|found| found.root == self.root);
        (own.map(|found| found.files).unwrap_or_default(), aside.problems)
    }
}
