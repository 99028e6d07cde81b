//! What one file says, without a look at any other file. Owned, so that an editor can redo one file.

use std::num::NonZeroU64;

use clientc_plan::providers::{POOLING_KEY, Provider};
use clientc_plan::{ByField, Field, RetryPolicy};
use clientc_syntax::TextRange;
use compact_str::CompactString;

use crate::fault::Fault;
use crate::span::FileId;
use crate::value::Property;

/// What one file says.
#[derive(Debug, Clone)]
pub struct FileFacts {
    /// The file.
    pub file: FileId,
    /// Its clients, in the order of the text.
    pub clients: Vec<ClientFacts>,
    /// Its retry policies, in the order of the text.
    pub policies: Vec<PolicyFacts>,
    /// Its functions, in the order of the text.
    pub functions: Vec<FunctionFacts>,
    /// Its classes, enums, templates and types, in the order of the text.
    pub others: Vec<OtherDefinition>,
    /// Whether it holds a `generator` block: the team runs BAML on it.
    pub has_generator: bool,
    /// The version that its generator block names.
    pub generator_version: Option<Box<str>>,
    /// Its clients in the form of BAML v1, `client Name = …`. Where it has any, nothing else is said about it.
    pub values: Vec<Name>,
    /// Its comments that silence rules, in the order of the text.
    pub ignores: Vec<IgnoreComment>,
    /// The forms that BAML rejects.
    pub refused_forms: Vec<RefusedForm>,
    /// What is wrong with its syntax.
    pub syntax_faults: Vec<clientc_syntax::SyntaxFault>,
    /// What is wrong with its names and values.
    pub faults: Vec<Fault>,
}

impl FileFacts {
    /// Forgets the functions of a file of BAML v1, and all that is wrong in it: it is another language, and whatever
    /// looks wrong in it is wrong in BAML v0 only.
    pub fn forget_what_v0_makes_of_it(&mut self) {
        self.syntax_faults.clear();
        self.faults.clear();
        self.refused_forms.clear();
        self.functions.clear();
    }
}

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// The name.
    pub text: CompactString,
    /// Its bytes.
    pub range: TextRange,
}

/// A client block.
#[derive(Debug, Clone)]
pub struct ClientFacts {
    /// Its name.
    pub name: Name,
    /// The whole block.
    pub range: TextRange,
    /// Whether all of it could be read. Where not, nothing is said about what it lacks.
    pub is_whole: bool,
    /// Its provider, where it is one that exists.
    pub provider: Option<&'static Provider>,
    /// The bytes of the provider.
    pub provider_range: Option<TextRange>,
    /// The name of its retry policy.
    pub retry_policy: Option<Name>,
    /// The bytes of the `options` block.
    pub options_range: Option<TextRange>,
    /// Whether all of the options could be read.
    pub options_are_whole: bool,
    /// All options as written but `http`, `strategy` and `start`.
    pub options: Vec<Property>,
    /// The `http` block.
    pub http: Option<Box<HttpFacts>>,
    /// The members of a composite.
    pub members: Vec<Member>,
    /// The first ticket of a round-robin.
    pub start: u32,
}

/// An `http` block.
#[derive(Debug, Clone, Default)]
pub struct HttpFacts {
    /// The block with its braces.
    pub range: TextRange,
    /// The limits.
    pub limits: ByField<WrittenLimit>,
    /// `enable_connection_pooling`, with the bytes of its key.
    pub connection_pooling: Option<(bool, TextRange)>,
}

impl HttpFacts {
    /// Whether a key is there and has a value that it can have.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        match Field::from_key(key) {
            Some(field) => self.limits.get(field).is_some(),
            None => key == POOLING_KEY && self.connection_pooling.is_some(),
        }
    }
}

/// A limit as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WrittenLimit {
    /// The limit in milliseconds. Without a zero a field that sets none costs no byte more.
    pub(crate) ms: NonZeroU64,
    /// The bytes of the key.
    pub key: TextRange,
    /// The bytes of the value.
    pub value: TextRange,
}

