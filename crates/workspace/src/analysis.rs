//! The compiler over a snapshot: every project read, linked and checked.

use std::collections::BTreeSet;
use std::sync::Arc;

use clientc_check::{Diagnostic, EncodingFault, Input, Level, Levels, Setting, Settings, Sources as _};
use clientc_plan::ClientId;
use clientc_plan::document::{Resolved, Source};
use clientc_semantic::{FileId, LimitPlaces, LinkedProject, Places, Span};
use clientc_syntax::TextRange;

use crate::cancel::{Cancel, Cancelled};
use crate::files::Content;
use crate::input::ProjectInput;
use crate::snapshot::Snapshot;

/// Everything that is known about the projects of a snapshot.
#[derive(Debug)]
pub struct Analysis {
    /// The projects, in the order of the snapshot.
    pub projects: Vec<ProjectAnalysis>,
}

/// Everything that is known about one project.
#[derive(Debug)]
pub struct ProjectAnalysis {
    /// The path of the project in its repository.
    pub label: String,
    /// The linked project.
    pub project: Arc<LinkedProject>,
    /// What is wrong, in the order of its files and of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The clients that callers use.
    pub entries: Vec<ClientId>,
    /// Its settings, with the levels of the request.
    pub settings: Settings,
    /// The number of files that were read.
    pub files: usize,
    /// The number of client blocks.
    pub clients: usize,
}

impl Snapshot {
    /// Reads, links and checks every project. Files are read on all cores; the result does not depend on how many there
    /// are.
    #[must_use]
    pub fn analyse(&self) -> Analysis {
        self.analyse_with(&Levels::new())
    }

    /// Like [`Self::analyse`], with levels that win over those of any `clientc.toml`.
    #[must_use]
    pub fn analyse_with(&self, levels: &Levels) -> Analysis {
        self.read_facts(0..self.projects().len());
        let numbers = 0..self.projects().len();
        let mut projects: Vec<ProjectAnalysis> =
            numbers.filter_map(|number| self.analyse_project(number, levels, Cancel::NEVER).ok()).collect();
        self.once_a_config(projects.iter_mut().map(|project| &mut project.diagnostics));
        Analysis { projects }
    }

    /// Reads, links and checks one project, by its number. Only what has changed since it was last asked for is read
    /// and linked again.
    ///
    /// # Errors
    /// [`Cancelled`], where the result is no longer wanted or there is no such project.
    pub fn analyse_project(
        &self,
        number: usize,
        levels: &Levels,
        cancel: Cancel<'_>,
    ) -> Result<ProjectAnalysis, Cancelled> {
        cancel.check()?;
        let input = self.input(number).ok_or(Cancelled)?;
        let project = self.linked(number).ok_or(Cancelled)?;
        let config_faults = self.config_faults(&input);
        cancel.check()?;
        let mut settings = input.settings();
        settings.overrule(levels);
        let encoding_faults: Vec<EncodingFault> =
            input.files().filter_map(|file| encoding_fault(file.id, file.content)).collect();
        let checked = Input::new(&project, &settings, self.files(), &encoding_faults, &config_faults);
        let diagnostics =
            clientc_check::check_while(&checked, &|| !cancel.is_cancelled()).ok_or(Cancelled)?;
        let entries = clientc_check::entries(&checked);
        cancel.check()?;
        Ok(ProjectAnalysis {
            label: input.project().label.clone(),
            diagnostics,
            entries,
            settings,
            files: input.files().filter(|file| !matches!(file.content, Content::Unreadable { .. })).count(),
            clients: project.files.iter().map(|file| file.clients.len()).sum(),
            project,
        })
    }

    /// Several projects may use one `clientc.toml`. What each of them finds in it is reported once, by the first.
    pub(crate) fn once_a_config<'d>(&self, projects: impl IntoIterator<Item = &'d mut Vec<Diagnostic>>) {
        let files: BTreeSet<FileId> = self.configs().iter().map(|config| config.file).collect();
        let mut seen = BTreeSet::new();
        for diagnostics in projects {
            diagnostics.retain(|diagnostic| {
                let span = diagnostic.primary.span;
                !files.contains(&span.file)
                    || seen.insert((span, diagnostic.rule, diagnostic.message.clone()))
            });
        }
    }
}

