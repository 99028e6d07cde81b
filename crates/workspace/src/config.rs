//! The settings of `clientc.toml`, as plain data with places.

use crate::config_sections;
use crate::globs::Globs;
use clientc_check::ConfigFault;
use clientc_check::Level;
use clientc_plan::{ByField, Field, Limit, Limits};
use clientc_semantic::{FileId, Span};
use std::path::PathBuf;

/// One `clientc.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// The file.
    pub file: FileId,
    /// The folder it lies in. Paths in it are relative to this folder.
    pub folder: PathBuf,
    /// What it says. A faulty key is left out; all others hold.
    pub settings: Settings,
    /// What is wrong in it, in the order of the text.
    pub faults: Vec<ConfigFault>,
}

/// Everything that a `clientc.toml` can say.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Settings {
    /// `[rules]`: levels of rules, in the order of the text.
    pub rules: Vec<RuleSetting>,
    /// `[[overrides]]`: levels for some paths, in the order of the text.
    pub overrides: Vec<Override>,
    /// `entries.clients`: the clients that callers use.
    pub entries: Option<Entries>,
    /// `[defaults.http]`: limits where a route sets none.
    pub default_http: AttemptLimits,
    /// `[defaults.fix]`: limits that a fix writes.
    pub default_fix: AttemptLimits,
    /// `limits.max-requests`: the most requests that one call may cost.
    pub max_requests: Option<Located<u64>>,
    /// `limits.max-duration-ms`: the longest time that one call may take.
    pub max_duration_ms: Option<Located<u64>>,
    /// `[[models]]`: more models that think before they answer.
    pub models: Vec<Model>,
    /// `[[servers]]`: servers with a limit of their own.
    pub servers: Vec<Server>,
    /// `platform.ceiling-ms`: when the platform cuts the caller off.
    pub ceiling_ms: Option<Located<u64>>,
    /// `peer.baml`: whether to speak of what BAML itself would do.
    pub peer: Option<Located<Peer>>,
}

impl Settings {
    /// Reads the text of a `clientc.toml`. Whatever is wrong is a fault, and everything else still holds.
    ///
    /// `rule_names` are the rules that there are.
    #[must_use]
    pub fn parse(file: FileId, text: &str, rule_names: &[&'static str]) -> (Self, Vec<ConfigFault>) {
        config_sections::parse(file, text, rule_names)
    }
}

/// A value and where it stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Located<T> {
    /// The value.
    pub value: T,
    /// Its place.
    pub span: Span,
}

/// The level of one rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleSetting {
    /// The name of the rule. It is one of those that there are.
    pub rule: Located<&'static str>,
    /// Its level; nothing stands for `ignore`.
    pub level: Located<Option<Level>>,
}

/// Levels for some paths.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// The paths, relative to the folder of the `clientc.toml`. A pattern that names a folder covers what is in it.
    pub paths: Globs,
    /// The levels there.
    pub rules: Vec<RuleSetting>,
}

/// The clients that callers use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entries {
    /// Every client; with the place of the word.
    All(Span),
    /// These clients.
    Named(Vec<Located<String>>),
}

/// A row for the table of models that think before they answer.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// The table's header.
    pub span: Span,
    /// The names of the models.
    pub names: Globs,
    /// The smallest request limit that such a model can work with.
    pub min_request_timeout_ms: Option<Located<u64>>,
    /// The smallest limit to the first token that such a model can work with.
    pub min_ttft_timeout_ms: Option<Located<u64>>,
}

/// A server with a limit of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// Its base URL, which begins with `http://` or `https://`.
    pub base_url: Located<String>,
    /// After how long it gives up.
    pub timeout_ms: Option<Located<u64>>,
    /// How often it repeats a request by itself.
    pub retries: Option<Located<u64>>,
}

/// Whether to speak of what BAML itself would do.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Peer {
    /// Where the project has a generator block.
    #[default]
    Auto,
    /// Never.
    Off,
}

/// One limit of `[defaults.http]` or `[defaults.fix]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimitEntry {
    /// The time in milliseconds.
    pub ms: u64,
    /// The place of the key.
    pub key: Span,
    /// The place of the number.
    pub value: Span,
}

/// The limits of `[defaults.http]` or `[defaults.fix]`. They have no total, and their limit to the first token is
/// not above their request limit.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct AttemptLimits {
    /// The limits by their fields.
    pub entries: ByField<LimitEntry>,
}

impl AttemptLimits {
    /// The limits, each with the place of its key.
    #[must_use]
    pub fn at_keys(&self) -> Limits<Span> {
        self.entries.map(|_, entry| Limit { ms: entry.ms, origin: entry.key })
    }

    /// The limits, each with the place of its number.
    #[must_use]
    pub fn at_values(&self) -> Limits<Span> {
        self.entries.map(|_, entry| Limit { ms: entry.ms, origin: entry.value })
    }

    /// The time of a field in milliseconds.
    #[must_use]
    pub fn ms(&self, field: Field) -> Option<u64> {
        self.entries.get(field).map(|entry| entry.ms)
    }
}
