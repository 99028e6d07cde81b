//! The workspace: everything that one run or one editor looks at.

use crate::buffers;
use crate::config::effective::{Effective, chain, effective};
use crate::config::file::Config;
use crate::config::load::Loader;
use crate::discover::Discovery;
use crate::disk::{Disk, RealDisk};
use crate::files::{Content, Files};
use crate::landmarks::Landmarks;
use crate::paths::{self, CONFIG};
use crate::problem::Problem;
use crate::project::{Project, ProjectFile, ProjectInput, ProjectKind};
use crate::request::{ConfigChoice, Request};
use clientc_check::Sources;
use clientc_semantic::FileId;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The projects that a request names, with their files and settings.
#[derive(Debug)]
pub struct Workspace {
    pub(crate) disk: Box<dyn Disk>,
    pub(crate) working_folder: PathBuf,
    pub(crate) files: Files,
    pub(crate) projects: Vec<Project>,
    /// The settings files that have a text in memory.
    pub(crate) config_buffers: BTreeSet<PathBuf>,
    configs: Vec<Config>,
    pub(crate) config_choice: ConfigChoice,
    /// The profile that is chosen.
    profile: Option<String>,
    problems: Vec<Problem>,
    focus: Option<FileId>,
    /// What the request names, as absolute paths; nothing where it names nothing.
    named: Vec<PathBuf>,
}

impl Workspace {
    /// Opens what a request names. It never fails: see [`Workspace::problems`].
    #[must_use]
    pub fn open(request: &Request) -> Self {
        Self::open_on(Box::new(RealDisk), request)
    }

    /// The same on another source of files.
    #[must_use]
    pub fn open_on(disk: Box<dyn Disk>, request: &Request) -> Self {
        let mut workspace = Self {
            working_folder: paths::resolve(&*disk, Path::new(""), &request.working_folder),
            disk,
            files: Files::default(),
            projects: Vec::new(),
            config_buffers: BTreeSet::new(),
            configs: Vec::new(),
            config_choice: request.config.clone(),
            profile: request.profile.clone(),
            problems: Vec::new(),
            focus: None,
            named: Vec::new(),
        };
        workspace.find_projects(request);
        if let Some(stdin) = &request.stdin {
            workspace.focus = buffers::put_stdin(&mut workspace, stdin);
        }
        workspace.read_configs();
        workspace
    }

    /// All files, which diagnostics point into.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The projects, in bytewise order of their roots.
    #[must_use]
    pub fn projects(&self) -> &[Project] {
        &self.projects
    }

