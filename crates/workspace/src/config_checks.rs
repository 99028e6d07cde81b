//! Faults of a `clientc.toml` that only the projects that use it can show.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use clientc_check::{ConfigFault, ConfigFaultKind, Configured};
use clientc_semantic::{FileId, nearest};

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
            faults.extend(self.unknown_entries(config));
        }
        if let Some(config) = input.config().filter(|_| input.project().kind != ProjectKind::Stdin) {
            faults.extend(self.unmatched_patterns(config));
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
        let projects = self.projects().iter().enumerate();
        let obeying = projects.filter(|(_, project)| self.obeys(project.config, config.file));
        let linked = obeying.filter_map(|(project, _)| self.linked(project));
        let mut names: BTreeSet<String> = linked
            .flat_map(|linked| {
                let clients = linked.plan.clients().iter();
                clients.map(|client| client.name.to_string()).collect::<Vec<_>>()
            })
            .collect();
        names.extend(self.closed_clients.get(&config.folder).into_iter().flatten().cloned());
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
        let open = self.projects().iter().flat_map(|project| &project.files);
        let open = open.map(|file| self.files().path(file.id));
        let relative = |path: &Path| paths::relative(&config.folder, path);
        let files: Vec<String> =
            open.chain(self.walked.files.iter().map(PathBuf::as_path)).map(relative).collect();
        let excluded: Vec<String> = self.walked.excluded.iter().map(|path| relative(path)).collect();
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

    /// Whether a file is among the settings of this number and those that they extend.
    fn obeys(&self, number: Option<usize>, file: FileId) -> bool {
        chain(self.configs(), number).iter().any(|config| config.file == file)
    }
}