impl WrittenLimit {
    /// The limit in milliseconds.
    #[must_use]
    pub const fn ms(&self) -> u64 {
        self.ms.get()
    }
}

/// A member of a strategy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name or shorthand.
    pub text: CompactString,
    /// Its bytes, quotes included.
    pub range: TextRange,
}

/// A retry policy block.
#[derive(Debug, Clone)]
pub struct PolicyFacts {
    /// Its name.
    pub name: Name,
    /// The whole block.
    pub range: TextRange,
    /// The policy; where something is wrong with it, what could be read.
    pub policy: RetryPolicy,
    /// The entries of its strategy as written.
    pub strategy: Vec<Property>,
    /// The keys of the block that a policy can have, each with its place.
    pub keys: Vec<(&'static str, TextRange)>,
}

impl PolicyFacts {
    /// The place of a key directly in the block, if it has it.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<TextRange> {
        self.keys.iter().find(|(key, _)| *key == name).map(|(_, range)| *range)
    }
}

/// A function.
#[derive(Debug, Clone)]
pub struct FunctionFacts {
    /// Its name.
    pub name: Name,
    /// Its client entry, if it has one: the text, or what it is if it is not a string.
    pub client: Option<FunctionClient>,
}

/// The client entry of a function.
#[derive(Debug, Clone)]
pub struct FunctionClient {
    /// The name or shorthand, or the noun of what is not a string.
    pub text: Result<CompactString, &'static str>,
    /// Its bytes, quotes included.
    pub range: TextRange,
}

/// A form that BAML rejects, and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedForm {
    /// Which form.
    pub form: Form,
    /// The token that BAML cannot read there.
    pub range: TextRange,
    /// The block it is in; empty for the file itself.
    pub block: CompactString,
}

/// The forms that BAML rejects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Form {
    /// The file begins with a byte order mark.
    ByteOrderMark,
    /// A colon after a key directly in a block.
    Colon,
    /// A comma behind the last entry of a map, or after an entry directly in a block.
    Comma,
    /// A comment before the first member of an array.
    CommentInBracket,
    /// A block comment after an entry that is not the last.
    CommentBehindEntry,
    /// The brace of a map on a later line than its key.
    BraceOnNextLine,
    /// A comma behind the last member of an array, and a comment behind that member.
    CommaAndComment,
    /// Two slashes directly after the brace of a block, where a block comment ends further down.
    CommentBehindBrace,
    /// A key in quotes directly in a block.
    QuotedKey,
    /// Text without quotes with a quote in it, and a blank behind the quote.
    QuoteInText,
    /// `env.NAME(…)`.
    CallOfVariable,
}

/// A class, an enum, a template or a type: its keyword and its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OtherDefinition {
    /// The keyword.
    pub keyword: &'static str,
    /// The name.
    pub name: Name,
}

/// A comment for clientc.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IgnoreComment {
    /// The comment.
    pub range: TextRange,
    /// Whether a colon follows `clientc`, as it should.
    pub has_colon: bool,
    /// The word that says what to do, as it is written. Where the colon is missing, `clientc` and that word.
    pub word: Name,
    /// The word that it is or is near to.
    pub meant: IgnoreWord,
    /// The list with its brackets; `None` where there is none.
    pub list: Option<TextRange>,
    /// The rules it names, as they are written.
    pub rules: Vec<Name>,
    /// Whether it says why.
    pub has_reason: bool,
    /// The bytes in which it silences: a line and every entry that begins there, a whole block, or the file.
    pub covers: TextRange,
}

/// What a comment for clientc can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IgnoreWord {
    /// Rules are silenced at the place of the comment.
    Ignore,
    /// Rules are silenced in the whole file.
    IgnoreFile,
}

impl IgnoreWord {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Ignore, Self::IgnoreFile];

    /// How it is written.
    #[must_use]
    pub const fn text(self) -> &'static str {
        match self {
            Self::Ignore => "ignore",
            Self::IgnoreFile => "ignore-file",
        }
    }
}
