//! What is wrong with a `clientc.toml` that only the projects which obey it can show.

use crate::config::effective::chain;
use crate::config::file::Config;
use crate::input::ProjectInput;
use crate::snapshot::Snapshot;
use clientc_check::{ConfigFault, ConfigFaultKind, Configured};
use clientc_semantic::{FileId, nearest};
use std::collections::BTreeSet;

impl Snapshot {
    /// The faults that a project is told: those of its `clientc.toml` and of the files that it builds on, and those
    /// that they have together, whichever profile is chosen.
    pub(crate) fn config_faults(&self, input: &ProjectInput<'_>) -> Vec<ConfigFault> {
        let mut faults = Vec::new();
        for config in input.configs() {
            faults.extend(config.faults.iter().cloned());
            faults.extend(self.unknown_entries(config));
        }
        faults.extend(input.faults_of_layers());
        faults.sort_by_key(|fault| fault.span);
        faults.dedup();
        faults
    }

    /// The entries that are no client of any project that obeys these settings, whether it is open or not: what is
    /// said of a project does not depend on what else is looked at.
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

    /// Whether a file is among the settings of this number and those that they build on.
    fn obeys(&self, number: Option<usize>, file: FileId) -> bool {
        chain(self.configs(), number).iter().any(|config| config.file == file)
    }
}
