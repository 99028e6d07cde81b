//! What is wrong with a `clientc.toml` that only the projects which obey it can show.

use crate::config::{Config, Entries, Settings};
use crate::discover::Discovery;
use crate::files::Content;
use crate::landmarks::Landmarks;
use crate::request::ConfigChoice;
use crate::workspace::Workspace;
use clientc_check::{ConfigFault, ConfigFaultKind, Level};
use clientc_semantic::{FileId, Project, nearest};
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

impl Workspace {
    /// The faults of each `clientc.toml`, by its number, with those that need the projects to be seen.
    pub(crate) fn config_faults(&self, projects: &[Project]) -> BTreeMap<Option<usize>, Vec<ConfigFault>> {
        let mut all = BTreeMap::new();
        for (number, config) in self.configs().iter().enumerate() {
            let mut faults = config.faults.clone();
            faults.extend(fixed_rules(&config.settings));
            faults.extend(self.unknown_entries(number, config, projects));
            faults.sort_by_key(|fault| fault.span);
            all.insert(Some(number), faults);
        }
        all
    }

    /// The entries that are no client of any project that obeys these settings, whether it is open or not: what is
    /// said of a project does not depend on what else is looked at.
    fn unknown_entries(&self, number: usize, config: &Config, projects: &[Project]) -> Vec<ConfigFault> {
        let Some(Entries::Named(entries)) = &config.settings.entries else { return Vec::new() };
        let obeying = self.projects().iter().zip(projects);
        let mut names: BTreeSet<String> = obeying
            .filter(|(project, _)| project.config == Some(number))
            .flat_map(|(_, linked)| linked.plan.clients().iter().map(|client| client.name.to_string()))
            .collect();
        if entries.iter().all(|entry| names.contains(&entry.value)) {
            return Vec::new();
        }
        names.extend(self.names_of_other_projects(config));
        let unknown = entries.iter().filter(|entry| !names.contains(&entry.value));
        let fault = |entry: &crate::config::Located<String>| {
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

/// The rules of the settings that cannot be lowered.
fn fixed_rules(settings: &Settings) -> impl Iterator<Item = ConfigFault> {
    let overridden = settings.overrides.iter().flat_map(|set| &set.rules);
    settings.rules.iter().chain(overridden).filter_map(|set| {
        let is_fixed = clientc_check::rule(set.rule.value).is_some_and(|rule| rule.is_fixed);
        let rule = set.rule.value.to_owned();
        let kind = ConfigFaultKind::FixedRule { rule };
        (is_fixed && set.level.value != Some(Level::Error))
            .then_some(ConfigFault { span: set.rule.span, kind })
    })
}
