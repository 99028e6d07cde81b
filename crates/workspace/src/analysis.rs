//! The compiler over a workspace: every project read, linked and checked.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use clientc_check::{
    Budget, ConfigFault, Configured, Diagnostic, EncodingFault, Input, Level, Levels, ModelRow, Override,
    Setting, Settings as RuleSettings, Sources as _,
};
use clientc_plan::document::{Resolved, Source};
use clientc_plan::{ClientId, Limits};
use clientc_semantic::{FileFacts, FileId, LimitPlaces, Places, Project, Span};
use clientc_syntax::TextRange;

use crate::config::{Entries, Located, Model, Peer, RuleSetting, Server, Settings};
use crate::files::Content;
use crate::project::ProjectInput;
use crate::workspace::Workspace;

/// Everything that is known about the projects of a workspace.
#[derive(Debug)]
pub struct Analysis {
    /// The projects, in the order of the workspace.
    pub projects: Vec<ProjectAnalysis>,
}

/// Everything that is known about one project.
#[derive(Debug)]
pub struct ProjectAnalysis {
    /// The path of the project in its repository.
    pub label: String,
    /// The linked project.
    pub project: Project,
    /// What is wrong, in the order of its files and of the text.
    pub diagnostics: Vec<Diagnostic>,
    /// The clients that callers use.
    pub entries: Vec<ClientId>,
    /// What holds for its rules, the levels of the request included.
    pub settings: RuleSettings,
    /// The number of files that were read.
    pub files: usize,
    /// The number of client blocks.
    pub clients: usize,
}

impl Workspace {
    /// Reads, links and checks every project. Files are read on all cores; the result does not depend on them.
    #[must_use]
    pub fn analyse(&self) -> Analysis {
        self.analyse_with(&Levels::new())
    }

    /// The same with levels that win over those of any `clientc.toml`.
    #[must_use]
    pub fn analyse_with(&self, levels: &Levels) -> Analysis {
        let inputs: Vec<_> = self.inputs().collect();
        let mut facts = self.read_all(&inputs);
        let mut linked = Vec::with_capacity(inputs.len());
        for input in &inputs {
            let files = input.files().filter_map(|file| facts.remove(&file.id)).collect();
            linked.push(clientc_semantic::link(files, &defaults(input.settings())));
        }
        let mut config_faults = self.config_faults(&linked);
        let projects = inputs.iter().zip(linked).map(|(input, project)| {
            let faults = config_faults.remove(&input.project().config).unwrap_or_default();
            self.check(input, project, &faults, levels)
        });
        let mut projects: Vec<ProjectAnalysis> = projects.collect();
        self.once_a_config(&mut projects);
        Analysis { projects }
    }

    /// Several projects may obey one `clientc.toml`. What each of them finds in it is said once, by the first.
    fn once_a_config(&self, projects: &mut [ProjectAnalysis]) {
        let files: BTreeSet<FileId> = self.configs().iter().map(|config| config.file).collect();
        let mut seen = BTreeSet::new();
        for project in projects {
            project.diagnostics.retain(|diagnostic| {
                let span = diagnostic.primary.span;
                !files.contains(&span.file)
                    || seen.insert((span, diagnostic.rule, diagnostic.message.clone()))
            });
        }
    }

    fn check(
        &self,
        input: &ProjectInput<'_>,
        project: Project,
        config_faults: &[ConfigFault],
        levels: &Levels,
    ) -> ProjectAnalysis {
        let mut settings = rule_settings(input);
        settings.overrule(levels);
        let encoding_faults: Vec<EncodingFault> =
            input.files().filter_map(|file| encoding_fault(file.id, file.content)).collect();
        let checked = Input::new(&project, &settings, self.files(), &encoding_faults, config_faults);
        let diagnostics = clientc_check::check(&checked);
        let entries = clientc_check::entries(&checked);
        ProjectAnalysis {
            label: input.project().label.clone(),
            diagnostics,
            entries,
            settings,
            files: input.files().filter(|file| !matches!(file.content, Content::Unreadable { .. })).count(),
            clients: project.files.iter().map(|file| file.clients.len()).sum(),
            project,
        }
    }

