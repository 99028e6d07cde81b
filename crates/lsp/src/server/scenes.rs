//! The projects that a document is about: one for a source, and for settings each that uses them.

use clientc_semantic::FileId;

use super::state::State;
use crate::scene::Scene;

impl State {
    /// The project of a document, linked and checked; of settings the first that uses them.
    pub(super) fn scene(&mut self, uri: &str) -> Option<(Scene, FileId)> {
        let file = self.file(uri)?;
        let number = *self.numbers(file).first()?;
        Some((self.scene_of(number)?, file))
    }

    /// The same with every project that uses a settings file, in their order. What they name may be in any of them.
    pub(super) fn scenes(&mut self, uri: &str) -> Option<(Vec<Scene>, FileId)> {
        let file = self.file(uri)?;
        let scenes: Vec<Scene> =
            self.numbers(file).into_iter().filter_map(|number| self.scene_of(number)).collect();
        (!scenes.is_empty()).then_some((scenes, file))
    }

    /// The same with the projects behind it that share settings with that of a source, and in them a name.
    pub(super) fn relatives(&mut self, uri: &str) -> Option<(Vec<Scene>, FileId)> {
        let (mut scenes, file) = self.scenes(uri)?;
        let first = scenes.first()?.number;
        let named = self.files_that_name_entries(first);
        for number in (0..self.projects()).filter(|number| *number != first) {
            let is_related =
                || self.files_that_name_entries(number).iter().any(|config| named.contains(config));
            if scenes.iter().all(|scene| scene.number != number) && is_related() {
                scenes.extend(self.scene_of(number));
            }
        }
        Some((scenes, file))
    }

    /// The settings of a project that name clients.
    fn files_that_name_entries(&self, number: usize) -> Vec<FileId> {
        let configs = self.snapshot().input(number).map(|input| input.configs()).unwrap_or_default();
        let naming = configs.into_iter().filter(|config| config.text.entries().next().is_some());
        naming.map(|config| config.file).collect()
    }

    /// The project of a source, or the projects that use a settings file.
    fn numbers(&self, file: FileId) -> Vec<usize> {
        if let Some(number) = self.snapshot().projects_of(file).next() {
            return vec![number];
        }
        let uses = |number: &usize| {
            let configs = self.snapshot().input(*number).map(|input| input.configs()).unwrap_or_default();
            configs.iter().any(|config| config.file == file)
        };
        (0..self.projects()).filter(uses).collect()
    }
}
