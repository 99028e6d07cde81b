//! What is wrong with a `clientc.toml` that only the projects which obey it can show.

use crate::config::file::Config;
use crate::discover::Discovery;
use crate::files::Content;
use crate::landmarks::Landmarks;
use crate::project::ProjectInput;
use crate::request::ConfigChoice;
use crate::workspace::Workspace;
use clientc_check::{ConfigFault, ConfigFaultKind, Configured, Entries};
use clientc_semantic::{FileId, Project, nearest};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

/// The faults of the settings, by the number of their file and for each project.
#[derive(Debug, Default)]
pub(crate) struct ConfigFaults {
    by_file: BTreeMap<usize, Vec<ConfigFault>>,
}

impl ConfigFaults {
    /// The faults that a project is told: those of its `clientc.toml` and of the files that it builds on, and those
    /// that they have together, whichever profile is chosen.
    pub(crate) fn of(&self, input: &ProjectInput<'_>) -> Vec<ConfigFault> {
        let mut number = input.project().config;
        let mut faults = Vec::new();
        for config in input.configs().iter().rev() {
            faults.extend(number.and_then(|number| self.by_file.get(&number)).into_iter().flatten().cloned());
            number = config.extends;
        }
        faults.extend(input.together());
        faults.sort_by_key(|fault| fault.span);
        faults.dedup();
        faults
    }
}

impl Workspace {
    /// The faults of each `clientc.toml`, with those that need the projects to be seen.
    pub(crate) fn config_faults(&self, projects: &[Project]) -> ConfigFaults {
        let mut all = ConfigFaults::default();
        for (number, config) in self.configs().iter().enumerate() {
            let mut faults = config.faults.clone();
            faults.extend(self.unknown_entries(number, config, projects));
            all.by_file.insert(number, faults);
        }
        all
    }

    /// The entries that are no client of any project that obeys these settings, whether it is open or not: what is
    /// said of a project does not depend on what else is looked at.
    fn unknown_entries(&self, number: usize, config: &Config, projects: &[Project]) -> Vec<ConfigFault> {
        let entries: Vec<&Configured<String>> = entries(config).collect();
        let obeys = |project: &crate::Project| {
            let mut next = project.config;
            std::iter::from_fn(|| {
                let this = next?;
                next = self.configs().get(this)?.extends;
                Some(this)
            })
            .any(|this| this == number)
        };
        let obeying = self.projects().iter().zip(projects).filter(|(project, _)| obeys(project));
        let mut names: BTreeSet<String> = obeying
            .flat_map(|(_, linked)| linked.plan.clients().iter().map(|client| client.name.to_string()))
            .collect();
        if entries.iter().all(|entry| names.contains(&entry.value)) {
            return Vec::new();
        }
        names.extend(self.names_of_other_projects(config));
        let unknown = entries.into_iter().filter(|entry| !names.contains(&entry.value));
        let fault = |entry: &Configured<String>| {
            let near = nearest(&entry.value, names.iter().map(String::as_str));
            let kind = ConfigFaultKind::UnknownEntry { client: entry.value.clone(), near };
            ConfigFault { span: entry.span, kind }
        };
        unknown.map(fault).collect()
    }

    /// The names of the clients in the projects that obey these settings and are not open.
    fn names_of_other_projects(&self, config: &Config) -> BTreeSet<String> {
        if self.config_choice != ConfigChoice::Nearest {
            return BTreeSet::new();
        }
        let mut landmarks = Landmarks::new(&*self.disk, &self.config_buffers);
        let mut discovery = Discovery::new(&*self.disk, &self.working_folder, &mut landmarks);
        discovery.select(&config.folder, "");
        let (found, _) = discovery.finish();
        let is_open = |root: &PathBuf| self.projects().iter().any(|project| project.root == *root);
        let mut names = BTreeSet::new();
        for project in found {
            let obeys = landmarks.config_folder(&project.root) == Some(&*config.folder);
            if obeys && !is_open(&project.root) {
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

/// All clients that a file names as entries, in its profiles and overrides as well.
fn entries(config: &Config) -> impl Iterator<Item = &Configured<String>> {
    let settings = config.text.layers().flat_map(|layer| {
        std::iter::once(&layer.settings).chain(layer.overrides.iter().map(|set| &set.settings))
    });
    settings.flat_map(|settings| match &settings.entries {
        Entries::Named(names) => names.as_slice(),
        Entries::Found | Entries::All => &[],
    })
}
