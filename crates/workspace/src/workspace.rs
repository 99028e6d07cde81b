//! The workspace: the latest snapshot, and what it takes to make the next one.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clientc_semantic::FileId;

use crate::config::file::Config;
use crate::config::load::Loader;
use crate::config::read;
use crate::discover::Discovery;
use crate::disk::{Disk, PathKind};
use crate::exclusions::Exclusions;
use crate::files::{Content, Files};
use crate::landmarks::Landmarks;
use crate::overlay::Overlay;
use crate::paths::{self, CONFIG};
use crate::problem::Problem;
use crate::project::{Project, ProjectFile, ProjectKind};
use crate::request::{ConfigChoice, Request};
use crate::snapshot::{Memo, Snapshot};

/// The projects that a request names, as they are now. It derefs to its latest [`Snapshot`].
///
/// The disk is read when a workspace is opened or refreshed, and when a path gets its first text in memory or goes back
/// to the disk; never otherwise. A clone is cheap and independent of the original.
#[derive(Debug, Clone)]
pub struct Workspace {
    pub(crate) disk: Arc<dyn Disk>,
    pub(crate) request: Request,
    pub(crate) snapshot: Snapshot,
    /// The files that have a text in memory.
    pub(crate) buffers: BTreeSet<PathBuf>,
    /// The resolved paths of texts in memory, by the paths as they were given.
    pub(crate) resolved: HashMap<PathBuf, PathBuf>,
    /// The `clientc.toml` that the request chooses.
    pub(crate) chosen_config: Option<PathBuf>,
    /// What the request leaves out.
    pub(crate) exclusions: Exclusions,
    /// Where the search for projects began.
    pub(crate) starts: Vec<PathBuf>,
}

impl std::ops::Deref for Workspace {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl Workspace {
    /// The projects as they are now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        self.snapshot.clone()
    }

    /// The text that a file has on the disk now, for what is no part of a project, such as a baseline.
    ///
    /// # Errors
    /// The error of the system, where the file cannot be read or is not UTF-8.
    pub fn text_on_disk(&self, path: &Path) -> std::io::Result<String> {
        let bytes = self.disk.read(path)?;
        String::from_utf8(bytes).map_err(|error| std::io::Error::new(std::io::ErrorKind::InvalidData, error))
    }

    /// The path under which the workspace knows a file, with links to folders resolved.
    #[must_use]
    pub fn resolved_path(&self, path: &Path) -> PathBuf {
        paths::resolve(&*self.disk, &self.working_folder, path)
    }

    /// Writes a text to a file on the disk.
    ///
    /// # Errors
    /// The error of the system, where the file cannot be written.
    pub fn save(&self, file: FileId, text: &str) -> std::io::Result<()> {
        self.disk.write(self.files.path(file), text)
    }

    /// A search of the disk that leaves out what the request leaves out.
    pub(crate) fn discovery<'d, 'l>(
        &'d self,
        disk: &'d dyn Disk,
        landmarks: &'l mut Landmarks<'d>,
    ) -> Discovery<'d, 'l> {
        Discovery::new(disk, &self.working_folder, landmarks, self.exclusions.clone())
    }

    /// The disk as it would be if all settings in memory were saved.
    pub(crate) fn seen(&self) -> Arc<dyn Disk> {
        let text = |path: &PathBuf| {
            let content = self.files.content(self.files.find(path)?)?;
            Some((path.clone(), content.text().to_owned()))
        };
        let settings = self.buffers.iter().filter(|path| self.is_settings(path));
        let texts: BTreeMap<_, _> = settings.filter_map(text).collect();
        let disk = self.disk.clone();
        if texts.is_empty() { disk } else { Arc::new(Overlay { disk, texts }) }
    }

