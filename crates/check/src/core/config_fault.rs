//! What can be wrong in a `clientc.toml`.

use clientc_semantic::Span;

/// The words for the level of a rule.
pub const LEVEL_WORDS: [&str; 4] = ["error", "warn", "info", "ignore"];

/// Something wrong in a `clientc.toml`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigFault {
    /// Where it is wrong.
    pub span: Span,
    /// What is wrong.
    pub kind: ConfigFaultKind,
}

/// What is wrong in a `clientc.toml`, with the values that a message needs.
///
/// A `key` is the whole path: `limits.max-requests`. A `section` is the path of its table, and empty for the file as a
/// whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ConfigFaultKind {
    /// The file cannot be read.
    Unreadable {
        /// The error of the system.
        error: String,
    },
    /// The file is not UTF-8; the place is the first bad byte.
    NotUtf8,
    /// The text is not TOML.
    Syntax {
        /// The message of the TOML parser.
        message: String,
    },
    /// An unknown key.
    UnknownKey {
        /// The key as it is written.
        key: String,
        /// The table that it is in.
        section: String,
        /// The keys that are known there.
        allowed: &'static [&'static str],
        /// The one of them that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A required key that is missing.
    MissingKey {
        /// The table that lacks it.
        section: String,
        /// The key.
        key: &'static str,
    },
    /// A value of the wrong type.
    WrongType {
        /// The key.
        key: String,
        /// What is expected.
        expected: Expected,
        /// TOML's name for the type that is there, such as `string`.
        found: &'static str,
    },
    /// An empty list of clients that callers use.
    NoEntries,
    /// A whole number that is too small or too large.
    OutOfRange {
        /// The key.
        key: String,
        /// The number as it is written.
        found: String,
        /// The least that is allowed.
        minimum: u64,
        /// The most that is allowed.
        maximum: u64,
    },
    /// An unknown word, where one of a few is expected.
    UnknownWord {
        /// The key.
        key: String,
        /// The word that is there.
        found: String,
        /// The words that are known there.
        allowed: &'static [&'static str],
        /// The one of them that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A rule that does not exist.
    UnknownRule {
        /// The name as it is written.
        rule: String,
        /// The rule that was probably meant.
        nearest: Option<&'static str>,
    },
    /// A rule that cannot be lowered or ignored.
    FixedRule {
        /// The rule.
        rule: String,
    },
    /// An entry that is not a client of the project.
    UnknownEntry {
        /// The name as it is written.
        client: String,
        /// Clients with a similar name.
        near: Vec<Box<str>>,
    },
    /// A total limit among limits for one attempt.
    TotalNotAllowed {
        /// The table it is in.
        section: String,
    },
    /// A first-token limit that is above the request limit beside it. The place is its number.
    TtftAboveRequest {
        /// The table both are in.
        section: String,
        /// The first-token limit.
        ttft_ms: u64,
        /// The request limit.
        request_ms: u64,
        /// The place of the request limit's number.
        request: Span,
    },
    /// A pattern for paths or names that is not valid.
    InvalidGlob {
        /// The key.
        key: String,
        /// The pattern.
        pattern: String,
        /// What is wrong with it.
        error: String,
    },
    /// A pattern for paths that matches nothing. That is not a mistake in the text, and has its own rule.
    UnmatchedPattern {
        /// The key.
        key: String,
        /// The pattern.
        pattern: String,
        /// Whether it matches only files inside of a `baml_src`, which cannot be left out alone.
        is_inside: bool,
    },
    /// An override that sets nothing.
    EmptyOverride {
        /// The keys of which it needs one.
        allowed: &'static [&'static str],
    },
    /// An override of more than levels that covers only some files of a project.
    PartOfProject {
        /// How many files of the project it covers.
        covered: usize,
        /// How many files the project has.
        files: usize,
    },
    /// An empty path.
    EmptyPath {
        /// The key.
        key: String,
    },
    /// The file that this one extends does not exist.
    ExtendMissing {
        /// Its path as people see it.
        path: String,
    },
    /// Settings files that extend each other in a circle.
    ExtendCycle {
        /// The files as people see them; the first is also the last.
        files: Vec<String>,
    },
    /// A base URL that does not begin with `http://` or `https://` and a host.
    InvalidBaseUrl {
        /// The text that is there.
        found: String,
    },
}

/// What is expected instead of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// A table: `[section]`.
    Table,
    /// An array of tables: `[[section]]`.
    ArrayOfTables,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// `true`, `false`, or a table of clients with `true` or `false` for each.
    BooleanOrTable,
    /// A string.
    String,
    /// An array of strings.
    ArrayOfStrings,
    /// An array of strings, or the word `"all"`.
    NamesOrAll,
}
