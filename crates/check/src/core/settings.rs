//! The settings of a project.

use std::collections::{BTreeMap, BTreeSet};

use clientc_plan::Field;
use clientc_plan::RunTime;
use clientc_semantic::{Defaults, FileId, LinkedProject, Span};
use globset::GlobSet;

use crate::core::rule::{Rule, Setting};

/// Which clients callers use.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Entries {
    /// Those that functions name; where no function names one, every client that is not a member.
    #[default]
    Found,
    /// All clients.
    All,
    /// These, each with its place in `clientc.toml`.
    Named(Vec<Configured<String>>),
}

/// The settings of rules, by name.
pub type Levels = BTreeMap<String, Setting>;

/// The settings of rules in some files.
#[derive(Debug, Clone, Default)]
pub struct Override {
    /// The files.
    pub files: BTreeSet<FileId>,
    /// The settings there.
    pub rules: Levels,
}

/// A value of `clientc.toml` and its place; the value is a number unless another type is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Configured<T = u64> {
    /// The value; a time is in milliseconds.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// What a call may cost.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Budget {
    /// The most requests; [`Budget::MAX_REQUESTS`] where nothing is set.
    pub max_requests: Option<Configured>,
    /// The longest time in milliseconds.
    pub max_duration_ms: Option<Configured>,
    /// When the platform cuts the caller off, in milliseconds.
    pub ceiling_ms: Option<Configured>,
}

impl Budget {
    /// The most requests that one call may cost where `[limits]` says nothing.
    pub const MAX_REQUESTS: u64 = 12;

    /// The most requests that one call may cost.
    #[must_use]
    pub fn most_requests(&self) -> u64 {
        self.max_requests.map_or(Self::MAX_REQUESTS, |most| most.value)
    }
}

/// More models that think before they answer.
#[derive(Debug, Clone)]
pub struct ModelRow {
    /// The patterns for their names, as written.
    pub patterns: Vec<String>,
    /// A matcher of all patterns.
    pub names: GlobSet,
    /// The smallest request limit that they can work with, in milliseconds.
    pub min_request_ms: Option<u64>,
    /// The smallest first-token limit that they can work with, in milliseconds.
    pub min_ttft_ms: Option<u64>,
}

/// A server with a limit or retries of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its base URL.
    pub base_url: String,
    /// After how long it gives up, in milliseconds.
    pub timeout: Option<Configured>,
    /// How often it repeats a request that failed, by itself.
    pub retries: Option<Configured>,
}

/// Whether to report what BAML itself would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Peer {
    /// Where the project has a generator block.
    #[default]
    Auto,
    /// Never.
    Off,
}

/// What makes the calls of a project.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Calls {
    /// BAML's own runtime.
    Baml,
    /// The library of clientc.
    Clientc,
    /// The gateway of clientc.
    Gateway,
}

impl Calls {
    /// All of them, by their words in `clientc.toml`.
    pub const WORDS: [&'static str; 3] = ["baml", "clientc", "gateway"];

    /// The variant of a word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        match word {
            "baml" => Some(Self::Baml),
            "clientc" => Some(Self::Clientc),
            "gateway" => Some(Self::Gateway),
            _ => None,
        }
    }

    /// Its word in `clientc.toml`.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Baml => "baml",
            Self::Clientc => "clientc",
            Self::Gateway => "gateway",
        }
    }

    /// The runtime whose rules of execution apply. The gateway uses the library.
    #[must_use]
    pub const fn run_time(self) -> RunTime {
        match self {
            Self::Baml => RunTime::Baml,
            Self::Clientc | Self::Gateway => RunTime::Clientc,
        }
    }
}