    /// Adds a project and reads its files, which are given in their order.
    pub(crate) fn add_project(
        &mut self,
        root: PathBuf,
        kind: ProjectKind,
        label: String,
        files: &[PathBuf],
        is_guest: bool,
    ) {
        let mut project = Project {
            display_root: paths::relative(&self.working_folder, &root),
            root,
            label,
            kind,
            files: Vec::with_capacity(files.len()),
            config: None,
            baml_toml: None,
            is_guest,
        };
        project.baml_toml = self.baml_toml(&project.root);
        for path in files {
            let id = self.read(path);
            project.files.push(ProjectFile { id, relative: paths::relative(&project.root, path) });
        }
        let snapshot = &mut self.snapshot;
        let at = snapshot.projects.partition_point(|known| {
            let order = paths::byte_order(&known.root, &project.root);
            order.then(known.kind.cmp(&project.kind)).is_lt()
        });
        snapshot.projects.insert(at, Arc::new(project));
        snapshot.memos.insert(at, Arc::<Memo>::default());
    }

    /// The `baml.toml` of a project: in its folder, or beside it.
    fn baml_toml(&mut self, root: &Path) -> Option<FileId> {
        let disk = self.seen();
        let is_file = |path: &PathBuf| matches!(disk.kind(path), Ok(PathKind::File));
        let places = root.ancestors().take(2).map(|folder| folder.join(paths::BAML_TOML));
        let path = places.into_iter().find(is_file)?;
        Some(self.read(&path))
    }

    /// Reads a file from the disk, unless it has a text in memory.
    pub(crate) fn read(&mut self, path: &Path) -> FileId {
        match self.files.find(path).filter(|_| self.buffers.contains(path)) {
            Some(buffer) => buffer,
            None => self.put_content(path, Content::read(&*self.disk, path)),
        }
    }

    /// Sets the content of a file.
    pub(crate) fn put_content(&mut self, path: &Path, content: Content) -> FileId {
        let Snapshot { files, working_folder, .. } = &mut self.snapshot;
        let revision = |files: &Files| files.find(path).map(|id| files.revision(id));
        let before = revision(files);
        let id = files.put(working_folder, path, content);
        if revision(files) != before {
            self.snapshot.forget_projects_of(id);
        }
        id
    }

    /// Adds what went wrong in a search after the first one.
    pub(crate) fn add_problems(&mut self, problems: Vec<Problem>) {
        let known = &mut self.snapshot.problems;
        known.extend(problems);
        known.sort();
        known.dedup();
    }

    /// Whether a path is that of settings: a `clientc.toml` may extend a file of any name, and `baml.toml` marks the
    /// projects of BAML v1. One that is open stays one, even while no other file extends it.
    #[must_use]
    pub fn is_settings(&self, path: &Path) -> bool {
        let is_read = |config: &Arc<Config>| self.files.path(config.file) == path;
        path.extension().is_some_and(|extension| extension == "toml")
            || self.chosen_config.as_deref() == Some(path)
            || self.configs.iter().any(is_read)
            || (self.buffers.contains(path) && !paths::is_source(path) && !self.is_in_a_project(path))
    }

    /// Finds and reads the settings of every project, from memory where they were read before.
    pub(crate) fn read_configs(&mut self) {
        let disk = self.seen();
        let mut landmarks = Landmarks::new(&*disk);
        let read = self.configs.iter().map(|config| self.files.path(config.file).to_owned());
        let kept = read.chain(self.buffers.iter().cloned()).collect();
        let Snapshot { files, projects, working_folder, .. } = &mut self.snapshot;
        let mut loader = Loader {
            disk: &*disk,
            working_folder,
            files,
            kept,
            configs: Vec::new(),
            numbers: BTreeMap::new(),
        };
        for project in projects {
            let path = match &self.request.config {
                ConfigChoice::Nearest => {
                    landmarks.config_folder(&project.root).map(|folder| folder.join(CONFIG))
                }
                ConfigChoice::File(_) => self.chosen_config.clone(),
                ConfigChoice::None => None,
            };
            let number = path.map(|path| loader.load(&path));
            if project.config != number {
                Arc::make_mut(project).config = number;
            }
        }
        self.snapshot.configs = loader.configs.into_iter().map(Arc::new).collect();
        self.snapshot.forget_all();
        self.read_closed_clients();
        self.walk_closed_folders();
    }

