//! What is checked: one project, linked, with its settings.

use clientc_plan::{BAML_VERSION, is_measured_version};
use clientc_semantic::{ClientFacts, Fault, FileFacts, FileId, LinkedProject, PolicyFacts, Span};

use crate::core::config_fault::ConfigFault;
use crate::core::diagnostic::Sources;
use crate::core::layout::Layout;
use crate::core::settings::Settings;
use crate::text::quotes::unquoted;

/// A file that is not UTF-8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EncodingFault {
    /// The first bytes that are not UTF-8, as a place in the text for display.
    pub span: Span,
    /// The offset of the first such byte in the file.
    pub offset: usize,
}

/// One project, linked, with its settings.
#[derive(Clone, Copy)]
pub struct Input<'a> {
    /// The project.
    pub project: &'a LinkedProject,
    /// Its settings.
    pub settings: &'a Settings,
    /// The texts.
    pub sources: &'a dyn Sources,
    /// Its files that are not UTF-8.
    pub encoding_faults: &'a [EncodingFault],
    /// What is wrong with its `clientc.toml`.
    pub config_faults: &'a [ConfigFault],
}

impl std::fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").finish_non_exhaustive()
    }
}

impl<'a> Input<'a> {
    /// Combines what the rules look at.
    #[must_use]
    pub fn new(
        project: &'a LinkedProject,
        settings: &'a Settings,
        sources: &'a dyn Sources,
        encoding_faults: &'a [EncodingFault],
        config_faults: &'a [ConfigFault],
    ) -> Self {
        Self { project, settings, sources, encoding_faults, config_faults }
    }

    /// Whether BAML's own runtime makes the calls, so that the rules judge what it does.
    pub(crate) fn is_called_by_baml(&self) -> bool {
        self.project.plan.run_time() == clientc_plan::RunTime::Baml
    }

    /// The words after a figure of BAML's, where the project names another minor version than the measured one.
    pub(crate) fn measured(&self) -> String {
        match self.project.baml_version.as_deref().is_some_and(|version| !is_measured_version(version)) {
            true => format!(" (measured with {BAML_VERSION})"),
            false => String::new(),
        }
    }

    /// Whether BAML reads this project too, and the settings want to hear about that.
    pub(crate) fn is_read_by_baml(&self) -> bool {
        !self.settings.peer_is_off()
            && (self.is_called_by_baml() || self.files().any(|file| file.has_generator))
    }

    /// The text of a place.
    pub(crate) fn text(&self, span: Span) -> &'a str {
        span.range.slice(self.sources.text(span.file))
    }

    /// The client in whose block a place lies.
    pub(crate) fn client_around(&self, place: Span) -> Option<&'a ClientFacts> {
        let clients = &self.files().find(|file| file.file == place.file)?.clients;
        // They are in the order of the text.
        let before = clients.partition_point(|client| client.range.start <= place.range.start);
        clients.get(before.checked_sub(1)?).filter(|client| client.range.contains(place.range))
    }

    /// The retry policy around a place.
    pub(crate) fn policy_around(&self, place: Span) -> Option<&'a PolicyFacts> {
        let policies = &self.files().find(|file| file.file == place.file)?.policies;
        let before = policies.partition_point(|policy| policy.range.start <= place.range.start);
        policies.get(before.checked_sub(1)?).filter(|policy| policy.range.contains(place.range))
    }

    /// The layout of a file, for edits.
    pub(crate) fn layout(&self, file: FileId) -> Layout<'a> {
        Layout::of(self.sources, file)
    }

    /// The place of a text inside its quotes.
    pub(crate) fn unquoted(&self, span: Span) -> Span {
        unquoted(self.text(span), span)
    }

    /// The files of the project in order.
    pub(crate) fn files(&self) -> impl Iterator<Item = &'a FileFacts> + use<'a> {
        self.project.files.iter().map(std::convert::AsRef::as_ref)
    }

    /// Every fault of names and values.
    pub(crate) fn faults(&self) -> impl Iterator<Item = &'a Fault> + use<'a> {
        let project = self.project;
        project.files.iter().flat_map(|file| file.faults.iter()).chain(project.faults.iter())
    }

    /// Every fault of syntax, with its file.
    pub(crate) fn syntax_faults(
        &self,
    ) -> impl Iterator<Item = (Span, &'a clientc_syntax::SyntaxFault)> + use<'a> {
        self.files().flat_map(|file| {
            file.syntax_faults.iter().map(move |fault| (Span::new(file.file, fault.range), fault))
        })
    }
}