/// The settings of one project, or one layer of them: what a `clientc.toml`, one of its profiles or one of its overrides
/// says. What is not set is empty.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The settings of rules, by name.
    pub rules: Levels,
    /// The settings of rules in some files; a later one wins over an earlier one.
    pub overrides: Vec<Override>,
    /// Which clients callers use.
    pub entries: Entries,
    /// The limits where a route sets none.
    pub defaults: Defaults,
    /// The limits that the fix of `no-timeout` writes.
    pub fix: Defaults,
    /// What a call may cost.
    pub budget: Budget,
    /// More models that think before they answer.
    pub models: Vec<ModelRow>,
    /// Servers with a limit of their own.
    pub servers: Vec<Server>,
    /// Whether to report what BAML would do; [`Peer::Auto`] where nothing is set.
    pub peer: Option<Peer>,
    /// What makes the calls; where nothing is set, [`Settings::calls_of`] finds it out.
    pub calls: Option<Calls>,
    /// The version of BAML; where nothing is set, it is that of the generator block.
    pub baml_version: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rules: Levels::new(),
            overrides: Vec::new(),
            entries: Entries::Found,
            defaults: Defaults::NONE,
            fix: Defaults::NONE,
            budget: Budget::default(),
            models: Vec::new(),
            servers: Vec::new(),
            peer: None,
            calls: None,
            baml_version: None,
        }
    }
}

impl Settings {
    /// Adds another layer on top: what it sets wins. Its models and servers come before those that are known already.
    pub fn overlay(&mut self, above: &Self) {
        self.rules.extend(above.rules.iter().map(|(rule, setting)| (rule.clone(), *setting)));
        self.overrides.extend(above.overrides.iter().cloned());
        if above.entries != Entries::Found {
            self.entries = above.entries.clone();
        }
        for (own, above) in [(&mut self.defaults, &above.defaults), (&mut self.fix, &above.fix)] {
            for field in Field::ALL {
                if let Some(limit) = above.get(field) {
                    *own.slot(field) = Some(*limit);
                }
            }
        }
        self.budget = Budget {
            max_requests: above.budget.max_requests.or(self.budget.max_requests),
            max_duration_ms: above.budget.max_duration_ms.or(self.budget.max_duration_ms),
            ceiling_ms: above.budget.ceiling_ms.or(self.budget.ceiling_ms),
        };
        self.models.splice(0..0, above.models.iter().cloned());
        self.servers.splice(0..0, above.servers.iter().cloned());
        self.peer = above.peer.or(self.peer);
        self.calls = above.calls.or(self.calls);
        if above.baml_version.is_some() {
            self.baml_version.clone_from(&above.baml_version);
        }
    }

    /// What makes the calls of a project: what is set, else BAML where the project has a generator block.
    #[must_use]
    pub fn calls_of(&self, project: &LinkedProject) -> Calls {
        self.calls.unwrap_or_else(|| {
            let has_generator = project.files.iter().any(|file| file.has_generator);
            if has_generator && !self.peer_is_off() { Calls::Baml } else { Calls::Clientc }
        })
    }

    /// The version of BAML that a project names: what is set, else what its generator block says.
    #[must_use]
    pub fn baml_version_of<'s>(&'s self, project: &'s LinkedProject) -> Option<&'s str> {
        let of_generator = || project.files.iter().find_map(|file| file.generator_version.as_deref());
        self.baml_version.as_deref().or_else(of_generator)
    }

    /// Whether what BAML would do is not reported.
    #[must_use]
    pub fn peer_is_off(&self) -> bool {
        self.peer == Some(Peer::Off)
    }

    /// Sets levels that win over everything set before.
    pub fn overrule(&mut self, levels: &Levels) {
        self.rules.extend(levels.iter().map(|(rule, setting)| (rule.clone(), *setting)));
        for set in &mut self.overrides {
            set.rules.retain(|rule, _| !levels.contains_key(rule));
        }
    }

    /// The setting of a rule in a file: that for the file, else that for the project, else the default of the rule.
    /// Rules that cannot be lowered keep theirs.
    #[must_use]
    pub fn of(&self, rule: &Rule, file: FileId) -> Setting {
        if rule.is_fixed {
            return rule.level;
        }
        let overridden = self.overrides.iter().rev().filter(|set| set.files.contains(&file));
        let set = overridden
            .filter_map(|set| set.rules.get(rule.name))
            .next()
            .or_else(|| self.rules.get(rule.name));
        set.copied().unwrap_or(rule.level)
    }

    /// Whether a rule finds nothing in any file.
    pub(crate) fn is_off(&self, rule: &Rule) -> bool {
        let set = self.rules.get(rule.name).copied().unwrap_or(rule.level);
        !rule.is_fixed
            && set == Setting::Ignore
            && !self.overrides.iter().any(|set| set.rules.contains_key(rule.name))
    }
}