    /// The facts of every file of every project. Each thread takes the next file that nobody has taken.
    fn read_all(&self, inputs: &[ProjectInput<'_>]) -> BTreeMap<FileId, Arc<FileFacts>> {
        let files: Vec<(FileId, &Content)> =
            inputs.iter().flat_map(|input| input.files().map(|file| (file.id, file.content))).collect();
        let bytes: usize = files.iter().map(|(_, content)| content.text().len()).sum();
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = if bytes < WORTH_A_THREAD { 1 } else { cores.min(files.len()).max(1) };
        let next = std::sync::atomic::AtomicUsize::new(0);
        let work = || {
            let mut read = Vec::new();
            while let Some((id, content)) = files.get(next.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
            {
                read.push((*id, Arc::new(read_file(*id, content))));
            }
            read
        };
        if threads == 1 {
            return work().into_iter().collect();
        }
        std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|_| scope.spawn(work)).collect();
            let mut facts: BTreeMap<_, _> = work().into_iter().collect();
            for other in others {
                facts.extend(other.join().unwrap_or_default());
            }
            facts
        })
    }
}

/// Below this many bytes one thread is done before a second has begun.
const WORTH_A_THREAD: usize = 200_000;

fn read_file(id: FileId, content: &Content) -> FileFacts {
    let mut facts = clientc_semantic::read_file(id, content.text());
    if !matches!(content, Content::Text(_)) {
        // Of a file that is not UTF-8 only the names count, so that references to them are not unknown.
        facts.faults.clear();
        facts.syntax_faults.clear();
        facts.clients.iter_mut().for_each(|client| client.is_whole = false);
    }
    facts
}

fn encoding_fault(id: FileId, content: &Content) -> Option<EncodingFault> {
    let Content::NotUtf8 { first_bad_byte, .. } = content else { return None };
    let replacement = u32::try_from(char::REPLACEMENT_CHARACTER.len_utf8()).unwrap_or(3);
    let range = TextRange::new(*first_bad_byte, first_bad_byte.saturating_add(replacement));
    Some(EncodingFault { span: Span::new(id, range), offset: *first_bad_byte as usize })
}

fn defaults(settings: &Settings) -> Limits<Span> {
    settings.default_http.at_keys()
}

fn rule_settings(input: &ProjectInput<'_>) -> RuleSettings {
    let settings = input.settings();
    let overrides = settings.overrides.iter().map(|set| {
        let covers = |file: &FileId| input.override_path(*file).is_some_and(|path| set.paths.matches(&path));
        Override {
            files: input.files().map(|file| file.id).filter(covers).collect(),
            rules: levels(&set.rules),
        }
    });
    RuleSettings {
        rules: levels(&settings.rules),
        overrides: overrides.collect(),
        entries: match &settings.entries {
            None => clientc_check::Entries::Found,
            Some(Entries::All(_)) => clientc_check::Entries::All,
            Some(Entries::Named(named)) => {
                clientc_check::Entries::Named(named.iter().map(|entry| entry.value.clone()).collect())
            }
        },
        defaults: defaults(settings),
        fix: settings.default_fix.at_keys(),
        budget: Budget {
            max_requests: settings.max_requests.map(configured),
            max_duration_ms: settings.max_duration_ms.map(configured),
            ceiling_ms: settings.ceiling_ms.map(configured),
        },
        models: settings.models.iter().map(model_row).collect(),
        servers: settings.servers.iter().map(server).collect(),
        peer_is_off: settings.peer.is_some_and(|peer| peer.value == Peer::Off),
    }
}

fn configured(number: Located<u64>) -> Configured {
    Configured { value: number.value, span: number.span }
}

fn model_row(model: &Model) -> ModelRow {
    ModelRow {
        names: model.names.matcher().clone(),
        min_request_ms: model.min_request_timeout_ms.map(|number| number.value),
        min_ttft_ms: model.min_ttft_timeout_ms.map(|number| number.value),
    }
}

fn server(server: &Server) -> clientc_check::Server {
    clientc_check::Server { base_url: server.base_url.value.clone(), timeout: configured(server.timeout_ms) }
}

fn levels(rules: &[RuleSetting]) -> Levels {
    let setting = |level: Option<Level>| match level {
        Some(Level::Error) => Setting::Error,
        Some(Level::Warning) => Setting::Warn,
        Some(Level::Info) => Setting::Info,
        None => Setting::Ignore,
    };
    rules.iter().map(|set| (set.rule.value.to_owned(), setting(set.level.value))).collect()
}

impl ProjectAnalysis {
    /// Whether something is wrong that keeps the project from being resolved: a rule found something as an error
    /// that is an error by default.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| {
            let by_default =
                clientc_check::rule(diagnostic.rule).is_some_and(|rule| rule.level == Setting::Error);
            by_default && diagnostic.level == Level::Error
        })
    }

    /// The declared and implicit client of a name.
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

    /// Gives these clients of a resolved document their schedules.
    pub fn add_schedules(&self, document: &mut Resolved, ids: &[ClientId]) {
        clientc_semantic::add_schedules(document, &self.project, ids);
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
