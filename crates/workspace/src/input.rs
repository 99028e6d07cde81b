//! One project of a snapshot, as the compiler reads it.

use std::path::PathBuf;

use clientc_check::{ConfigFault, Settings};
use clientc_semantic::FileId;

use crate::config::effective::chain;
use crate::config::file::Config;
use crate::config::gateway::GatewaySettings;
use crate::files::Content;
use crate::paths;
use crate::project::Project;
use crate::snapshot::Snapshot;

impl Snapshot {
    /// The projects with all that their analysis needs, in the order of [`Snapshot::projects`].
    pub fn inputs(&self) -> impl Iterator<Item = ProjectInput<'_>> {
        self.projects().iter().map(|project| ProjectInput { snapshot: self, project })
    }

    /// One of them, by its number.
    #[must_use]
    pub fn input(&self, number: usize) -> Option<ProjectInput<'_>> {
        self.projects().get(number).map(|project| ProjectInput { snapshot: self, project })
    }
}

/// One project together with all that its analysis needs.
#[derive(Debug, Clone, Copy)]
pub struct ProjectInput<'s> {
    snapshot: &'s Snapshot,
    project: &'s Project,
}

/// A file of a project together with its content.
#[derive(Debug, Clone, Copy)]
pub struct SourceFile<'s> {
    /// Its number.
    pub id: FileId,
    /// Its path relative to the project's folder, with `/`.
    pub relative: &'s str,
    /// Its content.
    pub content: &'s Content,
}

impl<'s> ProjectInput<'s> {
    /// The project.
    #[must_use]
    pub fn project(&self) -> &'s Project {
        self.project
    }

    /// Its files in their order.
    pub fn files(&self) -> impl Iterator<Item = SourceFile<'s>> + use<'s> {
        let files = self.snapshot.files();
        self.project.files.iter().filter_map(move |file| {
            Some(SourceFile { id: file.id, relative: &file.relative, content: files.content(file.id)? })
        })
    }

    /// The `clientc.toml` that it uses.
    #[must_use]
    pub fn config(&self) -> Option<&'s Config> {
        self.snapshot.configs().get(self.project.config?).map(AsRef::as_ref)
    }

    /// The `clientc.toml` that it uses and those that it extends, the outermost first.
    #[must_use]
    pub fn configs(&self) -> Vec<&'s Config> {
        chain(self.snapshot.configs(), self.project.config)
    }

    /// The file of accepted findings that its `clientc.toml` names, or the nearest of those that it extends.
    #[must_use]
    pub fn baseline(&self) -> Option<PathBuf> {
        let mut named = self.configs().into_iter().rev();
        named.find_map(|config| Some(config.path_of(config.text.baseline.as_ref()?)))
    }

    /// Its settings, with the profile that is chosen; empty where it has no `clientc.toml`.
    #[must_use]
    pub fn settings(&self) -> Settings {
        let mut settings = self.snapshot.effective(self.project, self.snapshot.profile()).settings;
        settings.calls = self.snapshot.calls.or(settings.calls);
        settings
    }

    /// The settings in `[gateway]` of its own settings file and of those that it extends.
    #[must_use]
    pub fn gateway(&self) -> GatewaySettings {
        let sections = self.configs().into_iter().map(|config| &config.text.gateway);
        sections.fold(GatewaySettings::default(), GatewaySettings::overlaid_with)
    }

    /// The faults of its settings that no file alone can show, without a profile and with each.
    pub(crate) fn faults_of_layers(&self) -> Vec<ConfigFault> {
        let profiles = self.configs().into_iter().flat_map(|config| &config.text.profiles);
        let names = std::iter::once(None).chain(profiles.map(|profile| Some(&*profile.name.value)));
        names.flat_map(|name| self.snapshot.effective(self.project, name).faults).collect()
    }

    /// The path of any file relative to the project's folder, with `/` and perhaps `../` in front.
    #[must_use]
    pub fn relative(&self, file: FileId) -> String {
        paths::relative(&self.project.root, self.snapshot.files().path(file))
    }
}