    /// The projects with all that their analysis needs.
    pub fn inputs(&self) -> impl Iterator<Item = ProjectInput<'_>> {
        self.projects.iter().map(|project| ProjectInput::new(self, project))
    }

    /// Each `clientc.toml` that a project obeys, once.
    #[must_use]
    pub fn configs(&self) -> &[Config] {
        &self.configs
    }

    /// What went wrong with the run itself, unreadable files included.
    #[must_use]
    pub fn problems(&self) -> Vec<Problem> {
        let mut problems = self.problems.clone();
        for file in self.projects.iter().flat_map(|project| &project.files) {
            if let Some(Content::Unreadable { error }) = self.files.content(file.id) {
                let path = self.files.display_path(file.id).to_owned();
                problems.push(Problem::UnreadableFile { path, error: error.clone(), file: file.id });
            }
        }
        problems
    }

    /// The only file whose findings are to be shown, if the text of standard input stands for a file.
    #[must_use]
    pub fn focus(&self) -> Option<FileId> {
        self.focus
    }

    /// Whether a file is one of those that the request names, or lies in a folder that it names. A project is
    /// always read whole, but not always changed whole. Where the request names nothing, every file is named.
    #[must_use]
    pub fn is_named(&self, file: FileId) -> bool {
        let path = self.files.path(file);
        self.named.is_empty() || self.named.iter().any(|named| path.starts_with(named))
    }

    /// Writes a file anew.
    ///
    /// # Errors
    /// What the system says, where the file cannot be written.
    pub fn save(&self, file: FileId, text: &str) -> std::io::Result<()> {
        self.disk.write(self.files.path(file), text)
    }

    /// The folder that displayed paths are relative to.
    #[must_use]
    pub fn working_folder(&self) -> &Path {
        &self.working_folder
    }

    /// The names of the profiles that the projects may choose from.
    #[must_use]
    pub fn profiles(&self) -> BTreeSet<&str> {
        let configs = self.projects.iter().flat_map(|project| chain(&self.configs, project.config));
        configs.flat_map(|config| &config.text.profiles).map(|profile| &*profile.name.value).collect()
    }

    /// Chooses a profile, or none, for the analyses that follow.
    pub fn set_profile(&mut self, profile: Option<String>) {
        self.profile = profile;
    }

    /// What holds for a project where a profile is chosen.
    pub(crate) fn effective(&self, project: &Project, profile: Option<&str>) -> Effective {
        let files: Vec<FileId> = project.files.iter().map(|file| file.id).collect();
        let path_from = |config: &Config, file| paths::relative(&config.folder, self.files.path(file));
        effective(&chain(&self.configs, project.config), profile, &files, &path_from)
    }

    /// The profile that is chosen.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    fn find_projects(&mut self, request: &Request) {
        let no_buffers = BTreeSet::new();
        let mut landmarks = Landmarks::new(&*self.disk, &no_buffers);
        let mut paths = BTreeMap::new();
        let stdin = request.stdin.is_some();
        for given in request.paths.iter().filter(|path| !(stdin && path.as_os_str() == "-")) {
            let path = paths::resolve(&*self.disk, &self.working_folder, given);
            paths.entry(path).or_insert_with(|| paths::with_slashes(given));
        }
        self.named = paths.keys().cloned().collect();
        if paths.is_empty() && !stdin {
            let folder = landmarks.default_folder(&self.working_folder);
            paths.insert(folder.to_owned(), paths::relative(&self.working_folder, folder));
        }
        let mut discovery = Discovery::new(&*self.disk, &self.working_folder, &mut landmarks);
        for (path, given) in &paths {
            discovery.select(path, given);
        }
        let (found, problems) = discovery.finish();
        self.problems = problems;
        let labels: Vec<_> = found.iter().map(|found| landmarks.label(&found.root)).collect();
        for (found, label) in found.into_iter().zip(labels) {
            let kind = if found.is_baml_src { ProjectKind::BamlSrc } else { ProjectKind::Loose };
            self.add_project(found.root, kind, label, &found.files);
        }
    }

    /// Adds a project and reads its files, which come in their order.
    pub(crate) fn add_project(&mut self, root: PathBuf, kind: ProjectKind, label: String, files: &[PathBuf]) {
        let mut project = Project {
            display_root: paths::relative(&self.working_folder, &root),
            root,
            label,
            kind,
            files: Vec::with_capacity(files.len()),
            config: None,
        };
        for path in files {
            let id = self.files.load(&*self.disk, &self.working_folder, path);
            project.files.push(ProjectFile { id, relative: paths::relative(&project.root, path) });
        }
        let at = self.projects.partition_point(|known| {
            let order = paths::byte_order(&known.root, &project.root);
            order.then(known.kind.cmp(&project.kind)).is_lt()
        });
        self.projects.insert(at, project);
    }

    /// Notes what went wrong in a search after the first one.
    pub(crate) fn add_problems(&mut self, problems: Vec<Problem>) {
        self.problems.extend(problems);
        self.problems.sort();
        self.problems.dedup();
    }

    /// Whether a path is a settings file, by its name or because the request named it.
    pub(crate) fn is_config(&self, path: &Path) -> bool {
        paths::is_named(path, CONFIG) || self.chosen_config().is_some_and(|chosen| chosen == path)
    }

    /// Finds and reads the settings of every project, from memory where they were read before.
    pub(crate) fn read_configs(&mut self) {
        let chosen = self.chosen_config();
        let mut landmarks = Landmarks::new(&*self.disk, &self.config_buffers);
        let mut loader = Loader {
            disk: &*self.disk,
            working_folder: &self.working_folder,
            files: &mut self.files,
            buffered: &self.config_buffers,
            configs: Vec::new(),
            numbers: BTreeMap::new(),
        };
        for project in &mut self.projects {
            let path = match &self.config_choice {
                ConfigChoice::Nearest => {
                    landmarks.config_folder(&project.root).map(|folder| folder.join(CONFIG))
                }
                ConfigChoice::File(_) => chosen.clone(),
                ConfigChoice::None => None,
            };
            project.config = path.map(|path| loader.load(&path));
        }
        self.configs = loader.configs;
    }

    fn chosen_config(&self) -> Option<PathBuf> {
        match &self.config_choice {
            ConfigChoice::File(path) => Some(paths::resolve(&*self.disk, &self.working_folder, path)),
            ConfigChoice::Nearest | ConfigChoice::None => None,
        }
    }
}
