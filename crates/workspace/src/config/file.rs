//! One `clientc.toml`, as plain data with places.

use std::path::PathBuf;

use clientc_check::{ConfigFault, Configured, Entries, Settings};
use clientc_semantic::{FileId, Span};

use crate::config::gateway::GatewaySettings;
use crate::config::globs::Globs;
use crate::paths;

/// One `clientc.toml`.
#[derive(Debug, Clone)]
pub struct Config {
    /// The file.
    pub file: FileId,
    /// The folder that it is in. Paths in it are relative to this folder.
    pub folder: PathBuf,
    /// Its contents.
    pub text: ConfigText,
    /// The number of the file that it extends, among the settings of the workspace.
    pub extends: Option<usize>,
    /// What is wrong in it, in the order of the text.
    pub faults: Vec<ConfigFault>,
}

/// The contents of a `clientc.toml`. A faulty key is left out; all others apply.
#[derive(Debug, Clone, Default)]
pub struct ConfigText {
    /// What applies without a profile.
    pub base: Layer,
    /// `[profiles.NAME]`: what else applies where a profile is chosen, in the order of the text.
    pub profiles: Vec<Profile>,
    /// `extend`: the file that this one extends, relative to its folder.
    pub extend: Option<Configured<String>>,
    /// `exclude`: what is skipped, relative to its folder.
    pub exclude: Globs,
    /// `baseline`: the file of findings that are accepted, relative to its folder.
    pub baseline: Option<Configured<String>>,
    /// `[gateway]`: what a gateway allows its callers.
    pub gateway: GatewaySettings,
}

/// A named set of settings for one deployment.
#[derive(Debug, Clone)]
pub struct Profile {
    /// Its name.
    pub name: Configured<String>,
    /// Its contents.
    pub layer: Layer,
}

/// Settings, and more of them for some paths.
#[derive(Debug, Clone, Default)]
pub struct Layer {
    /// What applies to every project.
    pub settings: Settings,
    /// `[[overrides]]`, in the order of the text.
    pub overrides: Vec<PathOverride>,
}

/// Settings for some paths.
#[derive(Debug, Clone)]
pub struct PathOverride {
    /// The table's header.
    pub span: Span,
    /// The paths, relative to the folder of the `clientc.toml`. A pattern that names a folder covers what is in it.
    pub paths: Globs,
    /// What applies there. Levels of rules apply to each file; everything else only to projects that are covered as a
    /// whole.
    pub settings: Settings,
}

impl Config {
    /// The absolute path that a value in it names.
    pub(crate) fn path_of(&self, named: &Configured<String>) -> PathBuf {
        paths::without_dots(&self.folder.join(&named.value))
    }
}

impl ConfigText {
    /// The profile of a name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Layer> {
        self.profiles.iter().find(|profile| profile.name.value == name).map(|profile| &profile.layer)
    }

    /// All lists of patterns for paths, each with its key.
    pub(crate) fn path_patterns(&self) -> impl Iterator<Item = (&'static str, &Globs)> {
        let layers = std::iter::once(&self.base).chain(self.profiles.iter().map(|profile| &profile.layer));
        let overrides = layers.flat_map(|layer| &layer.overrides).map(|set| ("overrides.paths", &set.paths));
        let all = std::iter::once(("exclude", &self.exclude)).chain(overrides);
        all.filter(|(_, globs)| !globs.patterns().is_empty())
    }

    /// All clients that it names as entries, in its profiles and overrides as well.
    pub fn entries(&self) -> impl Iterator<Item = &Configured<String>> {
        let layers = std::iter::once(&self.base).chain(self.profiles.iter().map(|profile| &profile.layer));
        let settings = layers.flat_map(|layer| {
            std::iter::once(&layer.settings).chain(layer.overrides.iter().map(|set| &set.settings))
        });
        settings.flat_map(|settings| match &settings.entries {
            Entries::Named(names) => names.as_slice(),
            Entries::Found | Entries::All => &[],
        })
    }
}
