//! Opening what a request names, and looking at the disk once more.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clientc_check::Configured;
use clientc_semantic::{FileId, Span};
use clientc_syntax::TextRange;

use crate::buffers;
use crate::config::globs::Globs;
use crate::discover::Discovery;
use crate::disk::{Disk, RealDisk};
use crate::exclusions::Exclusions;
use crate::landmarks::Landmarks;
use crate::paths;
use crate::project::ProjectKind;
use crate::request::{ConfigChoice, Request};
use crate::snapshot::Snapshot;
use crate::workspace::Workspace;

impl Workspace {
    /// Opens what a request names. It never fails: see [`Snapshot::problems`].
    #[must_use]
    pub fn open(request: &Request) -> Self {
        Self::open_on(Box::new(RealDisk), request)
    }

    /// Like [`Self::open`], on another source of files.
    #[must_use]
    pub fn open_on(disk: Box<dyn Disk>, request: &Request) -> Self {
        let disk: Arc<dyn Disk> = disk.into();
        let working_folder = paths::resolve(&*disk, Path::new(""), &request.working_folder);
        let chosen_config = match &request.config {
            ConfigChoice::File(path) => Some(paths::resolve(&*disk, &working_folder, path)),
            ConfigChoice::Nearest | ConfigChoice::None => None,
        };
        let mut workspace = Self {
            disk,
            request: request.clone(),
            snapshot: Snapshot {
                working_folder,
                profile: request.profile.clone(),
                calls: request.calls,
                obeys_the_nearest: request.config == ConfigChoice::Nearest,
                ..Snapshot::default()
            },
            buffers: BTreeSet::new(),
            resolved: HashMap::new(),
            chosen_config,
            exclusions: Exclusions::default(),
            starts: Vec::new(),
        };
        workspace.exclusions = workspace.given_exclusions();
        workspace.look();
        workspace
    }

    /// Looks at the disk again: at the projects, the files and the settings that there are now. Files keep their
    /// numbers, texts in memory stay, and a file whose text is the same is not read again.
    pub fn refresh(&mut self) {
        self.snapshot.projects.clear();
        self.snapshot.memos.clear();
        self.snapshot.problems.clear();
        self.snapshot.closed_clients = Arc::default();
        self.snapshot.walked = Arc::default();
        self.exclusions = self.given_exclusions();
        self.resolved.clear();
        let configs: Vec<PathBuf> = self.files.ids().map(|id| self.files.path(id).to_owned()).collect();
        for path in configs {
            if self.is_settings(&path) {
                self.read(&path);
            }
        }
        self.look();
    }

    /// Replaces the paths of the request, as an editor opens and closes its folders.
    pub fn set_paths(&mut self, paths: Vec<PathBuf>) {
        self.request.paths = paths;
        self.refresh();
    }

    /// What the request leaves out: its own patterns, and those of a `clientc.toml` that it chooses.
    fn given_exclusions(&self) -> Exclusions {
        let all = Exclusions::new(self.request.config == ConfigChoice::Nearest);
        let pattern = |value: &String| Configured {
            value: value.clone(),
            span: Span::new(FileId(0), TextRange::empty(0)),
        };
        let (patterns, _) = Globs::of_paths(self.request.exclude.iter().map(pattern).collect());
        let all = all.with(self.working_folder(), None, patterns);
        match &self.chosen_config {
            Some(file) => all.with_file(&*self.seen(), file),
            None => all,
        }
    }

    fn look(&mut self) {
        let request = self.request.clone();
        self.find_projects(&request);
        if let Some(stdin) = &request.stdin {
            self.snapshot.focus = buffers::put_stdin(self, stdin);
        }
        buffers::put_back(self);
        self.read_configs();
    }

    fn find_projects(&mut self, request: &Request) {
        let disk = self.seen();
        let working_folder = self.working_folder().to_owned();
        let mut landmarks = Landmarks::new(&*disk);
        let mut paths = BTreeMap::new();
        let stdin = request.stdin.is_some();
        for given in request.paths.iter().filter(|path| !(stdin && path.as_os_str() == "-")) {
            let path = paths::resolve(&*disk, &working_folder, given);
            paths.entry(path).or_insert_with(|| paths::with_slashes(given));
        }
        self.snapshot.named = paths.keys().cloned().collect();
        if paths.is_empty() && !stdin && !request.only_paths {
            let folder = landmarks.default_folder(&working_folder);
            paths.insert(folder.to_owned(), paths::relative(&working_folder, folder));
        }
        let exclusions = self.exclusions.clone();
        let mut discovery = Discovery::new(&*disk, &working_folder, &mut landmarks, exclusions);
        for (path, given) in &paths {
            discovery.select(path, given);
        }
        self.starts = paths.into_keys().collect();
        let (found, aside) = discovery.finish();
        self.snapshot.problems = aside.problems;
        self.snapshot.left_out = aside.left_out;
        Arc::make_mut(&mut self.snapshot.walked).excluded.extend(aside.excluded);
        let labels: Vec<_> = found.iter().map(|found| landmarks.label(&found.root)).collect();
        for (found, label) in found.into_iter().zip(labels) {
            let kind = if found.is_baml_src { ProjectKind::BamlSrc } else { ProjectKind::Loose };
            self.add_project(found.root, kind, label, &found.files, false);
        }
    }
}
