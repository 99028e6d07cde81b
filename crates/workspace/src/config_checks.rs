//! What is wrong with a `clientc.toml` that only the projects which obey it can show.

use crate::config::{Config, Entries, Located, Settings};
use crate::snapshot::Snapshot;
use clientc_check::{ConfigFault, ConfigFaultKind, Level};
use clientc_semantic::nearest;
use std::collections::BTreeSet;

impl Snapshot {
    /// The faults of a `clientc.toml`, by its number, with those that need the projects to be seen.
    pub(crate) fn config_faults(&self, number: usize) -> Vec<ConfigFault> {
        let Some(config) = self.configs().get(number) else { return Vec::new() };
        let mut faults = config.faults.clone();
        faults.extend(fixed_rules(&config.settings));
        faults.extend(self.unknown_entries(number, config));
        faults.sort_by_key(|fault| fault.span);
        faults
    }

    /// The entries that are no client of any project that obeys these settings, whether it is open or not: what is
    /// said of a project does not depend on what else is looked at.
    fn unknown_entries(&self, number: usize, config: &Config) -> Vec<ConfigFault> {
        let Some(Entries::Named(entries)) = &config.settings.entries else { return Vec::new() };
        let projects = self.projects().iter().enumerate();
        let obeying = projects.filter(|(_, project)| project.config == Some(number));
        let linked = obeying.filter_map(|(project, _)| self.linked(project));
        let mut names: BTreeSet<String> = linked
            .flat_map(|linked| {
                let clients = linked.plan.clients().iter();
                clients.map(|client| client.name.to_string()).collect::<Vec<_>>()
            })
            .collect();
        names.extend(self.closed_clients.get(&config.folder).into_iter().flatten().cloned());
        let unknown = entries.iter().filter(|entry| !names.contains(&entry.value));
        let fault = |entry: &Located<String>| {
            let near = nearest(&entry.value, names.iter().map(String::as_str));
            let kind = ConfigFaultKind::UnknownEntry { client: entry.value.clone(), near };
            ConfigFault { span: entry.span, kind }
        };
        unknown.map(fault).collect()
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