fn encoding_fault(id: FileId, content: &Content) -> Option<EncodingFault> {
    let Content::NotUtf8 { first_bad_byte, .. } = content else { return None };
    let replacement = u32::try_from(char::REPLACEMENT_CHARACTER.len_utf8()).unwrap_or(3);
    let range = TextRange::new(*first_bad_byte, first_bad_byte.saturating_add(replacement));
    Some(EncodingFault { span: Span::new(id, range), offset: *first_bad_byte as usize })
}

impl ProjectAnalysis {
    /// Whether something is wrong that keeps the project from being resolved: a rule found something as an error
    /// that is an error by default.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.refusals().next().is_some()
    }

    /// The findings that keep the project from being resolved.
    pub fn refusals(&self) -> impl Iterator<Item = &Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| {
            let by_default =
                clientc_check::rule(diagnostic.rule).is_some_and(|rule| rule.level == Setting::Error);
            by_default && diagnostic.level == Level::Error
        })
    }

    /// The client of a name, declared or implicit.
    #[must_use]
    pub fn client(&self, name: &str) -> Option<ClientId> {
        self.project.plan.ids().find(|id| self.project.client_name(*id) == name)
    }

    /// A client and everything it reaches, in the order of the document.
    #[must_use]
    pub fn reachable(&self, client: ClientId) -> Vec<ClientId> {
        let mut seen = BTreeSet::from([client]);
        let mut left = vec![client];
        while let Some(id) = left.pop() {
            left.extend(self.project.plan.members(id).iter().filter(|member| seen.insert(**member)));
        }
        seen.into_iter().collect()
    }

    /// The resolved document of these clients; only for a project that is not refused.
    #[must_use]
    pub fn resolve(&self, input: &ProjectInput<'_>, files: &crate::Files, ids: &[ClientId]) -> Resolved {
        let places = DocumentPlaces { input, files };
        clientc_semantic::resolve(&self.project, &self.label, ids, &places)
    }

    /// Adds to these clients of a resolved document what BAML's runtime does with them.
    pub fn add_figures_of_baml(&self, document: &mut Resolved, ids: &[ClientId]) {
        clientc_semantic::add_figures_of_baml(document, &self.project, ids);
    }

    /// Adds to these clients of a resolved document their schedules.
    pub fn add_schedules(&self, document: &mut Resolved, ids: &[ClientId]) {
        clientc_semantic::add_schedules(document, &self.project, ids);
    }

    /// Where these clients and the defaults set their limits, as paths from the folder of the project.
    #[must_use]
    pub fn limit_places_in_project(
        &self,
        input: &ProjectInput<'_>,
        files: &crate::Files,
        ids: &[ClientId],
    ) -> LimitPlaces {
        clientc_semantic::limit_places(&self.project, ids, &DocumentPlaces { input, files })
    }

    /// Where these clients and the defaults set their limits, as paths from the working folder.
    #[must_use]
    pub fn limit_places(&self, files: &crate::Files, ids: &[ClientId]) -> LimitPlaces {
        clientc_semantic::limit_places(&self.project, ids, &DisplayPlaces { files })
    }
}

struct DocumentPlaces<'a> {
    input: &'a ProjectInput<'a>,
    files: &'a crate::Files,
}

impl Places for DocumentPlaces<'_> {
    fn place(&self, span: &Span) -> Source {
        source(self.files, span, self.input.relative(span.file))
    }
}

struct DisplayPlaces<'a> {
    files: &'a crate::Files,
}

impl Places for DisplayPlaces<'_> {
    fn place(&self, span: &Span) -> Source {
        source(self.files, span, self.files.display_path(span.file).to_owned())
    }
}

fn source(files: &crate::Files, span: &Span, file: String) -> Source {
    let place = files.line_index(span.file).line_column(files.text(span.file), span.range.start);
    Source { file: file.into(), line: place.line, column: place.column }
}
