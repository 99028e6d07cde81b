//! Faults of a `clientc.toml` that only the projects that use it can show.

use std::collections::{BTreeSet, HashMap};
use std::ops::Bound;
use std::path::{Path, PathBuf};

use clientc_check::{ConfigFault, ConfigFaultKind, Configured};
use clientc_semantic::{FileId, nearest};
use clientc_syntax::work;

use crate::config::effective::chain;
use crate::config::file::Config;
use crate::input::ProjectInput;
use crate::paths;
use crate::project::ProjectKind;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// The faults that a project reports: those of its `clientc.toml` and of the files that it extends, and those that
    /// they have together, whichever profile is chosen.
    pub(crate) fn config_faults(&self, input: &ProjectInput<'_>) -> Vec<ConfigFault> {
        let mut faults = Vec::new();
        for config in input.configs() {
            faults.extend(config.faults.iter().cloned());
            let known = &self.config_memo.unknown_entries;
            faults.extend(known.get_or_find(config.file, || self.unknown_entries(config)).iter().cloned());
        }
        if let Some(config) = input.config().filter(|_| input.project().kind != ProjectKind::Stdin) {
            let known = &self.config_memo.unmatched_patterns;
            faults.extend(known.get_or_find(config.file, || self.unmatched_patterns(config)).iter().cloned());
        }
        faults.extend(input.faults_of_layers());
        faults.sort_by_key(|fault| fault.span);
        faults.dedup();
        faults
    }

    /// The entries that are not a client of any project that uses these settings, whether it is open or not: what is
    /// reported for a project does not depend on what else is checked.
    fn unknown_entries(&self, config: &Config) -> Vec<ConfigFault> {
        if config.text.entries().next().is_none() {
            return Vec::new();
        }
        let users = self.config_memo.users.get_or_init(|| self.users_of_configs()).get(&config.file);
        let linked = users.into_iter().flatten().filter_map(|project| self.linked(*project));
        let mut names: BTreeSet<String> = linked
            .flat_map(|linked| {
                let clients = linked.plan.clients().iter();
                clients.map(|client| client.name.to_string()).collect::<Vec<_>>()
            })
            .collect();
        names.extend(self.closed_clients.get(&config.folder).into_iter().flatten().cloned());
        work::add(names.len());
        let unknown = config.text.entries().filter(|entry| !names.contains(&entry.value));
        let fault = |entry: &Configured<String>| {
            let near = nearest(&entry.value, names.iter().map(String::as_str));
            let kind = ConfigFaultKind::UnknownEntry { client: entry.value.clone(), near };
            ConfigFault { span: entry.span, kind }
        };
        unknown.map(fault).collect()
    }

    /// The patterns for paths that match nothing. Settings that others extend, or that the command line names, are not
    /// judged: they are made for more than these projects.
    fn unmatched_patterns(&self, config: &Config) -> Vec<ConfigFault> {
        if !self.obeys_the_nearest || config.text.path_patterns().next().is_none() {
            return Vec::new();
        }
        let below = |all| {
            let relative = |path: &PathBuf| paths::relative(&config.folder, path);
            paths_below(all, &config.folder).map(relative)
        };
        let open = self.config_memo.sources.get_or_init(|| self.paths_of_sources());
        let files: Vec<String> = below(open).chain(below(&self.walked.files)).collect();
        let excluded: Vec<String> = below(&self.walked.excluded).collect();
        work::add(files.len() + excluded.len());
        let mut faults = Vec::new();
        for (key, globs) in config.text.path_patterns() {
            let candidates = if key == "exclude" { &excluded } else { &files };
            for (number, pattern) in globs.patterns().iter().enumerate() {
                let matches = |path: &String| globs.matches_pattern(number, path);
                if !candidates.iter().any(matches) {
                    let kind = ConfigFaultKind::UnmatchedPattern {
                        key: key.to_owned(),
                        pattern: pattern.value.clone(),
                        is_inside: key == "exclude" && files.iter().any(matches),
                    };
                    faults.push(ConfigFault { span: pattern.span, kind });
                }
            }
        }
        faults
    }

    /// The numbers of the projects that use each settings file, itself or through one that extends it.
    fn users_of_configs(&self) -> HashMap<FileId, Vec<usize>> {
        let mut users: HashMap<FileId, Vec<usize>> = HashMap::new();
        for (number, project) in self.projects().iter().enumerate() {
            for config in chain(self.configs(), project.config) {
                users.entry(config.file).or_default().push(number);
            }
        }
        users
    }

    fn paths_of_sources(&self) -> BTreeSet<PathBuf> {
        let files = self.projects().iter().flat_map(|project| &project.files);
        files.map(|file| self.files().path(file.id).to_owned()).collect()
    }
}

/// The paths that lie in a folder.
fn paths_below<'p>(all: &'p BTreeSet<PathBuf>, folder: &'p Path) -> impl Iterator<Item = &'p PathBuf> {
    let from = all.range::<Path, _>((Bound::Included(folder), Bound::Unbounded));
    from.take_while(move |path| path.starts_with(folder))
}
