//! The settings of one project: the layers of its `clientc.toml`, of those that it extends, and of a profile, merged.
//! What is nearer wins: a file over the one that it extends, a profile over the file, an override over both.

use std::sync::Arc;

use clientc_check::{ConfigFault, ConfigFaultKind, Configured, Override, Settings};
use clientc_plan::{Field, Limits};
use clientc_semantic::{FileId, Span};

use crate::config::file::{Config, Layer, PathOverride};
use crate::config::layers::ttft_above_request;

/// The settings of a project, and the faults in them that no file alone can show.
#[derive(Debug, Clone, Default)]
pub(crate) struct Effective {
    pub(crate) settings: Settings,
    pub(crate) faults: Vec<ConfigFault>,
}

/// A file of the project, and its path from the folder of each `clientc.toml` in the chain.
pub(crate) type PathFrom<'p> = &'p dyn Fn(&Config, FileId) -> String;

/// A `clientc.toml` and those that it extends, the outermost first.
pub(crate) fn chain(configs: &[Arc<Config>], number: Option<usize>) -> Vec<&Config> {
    let mut chain = Vec::new();
    let mut next = number.and_then(|number| configs.get(number));
    // Cycles were rejected when the files were read, so the chain is no longer than the list.
    while let Some(config) = next.filter(|_| chain.len() <= configs.len()) {
        chain.push(&**config);
        next = config.extends.and_then(|number| configs.get(number));
    }
    chain.reverse();
    chain
}

/// Merges the layers. `files` are those of the project.
pub(crate) fn effective(
    chain: &[&Config],
    profile: Option<&str>,
    files: &[FileId],
    path_from: PathFrom<'_>,
) -> Effective {
    let base: Vec<(&Config, &Layer)> = chain.iter().map(|config| (*config, &config.text.base)).collect();
    let chosen = chain.iter().filter_map(|config| Some((*config, config.text.profile(profile?)?)));
    let chosen: Vec<(&Config, &Layer)> = chosen.collect();
    let mut effective = Effective::default();
    for (_, layer) in base.iter().chain(&chosen) {
        effective.settings.overlay(&layer.settings);
    }
    for (config, layer) in base.iter().chain(&chosen) {
        for set in &layer.overrides {
            effective.cover(set, files, &|file| path_from(config, file));
        }
    }
    for section in ["defaults.http", "defaults.fix"] {
        effective.bound_first_token(section);
    }
    effective
}

impl Effective {
    fn cover(&mut self, set: &PathOverride, files: &[FileId], path: &dyn Fn(FileId) -> String) {
        let covered: Vec<FileId> =
            files.iter().copied().filter(|file| set.paths.matches(&path(*file))).collect();
        if covered.is_empty() {
            return;
        }
        let mut whole = set.settings.clone();
        let rules = std::mem::take(&mut whole.rules);
        let sets_more = sets_more(&whole);
        if sets_more && covered.len() == files.len() {
            self.settings.overlay(&whole);
        } else if sets_more {
            let kind = ConfigFaultKind::PartOfProject { covered: covered.len(), files: files.len() };
            self.faults.push(ConfigFault { span: set.span, kind });
        }
        if !rules.is_empty() {
            self.settings.overrides.push(Override { files: covered.into_iter().collect(), rules });
        }
    }

    /// Two layers can each be valid and still contradict each other.
    fn bound_first_token(&mut self, section: &str) {
        let limits = match section {
            "defaults.http" => &mut self.settings.defaults,
            _ => &mut self.settings.fix,
        };
        let at = |limits: &Limits<Span>, field| {
            limits.get(field).map(|limit| Configured { value: limit.ms, span: limit.origin })
        };
        let both = at(limits, Field::TimeToFirstToken).zip(at(limits, Field::Request));
        if let Some((ttft, request)) = both.filter(|(ttft, request)| ttft.value > request.value) {
            limits.time_to_first_token_timeout_ms = None;
            self.faults.push(ttft_above_request(section, ttft, request));
        }
    }
}

/// Whether a layer sets anything but levels of rules.
fn sets_more(settings: &Settings) -> bool {
    let budget = &settings.budget;
    settings.entries != clientc_check::Entries::Found
        || settings.defaults != Limits::NONE
        || settings.fix != Limits::NONE
        || budget.max_requests.is_some()
        || budget.max_duration_ms.is_some()
}