    /// Reads a settings file again, from its text in memory, where a project uses it.
    pub(crate) fn reread_config(&mut self, file: FileId) {
        let mut is_used = self.projects.iter().any(|project| project.baml_toml == Some(file));
        for number in 0..self.snapshot.configs.len() {
            let before = &self.snapshot.configs[number];
            if before.file != file {
                continue;
            }
            let mut config = read::config(&self.snapshot.files, file);
            let target = |config: &Config| config.text.extend.as_ref().map(|extend| extend.value.clone());
            if target(&config).is_some() || target(before).is_some() {
                return self.read_configs();
            }
            config.extends = before.extends;
            self.snapshot.configs[number] = Arc::new(config);
            is_used = true;
        }
        if is_used {
            self.snapshot.forget_all();
            self.read_closed_clients();
            self.walk_closed_folders();
        }
    }

    /// Chooses a profile of `clientc.toml`, or none, for the analyses that follow.
    pub fn set_profile(&mut self, profile: Option<String>) {
        self.request.profile.clone_from(&profile);
        self.snapshot.profile = profile;
        self.snapshot.forget_all();
    }

    /// Reads the names of clients that the settings may name as entries though their projects are not open.
    fn read_closed_clients(&mut self) {
        if self.request.config != ConfigChoice::Nearest {
            return;
        }
        let folders = self
            .configs
            .iter()
            .filter(|config| config.text.entries().next().is_some())
            .map(|config| &config.folder);
        let is_covered = |folder: &Path| self.starts.iter().any(|start| folder.starts_with(start));
        let is_known = |folder: &PathBuf| self.closed_clients.contains_key(folder);
        let new: Vec<PathBuf> =
            folders.filter(|folder| !is_known(folder) && !is_covered(folder)).cloned().collect();
        for folder in new {
            let clients = self.closed_clients_below(&folder);
            Arc::make_mut(&mut self.snapshot.closed_clients).insert(folder, clients);
        }
    }

    /// Lists the folders of settings with patterns that the search for projects did not reach: whether a pattern
    /// matches anything does not depend on what else is checked.
    fn walk_closed_folders(&mut self) {
        if self.request.config != ConfigChoice::Nearest {
            return;
        }
        let is_covered = |folder: &Path| self.starts.iter().any(|start| folder.starts_with(start));
        let configs = self.configs.iter().filter(|config| config.text.path_patterns().next().is_some());
        let folders = configs.map(|config| &config.folder);
        let is_known = |folder: &PathBuf| self.walked.folders.contains(folder);
        let new: Vec<PathBuf> =
            folders.filter(|folder| !is_known(folder) && !is_covered(folder)).cloned().collect();
        for folder in new {
            let disk = self.seen();
            let mut landmarks = Landmarks::new(&*disk);
            let mut discovery = self.discovery(&*disk, &mut landmarks);
            discovery.select(&folder, "");
            let (found, aside) = discovery.finish();
            let walked = Arc::make_mut(&mut self.snapshot.walked);
            walked.files.extend(found.into_iter().flat_map(|found| found.files));
            walked.excluded.extend(aside.excluded);
            walked.folders.insert(folder);
        }
    }

    /// The names of the clients in the projects that use the settings in a folder and are not open.
    fn closed_clients_below(&self, folder: &Path) -> BTreeSet<String> {
        let disk = self.seen();
        let mut landmarks = Landmarks::new(&*disk);
        let mut discovery = self.discovery(&*disk, &mut landmarks);
        discovery.select(folder, "");
        let (found, _) = discovery.finish();
        let is_open = |root: &PathBuf| self.projects.iter().any(|project| project.root == *root);
        let mut names = BTreeSet::new();
        for project in found {
            if !is_open(&project.root) && landmarks.config_folder(&project.root) == Some(folder) {
                for path in &project.files {
                    let content = Content::read(&*self.disk, path);
                    let facts = clientc_semantic::read_file(FileId(0), content.text());
                    names.extend(facts.clients.iter().map(|client| client.name.text.to_string()));
                }
            }
        }
        names
    }
}
