//! Everything that was read, at one moment: it never changes and is cheap to share.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use clientc_check::{Calls, Sources as _};
use clientc_semantic::{FileId, LinkedProject};

use crate::config::effective::{Effective, chain, effective};
use crate::config::file::Config;
use crate::config_memo::ConfigMemo;
use crate::files::{Content, Files};
use crate::paths;
use crate::problem::{LeftOut, Problem};
use crate::project::Project;

/// The projects that a request names, with their texts and settings, at one moment.
///
/// A clone costs a few counters and shares all texts with the original. A snapshot carries its texts, so a byte range
/// in it stays valid whatever happens to the workspace. It never touches the disk.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    pub(crate) files: Files,
    pub(crate) projects: Vec<Arc<Project>>,
    /// What has been computed for each project so far, by its number.
    pub(crate) memos: Vec<Arc<Memo>>,
    pub(crate) configs: Vec<Arc<Config>>,
    /// What has been found out about settings files so far.
    pub(crate) config_memo: Arc<ConfigMemo>,
    pub(crate) working_folder: PathBuf,
    pub(crate) problems: Vec<Problem>,
    pub(crate) focus: Option<FileId>,
    /// What the request names, as absolute paths; nothing where it names nothing.
    pub(crate) named: Vec<PathBuf>,
    /// For the folder of a `clientc.toml` that names entries: the clients of the projects that use it too and are not
    /// open.
    pub(crate) closed_clients: Arc<BTreeMap<PathBuf, BTreeSet<String>>>,
    /// Whether each project uses the nearest `clientc.toml`, and not one that the request names.
    pub(crate) obeys_the_nearest: bool,
    /// What was named and is left out on purpose.
    pub(crate) left_out: Vec<LeftOut>,
    /// What the disk has besides the projects, as far as patterns need it.
    pub(crate) walked: Arc<Walked>,
    /// The profile of `clientc.toml` that is chosen.
    pub(crate) profile: Option<String>,
    /// What makes the calls, whatever the settings say.
    pub(crate) calls: Option<Calls>,
}

/// What the disk has besides the projects, as far as patterns need it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Walked {
    /// The folders of settings that were walked for their patterns alone.
    pub(crate) folders: BTreeSet<PathBuf>,
    /// The sources in them.
    pub(crate) files: BTreeSet<PathBuf>,
    /// All that was left out on purpose, wherever it was found.
    pub(crate) excluded: BTreeSet<PathBuf>,
}

/// What has been computed from the present texts of one project, each part when it is first asked for.
#[derive(Debug, Default)]
pub(crate) struct Memo {
    pub(crate) linked: OnceLock<Arc<LinkedProject>>,
}

impl Snapshot {
    /// All files, which diagnostics point into.
    #[must_use]
    pub fn files(&self) -> &Files {
        &self.files
    }

    /// The projects, in bytewise order of their roots.
    #[must_use]
    pub fn projects(&self) -> &[Arc<Project>] {
        &self.projects
    }

    /// The numbers of the projects that a file belongs to.
    pub fn projects_of(&self, file: FileId) -> impl Iterator<Item = usize> + use<'_> {
        let holds = move |project: &Project| project.files.iter().any(|known| known.id == file);
        self.projects.iter().enumerate().filter(move |(_, project)| holds(project)).map(|(number, _)| number)
    }

    /// Each `clientc.toml` that a project uses, once.
    #[must_use]
    pub fn configs(&self) -> &[Arc<Config>] {
        &self.configs
    }

    /// The files that settings name, whether or not they are there: what they extend, and their baselines.
    #[must_use]
    pub fn named_by_settings(&self) -> BTreeSet<PathBuf> {
        let named = |config: &Arc<Config>| {
            let both = [&config.text.extend, &config.text.baseline];
            both.map(|named| named.as_ref().map(|named| config.path_of(named)))
        };
        self.configs.iter().flat_map(named).flatten().collect()
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

    /// What was named and is left out on purpose.
    #[must_use]
    pub fn left_out(&self) -> &[LeftOut] {
        &self.left_out
    }

    /// The only file whose findings are to be shown, if standard input replaces a file.
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

    /// The folder that displayed paths are relative to.
    #[must_use]
    pub fn working_folder(&self) -> &Path {
        &self.working_folder
    }

    /// Whether nothing differs between this snapshot and another one that could change the findings in a project.
    #[must_use]
    pub fn has_same(&self, number: usize, other: &Self, other_number: usize) -> bool {
        let is_same = match (self.memos.get(number), other.memos.get(other_number)) {
            (Some(own), Some(theirs)) => Arc::ptr_eq(own, theirs),
            _ => false,
        };
        let (own, theirs) = (self.relatives(number), other.relatives(other_number));
        is_same
            && own.len() == theirs.len()
            && own.iter().zip(theirs).all(|(own, theirs)| Arc::ptr_eq(own, theirs))
    }

    /// What has been computed for the projects that the findings in a project depend on. Where its settings name
    /// entries these include the projects that use or extend the same settings, for an entry may be a client of any of
    /// them.
    fn relatives(&self, number: usize) -> Vec<&Arc<Memo>> {
        let used_by = |project: &Project| chain(&self.configs, project.config);
        let own = self.projects.get(number).map(|project| used_by(project)).unwrap_or_default();
        let named: BTreeSet<FileId> = own
            .into_iter()
            .filter(|config| config.text.entries().next().is_some())
            .map(|config| config.file)
            .collect();
        if named.is_empty() {
            return Vec::new();
        }
        let obeys = |(project, _): &(&Arc<Project>, &Arc<Memo>)| {
            used_by(project).iter().any(|config| named.contains(&config.file))
        };
        self.projects.iter().zip(&self.memos).filter(obeys).map(|(_, memo)| memo).collect()
    }

    /// The profile of `clientc.toml` that is chosen.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// The names of the profiles that the projects may choose from.
    #[must_use]
    pub fn profiles(&self) -> BTreeSet<&str> {
        let configs = self.projects.iter().flat_map(|project| chain(&self.configs, project.config));
        configs.flat_map(|config| &config.text.profiles).map(|profile| &*profile.name.value).collect()
    }

    /// The settings of a project where a profile is chosen.
    pub(crate) fn effective(&self, project: &Project, profile: Option<&str>) -> Effective {
        let files: Vec<FileId> = project.files.iter().map(|file| file.id).collect();
        let path_from = |config: &Config, file| paths::relative(&config.folder, self.files.path(file));
        effective(&chain(&self.configs, project.config), profile, &files, &path_from)
    }

    /// Forgets what has been computed for every project.
    pub(crate) fn forget_all(&mut self) {
        self.memos.iter_mut().for_each(|memo| *memo = Arc::default());
        self.config_memo = Arc::default();
    }

    /// Forgets what has been computed for the projects that a file belongs to.
    pub(crate) fn forget_projects_of(&mut self, file: FileId) {
        let numbers: Vec<usize> = self.projects_of(file).collect();
        for number in numbers {
            self.forget(number);
        }
    }

    pub(crate) fn forget(&mut self, number: usize) {
        if let Some(memo) = self.memos.get_mut(number) {
            *memo = Arc::default();
        }
        self.config_memo = Arc::default();
    }
}
