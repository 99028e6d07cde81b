//! Places that are silenced for a rule, for rules that speak of several places in one finding.

use std::collections::HashSet;

use clientc_semantic::{FileFacts, FileId, Span};
use rustc_hash::FxHashMap;

use crate::ignores::{Covers, speaks};
use crate::input::Input;
use crate::rule::Rule;
use crate::settings::Setting;

/// Which rule of which comment of a file was asked about and silences a place, each by its index.
pub(crate) type Uses = HashSet<(FileId, usize, usize)>;

impl Input<'_> {
    /// Whether a rule says nothing at a place: the settings of its file or a comment silence it there. Such a
    /// comment counts as used.
    pub(crate) fn is_silenced(&self, rule: &Rule, place: Span) -> bool {
        let by_comment = self.note_comments(rule, place);
        by_comment || self.settings.of(rule, place.file) == Setting::Ignore
    }

    /// Whether a rule of a comment silences a place that [`Input::is_silenced`] was asked about.
    pub(crate) fn has_silenced_place(&self, file: FileId, comment: usize, rule: usize) -> bool {
        self.places_asked.borrow().contains(&(file, comment, rule))
    }

    /// The comments of the files that have any.
    pub(crate) fn covers(&self) -> &FxHashMap<FileId, Covers> {
        let files = || self.files().enumerate().filter(|(_, file)| !file.ignores.is_empty());
        let covers = |(position, file): (usize, &FileFacts)| (file.file, Covers::new(position, file));
        self.covers.get_or_init(|| files().map(covers).collect())
    }

    fn note_comments(&self, rule: &Rule, place: Span) -> bool {
        let Some(covers) = self.covers().get(&place.file) else { return false };
        let mut is_silenced = false;
        for (index, comment) in covers.over(self, place.range.start).filter(|(_, comment)| speaks(comment)) {
            for (position, _) in comment.rules.iter().enumerate().filter(|(_, name)| name.text == rule.name) {
                is_silenced = true;
                self.places_asked.borrow_mut().insert((place.file, index, position));
            }
        }
        is_silenced
    }
}
